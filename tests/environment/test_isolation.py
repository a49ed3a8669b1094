"""Tests see nothing of the developer's machine and reach no other."""

import os
import socket
from pathlib import Path

import pytest

from tests.support.isolation import OutsideConnectionError, private_names


def test_settings_keys_and_proxies_of_the_developer_are_gone(home: Path):
    lent = {
        "ROKU_RUNTIME__LLM__PROVIDER": "x",
        "OPENROUTER_API_KEY": "x",
        "https_proxy": "x",
        "HTTPS_PROXY": "x",
        "DBUS_SESSION_BUS_ADDRESS": "x",
        "PATH": "x",
    }
    assert set(private_names(lent)) == set(lent) - {"PATH"}
    assert [name for name in os.environ if name.endswith("_API_KEY")] == []
    assert Path.home() == home
    assert os.environ["ROKU_HOME"].startswith(str(home))


def test_each_test_has_an_empty_home(home: Path):
    assert list(home.iterdir()) == []


def test_another_machine_can_not_be_reached():
    # 192.0.2.0/24 is reserved for documentation (RFC 5737); the hook refuses before a packet leaves.
    with socket.socket() as outside, pytest.raises(OutsideConnectionError, match="only loopback"):
        outside.connect(("192.0.2.1", 80))


def test_loopback_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass

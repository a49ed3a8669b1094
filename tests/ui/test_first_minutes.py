"""A person's first ten minutes at the real program, in as many seconds (`tests/support/first_minutes.py`)."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.display import PictureTaker
from tests.support.first_minutes import FirstMinutes, walk
from tests.support.secret_service import SecretService
from tests.support.tray_host import TrayHost

pytestmark = [
    pytest.mark.window,
    pytest.mark.embedded,
    pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11, into a tray of X11"),
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="the keyring needs a session bus"),
]


def test_a_new_person_gets_answers_approves_closes_quits_and_finds_all_of_it_again(
    home: Path, tmp_path: Path, screenshot: PictureTaker
):
    with TrayHost(), SecretService(tmp_path) as keyring:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHON_KEYRING_BACKEND"}
        environment["DBUS_SESSION_BUS_ADDRESS"] = keyring.address
        walk(
            FirstMinutes(
                home,
                environment,
                language="zh_CN",
                scheme="dark",
                picture=lambda step: screenshot(f"first-minutes-{step}"),
            )
        )
        assert list(keyring.secrets.values()) == [b"sk-first-minutes"]

"""Keys in the keyring of a Linux desktop, over a real session bus."""

from __future__ import annotations

import gc
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from roku_desktop.credentials import SystemCredentials
from roku_desktop.engine.errors import CredentialError
from tests.support.secret_service import SecretService

pytestmark = [
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="no session bus on this system"),
    # The package keyring leaves its connection open where unlocking fails; `desktop` collects it.
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
    ),
]

CANARY = "sk-canary-4f1d6c2a9b"


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    from keyring.backends.SecretService import Keyring

    with SecretService(tmp_path) as service:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
        before = keyring.get_keyring()
        keyring.set_keyring(Keyring())
        yield service
        keyring.set_keyring(before)
    for thread in threading.enumerate():
        if thread.name == "keyring":  # it waited for a dialog, and the bus is gone now
            thread.join()
    gc.collect()


async def test_a_key_is_stored_found_and_deleted(desktop: SecretService) -> None:
    credentials = SystemCredentials(os.environ)
    assert (await credentials.keyring_status()).available
    assert await credentials.source_of("openai") == "missing"
    await credentials.store("openai", CANARY)
    assert await credentials.source_of("openai") == "keyring"
    assert await credentials.source_of("anthropic") == "missing"
    assert await credentials.key_for("openai") == CANARY
    await credentials.delete("openai")
    assert await credentials.key_for("openai") is None
    assert desktop.secrets == {}


async def test_a_locked_keyring_is_listed_without_a_dialog(desktop: SecretService) -> None:
    credentials = SystemCredentials(os.environ)
    await credentials.store("openai", CANARY)
    desktop.locked = True
    assert await credentials.source_of("openai") == "keyring"
    assert await credentials.source_of("anthropic") == "missing"
    assert (await credentials.keyring_status()).available
    assert desktop.dialogs == 0


async def test_a_dialog_that_nobody_answers_does_not_hold_the_program_up(desktop: SecretService) -> None:
    desktop.locked = True
    credentials = SystemCredentials(os.environ, read_timeout_s=0.5)
    with pytest.raises(CredentialError, match="unlock it, then try again"):
        await credentials.key_for("openai")
    assert desktop.asked.wait(30)
    with pytest.raises(CredentialError, match="still waiting"):
        await credentials.key_for("openai")
    assert desktop.dialogs == 1

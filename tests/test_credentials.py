"""Keys come from the environment or a real keyring, and from nowhere else (promises 17 and 18)."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from roku_desktop.credentials import SystemCredentials, clean_key, key_variables
from roku_desktop.engine.credential_port import Credentials
from roku_desktop.engine.errors import CredentialError
from roku_desktop.system_keyring import system_backend

CANARY = "sk-canary-4f1d6c2a9b"


class SafeKeyring(keyring.backend.KeyringBackend):
    """A keyring in memory. `fails_with` is raised by every call; `hold` keeps calls waiting."""

    priority = 0.1

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[tuple[str, str], str] = {}
        self.fails_with: Exception | None = None
        self.hold: threading.Event | None = None
        self.threads: set[threading.Thread] = set()

    def get_password(self, service: str, username: str) -> str | None:
        self._called()
        return self.keys.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._called()
        self.keys[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._called()
        del self.keys[service, username]

    def _called(self) -> None:
        self.threads.add(threading.current_thread())
        if self.hold:
            self.hold.wait()
        if self.fails_with:
            raise self.fails_with


class PlaintextKeyring(SafeKeyring):
    """Stands for the file of the package keyrings.alt, which isn't installed here."""

    priority = 0.5


PlaintextKeyring.__module__ = "keyrings.alt.file"


@pytest.fixture
def chosen() -> Iterator[SafeKeyring]:
    """A keyring that Python's `keyring` package itself returns, as on a desktop."""
    backend = SafeKeyring()
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    yield backend
    if backend.hold:
        backend.hold.set()
    for thread in backend.threads:
        thread.join()
    keyring.set_keyring(before)


# The name of a bus that isn't there: the backend that was chosen above needs none.
DESKTOP = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}


@pytest.fixture
def credentials(chosen: SafeKeyring) -> SystemCredentials:
    return SystemCredentials(DESKTOP)


def test_it_is_what_the_engine_asks_for(credentials: SystemCredentials) -> None:
    port: Credentials = credentials
    assert port is credentials


@pytest.mark.parametrize(
    ("provider", "variables"),
    [
        ("anthropic", ("ROKU_ANTHROPIC_API_KEY",)),
        ("openai", ("ROKU_OPENAI_API_KEY",)),
        ("openrouter", ("ROKU_OPENROUTER_API_KEY", "OPENROUTER_API_KEY")),
        ("my-lab.2", ("ROKU_MY_LAB_2_API_KEY",)),
    ],
)
async def test_each_provider_has_its_variables(provider: str, variables: tuple[str, ...]) -> None:
    assert key_variables(provider) == variables
    for variable in variables:
        credentials = SystemCredentials({variable: f"  {CANARY}\n"})
        assert await credentials.key_for(provider) == CANARY
        assert await credentials.source_of(provider) == "environment"


async def test_the_environment_wins_and_leaves_the_keyring_alone(chosen: SafeKeyring) -> None:
    chosen.fails_with = AssertionError("asked")
    credentials = SystemCredentials({**DESKTOP, "ROKU_OPENAI_API_KEY": CANARY})
    assert await credentials.key_for("openai") == CANARY
    assert await credentials.source_of("openai") == "environment"


async def test_a_stored_key_is_found_until_it_is_deleted(
    credentials: SystemCredentials, chosen: SafeKeyring
) -> None:
    assert await credentials.key_for("openai") is None
    await credentials.store("openai", f" {CANARY}\r\n")
    assert chosen.keys == {("roku-desktop", "openai"): CANARY}
    assert await credentials.key_for("openai") == CANARY
    assert await credentials.key_for("anthropic") is None
    await credentials.delete("openai")
    await credentials.delete("openai")
    assert await credentials.key_for("openai") is None


async def test_the_embedded_model_never_asks_for_a_key(
    credentials: SystemCredentials, chosen: SafeKeyring
) -> None:
    assert await credentials.key_for("embedded") is None
    assert await credentials.source_of("embedded") == "missing"
    assert chosen.threads == set()


async def test_the_keyring_is_spoken_to_outside_the_loop(
    credentials: SystemCredentials, chosen: SafeKeyring
) -> None:
    await credentials.key_for("openai")
    assert threading.main_thread() not in chosen.threads
    assert all(thread.daemon for thread in chosen.threads)


async def test_a_listing_does_not_read_a_key_that_might_open_a_dialog(
    credentials: SystemCredentials, chosen: SafeKeyring
) -> None:
    assert await credentials.source_of("openai") == "unknown"
    assert chosen.threads == set()


async def test_a_keyring_that_hangs_is_given_up_and_explained(chosen: SafeKeyring) -> None:
    chosen.hold = threading.Event()
    credentials = SystemCredentials(DESKTOP, read_timeout_s=0.01)
    with pytest.raises(CredentialError, match=r"gave no answer within 0\.01 s: unlock it"):
        await credentials.key_for("openai")
    with pytest.raises(CredentialError, match="still waiting: unlock it"):
        await credentials.key_for("openai")
    assert await credentials.source_of("openai") == "unknown"
    assert len(chosen.threads) <= 1
    chosen.hold.set()
    for thread in chosen.threads:
        thread.join()
    assert await SystemCredentials(DESKTOP).key_for("openai") is None


async def test_a_cancelled_question_leaves_nothing_behind(
    credentials: SystemCredentials, chosen: SafeKeyring
) -> None:
    chosen.hold = threading.Event()
    task = asyncio.create_task(credentials.key_for("openai"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    chosen.hold.set()
    await credentials.store("openai", CANARY)
    assert await credentials.key_for("openai") == CANARY


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (keyring.errors.KeyringLocked("no"), "keyring is locked: unlock it"),
        (RuntimeError("the bus is gone"), r"failed \(RuntimeError: the bus is gone\)"),
    ],
)
async def test_a_keyring_that_fails_is_explained(
    credentials: SystemCredentials, chosen: SafeKeyring, error: Exception, sentence: str
) -> None:
    chosen.fails_with = error
    with pytest.raises(CredentialError, match=sentence):
        await credentials.key_for("openai")


async def test_a_backend_that_quotes_the_key_does_not_leak_it(
    credentials: SystemCredentials, chosen: SafeKeyring
) -> None:
    chosen.fails_with = ValueError(f"can't store {CANARY}")
    with pytest.raises(CredentialError, match="can't store ••••") as refusal:
        await credentials.store("openai", CANARY)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


async def test_no_key_is_part_of_a_representation(credentials: SystemCredentials) -> None:
    await credentials.store("openai", CANARY)
    await credentials.key_for("openai")
    assert CANARY not in repr(credentials) + repr(vars(credentials))


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("two words", "a space or a line break inside"),
        ("two\nlines", "a space or a line break inside"),
        ("a\x00b", "characters that no API key has"),
        ("a\x7fb", "characters that no API key has"),
        ("“sk-quoted”", "characters that no API key has"),
        ("sk-\u200bx", "characters that no API key has"),
        ("x" * 8_193, "longer than 8192"),
    ],
)
async def test_what_cannot_be_a_key_is_refused_and_not_shown(
    credentials: SystemCredentials, chosen: SafeKeyring, key: str, sentence: str
) -> None:
    with pytest.raises(CredentialError, match=sentence) as refusal:
        await credentials.store("openai", key)
    assert "sk-" not in str(refusal.value)
    assert chosen.keys == {}


async def test_a_malformed_key_in_the_environment_is_named_by_its_variable() -> None:
    with pytest.raises(CredentialError, match="The key in ROKU_OPENAI_API_KEY has a space"):
        await SystemCredentials({"ROKU_OPENAI_API_KEY": "a b"}).key_for("openai")


async def test_windows_cannot_keep_more_than_its_credential_manager_takes(chosen: SafeKeyring) -> None:
    credentials = SystemCredentials({}, platform="win32")
    await credentials.store("openai", "x" * 1_280)
    with pytest.raises(CredentialError, match=r"longer than the 1280 characters .* ROKU_OPENAI_API_KEY"):
        await credentials.store("openai", "x" * 1_281)


def test_a_clean_key_is_returned_without_the_space_around_it() -> None:
    assert clean_key(" abc\t", "The key") == "abc"


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (keyring.backends.fail.Keyring, "no Secret Service answers on D-Bus: install"),
        (keyring.backends.null.Keyring, "no Secret Service answers on D-Bus: install"),
        (PlaintextKeyring, "keeps keys unprotected in a file"),
    ],
)
async def test_a_backend_that_does_not_protect_keys_is_never_used(
    backend: Callable[[], keyring.backend.KeyringBackend], reason: str
) -> None:
    before = keyring.get_keyring()
    chosen = backend()
    keyring.set_keyring(chosen)
    try:
        credentials = SystemCredentials(DESKTOP, platform="linux")
        with pytest.raises(CredentialError, match=rf"{reason}.* set the variable ROKU_OPENAI_API_KEY"):
            await credentials.store("openai", CANARY)
        assert await credentials.key_for("openai") is None
        assert await credentials.source_of("openai") == "missing"
        status = await credentials.keyring_status()
        assert not status.available
        assert CANARY not in repr(vars(chosen))
    finally:
        keyring.set_keyring(before)


def test_of_a_chain_only_a_safe_link_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    safe, unsafe = SafeKeyring(), PlaintextKeyring()
    before = keyring.get_keyring()

    class Chain(keyring.backends.chainer.ChainerBackend):
        backends = (unsafe, safe)

    keyring.set_keyring(Chain())
    try:
        assert system_backend(DESKTOP, "linux") is safe
    finally:
        keyring.set_keyring(before)


async def test_a_person_is_told_how_to_give_a_key(credentials: SystemCredentials) -> None:
    assert await credentials.advice_for("openai") == (
        "Store the key with `roku-desktop keys set openai`, or set the variable ROKU_OPENAI_API_KEY."
    )


WITHOUT_A_SESSION = """
import asyncio, sys
from roku_desktop.credentials import SystemCredentials
import os

async def main():
    credentials = SystemCredentials(os.environ)
    print(await credentials.key_for("openai"), await credentials.source_of("openai"))
    print(await credentials.advice_for("openai"))
    try:
        await credentials.store("openai", "sk-canary-4f1d6c2a9b")
    except Exception as error:
        print(type(error).__name__, error)
    print("keyring" in sys.modules)

asyncio.run(main())
"""


def run_without_a_keyring(home: Path, **extra: str) -> list[str]:
    hidden = ("DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND")
    environ = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_A_SESSION],
        env={**environ, **extra},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    written = [
        path for path in home.rglob("*") if path.is_file() and CANARY in path.read_text(errors="replace")
    ]
    assert written == []
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have their keyring without a bus")
def test_without_a_session_bus_the_missing_keyring_is_explained_and_not_imported(home: Path) -> None:
    found, advice, refused, imported = run_without_a_keyring(home)
    assert found == "None missing"
    assert advice.startswith("Set the variable ROKU_OPENAI_API_KEY. There is no system keyring here, because")
    assert refused.startswith("CredentialError There is no system keyring here")
    assert refused.endswith("set the variable ROKU_OPENAI_API_KEY.")
    assert imported == "False"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have their keyring without a bus")
def test_a_bus_that_nobody_answers_on_is_explained(home: Path) -> None:
    address = f"unix:path={home / 'no-bus'}"
    found, _, refused, imported = run_without_a_keyring(home, DBUS_SESSION_BUS_ADDRESS=address)
    assert found == "None missing"
    assert "no Secret Service answers on D-Bus" in refused
    assert imported == "True"


@pytest.mark.parametrize("backend", ["no.such.Backend", "keyring.backends.null.Keyring"])
def test_a_backend_badly_chosen_is_explained(home: Path, backend: str) -> None:
    _, _, refused, _ = run_without_a_keyring(home, PYTHON_KEYRING_BACKEND=backend)
    assert "PYTHON_KEYRING_BACKEND" in refused


async def test_a_key_of_the_vendors_own_variable_is_used_only_when_a_person_takes_it_over(
    chosen: SafeKeyring,
) -> None:
    credentials = SystemCredentials({**DESKTOP, "ANTHROPIC_API_KEY": CANARY}, find_backend=lambda: chosen)
    assert await credentials.key_for("anthropic") is None
    await credentials.take_over("anthropic")
    assert await credentials.key_for("anthropic") == CANARY


async def test_keys_can_be_taken_over_where_none_is_used_yet() -> None:
    environ = {"ANTHROPIC_API_KEY": CANARY, "OPENAI_API_KEY": "x", "ROKU_OPENAI_API_KEY": "y"}
    assert await SystemCredentials(environ, platform="linux").importable() == {
        "anthropic": "ANTHROPIC_API_KEY"
    }

"""The system's keyring: finds the one that protects what it keeps, or says why there is none.

Owns what is specific to systems and to the backends of the `keyring` package. Everything here may
block, for a dialog even, and is called by `credentials` alone, in threads.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol, cast

from roku_desktop.engine.credential_port import KeySource
from roku_desktop.engine.sentences import said

SERVICE: Final = "roku-desktop"
READ_TIMEOUT_S: Final = 5.0


class Backend(Protocol):
    """What is used of a backend of the `keyring` package."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class NoKeyring(Exception):
    """There is no keyring that protects what it keeps; the message says why and what to do."""


def system_backend(environ: Mapping[str, str], platform: str) -> Backend:
    """Return the keyring of this system. Raises `NoKeyring`; call it in a thread."""
    if _has_no_session_bus(environ, platform):
        raise NoKeyring(
            said(
                "There is no system keyring here, because there is no D-Bus session (as on a server, in a "
                "container or after a plain SSH login): log in to a desktop."
            )
        )
    import keyring
    from keyring.backends.chainer import ChainerBackend

    try:
        chosen = keyring.get_keyring()
    except Exception as error:  # noqa: BLE001  # a backend named by the person may fail in any way
        raise NoKeyring(
            said(
                "The keyring backend chosen for Python can't be loaded ({error}): correct "
                "PYTHON_KEYRING_BACKEND or keyringrc.cfg.",
                error=type(error).__name__,
            )
        ) from None
    candidates = [chosen]
    if isinstance(chosen, ChainerBackend):
        # It would pass on to the next backend, perhaps to an unprotected one: its first safe link is used.
        candidates = list(chosen.backends)
    for candidate in candidates:
        if _protects(candidate):
            return cast("Backend", candidate)
    if named := environ.get("PYTHON_KEYRING_BACKEND"):
        raise NoKeyring(
            said(
                "The keyring backend {named}, chosen by PYTHON_KEYRING_BACKEND, doesn't keep keys safely: "
                "choose another or unset the variable.",
                named=named,
            )
        )
    raise NoKeyring(_why_none(candidates, platform))


def _protects(backend: object) -> bool:
    """Whether a backend is a real keyring: no placeholder, and no file that others may read."""
    module = type(backend).__module__
    return not module.startswith(
        ("keyrings.alt", "keyring.backends.fail", "keyring.backends.null", "keyring.backends.chainer")
    )


def _why_none(candidates: Sequence[object], platform: str) -> str:
    if any(type(each).__module__.startswith("keyrings.alt") for each in candidates):
        return said("The keyring backend of this system keeps keys unprotected in a file, so it isn't used.")
    if platform == "darwin":
        return said("The macOS Keychain can't be used from this session: log in to the desktop.")
    if platform == "win32":
        return said("The Windows Credential Manager can't be used: start its service, VaultSvc.")
    return said(
        "There is no system keyring, because no Secret Service answers on D-Bus: install and start "
        "gnome-keyring, or use KWallet or KeePassXC with its Secret Service switched on."
    )


def _has_no_session_bus(environ: Mapping[str, str], platform: str) -> bool:
    """Whether Linux can't have a keyring, known without the 60 ms of importing the package.

    Its Secret Service backend finds the bus by this variable alone. A backend that a person chose
    may do without a bus.
    """
    if platform in ("darwin", "win32") or environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return False
    if environ.get("PYTHON_KEYRING_BACKEND"):
        return False
    configured = environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME") or "/") / ".config"
    return not Path(configured, "python_keyring", "keyringrc.cfg").exists()


def look_up(backend: Backend, provider: str) -> KeySource:
    """Find out whether a key is there, in a way that never opens a dialog."""
    module = type(backend).__module__
    if module == "keyring.backends.SecretService" and getattr(backend, "scheme", "") == "default":
        return _look_up_in_secret_service(provider)
    if module == "keyring.backends.Windows":  # reading never asks
        return "keyring" if backend.get_password(SERVICE, provider) else "missing"
    if module == "keyring.backends.macOS":
        return _look_up_in_keychain(provider)
    return "unknown"


def _look_up_in_secret_service(provider: str) -> KeySource:
    """Search by attributes, which a locked collection answers too."""
    import secretstorage

    with contextlib.closing(secretstorage.dbus_init()) as bus:
        items = secretstorage.search_items(bus, {"service": SERVICE, "username": provider})
        return "keyring" if next(items, None) is not None else "missing"


def _look_up_in_keychain(provider: str) -> KeySource:
    """Ask for the attributes of the item alone: only its secret would need a person's yes."""
    import subprocess

    command = ["/usr/bin/security", "find-generic-password", "-s", SERVICE, "-a", provider]
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program and names of ours, no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=READ_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    if done.returncode == 0:
        return "keyring"
    return "missing" if done.returncode == 44 else "unknown"  # 44: errSecItemNotFound, cut to a byte


def delete(backend: Backend, provider: str) -> None:
    """Remove a provider's key; none there is fine."""
    from keyring.errors import PasswordDeleteError

    if backend.get_password(SERVICE, provider) is None:
        return
    with contextlib.suppress(PasswordDeleteError):  # removed by another program in between
        backend.delete_password(SERVICE, provider)


def name_of(backend: Backend) -> str:
    """Return the backend's name for people, such as "SecretService Keyring"."""
    return str(getattr(backend, "name", type(backend).__name__))


def explained(error: Exception, secret: str) -> str:
    """Say what a backend's exception means; its own words may quote the key, so it is blotted out."""
    kind = type(error).__name__
    if kind in ("KeyringLocked", "LockedException", "PromptDismissedException"):
        return said("The system keyring is locked: unlock it, then try again.")
    words = " ".join(str(error).split())
    if secret:
        words = words.replace(secret, "••••")
    what = f"{kind}: {words[:200]}" if words else kind
    return said("The system keyring failed ({what}): look at it in its own program.", what=what)

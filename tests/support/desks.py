"""Where settings are changed, on a home of its own, with a keyring in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from roku_desktop.config import Configuration, ConfigWatcher, SettingsDesk, load
from roku_desktop.credentials import SystemCredentials
from roku_desktop.engine.ports import SystemClock
from roku_desktop.paths import HomePaths


class KeyringInMemory:
    """What a desktop's keyring is, without a desktop. `keys` by provider."""

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}

    def get_password(self, _service: str, username: str) -> str | None:
        return self.keys.get(username)

    def set_password(self, _service: str, username: str, password: str) -> None:
        self.keys[username] = password

    def delete_password(self, _service: str, username: str) -> None:
        self.keys.pop(username, None)


async def _nobody(_configuration: Configuration) -> None:
    pass


def desk_on(
    home: Path,
    *,
    environ: Mapping[str, str] | None = None,
    keyring: KeyringInMemory | None = None,
    on_change: Callable[[Configuration], Awaitable[None]] = _nobody,
) -> SettingsDesk:
    """The desk of that home; `on_change` is told what comes into force. Without `keyring` there is none."""
    environ = dict(environ or {})
    paths = HomePaths.locate(environ, home=str(home))
    watcher = ConfigWatcher(
        paths,
        environ,
        load(paths, environ),
        clock=SystemClock(),
        on_change=on_change,
        on_problem=lambda _error: None,
    )
    keys = (
        SystemCredentials(environ, platform="linux")
        if keyring is None
        else SystemCredentials(environ, find_backend=lambda: keyring)
    )
    return SettingsDesk(paths, environ, watcher, keys)

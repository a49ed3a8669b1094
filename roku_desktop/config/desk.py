"""Where a person changes the configuration and the keys: what is in force, a change, a key.

Owns that one change follows the other, and that each is in force when it returns. Built by `app.py` beside
the watcher; the settings window calls it on the loop, and nothing in it blocks that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import msgspec

from roku_desktop.config.configuration import Configuration
from roku_desktop.config.schema import dotted
from roku_desktop.engine.credential_port import KeySource
from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.telemetry.collector import Collector

if TYPE_CHECKING:
    from roku_desktop.config.editing import Changes
    from roku_desktop.config.watch import ConfigWatcher
    from roku_desktop.paths import HomePaths


class KeyringStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Whether keys can be stored here. `reason` is a sentence where they can't, with what to do."""

    available: bool
    name: str = ""
    reason: str = ""


class Keys(Protocol):
    """The keys of providers, and of the collector. Every call may raise `CredentialError`."""

    async def key_for(self, provider: str) -> str | None:
        """Return the key itself, for whoever sends it; it is never shown."""
        ...

    async def source_of(self, provider: str) -> KeySource: ...

    async def keyring_status(self) -> KeyringStatus: ...

    async def store(self, provider: str, key: str) -> None: ...

    async def delete(self, provider: str) -> None: ...

    async def importable(self) -> dict[str, str]:
        """Variables of other programs that hold keys which aren't used yet, by provider."""
        ...

    async def take_over(self, provider: str) -> None:
        """Put the key of such a variable into the keyring."""
        ...


class SettingsDesk:
    """Attributes:
    keys: of the providers, and of the collector.
    paths: where the home and the file are.
    environ: the variables that the configuration was made with.
    collector: how telemetry leaves, and trying it out.
    """

    def __init__(
        self,
        paths: HomePaths,
        environ: Mapping[str, str],
        watcher: ConfigWatcher,
        keys: Keys,
        collector: Collector | None = None,
    ) -> None:
        self.paths = paths
        self.environ = environ
        self.keys = keys
        self.collector = collector or Collector()
        self._watcher = watcher
        self._turn = asyncio.Lock()

    @property
    def configuration(self) -> Configuration:
        """What is in force."""
        return self._watcher.current

    @property
    def problem(self) -> str:
        """Why the file as it stands now is not in force; "" = it is."""
        return str(self._watcher.problem or "")

    async def change(self, changes: Changes) -> Configuration:
        """Write the changes into `runtime.toml`; when this returns they are in force.

        Raises `ConfigurationError` where a value or the file is wrong, nothing can be written, or the
        environment decides; nothing has changed then.
        """
        from roku_desktop.config.editing import change_file

        async with self._turn:
            for path in changes:
                source = self.configuration.source_of(dotted(path))
                if source.layer == "environment":
                    raise ConfigurationError(
                        f"{dotted(path)} is set by the variable {source.where}: unset it to change it here."
                    )
            await asyncio.to_thread(change_file, self.paths.runtime_toml, changes, self.environ)
            return await self._watcher.reload()

"""The settings window's calls: to the desk (values, keys) and to the engine (providers, storage, thinking).

Runs them as the bridge's own tasks; what comes back, and what is refused, are signals. Nothing here blocks
the loop. Made by `archive.py` at first use.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Final, cast

from PySide6.QtCore import QObject, Signal

from roku_desktop.config import SettingsDesk
from roku_desktop.engine import Engine, RokuError, Thinking
from roku_desktop.telemetry import COLLECTOR_KEY
from roku_desktop.ui.language import counted, tr
from roku_desktop.ui.retelling import error_in_words
from roku_desktop.ui.settings.kinds import THINKING, KeyPath
from roku_desktop.ui.settings.states import Value

_TEST_WITHIN_S: Final = 15.0
_RELEASE_TOLD: Final = "ui.release_told"

Work = Callable[[], Coroutine[object, object, None]]
Start = Callable[[Work], asyncio.Task[None]]


class SettingsCalls(QObject):
    """Signals:
    configuration_known: the `Configuration` in force, and why the file as it stands is not ("" = it is).
    preferences_known: dict of name to value or None.
    not_changed: the keys (tuple of paths) that keep their values, and a sentence.
    preference_set: a name and its new value, at once and before it is on disk.
    providers_known: list[ProviderStatus].
    keyring_known: a `KeyringStatus`; importable_known: dict of provider to variable.
    key_changed: a provider whose key was stored or deleted.
    key_refused: a provider and a sentence; nothing was stored.
    tested: a provider, whether it answered, a sentence.
    provider_saved: the name of one that was added, changed or removed.
    usage_known: list[StorageUse]; pruned: a sentence.
    collector_tested: whether all went well, a sentence.
    parts_known: list[Part] of the program.
    release_known: the newer `Release`, None = there is none, and why that is not known ("" = it is).
    release_found: a newer `Release` that a person was not told of yet.
    """

    configuration_known = Signal(object, str)
    preferences_known = Signal(object)
    not_changed = Signal(object, str)
    preference_set = Signal(str, object)
    providers_known = Signal(object)
    keyring_known = Signal(object)
    importable_known = Signal(object)
    key_changed = Signal(str)
    key_refused = Signal(str, str)
    tested = Signal(str, bool, str)
    provider_saved = Signal(str)
    usage_known = Signal(object)
    pruned = Signal(str)
    collector_tested = Signal(bool, str)
    parts_known = Signal(object)
    release_known = Signal(object, str)
    release_found = Signal(object)

    def __init__(
        self, engine: Engine, desk: SettingsDesk, start: Start, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._start = start
        self.desk = desk

    # Values

    def load(self) -> None:
        """Tell what is in force, and what a person chose."""

        async def load() -> None:
            from roku_desktop.ui.settings.table import PREFERENCES

            kept = {name: await self._engine.preference(name) for name in PREFERENCES if name != THINKING}
            self.preferences_known.emit({THINKING: await self._engine.thinking(), **kept})

        self.tell()
        self._start(load)

    def tell(self) -> None:
        self.configuration_known.emit(self.desk.configuration, self.desk.problem)

    def change(self, changes: Mapping[KeyPath, Value]) -> None:
        async def change() -> None:
            try:
                await self.desk.change(changes)
            except RokuError as error:
                self.not_changed.emit(tuple(changes), error_in_words(error))
            else:
                self.tell()

        self._start(change)

    def set_preference(self, name: str, value: str | None) -> None:
        async def keep() -> None:
            if name == THINKING:
                await self._engine.choose_thinking(cast("Thinking", value or "default"))
            else:
                await self._engine.set_preference(name, value)

        self.preference_set.emit(name, value)
        self._start(keep)

    # Providers and keys

    def load_providers(self) -> None:
        async def load() -> None:
            self.providers_known.emit(await self._engine.providers(discover=False))
            self.keyring_known.emit(await self.desk.keys.keyring_status())
            self.importable_known.emit(await self.desk.keys.importable())
            self.providers_known.emit(await self._engine.providers())

        self._start(load)

    def load_keyring(self) -> None:
        async def load() -> None:
            self.keyring_known.emit(await self.desk.keys.keyring_status())
            self.importable_known.emit(await self.desk.keys.importable())

        self._start(load)

    def save_provider(self, name: str, changes: Mapping[KeyPath, Value]) -> None:
        async def save() -> None:
            try:
                await self.desk.change(changes)
            except RokuError as error:
                self.not_changed.emit(tuple(changes), error_in_words(error))
                return
            self.tell()
            self.provider_saved.emit(name)

        self._start(save)

    def store_key(self, provider: str, key: str) -> None:
        """Keep the key and ask the provider with it."""
        self._change_key(provider, lambda: self.desk.keys.store(provider, key), then_test=True)

    def take_over_key(self, provider: str) -> None:
        """The same with the key of the vendor's own variable."""
        self._change_key(provider, lambda: self.desk.keys.take_over(provider), then_test=True)

    def delete_key(self, provider: str) -> None:
        self._change_key(provider, lambda: self.desk.keys.delete(provider), then_test=False)

    def _change_key(self, provider: str, change: Work, *, then_test: bool) -> None:
        async def work() -> None:
            try:
                await change()
            except RokuError as error:
                self.key_refused.emit(provider, error_in_words(error))
                return
            self.key_changed.emit(provider)
            if provider != COLLECTOR_KEY:
                await self._ask(provider, tell=then_test)
            elif then_test:
                self.tested.emit(provider, *await self._try_collector())

        self._start(work)

    def test(self, provider: str) -> None:
        """Ask for its models, which needs its address and its key, and costs nothing."""

        async def ask() -> None:
            await self._ask(provider, tell=True)

        self._start(ask)

    async def _ask(self, provider: str, *, tell: bool) -> None:
        began_at_s = time.monotonic()
        try:
            async with asyncio.timeout(_TEST_WITHIN_S):
                models = await self._engine.models(provider, anew=True)
        except TimeoutError:
            answered, words = False, tr("{0} gave no answer within {1} s.").format(provider, _TEST_WITHIN_S)
        except RokuError as error:
            failure = error.failure()
            answered, words = False, " ".join(filter(None, (failure.message, failure.next_step)))
        else:
            took_ms = round((time.monotonic() - began_at_s) * 1000)
            listed = counted(len(models), "1 model", "%Ln models")
            answered = True
            words = tr("{0} answered in {1} ms and lists {2}.").format(provider, took_ms, listed)
        if tell:
            self.tested.emit(provider, answered, words)

    # Storage

    def load_usage(self) -> None:
        async def load() -> None:
            self.usage_known.emit(await self._engine.storage_usage())

        self._start(load)

    def prune(self) -> None:
        async def prune() -> None:
            before = sum(use.size_bytes for use in await self._engine.storage_usage())
            uses = await self._engine.prune_storage()
            self.usage_known.emit(uses)
            freed = max(0, before - sum(use.size_bytes for use in uses))
            self.pruned.emit(tr("{0} were freed.").format(size_in_words(freed)))

        self._start(prune)

    # Telemetry

    def test_collector(self) -> None:
        """Send an empty report to each collector that is named."""

        async def send() -> None:
            self.collector_tested.emit(*await self._try_collector())

        self._start(send)

    async def _try_collector(self) -> tuple[bool, str]:
        from roku_desktop.ui.settings.collector_test import try_collector

        return await try_collector(self.desk)

    # About

    def load_parts(self) -> None:
        async def load() -> None:
            from roku_desktop.parts import parts

            self.parts_known.emit(await asyncio.to_thread(parts))

        self._start(load)

    def look_for_release(self) -> None:
        """Ask the feed, if one is named and no pause lasts."""
        settings = self.desk.configuration.settings
        if not settings.updates.feed or self._engine.pause.lasts:
            return

        async def look() -> None:
            from roku_desktop.updates import newer_release

            try:
                release = await newer_release(settings.updates.feed, settings.network)
            except RokuError as error:
                self.release_known.emit(None, error_in_words(error))
                return
            self.release_known.emit(release, "")
            if release is not None and release.version != await self._engine.preference(_RELEASE_TOLD):
                self.release_found.emit(release)

        self._start(look)

    def release_told(self, version: str) -> None:
        """A person has read of it."""

        async def keep() -> None:
            await self._engine.set_preference(_RELEASE_TOLD, version)

        self._start(keep)


def size_in_words(size_bytes: int) -> str:
    """For instance "12 KB" or "3.4 MB"."""
    size, units = float(size_bytes), ["B", "KB", "MB", "GB", "TB"]
    while size >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.0f} {units[0]}" if size >= 10 or units[0] == "B" else f"{size:.1f} {units[0]}"

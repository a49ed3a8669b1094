"""Between the engine's memory and its window: pages, changes, a file of all of it. Made by `archive.py`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import ConfigurationError, Engine, Memory, MemoryScope, NotFoundError
from roku_desktop.ui.exporting.export_file import ExportFile, NotWrittenError
from roku_desktop.ui.language import tr
from roku_desktop.ui.retelling import error_in_words

PAGE_SIZE: Final = 100

Work = Callable[[], Coroutine[object, object, None]]
Start = Callable[[Work], asyncio.Task[None]]


class MemoryCalls(QObject):
    """Signals:
    page_known: what was searched for, where the page begins, list[Memory], whether it is the last.
    remembered, changed: the `Memory` as it is now.
    forgotten: a `Memory` that is gone.
    service_known: the name of the service that finds memories ("" = none), its health, what is wrong.
    told: a sentence.
    refused: a sentence; what was typed was not kept.
    """

    page_known = Signal(str, int, object, bool)
    remembered = Signal(object)
    changed = Signal(object)
    forgotten = Signal(object)
    service_known = Signal(str, str, str)
    told = Signal(str)
    refused = Signal(str)

    def __init__(self, engine: Engine, start: Start, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._start = start

    def load(self, text: str, first: int) -> None:
        async def load() -> None:
            page = await self._engine.memories.page(text, limit=PAGE_SIZE, offset=first)
            self.page_known.emit(text, first, page, len(page) < PAGE_SIZE)

        self._start(load)

    def look_at_service(self) -> None:
        memories = self._engine.memories
        name = "" if memories.backend == "sqlite" else memories.backend
        self.service_known.emit(name, memories.health, memories.trouble)

    def remember(self, text: str, scope: MemoryScope, owner: str) -> None:
        async def keep() -> None:
            try:
                self.remembered.emit(await self._engine.memories.remember(text, scope, owner))
            except ConfigurationError as error:
                self.refused.emit(error_in_words(error))

        self._start(keep)

    def change(self, memory_id: str, text: str) -> None:
        async def change() -> None:
            try:
                self.changed.emit(await self._engine.memories.change(memory_id, text))
            except (ConfigurationError, NotFoundError) as error:
                self.refused.emit(error_in_words(error))

        self._start(change)

    def forget(self, memory: Memory) -> None:
        async def forget() -> None:
            await self._engine.memories.forget([memory.memory_id])
            self.forgotten.emit(memory)

        self._start(forget)

    def export(self, path: Path) -> None:
        """Write all of it as JSON, whole or not at all; a person has agreed to replace a file."""

        async def write() -> None:
            try:
                async with ExportFile(path, replace=True) as file:
                    await file.write(self._document())
            except NotWrittenError as error:
                self.refused.emit(str(error))
            else:
                self.told.emit(tr("Exported to {0}").format(path))

        self._start(write)

    async def _document(self) -> AsyncIterator[bytes]:
        yield b'{"memories": ['
        first = 0
        while page := await self._engine.memories.page(limit=PAGE_SIZE, offset=first):
            yield (b",\n" if first else b"\n") + b",\n".join(_lines(page))
            first += len(page)
        yield b"\n]}\n"


def _lines(memories: Sequence[Memory]) -> list[bytes]:
    return [msgspec.json.encode(memory) for memory in memories]

"""`SqliteMemories`: the port `MemoryStore` over the same file as the store. Made by `store.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from roku_desktop.engine import storage
from roku_desktop.engine.records import Memory, MemoryOwners, Recalled
from roku_desktop.engine.storage.database import Database

if TYPE_CHECKING:  # loaded where it is first named, as in `store.py`
    import roku_desktop.engine.storage.memories  # noqa: F401  # as `storage.memories`


class SqliteMemories:
    """Each call is one transaction, durable when it returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recall(self, query: str, owners: MemoryOwners, limit: int) -> list[Recalled]:
        return await self._database.read(lambda db: storage.memories.recall(db, query, owners, limit))

    async def newest(self, owners: MemoryOwners, limit: int) -> list[Memory]:
        return await self._database.read(lambda db: storage.memories.newest(db, owners, limit))

    async def by_ids(self, memory_ids: Sequence[str], owners: MemoryOwners) -> list[Memory]:
        return await self._database.read(lambda db: storage.memories.by_ids(db, memory_ids, owners))

    async def page(self, text: str, *, limit: int, offset: int = 0) -> list[Memory]:
        return await self._database.read(lambda db: storage.memories.page(db, text, limit, offset))

    async def count(self) -> int:
        return await self._database.read(storage.memories.count)

    async def add(self, added: Sequence[Memory]) -> None:
        await self._database.write(lambda db: storage.memories.add(db, added))

    async def change(self, memory_id: str, text: str, at: float) -> Memory:
        return await self._database.write(lambda db: storage.memories.change(db, memory_id, text, at))

    async def delete(self, memory_ids: Sequence[str]) -> int:
        return await self._database.write(lambda db: storage.memories.delete(db, memory_ids))

    async def undelivered(
        self, limit: int, passing_over: frozenset[str] = frozenset()
    ) -> tuple[list[Memory], list[str]]:
        return await self._database.read(lambda db: storage.memories.undelivered(db, limit, passing_over))

    async def note_delivered(self, memory: Memory) -> None:
        await self._database.write(lambda db: storage.memories.note_delivered(db, memory))

    async def note_forgotten(self, memory_id: str) -> None:
        await self._database.write(lambda db: storage.memories.note_forgotten(db, memory_id))

"""`SqliteMemories`: the port `MemoryStore` over the same file as the store. Made by `store.py`."""

from __future__ import annotations

from collections.abc import Sequence

from roku_desktop.engine.records import Memory, MemoryOwners, Recalled
from roku_desktop.engine.storage import memories
from roku_desktop.engine.storage.database import Database


class SqliteMemories:
    """Each call is one transaction, durable when it returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recall(self, query: str, owners: MemoryOwners, limit: int) -> list[Recalled]:
        return await self._database.read(lambda db: memories.recall(db, query, owners, limit))

    async def newest(self, owners: MemoryOwners, limit: int) -> list[Memory]:
        return await self._database.read(lambda db: memories.newest(db, owners, limit))

    async def by_ids(self, memory_ids: Sequence[str], owners: MemoryOwners) -> list[Memory]:
        return await self._database.read(lambda db: memories.by_ids(db, memory_ids, owners))

    async def page(self, text: str, *, limit: int, offset: int = 0) -> list[Memory]:
        return await self._database.read(lambda db: memories.page(db, text, limit, offset))

    async def count(self) -> int:
        return await self._database.read(memories.count)

    async def add(self, added: Sequence[Memory]) -> None:
        await self._database.write(lambda db: memories.add(db, added))

    async def change(self, memory_id: str, text: str, at: float) -> Memory:
        return await self._database.write(lambda db: memories.change(db, memory_id, text, at))

    async def delete(self, memory_ids: Sequence[str]) -> int:
        return await self._database.write(lambda db: memories.delete(db, memory_ids))

    async def undelivered(self, limit: int) -> tuple[list[Memory], list[str]]:
        return await self._database.read(lambda db: memories.undelivered(db, limit))

    async def note_delivered(self, memory: Memory) -> None:
        await self._database.write(lambda db: memories.note_delivered(db, memory))

    async def note_forgotten(self, memory_id: str) -> None:
        await self._database.write(lambda db: memories.note_forgotten(db, memory_id))

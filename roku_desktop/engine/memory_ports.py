"""The seams of long-term memory: where it is kept, and a service that finds in it by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from roku_desktop.engine.records import Memory, MemoryOwners, Recalled


class MemoryStore(Protocol):
    """Where every memory is kept. Each call is one transaction; raises `StorageError`."""

    async def recall(self, query: str, owners: MemoryOwners, limit: int) -> list[Recalled]:
        """Those that share words with `query`, best first."""
        ...

    async def newest(self, owners: MemoryOwners, limit: int) -> list[Memory]: ...

    async def by_ids(self, memory_ids: Sequence[str], owners: MemoryOwners) -> list[Memory]:
        """Those of them that hold for these owners, in that order."""
        ...

    async def page(self, text: str, *, limit: int, offset: int = 0) -> list[Memory]:
        """Newest first, those that hold every word of `text`."""
        ...

    async def count(self) -> int: ...

    async def add(self, memories: Sequence[Memory]) -> None: ...

    async def change(self, memory_id: str, text: str, at: float) -> Memory:
        """Raises `NotFoundError`."""
        ...

    async def delete(self, memory_ids: Sequence[str]) -> int:
        """Returns how many there were."""
        ...

    async def undelivered(
        self, limit: int, passing_over: frozenset[str] = frozenset()
    ) -> tuple[list[Memory], list[str]]:
        """What the service has not got yet, and the ids of what it still has to forget, without those."""
        ...

    async def note_delivered(self, memory: Memory) -> None: ...

    async def note_forgotten(self, memory_id: str) -> None: ...


class MemoryService(Protocol):
    """Finds memories by their meaning. Every call may raise `MemoryServiceError`, none blocks the loop."""

    @property
    def name(self) -> str: ...

    async def check(self) -> None:
        """Return if it is well."""
        ...

    async def find(self, query: str, limit: int) -> list[tuple[str, float]]:
        """Memory ids with the service's score, best first; ids that are not ours are left out."""
        ...

    async def put(self, memory: Memory) -> bool:
        """Whether it can be found now; False where it was not taken, though the service is well.

        Safe to repeat: the same memory replaces itself.
        """
        ...

    async def remove(self, memory_id: str) -> bool:
        """Whether it is gone; False as in `put`. Safe to repeat: one that is not there is gone."""
        ...

    async def aclose(self) -> None: ...

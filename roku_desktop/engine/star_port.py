"""The seam behind which stars last: a star is a person's mark on an answer, to find it again."""

from __future__ import annotations

from typing import Protocol

from roku_desktop.engine.records import SearchHit


class StarStore(Protocol):
    """Each call is one transaction; raises `StorageError`."""

    async def star(self, run_id: str, starred: bool) -> None:
        """Give the last answer of a run a star, or take the run's away; `NotFoundError` without one."""
        ...

    async def newest(self, limit: int) -> list[SearchHit]:
        """Starred answers of sessions that stand in the list, the last one written first."""
        ...

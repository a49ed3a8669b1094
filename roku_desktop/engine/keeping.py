"""What a home keeps beside conversations, as the faces ask for it: preferences, stars, room on disk,
measurements.

A part of the facade (`service.py`), which adds everything else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from roku_desktop.engine.ports import Store
from roku_desktop.engine.records import Sample, SearchHit, Series, StorageUse


class Keeping:
    """Over `_store`, which the facade sets."""

    _store: Store

    async def preference(self, name: str) -> str | None:
        return await self._store.preference(name)

    async def set_preference(self, name: str, value: str | None) -> None:
        await self._store.set_preference(name, value)

    async def star(self, run_id: str, starred: bool) -> None:
        """Mark the answer of a run, so that it is found again, or take its star away.

        Raises `NotFoundError` where it has no answer.
        """
        await self._store.stars.star(run_id, starred)

    async def starred(self, limit: int = 100) -> list[SearchHit]:
        """The answers that have a star, the last one written first."""
        return await self._store.stars.newest(limit)

    async def storage_usage(self) -> list[StorageUse]:
        return await self._store.usage()

    async def prune_storage(self) -> list[StorageUse]:
        return await self._store.prune()

    async def storage_problems(self) -> list[str]:
        return await self._store.problems()

    async def keep_samples(self, samples: Sequence[Sample]) -> None:
        await self._store.keep_samples(samples)

    async def samples(self, since: float, names: Collection[str] = ()) -> list[Series]:
        """What was measured from `since` (Unix seconds) on, also by earlier processes; no names = all."""
        return await self._store.samples(since, names)

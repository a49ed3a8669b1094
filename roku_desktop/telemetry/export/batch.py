"""What gathers for one request: until a time has passed since the first, or until it is enough.

As OpenTelemetry's batch processors do (`OTEL_BSP_*`, `OTEL_BLRP_*`). Not safe by itself: the exporter
holds its lock around each call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeVar

import msgspec

Item = TypeVar("Item")


class BatchRule(msgspec.Struct, frozen=True, kw_only=True):
    """Sent `delay_s` after the first item, or when `max_items` wait; beyond `max_waiting` none is taken."""

    delay_s: float = 5.0
    max_items: int = 512
    max_waiting: int = 2_048


class Batch(Generic[Item]):
    """`now` counts seconds and never goes back."""

    def __init__(self, rule: BatchRule, now: Callable[[], float]) -> None:
        self._rule: Final = rule
        self._now = now
        self._items: list[Item] = []
        self._first_at = 0.0

    def add(self, item: Item) -> bool:
        """False where too much waits."""
        if len(self._items) >= self._rule.max_waiting:
            return False
        if not self._items:
            self._first_at = self._now()
        self._items.append(item)
        return True

    @property
    def due_in_s(self) -> float | None:
        """0 or less = it is time; None = nothing waits."""
        if not self._items:
            return None
        return 0.0 if self.is_enough else self._first_at + self._rule.delay_s - self._now()

    @property
    def is_enough(self) -> bool:
        return len(self._items) >= self._rule.max_items

    def take(self) -> Iterator[list[Item]]:
        """All that waits, in portions of `max_items`."""
        items, self._items = self._items, []
        for first in range(0, len(items), self._rule.max_items):
            yield items[first : first + self._rule.max_items]

"""How a memory service does, as a pure state machine: healthy, degraded, down, and when to look again.

A failure degrades it: it is still asked, and something else answers. After `DOWN_AFTER` failures in a
row it is down: nobody waits for it until a look at it succeeds. Looks come after a wait that doubles.
"""

from __future__ import annotations

from typing import Final

import msgspec

from roku_desktop.engine.events import MemoryHealth

DOWN_AFTER: Final = 3
FIRST_WAIT_S: Final = 1.0
MAX_WAIT_S: Final = 60.0


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """`failures` are those in a row; `reason` is the sentence of the last one."""

    failures: int = 0
    reason: str = ""

    @property
    def state(self) -> MemoryHealth:
        if self.failures == 0:
            return "healthy"
        return "degraded" if self.failures < DOWN_AFTER else "down"

    @property
    def wait_s(self) -> float:
        """How long to wait before the next look."""
        return min(FIRST_WAIT_S * 2.0 ** max(self.failures - 1, 0), MAX_WAIT_S)

    def failed(self, reason: str) -> Health:
        return Health(failures=self.failures + 1, reason=reason)

    def succeeded(self) -> Health:
        return Health()

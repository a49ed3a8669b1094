"""What a process remembers of a session between its turns: failed summaries, the provider's cache.

Nothing here has to last: a new process begins with a closed breaker and no expectations. Kept by
`turns.py`, used by `turn_context.py`. Pure, on a clock it is given.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import msgspec

from roku_desktop.engine.compactions import CacheCulprit
from roku_desktop.engine.ports import Clock, SystemPrompt, ToolSpec

MAX_CONSECUTIVE_AUTOCOMPACT_FAILURES: Final = 3
COOLDOWN_S: Final = 600.0
CACHE_BREAK_TOKENS: Final = 2_000
CACHE_BREAK_SHARE: Final = 0.05
SESSIONS_REMEMBERED: Final = 1_000


class SummaryBreaker:
    """Gives models up for a while that fail to summarise; then one may try, and a failure opens it again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.failures = 0
        self.until = 0.0

    def allows(self) -> bool:
        return self._clock.now() >= self.until

    def succeeded(self) -> None:
        self.failures, self.until = 0, 0.0

    def failed(self) -> bool:
        """Count a failure; True where it opens the breaker."""
        self.failures += 1
        if self.failures < MAX_CONSECUTIVE_AUTOCOMPACT_FAILURES:
            return False
        self.until = self._clock.now() + COOLDOWN_S
        return True


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What of a request a provider's cache depends on, beside the conversation."""

    provider: str
    model: str
    system: SystemPrompt
    tools: tuple[ToolSpec, ...]


class CacheBreak(msgspec.Struct, frozen=True, kw_only=True):
    cached_before: int
    cached_now: int
    changed: tuple[CacheCulprit, ...]


class CacheWatch:
    """Compares how much providers read from their caches, request by request."""

    def __init__(self) -> None:
        self._sent: Sent | None = None
        self._cached = 0

    def forget(self) -> None:
        """What is sent begins differently from now on: less from the cache is what is to be expected."""
        self._sent = None

    def answered(self, sent: Sent, cached_tokens: int) -> CacheBreak | None:
        """Take what the provider counted; returns the break, if that is one by both thresholds."""
        before, cached_before = self._sent, self._cached
        self._sent, self._cached = sent, cached_tokens
        fell = cached_before - cached_tokens
        if before is None or fell < CACHE_BREAK_TOKENS or fell < cached_before * CACHE_BREAK_SHARE:
            return None
        return CacheBreak(
            cached_before=cached_before, cached_now=cached_tokens, changed=_differences(before, sent)
        )


def _differences(before: Sent, now: Sent) -> tuple[CacheCulprit, ...]:
    changed: list[CacheCulprit] = []
    if before.system != now.system:
        changed.append("system")
    if before.tools != now.tools:
        changed.append("tools")
    if (before.provider, before.model) != (now.provider, now.model):
        changed.append("model")
    return tuple(changed)


class SessionContext:
    """One session's.

    Attributes:
        cleared: how many results were sent as a line each, when the newest request was made.
    """

    def __init__(self, clock: Clock) -> None:
        self.cleared = 0
        self.breaker = SummaryBreaker(clock)
        self.cache = CacheWatch()


class SessionContexts:
    """Those of all sessions; the one unused for longest is forgotten first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[str, SessionContext] = OrderedDict()

    def of(self, session_id: str) -> SessionContext:
        context = self._known.setdefault(session_id, SessionContext(self._clock))
        self._known.move_to_end(session_id)
        if len(self._known) > SESSIONS_REMEMBERED:
            self._known.popitem(last=False)
        return context

"""When a failed request may be made again, and how long to wait before: `tenacity`, told beforehand.

Owns the figures and the limits of retrying; it neither sleeps nor asks (`route.py` does). The schedule
is made at the first failure, so that a healthy request never imports tenacity.

A wait is the server's own where it names one (`retry_after_s`), never shortened; otherwise
`initial_backoff_ms`, doubled each time, up to `max_backoff_ms`. Both are spread by up to a tenth, so
that many sessions don't come back in one moment; a server's wait is spread to its longer side only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec

from roku_desktop.engine.errors import ProviderError
from roku_desktop.engine.settings import Resilience

if TYPE_CHECKING:
    from tenacity import AsyncRetrying, RetryCallState

Spread = Callable[[float, float], float]
"""`random.uniform`, or what a test puts in its place."""

JITTER: Final = 0.1
RETRIES_AT_FIRST: Final = 10
RETRIES_PER_REQUEST: Final = 0.2


class RetryBudget:
    """What one session may spend on retries: 10, and one more for every five requests.

    Keeps a long session against a limping provider from doubling the load on it, whatever the figures
    of a single request allow. Lasts as long as the process.
    """

    def __init__(self) -> None:
        self._requests = 0
        self._retries = 0

    @property
    def is_spent(self) -> bool:
        return self._retries >= RETRIES_AT_FIRST + self._requests * RETRIES_PER_REQUEST

    def count_request(self) -> None:
        self._requests += 1

    def count_retry(self) -> None:
        self._retries += 1


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one provider, in seconds."""

    max_retries: int
    initial_s: float
    max_s: float

    @classmethod
    def of(cls, settings: Resilience) -> RetryPolicy:
        return cls(
            max_retries=settings.max_retries,
            initial_s=settings.initial_backoff_ms / 1000,
            max_s=settings.max_backoff_ms / 1000,
        )

    def wait_s(self, error: ProviderError, attempt: int, spread: Spread) -> float:
        """How long to wait after the `attempt`-th failure (from 1)."""
        if error.retry_after_s is not None:
            asked_s = max(error.retry_after_s, 0.0)
            return max(asked_s, min(asked_s * spread(1.0, 1.0 + JITTER), self.max_s))
        backoff_s = min(self.initial_s * 2.0 ** min(attempt - 1, 62), self.max_s)
        return min(backoff_s * spread(1.0 - JITTER, 1.0 + JITTER), self.max_s)

    def waits_too_long(self, error: ProviderError) -> bool:
        """The server asks for more than is slept for: fail over, or stop with the time."""
        return error.retry_after_s is not None and error.retry_after_s > self.max_s


class RetrySchedule:
    """The retries of one request to one model; made at its first failure."""

    def __init__(self, policy: RetryPolicy, budget: RetryBudget, spread: Spread) -> None:
        from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

        attempts_are_used = stop_after_attempt(policy.max_retries + 1)

        def stop(state: RetryCallState) -> bool:
            return attempts_are_used(state) or policy.waits_too_long(_error_of(state)) or budget.is_spent

        def wait_s(state: RetryCallState) -> float:
            return policy.wait_s(_error_of(state), state.attempt_number, spread)

        self._budget = budget
        self._retrying: AsyncRetrying = AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, ProviderError) and error.retryable),
            stop=stop,
            wait=wait_s,
            reraise=True,
        )
        self._state = RetryCallState(self._retrying, None, (), {})
        self._retrying.begin()

    async def after(self, error: ProviderError) -> float | None:
        """Seconds to wait before the request is made again; None where it isn't to be."""
        from tenacity import DoSleep

        self._state.set_exception((type(error), error, error.__traceback__))
        try:
            step = await self._retrying.iter(self._state)
        except ProviderError:
            return None
        assert isinstance(step, DoSleep), "a failure is followed by a wait or raised again"
        self._state.prepare_for_next_attempt()
        self._budget.count_retry()
        return float(step)


def _error_of(state: RetryCallState) -> ProviderError:
    assert state.outcome is not None
    error = state.outcome.exception()
    assert isinstance(error, ProviderError)
    return error

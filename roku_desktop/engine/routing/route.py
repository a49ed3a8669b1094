"""The way of one turn's requests to a model: attempts, waits and hops, told as events.

    stream ─→ breaker ─→ provider          an attempt; its items pass through as they come
       ↑         └─ failure, nothing shown yet ─→ retry here, after a wait
       └──────────────────────────────────────── or go on with the next candidate

Nothing is retried or handed on once content was forwarded: the partial answer stays, and a person
decides. A turn that went over to another model stays there; the next one begins with the chosen model
again. Made by `router.py` for each turn, used by `loop.py`.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

import msgspec

from roku_desktop.engine.context.estimate import request_tokens
from roku_desktop.engine.errors import BreakerOpen, ProviderError, StreamInterrupted
from roku_desktop.engine.events import (
    AttemptFailed,
    BudgetNear,
    FailedOver,
    Incident,
    Initiator,
    RetryScheduled,
)
from roku_desktop.engine.ports import (
    Answer,
    ChatRequest,
    Clock,
    ProviderItem,
    Providers,
    TextChunk,
    ThinkingChunk,
)
from roku_desktop.engine.routing.breakers import Breakers, clock_time
from roku_desktop.engine.routing.budget import TurnBudget
from roku_desktop.engine.routing.candidates import Candidates, Needs
from roku_desktop.engine.routing.pause import Pause
from roku_desktop.engine.routing.retry import RetryBudget, RetryPolicy, RetrySchedule, Spread
from roku_desktop.engine.routing.selection import ModelChoice
from roku_desktop.engine.routing.sight import Sight, asks_for_sight
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import LlmSettings, Resilience
from roku_desktop.engine.tracing import attempt_span_of, attempt_traceparent
from roku_desktop.engine.whereabouts import Whereabouts, enter

RouteItem = ProviderItem | Incident | BudgetNear

_CONTENT: Final = (TextChunk, ThinkingChunk, Answer)


class Route:
    """One turn's way to a model.

    Attributes:
        current: who is asked now.
        attempt: how often it was asked for this answer, counted from 1.
    """

    def __init__(
        self,
        chosen: ModelChoice,
        *,
        session_id: str,
        run_id: str,
        settings: LlmSettings,
        propagate: bool,
        providers: Providers,
        breakers: Breakers,
        candidates: Candidates,
        budget: TurnBudget,
        retries: RetryBudget,
        clock: Clock,
        spread: Spread,
        pause: Pause,
        sight: Sight,
    ) -> None:
        self.current = chosen
        self.attempt = 0
        self._session_id = session_id
        self._run_id = run_id
        self._settings = settings
        self._propagate = propagate
        self._providers = providers
        self._breakers = breakers
        self._candidates = candidates
        self._budget = budget
        self._retries = retries
        self._clock = clock
        self._spread = spread
        self._pause = pause
        self._sight = sight
        self._tried = [chosen]
        self._schedule: RetrySchedule | None = None
        self._skip: asyncio.Event | None = None
        self._forwarded = False
        self._answer: Answer | None = None

    async def stream(self, request: ChatRequest, step: int) -> AsyncGenerator[RouteItem, None]:
        """Yield the answer's items from whoever gives it, and the trouble on the way to it.

        `request.model` is replaced by that of `current`. Raises the `ProviderError` that nothing
        could be done about.
        """
        for near in await self._budget.before(self.current, request):
            yield near
        self._retries.count_request()
        self._start_afresh()
        while self._answer is None:
            failure: ProviderError | None = None
            async with aclosing(self._ask_once(request, step)) as items:
                try:
                    async for item in items:
                        yield item
                except ProviderError as error:
                    failure = error
            if failure is not None:
                async with aclosing(self._meet(failure, request, step)) as incidents:
                    async for incident in incidents:
                        yield incident
        for near in await self._budget.after(self._answer.message):
            yield near

    async def _ask_once(self, request: ChatRequest, step: int) -> AsyncGenerator[ProviderItem, None]:
        """One attempt, after a pause that lasts; the breaker hears how it ended."""
        await self._pause.over()
        async with self._breakers.attempt(self.current.provider) as attempt:
            self.attempt += 1
            self._enter(step)
            provider = await self._providers.provider(self.current.provider)
            asked = msgspec.structs.replace(
                request,
                model=self.current.model,
                images=await self._sight.of(self._session_id, request.messages, self.current),
                traceparent=self._traceparent(step),
            )
            async with aclosing(provider.stream(asked)) as items:
                async for item in items:
                    if not self._forwarded and isinstance(item, _CONTENT):
                        self._forwarded = True
                        await attempt.answering()
                    if isinstance(item, Answer):
                        self._answer = item
                    yield item
            if self._answer is None:
                raise self._cut_off()

    def _traceparent(self, step: int) -> str:
        if not self._propagate:
            return ""
        return attempt_traceparent(self._run_id, step, self.attempt, self.current.provider)

    def _enter(self, step: int) -> None:
        provider = self.current.provider
        span_id = attempt_span_of(self._run_id, step, self.attempt, provider)
        enter(
            Whereabouts(session_id=self._session_id, run_id=self._run_id, span_id=span_id, provider=provider)
        )

    async def _meet(
        self, failure: ProviderError, request: ChatRequest, step: int
    ) -> AsyncGenerator[Incident, None]:
        """Tell of a failure, then do about it what can be done; or raise it."""
        if not isinstance(failure, BreakerOpen):  # then nothing was attempted
            yield self._attempt_failed(failure, step)
        if self._forwarded:
            raise failure
        async with aclosing(self._go_on(failure, request, step)) as incidents:
            async for incident in incidents:
                yield incident

    def aside(self) -> Route:
        """A way for a request that is not the turn's own, to who answers now; the budgets are the same."""
        beside = copy.copy(self)
        beside._tried = [self.current]  # noqa: SLF001  a copy of this one
        return beside

    def skip_wait(self) -> bool:
        """Ask the announced alternative instead of waiting; False where nothing is being waited for."""
        if self._skip is None:
            return False
        self._skip.set()
        return True

    async def _go_on(
        self, failure: ProviderError, request: ChatRequest, step: int
    ) -> AsyncGenerator[Incident, None]:
        """Wait for the next attempt, or make another candidate the current one; or raise."""
        initiator: Initiator = "system"
        following: ModelChoice | None = None
        needs = Needs(
            tokens=request_tokens(request), tools=bool(request.tools), images=asks_for_sight(request.messages)
        )
        wait_s = await self._wait_before_retry(failure)
        if wait_s is not None:
            following = await self._candidates.likely(
                self.current, failure, self._tried, needs, by_person=True
            )
            yield self._retry_scheduled(failure, step, wait_s, following)
            if not await self._wait(wait_s, skippable=following is not None):
                return
            initiator = "person"
        elif failure.may_fail_over:
            following = await self._candidates.fit(self.current, failure, self._tried, needs)
        if following is None and (probe_end := self._probe_end(failure)):
            wait_s = failure.retry_after_s or 0.0
            yield self._retry_scheduled(failure, step, wait_s, None)
            await self._sleep(wait_s, or_until=probe_end)
            return
        if following is None:
            raise self._last_word(failure)
        yield FailedOver(
            session_id=self._session_id,
            run_id=self._run_id,
            at=self._clock.now(),
            step=step,
            from_provider=self.current.provider,
            from_model=self.current.model,
            to_provider=following.provider,
            to_model=following.model,
            reason=type(failure).__name__,
            message=str(failure),
            initiator=initiator,
            left_alone_until=self._left_alone_until(),
        )
        self.current = following
        self._tried.append(following)
        self._start_afresh()

    def _left_alone_until(self) -> float:
        state = self._breakers.known(self.current.provider)
        return state.until if state.phase == "open" else 0.0

    async def _wait_before_retry(self, failure: ProviderError) -> float | None:
        """None where there is no retry, or where it would stand before an open breaker."""
        if not failure.retryable:
            return None
        if self._schedule is None:
            policy = RetryPolicy.of(self._resilience())
            self._schedule = RetrySchedule(policy, self._retries, self._spread)
        wait_s = await self._schedule.after(failure)
        if wait_s is None or self._breakers.is_open(self.current.provider, in_s=wait_s):
            return None
        return wait_s

    async def _wait(self, wait_s: float, *, skippable: bool) -> bool:
        """Let the time pass; True where a person did not want to wait for it."""
        if not skippable:
            await self._clock.sleep(wait_s)
            return False
        self._skip = asyncio.Event()
        try:
            return await self._sleep(wait_s, or_until=self._skip)
        finally:
            self._skip = None

    async def _sleep(self, wait_s: float, *, or_until: asyncio.Event) -> bool:
        """Sleep, at most until the event; True where it came first."""
        sleeping = asyncio.ensure_future(self._clock.sleep(wait_s))
        happening = asyncio.ensure_future(or_until.wait())
        try:
            await asyncio.wait((sleeping, happening), return_when=asyncio.FIRST_COMPLETED)
            return or_until.is_set()
        finally:
            for task in (sleeping, happening):
                task.cancel()
            await asyncio.gather(sleeping, happening, return_exceptions=True)

    def _probe_end(self, failure: ProviderError) -> asyncio.Event | None:
        """Where somebody else's probe keeps us out and nobody stands in, its end is worth waiting for."""
        return self._breakers.probe_end(self.current.provider) if isinstance(failure, BreakerOpen) else None

    def _start_afresh(self) -> None:
        self.attempt = 0
        self._schedule = None
        self._forwarded = False
        self._answer = None

    def _resilience(self) -> Resilience:
        known = self._settings.providers.get(self.current.provider)
        return known.resilience if known else Resilience()

    def _cut_off(self) -> StreamInterrupted:
        provider = self.current.provider
        return StreamInterrupted(
            said("{provider} ended its answer before it was complete.", provider=provider),
            provider=provider,
            model=self.current.model,
        )

    def _attempt_failed(self, failure: ProviderError, step: int) -> AttemptFailed:
        return AttemptFailed(
            session_id=self._session_id,
            run_id=self._run_id,
            at=self._clock.now(),
            step=step,
            provider=self.current.provider,
            model=self.current.model,
            attempt=self.attempt,
            failure=failure.failure(),
        )

    def _retry_scheduled(
        self, failure: ProviderError, step: int, wait_s: float, alternative: ModelChoice | None
    ) -> RetryScheduled:
        now = self._clock.now()
        return RetryScheduled(
            session_id=self._session_id,
            run_id=self._run_id,
            at=now,
            step=step,
            provider=self.current.provider,
            model=self.current.model,
            attempt=self.attempt + 1,
            wait_s=wait_s,
            until=now + wait_s,
            reason=type(failure).__name__,
            alternative_provider=alternative.provider if alternative else "",
            alternative_model=alternative.model if alternative else "",
        )

    def _last_word(self, failure: ProviderError) -> ProviderError:
        """The same failure; it also says how long its provider is left alone and why nobody stands in."""
        words = [str(failure)]
        now = self._clock.now()
        until = max(self._breakers.known(self.current.provider).until, now + (failure.retry_after_s or 0.0))
        told = copy.copy(failure)
        if until > now and not isinstance(failure, BreakerOpen):
            words.append(f"It is left alone until {clock_time(until)}.")
            told.retry_after_s = until - now
        words += [f"{name} {objection}." for name, objection in self._candidates.passed_over.items()]
        told.args = (" ".join(words),)
        return told

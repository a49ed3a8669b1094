"""One running turn of a session: records what the loop yields and ends the run. Nothing else ends one.

`Turn` drives the loop (`loop.py`) and puts each event through the outlet, which stores and then
publishes it. However the loop ends (answer, failure, stop, quit, a bug of ours), the run is closed
in storage with a valid history, and exactly one `TurnFinished` is published.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import msgspec

from roku_desktop.engine.approval.gate import Parked
from roku_desktop.engine.compactions import CompactComplete, Compaction
from roku_desktop.engine.errors import Failure, RokuError
from roku_desktop.engine.events import (
    AnswerCompleted,
    Event,
    Outcome,
    RequestSent,
    StepStarted,
    TurnFinished,
)
from roku_desktop.engine.first_token import FirstTokenWatch
from roku_desktop.engine.messages import AssistantMessage, Usage
from roku_desktop.engine.outlet import Outlet
from roku_desktop.engine.ports import Clock, Price, Store
from roku_desktop.engine.sentences import said, wording_of
from roku_desktop.engine.whereabouts import Whereabouts, enter

_log = logging.getLogger(__name__)


class TurnStart(msgspec.Struct, frozen=True, kw_only=True):
    """What a turn begins with.

    `entered_at_s` is the clock's monotonic time at which the prompt was handed in: first-token time
    counts from there. `usage` and `cost_usd` are those of the run so far, where an old one goes on.
    """

    session_id: str
    run_id: str
    entered_at_s: float
    usage: Usage = Usage()
    cost_usd: float | None = 0.0


class Turn:
    """A turn under way.

    Attributes:
        session_id, run_id: what it belongs to.
        done: whether the run is closed and its end published.
        skip_wait: ends a wait before a retry by asking the alternative that was announced; False where
            there is nothing to skip.
    """

    def __init__(
        self,
        start: TurnStart,
        events: Callable[[], AsyncGenerator[Event, None]],
        *,
        store: Store,
        publish: Callable[[Event], None],
        clock: Clock,
        price: Price,
        skip_wait: Callable[[], bool],
    ) -> None:
        self.session_id = start.session_id
        self.run_id = start.run_id
        self._start = start
        self._events = events
        self._store = store
        self._publish = publish
        self._clock = clock
        self._price = price
        self.skip_wait = skip_wait
        self._first_token = FirstTokenWatch(self._elapsed_s)
        self._outlet = Outlet(store, self._publish_in_turn)
        self._usage = start.usage
        self._cost_usd = start.cost_usd  # None as soon as one answer has no known price
        self._provider = self._model = ""
        self._stopped_as: Outcome | None = None
        self._pumping = asyncio.create_task(self._pump(), name=f"pump {start.run_id}")
        self._ending = asyncio.create_task(self._run(), name=f"turn {start.run_id}")

    @property
    def done(self) -> bool:
        return self._ending.done()

    async def result(self) -> TurnFinished:
        """Wait for the end. Cancelling the waiter does not stop the turn."""
        return await asyncio.shield(self._ending)

    def stop(self, outcome: Outcome = "cancelled") -> None:
        """End soon, at whatever point; as `interrupted` where the app quits, to be resumed later."""
        if self._stopped_as is None:
            self._stopped_as = outcome
            self._pumping.cancel()

    async def _pump(self) -> None:
        self._enter()
        async with aclosing(self._events()) as events:
            async for event in events:
                if isinstance(event, AnswerCompleted):
                    cost_usd = await self._known_price(event.message)
                    event = msgspec.structs.replace(event, cost_usd=cost_usd)  # noqa: PLW2901  priced
                elif isinstance(event, CompactComplete) and event.compaction.provider:
                    cost_usd = await self._known_price(event.compaction)
                    event = msgspec.structs.replace(event, cost_usd=cost_usd)  # noqa: PLW2901  priced
                self._note(event)
                await self._outlet.put(event)
        await self._outlet.flush()

    def _enter(self) -> None:
        enter(Whereabouts(session_id=self.session_id, run_id=self.run_id))

    def painted(self) -> None:
        """A window shows the first words of this turn."""
        self._first_token.painted()

    def _publish_in_turn(self, event: Event) -> None:
        self._publish(event)
        self._first_token.published(event)

    def _note(self, event: Event) -> None:
        self._first_token.yielded(event)
        match event:
            case StepStarted(provider=provider, model=model):
                self._provider, self._model = provider, model
            case RequestSent(provider=provider, model=model):
                self._provider, self._model = provider, model
            case AnswerCompleted(message=message, cost_usd=cost_usd):
                self._usage += message.usage
                self._cost_usd = _sum(self._cost_usd, cost_usd)
            case CompactComplete(compaction=compaction, cost_usd=cost_usd):
                self._usage += compaction.usage
                self._cost_usd = _sum(self._cost_usd, cost_usd)
            case _:
                pass

    async def _run(self) -> TurnFinished:
        self._enter()
        outcome, failure = await self._outcome()
        finished = TurnFinished(
            session_id=self.session_id,
            run_id=self.run_id,
            at=self._clock.now(),
            outcome=outcome,
            failure=failure,
            usage=self._usage,
            ttft_s=self._first_token.ttft_s,
            duration_s=self._elapsed_s(),
            cost_usd=self._cost_usd,
            provider=self._provider,
            model=self._model,
            first_token=self._first_token.seen(),
        )
        finished = await self._close(finished)
        self._publish(finished)
        return finished

    async def _outcome(self) -> tuple[Outcome, Failure | None]:
        try:
            await self._pumping
            await self._outlet.flush()
        except asyncio.CancelledError:
            return await self._after_stop()
        except Parked:
            return "parked", None
        except RokuError as error:
            return "failed", await self._after_failure(error.failure())
        except Exception as error:  # noqa: BLE001  a bug of ours ends this turn, not the app; it is reported
            _log.exception("run %s ended by an unexpected error", self.run_id)
            return "failed", await self._after_failure(_bug(error))
        return "completed", None

    async def _after_failure(self, failure: Failure) -> Failure:
        """Store and publish what came before it; trouble with that is second to the failure itself."""
        with contextlib.suppress(RokuError):
            await self._outlet.flush()
        return failure

    async def _after_stop(self) -> tuple[Outcome, Failure | None]:
        try:
            await self._outlet.flush()
        except RokuError as error:
            return "failed", error.failure()
        return self._stopped_as or "interrupted", None

    async def _close(self, finished: TurnFinished) -> TurnFinished:
        """Close the run in storage. If the disk refuses, say so: the next start closes the run."""
        try:
            return await self._store.finish_run(finished)
        except RokuError as error:
            _log.warning("run %s could not be closed: %s", self.run_id, error)
            failure = error.failure()
        except Exception as error:  # noqa: BLE001  the turn must end for its faces, whatever storage does
            _log.exception("run %s could not be closed", self.run_id)
            failure = _bug(error)
        return msgspec.structs.replace(finished, outcome="failed", failure=finished.failure or failure)

    async def _known_price(self, answer: AssistantMessage | Compaction) -> float | None:
        try:
            return await self._price(answer.provider, answer.model, answer.usage)
        except Exception:  # noqa: BLE001  a price list's bug must not lose an answer
            _log.exception("no price for %s of %s", answer.model, answer.provider)
            return None

    def _elapsed_s(self) -> float:
        return self._clock.monotonic() - self._start.entered_at_s


def _sum(total: float | None, cost: float | None) -> float | None:
    return None if total is None or cost is None else total + cost


def _bug(error: Exception) -> Failure:
    sentence = said("The turn ended by an error inside the program ({error}).", error=type(error).__name__)
    return Failure(
        kind="Fatal",
        message=str(sentence),
        message_wording=wording_of(sentence),
        next_step=said("Run the command again with --debug and report what it prints."),
    )

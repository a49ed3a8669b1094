"""What one turn sends of its session's history: measured before each request, shortened where it must be.

    below 60 % of the room      as it is; results of older calls as lines          layer 0
    from 60 %                   the older half as a digest, or as the summary      layers 1, 2
                                that was written ahead of need
    from 75 %                   the older part as a summary by the model           layer 3
    the provider refused it     the same with half of the room, once               layer 4

Owns the decision which layer runs; the texts are `shortening.py`'s, the form of what is sent is `view.py`'s.
Yields what happens as events, which the caller stores: a compaction is in force from the moment it is on
disk. Made by `turns.py` for each turn, used by `loop.py`. The rules for facts and texts are
loaded when a conversation first needs them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, Final, TypedDict

import msgspec

from roku_desktop.engine.compactions import (
    AutoCompactCircuitBreakerTripped,
    CacheBreakDetected,
    CompactComplete,
    Compaction,
    CompactionCause,
    CompactTriggered,
    ContextRecord,
    MicrocompactRan,
    MidCompactLayer1Ran,
    MidCompactLayer2Ran,
    ReactiveCompactTriggered,
    SessionDigest,
)
from roku_desktop.engine.context.calibration import Calibration
from roku_desktop.engine.context.estimate import MessageSizes, base_tokens
from roku_desktop.engine.context.session_context import Sent, SessionContext
from roku_desktop.engine.context.view import Room, View, view_of
from roku_desktop.engine.context.windows import ContextWindows
from roku_desktop.engine.errors import Failure, ProviderError
from roku_desktop.engine.events import BudgetNear, Event
from roku_desktop.engine.messages import AssistantMessage, Message, Usage
from roku_desktop.engine.ports import Clock, SystemPrompt, ToolSpec
from roku_desktop.engine.settings import EMBEDDED_PROVIDER, ContextSettings

if TYPE_CHECKING:
    from roku_desktop.engine.context.shortening import Shortening
    from roku_desktop.engine.context.summary import Ask

_ANSWER_SHARE: Final = 1 / 8
_MAX_ANSWER_TOKENS: Final = 4_096
"""What is kept free for the answer: an eighth of the window, at most this."""
_LEAST_ROOM_SHARE: Final = 1 / 4
_SHAPE_STEP_TOKENS: Final = 500
_SUMMARY_INPUT_SHARE: Final = 0.6
_REACTIVE_SHARE: Final = 0.5
"""How much of what was thought to be the room is used after the provider said that it is too much."""


class Here(TypedDict):
    """What every event of a turn has."""

    session_id: str
    run_id: str
    at: float
    step: int


class TurnPlace(msgspec.Struct, frozen=True, kw_only=True):
    """What a turn sends beside its history, and where it belongs."""

    session_id: str
    run_id: str
    system: SystemPrompt
    tools: tuple[ToolSpec, ...] = ()


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking a model for a summary: the compaction, or why there is none; it is paid for
    in either case. `tripped`: from now on no model is asked, for a while."""

    compaction: Compaction | None = None
    provider: str = ""
    model: str = ""
    usage: Usage = Usage()
    near: tuple[BudgetNear, ...] = ()
    failure: Failure | None = None
    tripped: bool = False


class TurnContext:
    """The context of one turn.

    Attributes:
        view: what is sent, as of the last `prepare` or `shrink`.
        estimated_tokens: of the whole request, uncorrected.
        window_tokens: the window that was reckoned with.
    """

    def __init__(
        self,
        place: TurnPlace,
        record: ContextRecord,
        *,
        session: SessionContext,
        windows: ContextWindows,
        settings: ContextSettings,
        clock: Clock,
    ) -> None:
        self._place = place
        self._compaction = record.compaction
        self._digest = record.digest
        self._calibrations = {model: Calibration(pairs) for model, pairs in record.pairs.items()}
        self._session = session
        self._windows = windows
        self._settings = settings
        self._clock = clock
        self._sizes = MessageSizes()
        self._base_tokens = 0
        self._embedded = False
        self._share = 1.0
        self._room = Room(tokens=0, shape=0)
        self.view = View(messages=(), tokens=0)
        self.window_tokens = 0

    @property
    def estimated_tokens(self) -> int:
        return self._base_tokens + self.view.tokens

    @property
    def compaction(self) -> Compaction | None:
        return self._compaction

    @property
    def pressure(self) -> float:
        """How much of the room is used; 1 = all."""
        return self.view.tokens / self._room.tokens

    def tokens(self, provider: str, model: str) -> int:
        """What the request will be counted as, as well as can be told."""
        return self._calibration(provider, model).tokens(self.estimated_tokens)

    async def measure(self, history: Sequence[Message], provider: str, model: str) -> None:
        """Make the view for that model, without shortening anything."""
        covered = self._compaction.covers if self._compaction else 0
        # The embedded model can't call tools and is sent none (`providers/local.py`).
        self._embedded = provider == EMBEDDED_PROVIDER
        self._base_tokens = base_tokens(self._place.system, () if self._embedded else self._place.tools)
        talk = self._sizes.total(history[covered:])
        raw = self._base_tokens + talk
        calibration = self._calibration(provider, model)
        window = await self._windows.tokens_of(
            provider, model, calibration.tokens(raw), calibration.tokens(talk)
        )
        self.window_tokens = window
        self._room = self._room_in(window, calibration.scale)
        self.view = view_of(history, self._compaction, self._room, self._sizes)

    async def prepare(
        self, history: Sequence[Message], step: int, provider: str, model: str, ask: Ask
    ) -> AsyncGenerator[Event, None]:
        """Shorten what has to be, before a model is asked. Yields what is done."""
        await self.measure(history, provider, model)
        if self.view.cleared > self._session.cleared:
            self._session.cache.forget()
            yield MicrocompactRan(
                **self._here(step), results=self.view.cleared, tokens_freed=self.view.tokens_freed
            )
        self._session.cleared = self.view.cleared
        if self.pressure >= self._settings.compact_percent / 100:
            async for event in self._summarise(history, step, ask, "pressure"):
                yield event
        elif self.pressure >= self._settings.mid_compact_percent / 100:
            for event in self._shorten_half(history, step):
                yield event

    async def shrink(
        self, history: Sequence[Message], step: int, provider: str, model: str, ask: Ask
    ) -> AsyncGenerator[Event, None]:
        """Layer 4: the provider refused what was sent; make it much less. Yields nothing if that can't be."""
        tokens = self.tokens(provider, model)
        yield ReactiveCompactTriggered(**self._here(step), tokens=tokens, window_tokens=self.window_tokens)
        self._windows.exceeded(provider, model, tokens)
        self._share = _REACTIVE_SHARE
        await self.measure(history, provider, model)
        async for event in self._summarise(history, step, ask, "exceeded"):
            yield event

    def answered(self, step: int, answer: AssistantMessage) -> CacheBreakDetected | None:
        """Learn from what the provider counted; returns the break of its cache, if there was one."""
        self._calibration(answer.provider, answer.model).add(self.estimated_tokens, answer.usage.input_tokens)
        sent = Sent(
            provider=answer.provider,
            model=answer.model,
            system=self._place.system,
            tools=self._place.tools,
        )
        found = self._session.cache.answered(sent, answer.usage.cache_read_tokens)
        if found is None:
            return None
        return CacheBreakDetected(
            **self._here(step),
            provider=answer.provider,
            model=answer.model,
            cached_before=found.cached_before,
            cached_now=found.cached_now,
            changed=found.changed,
        )

    async def compact(
        self, history: Sequence[Message], provider: str, model: str, ask: Ask
    ) -> AsyncGenerator[Event, None]:
        """Because a person wants it, whatever the pressure."""
        await self.measure(history, provider, model)
        async for event in self._summarise(history, 0, ask, "person"):
            yield event

    def preview(self, history: Sequence[Message]) -> Compaction | None:
        """What `compact` would do after `measure`, as far as it can be told without a model."""
        shortening = self._shortening(history)
        return shortening.collapsed() if shortening else None

    def unsummarised(self, history: Sequence[Message]) -> tuple[str, Sequence[Message]]:
        """The newest text that stands for a part of the history, and what came after that."""
        best: Compaction | SessionDigest | None = self._compaction
        if self._digest is not None and (best is None or self._digest.covers > best.covers):
            best = self._digest
        return (best.text, history[best.covers :]) if best else ("", history)

    def share_of(self, messages: Sequence[Message]) -> float:
        """How much of the room they take; 1 = all."""
        return self._sizes.total(messages) / self._room.tokens

    # Layers

    def _shortening(self, history: Sequence[Message]) -> Shortening | None:
        from roku_desktop.engine.context.shortening import Shortening

        return Shortening.of(history, self._compaction, self.view, room=self._room, sizes=self._sizes)

    def _shorten_half(self, history: Sequence[Message], step: int) -> list[Event]:
        """Layers 1 and 2."""
        began_s = self._clock.monotonic()
        shortening = self._shortening(history)
        if shortening is None:
            return []
        digest = self._digest
        if digest is not None and (self._compaction is None or digest.covers > self._compaction.covers):
            compaction = shortening.spliced(digest)
            if compaction is not None:
                took_s = self._use(history, compaction, began_s)
                return [MidCompactLayer2Ran(**self._here(step), compaction=compaction, duration_s=took_s)]
        compaction = shortening.collapsed()
        if compaction.tokens_after >= compaction.tokens_before:
            return []
        took_s = self._use(history, compaction, began_s)
        return [MidCompactLayer1Ran(**self._here(step), compaction=compaction, duration_s=took_s)]

    async def _summarise(
        self, history: Sequence[Message], step: int, ask: Ask, cause: CompactionCause
    ) -> AsyncGenerator[Event, None]:
        """Layers 3 and 4: by the model where it can, else by the program."""
        shortening = self._shortening(history)
        digest = shortening.collapsed() if shortening else None
        if shortening is None or digest is None or digest.tokens_after >= digest.tokens_before:
            return
        if cause != "exceeded":
            yield CompactTriggered(
                **self._here(step),
                tokens=self.estimated_tokens,
                window_tokens=self.window_tokens,
                cause=cause,
            )
        began_s = self._clock.monotonic()
        written = await self._by_model(shortening, step, ask) if self._session.breaker.allows() else Written()
        for event in written.near:
            yield event
        if written.tripped:
            breaker = self._session.breaker
            yield AutoCompactCircuitBreakerTripped(
                **self._here(step), failures=breaker.failures, until=breaker.until
            )
        compaction = msgspec.structs.replace(
            written.compaction or msgspec.structs.replace(digest, layer="summary", outcome="mechanical"),
            provider=written.provider,
            model=written.model,
            usage=written.usage,
        )
        if cause == "exceeded":
            compaction = msgspec.structs.replace(compaction, layer="reactive")
        took_s = self._use(history, compaction, began_s)
        yield CompactComplete(
            **self._here(step), compaction=compaction, duration_s=took_s, failure=written.failure
        )

    async def _by_model(self, shortening: Shortening, step: int, ask: Ask) -> Written:
        """Let a model write the summary; the breaker hears how that went."""
        from roku_desktop.engine.context.summary import ask_for_summary, summary_request

        breaker = self._session.breaker
        request = summary_request(
            self._compaction.text if self._compaction else "",
            shortening.cut.new,
            input_tokens=int(self.window_tokens * self._share * _SUMMARY_INPUT_SHARE),
            output_tokens=shortening.summary_tokens,
            may_think=not self._embedded,
        )
        try:
            answer, near = await ask_for_summary(ask, request, step)
        except ProviderError as error:
            return Written(failure=error.failure(), tripped=breaker.failed())
        compaction = shortening.summarised(answer)
        if compaction is not None:
            breaker.succeeded()
        return Written(
            compaction=compaction,
            provider=answer.provider,
            model=answer.model,
            usage=answer.usage,
            near=tuple(near),
            tripped=compaction is None and breaker.failed(),
        )

    def _use(self, history: Sequence[Message], compaction: Compaction, began_s: float) -> float:
        """Send what it says from now on; returns how long it took."""
        self._compaction = compaction
        self._session.cache.forget()
        self.view = view_of(history, compaction, self._room, self._sizes)
        self._session.cleared = self.view.cleared
        return self._clock.monotonic() - began_s

    def _room_in(self, window: int, scale: float) -> Room:
        """The window without what every request carries and without the answer, in estimated tokens."""
        answer = min(int(window * _ANSWER_SHARE), _MAX_ANSWER_TOKENS)
        least = max(int(window * _LEAST_ROOM_SHARE), 1)
        counted = max(window - answer - int(self._base_tokens * scale), least)
        shape = max(window - answer - self._base_tokens, least)
        return Room(
            tokens=max(int(counted * self._share / scale), 1),
            shape=max(shape // _SHAPE_STEP_TOKENS * _SHAPE_STEP_TOKENS, _SHAPE_STEP_TOKENS)
            if self._share == 1.0
            else max(int(shape * self._share), _SHAPE_STEP_TOKENS),
        )

    def _calibration(self, provider: str, model: str) -> Calibration:
        return self._calibrations.setdefault((provider, model), Calibration())

    def _here(self, step: int) -> Here:
        place, at = self._place, self._clock.now()
        return {"session_id": place.session_id, "run_id": place.run_id, "at": at, "step": step}

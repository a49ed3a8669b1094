"""Shortening beside the turns: because a person asks for it, and ahead of need while nothing else is to do.

A conversation that has grown is summarised when nobody has asked anything for a while, so that layer 2 has
something to splice and nobody waits for a summary. That has a small budget, stops when a turn begins, and
can be switched off. Made by `machinery.py`, which hands it every event; called by the service.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from functools import partial
from typing import Final

import msgspec

from roku_desktop.engine.compactions import (
    CompactComplete,
    Compaction,
    DigestWritten,
    SessionDigest,
)
from roku_desktop.engine.context.summary import Ask, ask_for_summary, summary_request
from roku_desktop.engine.context.turn_context import TurnContext
from roku_desktop.engine.errors import NothingToCompactError, RokuError, SessionBusyError
from roku_desktop.engine.events import Event, PromptAccepted, TurnFinished
from roku_desktop.engine.messages import Message
from roku_desktop.engine.ports import Clock, Price, Store
from roku_desktop.engine.routing.chooser import ModelChooser
from roku_desktop.engine.routing.router import Router
from roku_desktop.engine.routing.selection import NO_CHOICE, ModelChoice
from roku_desktop.engine.settings import EMBEDDED_PROVIDER
from roku_desktop.engine.turns import Turns

IDLE_S: Final = 20.0
_WORTH_IT: Final = 0.4
_STALE: Final = 0.2
"""Shares of the room: how full it must be, and how much must be new since the last summary."""
_INPUT_TOKENS: Final = 12_000
_OUTPUT_TOKENS: Final = 800

_log = logging.getLogger(__name__)


class Compacting:
    """For all sessions of a process.

    Attributes:
        idle_s: how long nobody has to ask anything before a summary is written ahead of need.
    """

    def __init__(
        self,
        turns: Turns,
        *,
        store: Store,
        chooser: ModelChooser,
        router: Router,
        clock: Clock,
        price: Price,
        publish: Callable[[Event], None],
    ) -> None:
        self._turns = turns
        self._store = store
        self._chooser = chooser
        self._router = router
        self._clock = clock
        self._price = price
        self._publish = publish
        self.idle_s = IDLE_S
        self._ahead: dict[str, asyncio.Task[None]] = {}

    async def compact(self, session_id: str, *, preview: bool) -> Compaction:
        """See `Engine.compact`."""
        await self._refuse_if_busy(session_id)
        choice, history, context = await self._open(session_id)
        await context.measure(history, choice.provider, choice.model)
        foreseen = context.preview(history)
        if foreseen is None or foreseen.tokens_after >= foreseen.tokens_before:
            raise NothingToCompactError("This conversation is still short: nothing would be gained.")
        if preview:
            return foreseen
        made: Compaction | None = None
        ask = self._ask(session_id, choice)
        async with aclosing(context.compact(history, choice.provider, choice.model, ask)) as events:
            async for event in events:
                stored = await self._priced(event)
                await self._store.append([stored])
                self._publish(stored)
                if isinstance(stored, CompactComplete):
                    made = stored.compaction
        assert made is not None, "what was foreseen is made"
        return made

    # Ahead of need

    def hear(self, event: Event) -> None:
        """A turn that begins ends the writing ahead; one that is complete lets it begin after a while."""
        if isinstance(event, PromptAccepted):
            self._drop(event.session_id)
        elif isinstance(event, TurnFinished) and event.outcome == "completed":
            self._drop(event.session_id)
            writing = asyncio.create_task(self._write_ahead(event.session_id), name="summary ahead of need")
            self._ahead[event.session_id] = writing
            writing.add_done_callback(partial(self._forget, event.session_id))

    async def aclose(self) -> None:
        """End what is being written ahead."""
        writing = list(self._ahead.values())
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)

    def _drop(self, session_id: str) -> None:
        writing = self._ahead.pop(session_id, None)
        if writing is not None:
            writing.cancel()

    def _forget(self, session_id: str, ended: asyncio.Task[None]) -> None:
        """One that was ended late does not take its successor along."""
        if self._ahead.get(session_id) is ended:
            del self._ahead[session_id]

    async def _write_ahead(self, session_id: str) -> None:
        if not self._turns.settings.context.session_summary:
            return
        await asyncio.sleep(self.idle_s)
        try:
            await self._write_digest(session_id)
        except RokuError as error:  # nobody waits for it
            _log.info("no summary was written ahead of need: %s", error)

    async def _write_digest(self, session_id: str) -> None:
        choice, history, context = await self._open(session_id)
        if choice.provider == EMBEDDED_PROVIDER:
            return  # so small a model writes no better notes than the program, and takes longer
        await context.measure(history, choice.provider, choice.model)
        earlier, since = context.unsummarised(history)
        if context.pressure < _WORTH_IT or context.share_of(since) < _STALE:
            return
        request = summary_request(earlier, since, input_tokens=_INPUT_TOKENS, output_tokens=_OUTPUT_TOKENS)
        answer, _ = await ask_for_summary(self._ask(session_id, choice), request, 0)
        written = DigestWritten(
            session_id=session_id,
            run_id="",
            at=self._clock.now(),
            digest=SessionDigest(covers=len(history), text=answer.text),
            provider=answer.provider,
            model=answer.model,
            usage=answer.usage,
            cost_usd=await self._price(answer.provider, answer.model, answer.usage),
        )
        await self._store.append([written])
        self._publish(written)

    # Both

    async def _open(self, session_id: str) -> tuple[ModelChoice, list[Message], TurnContext]:
        beginning = await self._store.beginning(session_id)
        choice = await self._chooser.for_turn(beginning, NO_CHOICE)
        conversation = await self._store.conversation(session_id)
        place = await self._turns.place_of(beginning.summary)
        return choice, conversation.messages, self._turns.context_of(place, conversation)

    def _ask(self, session_id: str, choice: ModelChoice) -> Ask:
        """A route of its own: the session's and the day's budgets hold for it too."""

        route = self._router.route(choice, session_id=session_id, run_id="")
        return route.stream

    async def _priced(self, event: Event) -> Event:
        if not isinstance(event, CompactComplete) or not event.compaction.provider:
            return event
        made = event.compaction
        cost_usd = await self._price(made.provider, made.model, made.usage)
        return msgspec.structs.replace(event, cost_usd=cost_usd)

    async def _refuse_if_busy(self, session_id: str) -> None:
        last = await self._store.last_run(session_id)
        if self._turns.of_session(session_id) is not None or (last is not None and last.status == "running"):
            raise SessionBusyError("An answer is still being written in this session.")

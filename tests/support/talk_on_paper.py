"""A long talk led through the context of its turns without an engine: hundreds of seeds in minutes."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from roku_desktop.engine.compactions import (
    CompactComplete,
    ContextRecord,
    MidCompactLayer1Ran,
    MidCompactLayer2Ran,
)
from roku_desktop.engine.context.prompt import system_prompt
from roku_desktop.engine.context.session_context import SessionContext
from roku_desktop.engine.context.turn_context import TurnContext, TurnPlace
from roku_desktop.engine.context.windows import ContextWindows
from roku_desktop.engine.errors import ServerError
from roku_desktop.engine.messages import AssistantMessage, Message, Usage
from roku_desktop.engine.ports import ChatRequest, ProviderItem, RequestOnWire
from roku_desktop.engine.settings import (
    ContextSettings,
    EngineSettings,
    LlmSettings,
    ProviderSettings,
    ToolSettings,
)
from roku_desktop.engine.tools.catalogue import standard_catalogue
from tests.support.clocks import HeldClock
from tests.support.engines import ProvidersAtHand
from tests.support.history import assert_valid
from tests.support.long_talk import LongTalk


@dataclass
class Outcome:
    """What became of a talk. `kept` and `lost` count facts over all requests after they were told."""

    requests: int = 0
    compactions: int = 0
    exceeded: int = 0
    kept: int = 0
    lost: int = 0
    kinds_lost: dict[str, int] = field(default_factory=dict)
    prefix_breaks: int = 0


def counted(messages: tuple[Message, ...], base: int) -> int:
    """Another tokenizer than the estimate's: 3.6 bytes a token."""
    return base + int(sum(len(msgspec.json.encode(message)) for message in messages) / 3.6)


async def lead(talk: LongTalk, window_tokens: int) -> Outcome:
    """Lead it to its end, a turn after the other, and look at each request."""
    clock = HeldClock()
    settings = EngineSettings(
        llm=LlmSettings(
            providers={
                "lab": ProviderSettings(name="lab", kind="openai-chat", context_window_tokens=window_tokens)
            }
        )
    )
    windows = ContextWindows(settings, ProvidersAtHand())
    tools = standard_catalogue(ToolSettings()).specs()
    place = TurnPlace(session_id="s", run_id="r", system=system_prompt(Path("/w"), clock), tools=tools)
    session = SessionContext(clock)
    record, history, outcome = ContextRecord(), list[Message](), Outcome()
    sent: tuple[Message, ...] = ()
    for number, turn in enumerate(talk.turns):
        context = TurnContext(
            place, record, session=session, windows=windows, settings=ContextSettings(), clock=clock
        )
        *requests, answer = turn.messages()
        for added in requests:
            history += added
            shortened = False
            async for event in context.prepare(history, 1, "lab", "lab-1", _nobody):
                shortened = True
                if isinstance(event, MidCompactLayer1Ran | MidCompactLayer2Ran | CompactComplete):
                    outcome.compactions += 1
            view = context.view.messages
            _look(outcome, talk, number, view, sent, shortened=shortened)
            sent = view
            tokens = counted(view, 2_424)
            outcome.exceeded += tokens > window_tokens
            context.answered(1, _usage(tokens))
        history += answer
        record = ContextRecord(compaction=context.compaction, pairs=record.pairs)
    return outcome


def _look(
    outcome: Outcome,
    talk: LongTalk,
    number: int,
    view: tuple[Message, ...],
    before: tuple[Message, ...],
    *,
    shortened: bool,
) -> None:
    assert_valid(view)
    outcome.requests += 1
    outcome.prefix_breaks += not shortened and view[: len(before)] != before
    text = msgspec.json.encode(view).decode()
    for fact in talk.planted:
        if fact.turn < number:
            if fact.needle in text:
                outcome.kept += 1
            else:
                outcome.lost += 1
                outcome.kinds_lost[fact.kind] = outcome.kinds_lost.get(fact.kind, 0) + 1


def _usage(tokens: int) -> AssistantMessage:
    return AssistantMessage(parts=(), provider="lab", model="lab-1", usage=Usage(input_tokens=tokens))


async def _nobody(request: ChatRequest, _step: int) -> AsyncGenerator[ProviderItem, None]:
    """No model writes summaries here: all of it is the program's own."""
    if request.messages:
        raise ServerError("nobody is there", provider="lab")
    yield RequestOnWire()

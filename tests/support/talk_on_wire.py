"""A long talk led through a whole engine and a real socket, with a model whose window is small."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from roku_desktop.engine import ApprovalRequested, Engine, Event
from roku_desktop.engine.messages import Usage
from tests.support.engines import Heard, engine_on
from tests.support.fault_replies import Reply, openai_error
from tests.support.fault_server import FaultServer, Request
from tests.support.fault_streams import openai_stream
from tests.support.labs import configured, settings_of
from tests.support.long_talk import LongTalk, TalkTurn
from tests.support.wires import OPENAI

_REWRITTEN = frozenset({"MicrocompactRan", "MidCompactLayer1Ran", "MidCompactLayer2Ran", "CompactComplete"})


@dataclass
class WireOutcome:
    """What became of a talk. `kept` counts facts over all requests after their turn; `lost` names the others.

    `changed_beginnings` are requests that do not begin with the whole of the one before them, and
    `rewritings` the events that say why.
    """

    requests: int = 0
    refused: int = 0
    kept: int = 0
    lost: list[str] = field(default_factory=list)
    failed_turns: list[str] = field(default_factory=list)
    changed_beginnings: int = 0
    rewritings: int = 0
    reactive: int = 0


class SmallModel:
    """Answers as the talk says; refuses what its window does not hold, and looks for the planted facts."""

    def __init__(self, talk: LongTalk, window_tokens: int, outcome: WireOutcome) -> None:
        self._talk = talk
        self._window = window_tokens
        self._outcome = outcome
        self._script = [(number, *step) for number, turn in enumerate(talk.turns) for step in _steps_of(turn)]
        self._before: list[Any] = []

    def __call__(self, request: Request) -> Reply:
        messages = msgspec.json.decode(request.body)["messages"]
        tokens = int(len(request.body) / 3.9)
        usage = Usage(input_tokens=tokens, output_tokens=5)
        if "Write the working notes" in str(messages[-1]["content"]):
            return Reply(openai_stream(["## Goal\nA talk."], usage=usage))
        if tokens > self._window:
            self._outcome.refused += 1
            return openai_error(400, "context_length_exceeded", f"The window is {self._window} tokens.")
        number, text, calls = self._script[self._outcome.requests]
        self._outcome.requests += 1
        self._look(number, messages)
        return Reply(openai_stream([text], calls, usage=usage))

    def _look(self, number: int, messages: list[Any]) -> None:
        told = msgspec.json.encode(messages).decode()
        for fact in self._talk.planted:
            if fact.turn >= number:
                continue
            if fact.needle in told:
                self._outcome.kept += 1
            else:
                self._outcome.lost.append(f"{fact.kind} in turn {number}")
        self._outcome.changed_beginnings += messages[: len(self._before)] != self._before
        self._before = messages


async def lead_on_wire(talk: LongTalk, window_tokens: int, folder: Path) -> WireOutcome:
    """Lead it to its end; what it writes is approved as soon as it is asked for."""
    outcome = WireOutcome()
    (folder / "notes.txt").write_text("What the service reads is a queue. " * 60)
    settings = settings_of(configured("lab", primary_model="test-model", context_window_tokens=window_tokens))
    async with (
        FaultServer([SmallModel(talk, window_tokens, outcome)]) as server,
        OPENAI.provider(OPENAI.url(server)) as lab,
        engine_on(folder / "home", lab, settings=settings) as engine,
    ):
        approving = Approving(engine)
        heard = Heard(engine)
        session = await engine.create_session(folder)
        for turn in talk.turns:
            ended = await (await engine.ask(session.session_id, turn.prompt)).result()
            if ended.outcome != "completed":
                outcome.failed_turns.append(str(ended.failure or ended.outcome))
        await approving.done()
    outcome.rewritings = sum(kind in _REWRITTEN for kind in heard.kinds())
    outcome.reactive = sum(kind == "ReactiveCompactTriggered" for kind in heard.kinds())
    return outcome


class Approving:
    """A person who says yes to everything at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._decisions: list[asyncio.Task[Any]] = []
        engine.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if isinstance(event, ApprovalRequested) and event.decision is None:
            deciding = self._engine.approvals.decide(event.request.approval_id, "approve", origin="window")
            self._decisions.append(asyncio.create_task(deciding))

    async def done(self) -> None:
        await asyncio.gather(*self._decisions)


def _steps_of(turn: TalkTurn) -> list[tuple[str, list[Any]]]:
    return [*[("", [call]) for call, _ in turn.calls], (turn.answer, [])]

"""Hundreds of turns in a small window: nothing that must survive is lost, nothing is refused as too long."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from roku_desktop.engine import MidCompactLayer1Ran, ReactiveCompactTriggered
from roku_desktop.engine.messages import Usage
from tests.support.engines import Heard, engine_on
from tests.support.fault_replies import Reply, openai_error
from tests.support.fault_server import FaultServer, Request
from tests.support.fault_streams import openai_stream
from tests.support.labs import configured, settings_of
from tests.support.long_talk import LongTalk, TalkTurn
from tests.support.talk_on_paper import lead
from tests.support.wires import OPENAI

WINDOW = 8_000


@pytest.mark.parametrize("seed", [1, 2])
async def test_planted_facts_are_in_all_that_is_sent(seed: int):
    outcome = await lead(LongTalk(seed, turns=200), WINDOW)
    assert outcome.compactions > 20
    assert outcome.exceeded == 0
    assert outcome.prefix_breaks == 0
    assert outcome.lost == 0, outcome.kinds_lost
    assert outcome.kept > 1_000


class SmallModel:
    """Answers as the talk says, over a real socket; refuses what its window does not hold."""

    def __init__(self, talk: LongTalk) -> None:
        self._script = [step for turn in talk.turns for step in steps_of(turn)]
        self.sent: list[list[Any]] = []
        self.refused = 0

    def __call__(self, request: Request) -> Reply:
        body = msgspec.json.decode(request.body)
        tokens = int(len(request.body) / 3.9)
        usage = Usage(input_tokens=tokens, output_tokens=5)
        if "Write the working notes" in str(body["messages"][-1]["content"]):
            return Reply(openai_stream(["## Goal\nA talk."], usage=usage))
        if tokens > WINDOW:
            self.refused += 1
            return openai_error(400, "context_length_exceeded", f"This model's window is {WINDOW} tokens.")
        self.sent.append(body["messages"])
        text, calls = self._script[len(self.sent) - 1]
        return Reply(openai_stream([text], calls, usage=usage))


def steps_of(turn: TalkTurn) -> list[tuple[str, list[Any]]]:
    looks = [call for call, _ in turn.calls if call.name == "Read"]
    return [*[("", [call]) for call in looks], (turn.answer, [])]


async def test_over_a_socket_no_turn_fails_and_what_is_sent_begins_the_same_between_compactions(
    tmp_path: Path,
):
    talk = LongTalk(3, turns=40)
    model = SmallModel(talk)
    (tmp_path / "notes.txt").write_text("What the service reads is a queue. " * 60)
    settings = settings_of(configured("lab", primary_model="test-model", context_window_tokens=WINDOW))
    async with (
        FaultServer([model]) as server,
        OPENAI.provider(OPENAI.url(server)) as lab,
        engine_on(tmp_path / "home", lab, settings=settings) as engine,
    ):
        heard = Heard(engine)
        session = await engine.create_session(tmp_path)
        for turn in talk.turns:
            ended = await (await engine.ask(session.session_id, turn.prompt)).result()
            assert ended.outcome == "completed", ended.failure
    text = msgspec.json.encode(model.sent[-1]).decode()
    lost = [fact.kind for fact in talk.planted if fact.kind != "path" and fact.needle not in text]
    assert lost == []
    compactions = sum(isinstance(event, MidCompactLayer1Ran) for event in heard)
    breaks = sum(now[: len(before)] != before for before, now in pairwise(model.sent))
    assert 0 < breaks <= compactions + sum("ompact" in kind for kind in heard.kinds())
    assert model.refused == sum(isinstance(event, ReactiveCompactTriggered) for event in heard)

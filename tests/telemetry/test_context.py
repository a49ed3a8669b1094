"""How compactions are measured, traced and logged."""

from __future__ import annotations

from typing import Any

import msgspec

from roku_desktop.engine.compactions import (
    CompactComplete,
    Compaction,
    ContextEvent,
    MicrocompactRan,
    MidCompactLayer1Ran,
    OutputSlotEscalated,
)
from roku_desktop.engine.errors import Failure
from roku_desktop.engine.messages import Usage, UserMessage
from roku_desktop.telemetry.content import Content
from roku_desktop.telemetry.logs.event_line import event_line
from roku_desktop.telemetry.metering import Meter
from roku_desktop.telemetry.spans import SpanMaker
from roku_desktop.telemetry.traces import spans_of
from tests.support.turns import Turn

SECRET = "what the person said"
COMPACTION = Compaction(
    compaction_id="cmp_1", layer="collapse", covers=84, text=SECRET, tokens_before=900, tokens_after=300
)
SUMMARY = msgspec.structs.replace(
    COMPACTION, layer="summary", provider="a", model="a-1", usage=Usage(input_tokens=400, output_tokens=40)
)
HERE: dict[str, Any] = {"session_id": "ses", "run_id": "run_1", "at": 1_002.0, "step": 1}


def measured(event: ContextEvent) -> dict[str, float]:
    meter = Meter(lambda _provider: ("models.example", 443), lambda _name: True)
    return {one.instrument.name: one.value for one in meter.measure(event)}  # type: ignore[arg-type]


def test_a_compaction_is_one_with_its_time_and_what_it_freed():
    found = measured(MidCompactLayer1Ran(**HERE, compaction=COMPACTION, duration_s=0.25))
    assert found == {
        "roku.compaction.count": 1,
        "roku.compaction.duration": 0.25,
        "roku.compaction.tokens_freed": 600,
    }


def test_a_summary_is_also_a_request_that_is_paid_for():
    found = measured(CompactComplete(**HERE, compaction=SUMMARY, duration_s=3.0, cost_usd=0.5))
    assert found["roku.llm.requests"] == found["roku.llm.successes"] == 1
    assert found["gen_ai.client.token.usage"] == 40
    assert found["roku.llm.cost"] == 0.5


def test_a_summary_that_failed_is_a_failed_request():
    failure = Failure(kind="Timeout", message="no", provider="a", model="a-1")
    found = measured(CompactComplete(**HERE, compaction=COMPACTION, duration_s=3.0, failure=failure))
    assert found["roku.llm.failures"] == 1
    assert "roku.llm.successes" not in found


def test_what_was_lost_for_want_of_room_counts_against_the_objective():
    lossy = msgspec.structs.replace(COMPACTION, lost=3)
    assert measured(MidCompactLayer1Ran(**HERE, compaction=lossy))["roku.compaction.validation_failures"] == 1


def test_a_compaction_is_a_span_of_its_turn_with_no_word_of_the_text():
    turn = Turn("ses")
    spans = SpanMaker(lambda _name: True, Content())
    lines = [
        *spans.lines(turn.prompt()),
        *spans.lines(MicrocompactRan(**HERE, results=2, tokens_freed=10)),
        *spans.lines(CompactComplete(**HERE, compaction=SUMMARY, duration_s=3.0)),
        *spans.lines(turn.finished()),
    ]
    root, compact = spans_of(lines)
    assert [moment.name for moment in root.events] == ["microcompact"]
    assert (compact.name, compact.parent_id, compact.duration_s) == ("compact", root.span_id, 3.0)
    assert compact.attributes["roku.layer"] == "summary"
    assert SECRET not in str(lines)


def test_the_log_tells_of_it_without_the_text():
    event = MidCompactLayer1Ran(**HERE, compaction=COMPACTION)
    line = event_line(event, lambda _name: True)
    assert line is not None
    assert (line.component, line.attributes["covers"]) == ("engine.context", 84)
    goes_on = OutputSlotEscalated(**HERE, message=UserMessage(text=SECRET), continuations=1)
    assert SECRET not in str([line, event_line(goes_on, lambda _name: True)])

"""What each event is measured as."""

from __future__ import annotations

from typing import Any

import msgspec

from roku_desktop.engine.errors import Failure
from roku_desktop.engine.events import (
    ApprovalExpired,
    AttemptFailed,
    BreakerChanged,
    Event,
    FailedOver,
    RetryScheduled,
)
from roku_desktop.engine.messages import ToolCall
from roku_desktop.telemetry.measurement import Measurement
from roku_desktop.telemetry.metering import Meter
from tests.support.turns import MADE_UP, MODEL, PROVIDER, Turn, asked_and_decided, call

OF_MODEL = (("gen_ai.provider.name", PROVIDER), ("gen_ai.request.model", MODEL))


def measured(*events: Event) -> list[Measurement]:
    meter = Meter(lambda _provider: ("models.example", 443), lambda name: name != MADE_UP)
    return [measurement for event in events for measurement in meter.measure(event)]


def named(measurements: list[Measurement], name: str) -> list[Measurement]:
    return [measurement for measurement in measurements if measurement.instrument.name == name]


def value_of(measurements: list[Measurement], name: str) -> float:
    (only,) = named(measurements, name)
    return round(only.value, 6)


def failed(turn: Turn, kind: str, *, status: int | None = None) -> AttemptFailed:
    return AttemptFailed(
        session_id=turn.session_id,
        run_id=turn.run_id,
        at=1001.0,
        step=1,
        provider=PROVIDER,
        model=MODEL,
        attempt=1,
        failure=Failure(kind=kind, message="no", status=status),
    )


def test_a_streamed_answer_is_one_request_with_its_times_and_tokens():
    turn = Turn("ses")  # each event a tenth of a second after the one before
    found = measured(
        turn.prompt(), turn.step(), turn.sent(), turn.first_byte(), turn.text("a"), turn.text("b"),
        turn.text("c"), turn.answer("abc"), turn.finished(),
    )  # fmt: skip
    assert value_of(found, "roku.llm.requests") == value_of(found, "roku.llm.successes") == 1
    assert named(found, "roku.llm.failures") == []
    assert value_of(found, "gen_ai.client.operation.time_to_first_chunk") == 0.2
    assert value_of(found, "gen_ai.client.operation.time_per_output_chunk") == 0.1
    assert value_of(found, "gen_ai.client.operation.duration") == 0.5
    tokens = {
        dict(one.attributes)["gen_ai.token.type"]: one.value
        for one in named(found, "gen_ai.client.token.usage")
    }
    assert tokens == {"input": 100, "output": 10}
    assert named(found, "roku.llm.requests")[0].attributes == OF_MODEL
    of_request = dict(named(found, "gen_ai.client.operation.duration")[0].attributes)
    assert (of_request["server.address"], of_request["server.port"]) == ("models.example", "443")


def test_a_failed_attempt_counts_by_class_and_status():
    turn = Turn("ses")
    found = measured(turn.prompt(), turn.step(), turn.sent(), failed(turn, "RateLimit", status=429))
    (failure,) = named(found, "roku.llm.failures")
    assert dict(failure.attributes) == {
        **dict(OF_MODEL), "error.type": "RateLimit", "http.response.status_code": "429",
    }  # fmt: skip
    (duration,) = named(found, "gen_ai.client.operation.duration")
    assert dict(duration.attributes)["error.type"] == "RateLimit"


def test_a_request_that_found_no_connection_counts_as_one():
    turn = Turn("ses")
    found = measured(turn.prompt(), turn.step(), failed(turn, "ConnectionFailed"))
    assert value_of(found, "roku.llm.requests") == value_of(found, "roku.llm.failures") == 1


def test_what_an_open_breaker_stopped_is_a_rejection_and_no_request():
    turn = Turn("ses")
    found = measured(turn.prompt(), turn.step(), failed(turn, "BreakerOpen"))
    assert value_of(found, "roku.breaker.rejections") == 1
    assert named(found, "roku.llm.requests") == named(found, "roku.llm.failures") == []


def test_an_answer_that_a_person_stopped_is_a_failure_of_its_own_class():
    turn = Turn("ses")
    found = measured(turn.prompt(), turn.step(), turn.sent(), turn.text("a"), turn.finished("cancelled"))
    (failure,) = named(found, "roku.llm.failures")
    assert dict(failure.attributes)["error.type"] == "Cancelled"
    assert dict(named(found, "roku.turn.count")[0].attributes) == {"roku.outcome": "cancelled"}


def test_waits_hops_and_breakers_are_counted_with_their_reasons():
    where: dict[str, Any] = {"session_id": "ses", "run_id": "run", "at": 5.0}
    found = measured(
        RetryScheduled(
            **where, step=1, provider="a", model="m", attempt=2, wait_s=0.4, until=5.4, reason="Timeout"
        ),
        FailedOver(
            **where, step=1, from_provider="a", from_model="m", to_provider="b", to_model="n",
            reason="Timeout", message="slow",
        ),
        BreakerChanged(**where, provider="a", before="closed", after="open", until=35.0, reason="Timeout"),
    )  # fmt: skip
    assert value_of(found, "roku.llm.retries") == 1
    assert value_of(found, "roku.llm.retry_wait") == 0.4
    assert dict(named(found, "roku.llm.failover")[0].attributes) == {
        "roku.from": "a", "roku.to": "b", "roku.reason": "Timeout", "roku.initiator": "system",
    }  # fmt: skip
    assert value_of(found, "roku.breaker.state") == 2
    assert value_of(found, "roku.breaker.transitions") == 1


def test_a_refused_call_is_counted_but_never_timed():
    turn = Turn("ses")
    call = ToolCall(call_id="c1", name="Shell", arguments="{}")
    found = measured(turn.tool_finished(call, outcome="refused"), turn.tool_finished(call))
    outcomes = [dict(one.attributes)["roku.outcome"] for one in named(found, "roku.tool.calls")]
    assert outcomes == ["refused", "ok"]
    assert len(named(found, "gen_ai.execute_tool.duration")) == 1


def test_a_word_of_an_answer_measures_nothing_but_the_first():
    turn = Turn("ses")
    meter = Meter(lambda _provider: ("", None), lambda _name: True)
    meter.measure(turn.sent())
    assert len(meter.measure(turn.text("first"))) == 1
    assert meter.measure(turn.text("second")) == []
    assert meter.measure(turn.thinking("third")) == []


def test_what_is_measured_holds_no_text_of_anybody():
    turn = Turn("ses")
    secret = "canary-7c1f"
    call = ToolCall(call_id=secret, name="Read", arguments=secret)
    found = measured(
        turn.prompt(secret), turn.step(), turn.sent(), turn.text(secret), turn.answer(secret, calls=(call,)),
        turn.tool_finished(call, content=secret), turn.finished(),
    )  # fmt: skip
    assert found
    assert secret not in repr(found)


def test_names_from_outside_are_bounded_and_no_name_that_a_model_made_up_is_kept():
    turn = Turn("ses")
    made_up = msgspec.structs.replace(call(1), name=MADE_UP)
    finished = measured(turn.tool_finished(made_up, outcome="error"), turn.tool_finished(call(2)))
    tools = [dict(one.attributes)["gen_ai.tool.name"] for one in named(finished, "roku.tool.calls")]
    assert tools == ["unknown", "Read"]
    assert MADE_UP not in str(finished)
    sent = msgspec.structs.replace(turn.sent(), model="m" * 100_000)
    assert all(len(value) <= 128 for one in measured(sent) for _, value in one.attributes)


def test_approvals_are_counted_by_who_decided_and_timed_from_the_question():
    turn = Turn("ses")
    asked, decided = asked_and_decided(turn, call(1))
    found = measured(asked, decided)
    (counted,) = named(found, "roku.approval.decided")
    assert dict(counted.attributes) == {"roku.decision": "approve", "roku.source": "person"}
    assert value_of(found, "roku.approval.requested") == 1
    assert value_of(found, "roku.approval.wait") == 0.1
    assert [one.value for one in named(found, "roku.approval.pending")] == [1, 0]


def test_what_a_rule_answered_waits_for_nobody():
    turn = Turn("ses")
    asked, decided = asked_and_decided(turn, call(1))
    by_rule = msgspec.structs.replace(decided.decision, origin="rule")
    found = measured(msgspec.structs.replace(asked, decision=by_rule))
    (counted,) = named(found, "roku.approval.decided")
    assert dict(counted.attributes)["roku.source"] == "session rule"
    assert value_of(found, "roku.approval.wait") == 0
    assert named(found, "roku.approval.pending") == []


def test_what_expires_was_decided_by_policy_and_a_parked_turn_leaves_nothing_waiting_here():
    turn = Turn("ses")
    first, _ = asked_and_decided(turn, call(1))
    second, _ = asked_and_decided(turn, call(2))
    expired = ApprovalExpired(
        session_id="ses", run_id=turn.run_id, at=2000.0, approval_id=first.request.approval_id
    )
    found = measured(first, second, expired, turn.finished("parked"))
    (counted,) = named(found, "roku.approval.decided")
    assert dict(counted.attributes) == {"roku.decision": "expired", "roku.source": "policy"}
    assert [one.value for one in named(found, "roku.approval.pending")] == [1, 2, 1, 0]

"""A conversation goes over to a provider of another wire, with its calls and without foreign thinking."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from roku_desktop.engine.events import FailedOver
from roku_desktop.engine.ports import Provider
from roku_desktop.engine.settings import Resilience
from tests.support.clocks import HeldClock
from tests.support.engines import Heard, engine_on
from tests.support.fault_server import FaultServer, Reply
from tests.support.fault_streams import tool_call
from tests.support.labs import configured, no_spread, say, settings_of
from tests.support.wires import WIRES, Wire

CALL = tool_call("ListDir", {"path": "."}, "call_a:1")


def provider_of(wire: Wire, name: str, server: FaultServer) -> Provider:
    return wire.provider_class(name=name, base_url=wire.url(server), api_key="x", limits=None, network=None)


def calls_and_results(body: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The ids of the calls and of the results that a request carries, whatever its wire."""
    calls: list[str] = []
    results: list[str] = []
    for item in body.get("input") or body["messages"]:
        content = item.get("content")
        parts = [item, *(content if isinstance(content, list) else ()), *item.get("tool_calls", ())]
        for part in parts:
            match part:
                case {"type": "tool_use", "id": one} | {"type": "function_call", "call_id": one}:
                    calls.append(one)
                case {"type": "function", "id": one}:
                    calls.append(one)
                case (
                    {"type": "tool_result", "tool_use_id": one}
                    | {"type": "function_call_output", "call_id": one}
                    | {"role": "tool", "tool_call_id": one}
                ):
                    results.append(one)
    return calls, results


@pytest.mark.parametrize(("one", "other"), list(permutations(WIRES, 2)), ids=lambda wire: wire.name)
async def test_the_other_wire_goes_on_with_the_calls_of_the_first(
    tmp_path: Path, one: Wire, other: Wire
) -> None:
    thinking_then_call = Reply(one.stream(["Let me look."], [CALL], thinking=["Hm, which folder?"]))
    broken = one.error(500, "server_error", "broken")
    settings = settings_of(configured("a"), configured("b"), resilience=Resilience(max_retries=1))
    async with (
        FaultServer([thinking_then_call, broken]) as a,
        FaultServer([Reply(other.stream(["It holds nothing."]))]) as b,
        engine_on(
            tmp_path / "home",
            provider_of(one, "a", a),
            provider_of(other, "b", b),
            settings=settings,
            clock=HeldClock(),
            spread=no_spread,
        ) as engine,
    ):
        heard = Heard(engine)
        finished = await say(engine, "What is here?")
        assert (finished.outcome, finished.provider) == ("completed", "b")
        assert [event.reason for event in heard if isinstance(event, FailedOver)] == ["ServerError"]
        assert (len(a.requests), len(b.requests)) == (3, 1)
        sent = json.loads(b.requests[0].body)
    assert sent["model"] == "b-1"
    assert "Hm, which folder?" not in json.dumps(sent)
    assert "signature" not in json.dumps(sent)
    calls, results = calls_and_results(sent)
    assert len(calls) == 1
    assert calls == results


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
@pytest.mark.parametrize(
    ("header", "wait_s"), [({"Retry-After": "7"}, 7.0), ({"retry-after-ms": "2500"}, 2.5), ({}, 0.2)]
)
async def test_the_wait_that_a_server_names_is_the_wait(
    tmp_path: Path, wire: Wire, header: dict[str, str], wait_s: float
) -> None:
    limited = wire.error(429, "rate_limit_error", "slow down", headers=header)
    clock = HeldClock()
    async with (
        FaultServer([limited, Reply(wire.stream(["Hello."]))]) as server,
        engine_on(
            tmp_path / "home",
            provider_of(wire, "a", server),
            settings=settings_of(configured("a")),
            clock=clock,
            spread=no_spread,
        ) as engine,
    ):
        assert (await say(engine)).outcome == "completed"
        assert len(server.requests) == 2
    assert clock.slept == [wait_s]

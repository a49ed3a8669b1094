"""A conversation goes over to a provider of another wire, with its calls and without foreign thinking."""

from __future__ import annotations

import json
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
from tests.support.wires import ANTHROPIC, OPENAI, Wire

CALL = tool_call("ListDir", {"path": "."}, "call_a:1")


def provider_of(wire: Wire, name: str, server: FaultServer) -> Provider:
    return wire.provider_class(name=name, base_url=wire.url(server), api_key="x", limits=None, network=None)


def blocks(body: dict[str, Any]) -> list[str]:
    """What the messages of a request consist of, whatever its wire."""
    kinds = []
    for message in body["messages"]:
        if isinstance(message["content"], list):
            kinds += [block["type"] for block in message["content"]]
        else:
            kinds.append(message["role"])
        kinds += ["tool_use" for _ in message.get("tool_calls", ())]
    return kinds


@pytest.mark.parametrize(
    ("one", "other"), [(OPENAI, ANTHROPIC), (ANTHROPIC, OPENAI)], ids=["to-anthropic", "to-openai"]
)
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
    if other is ANTHROPIC:
        assert blocks(sent) == ["text", "text", "tool_use", "tool_result"]
        use, result = sent["messages"][1]["content"][1], sent["messages"][2]["content"][0]
        assert use["id"] == result["tool_use_id"]
    else:
        assert blocks(sent) == ["system", "user", "assistant", "tool_use", "tool"]
        assert sent["messages"][2]["tool_calls"][0]["id"] == sent["messages"][3]["tool_call_id"]

"""Thinking goes back with the results of its calls, to the chat services that refuse these without it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from roku_desktop.engine.messages import (
    AssistantMessage,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from roku_desktop.engine.providers.dialects import dialect_of
from roku_desktop.engine.providers.openai_chat import OpenAIChatProvider
from tests.support.fault_server import Reply, openai_stream, sse, tool_call
from tests.support.wires import OPENAI, answer, chat_request

RESULT = ToolMessage(results=(ToolResult(call_id="call_1", name="Read", content="text of a"),))


def said(*parts: Any) -> AssistantMessage:
    return AssistantMessage(parts=parts, provider="lab", model="m")


async def test_thinking_comes_back_with_the_results_of_its_calls_where_the_service_wants_it() -> None:
    events = openai_stream(["I look."], [tool_call("Read", {"path": "a"})], thinking=["hm", " so"])
    elsewhere = [event.replace(b"reasoning_content", b"reasoning") for event in events]
    for stream, expected in ((events, "hm so"), (elsewhere, None)):
        async with OPENAI.serving(Reply(stream), Reply(openai_stream(["ok"]))) as (server, provider):
            message = (await answer(provider)).message
            begun = (UserMessage(text="read"), message, RESULT)
            await answer(provider, chat_request(*begun))
            await answer(provider, chat_request(*begun, said(TextPart(text="ok")), UserMessage(text="and?")))
            during, after = (request.json()["messages"][2] for request in server.requests[1:])
        assert during.get("reasoning_content") == expected
        assert "reasoning_content" not in after


class DeepSeek(OpenAIChatProvider):
    """The service at an address of this computer."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._dialect = dialect_of("https://api.deepseek.com")


async def test_a_service_that_recalls_gets_the_thinking_of_each_call_for_as_long_as_it_is_sent() -> None:
    """It refuses later prompts too: "The reasoning_content in the thinking mode must be passed back"."""
    thought = openai_stream(["I look."], [tool_call("Read", {"path": "a"})], thinking=["hm", " so"])
    wire = replace(OPENAI, provider_class=DeepSeek)
    async with wire.serving(Reply(thought), Reply(openai_stream(["ok"]))) as (server, provider):
        message = (await answer(provider)).message
        call = ToolCall(call_id="call_9", name="Read", arguments="{}")
        read = ToolMessage(results=(ToolResult(call_id="call_9", name="Read", content="b"),))
        elsewhere = AssistantMessage(parts=(call,), provider="another", model="n")
        prompts = [UserMessage(text=text) for text in ("read", "and b?", "so?")]
        history = prompts[0], message, RESULT, said(TextPart(text="ok")), prompts[1], elsewhere, read
        await answer(provider, chat_request(*history, said(TextPart(text="ok")), prompts[2]))
        sent = [each for each in server.requests[1].json()["messages"] if each["role"] == "assistant"]
    assert [each.get("reasoning_content") for each in sent] == ["hm so", "", ".", ""]


def details(*pieces: dict[str, Any], **more: Any) -> bytes:
    delta = {"role": "assistant", "content": "", "reasoning_details": list(pieces), **more}
    return sse({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})


async def test_details_of_openrouter_come_back_put_together_and_in_order() -> None:
    """Gemini's signature is in one of them; it refuses the results without it."""
    encrypted = {"type": "reasoning.encrypted", "data": "c2ln", "id": "call_1", "index": 1}
    begin, *rest = openai_stream([], [tool_call("Read", {"path": "a"})])
    stream = [
        begin,
        details({"type": "reasoning.text", "text": "let ", "index": 0, "signature": None}, reasoning="let "),
        details({"type": "reasoning.text", "text": "me see", "index": 0}, reasoning="me see"),
        details({"type": "reasoning.text", "signature": "s", "index": 0}),
        details(encrypted),
        details(encrypted | {"data": "bW9yZQ", "id": "call_2"}),
        *rest,
    ]
    async with OPENAI.serving(Reply(stream), Reply(openai_stream(["ok"]))) as (server, provider):
        message = (await answer(provider)).message
        await answer(provider, chat_request(UserMessage(text="read"), message, RESULT))
        sent = server.requests[1].json()["messages"][2]
    assert sent["reasoning_details"] == [
        {"type": "reasoning.text", "text": "let me see", "index": 0, "signature": "s"},
        encrypted,
        encrypted | {"data": "bW9yZQ", "id": "call_2"},
    ]
    assert "reasoning_content" not in sent


async def test_a_signature_without_words_comes_back_too() -> None:
    encrypted = {"type": "reasoning.encrypted", "data": "c2ln", "index": 0}
    begin, *rest = openai_stream(["I look."], [tool_call("Read", {"path": "a"})])
    replies = Reply([begin, details(encrypted), *rest]), Reply(openai_stream(["ok"]))
    async with OPENAI.serving(*replies) as (server, provider):
        message = (await answer(provider)).message
        await answer(provider, chat_request(UserMessage(text="read"), message, RESULT))
        sent = server.requests[1].json()["messages"][2]
    assert (sent["content"], sent["reasoning_details"]) == ("I look.", [encrypted])


async def test_details_of_another_shape_are_left_alone() -> None:
    begin, *rest = openai_stream(["I look."], [tool_call("Read", {"path": "a"})])
    for strange in ("words", {"a": 1}, [1, "x"]):
        odd = sse({"choices": [{"delta": {"reasoning_details": strange}}]})
        async with OPENAI.serving(Reply([begin, odd, *rest])) as (_, provider):
            message = (await answer(provider)).message
        assert message.parts[0] == TextPart(text="I look.")


async def test_googles_signature_of_a_call_comes_back_at_that_call() -> None:
    """Gemini 3 refuses the results without it: "Function call is missing a thought_signature"."""
    signature = {"google": {"thought_signature": "EjQKMgEMOdbH"}}
    calls = [
        {
            "extra_content": signature,
            "function": {"arguments": "{}", "name": "Read"},
            "id": "i",
            "type": "function",
        },
        {"function": {"arguments": "{}", "name": "Read"}, "id": "j", "type": "function"},
    ]
    stream = [
        *(
            sse({"choices": [{"delta": {"role": "assistant", "tool_calls": [call]}, "index": 0}]})
            for call in calls
        ),
        sse({"choices": [{"delta": {"role": "assistant"}, "finish_reason": "stop", "index": 0}]}),
    ]
    results = tuple(ToolResult(call_id=call_id, name="Read", content="a") for call_id in "ij")
    async with OPENAI.serving(Reply(stream), Reply(openai_stream(["ok"]))) as (server, provider):
        message = (await answer(provider)).message
        await answer(provider, chat_request(UserMessage(text="read"), message, ToolMessage(results=results)))
        sent = server.requests[1].json()["messages"][2]
    assert [call.get("extra_content") for call in sent["tool_calls"]] == [signature, None]
    assert [call["id"] for call in sent["tool_calls"]] == ["i", "j"]

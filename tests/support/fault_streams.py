"""Correct answers of all three wires, event by event, for the fault server to send, cut or delay.

Each function returns the body as one `bytes` per SSE event, so that a script can put a pause, a gate
or a cut between any two of them. Called by tests and by `fault_server` for scripts in JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from roku_desktop.engine.messages import ToolCall, Usage

USAGE = Usage(input_tokens=12, output_tokens=5)


def sse(data: object, event: str = "") -> bytes:
    """One SSE event; `data` is JSON unless it is text already."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    head = f"event: {event}\n" if event else ""
    return f"{head}data: {text}\n\n".encode()


def tool_call(name: str, arguments: object, call_id: str = "call_1") -> ToolCall:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return ToolCall(call_id=call_id, name=name, arguments=text)


def halves(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]


def openai_stream(
    text_chunks: Iterable[str] = (),
    tool_calls: Sequence[ToolCall] = (),
    usage: Usage | None = USAGE,
    thinking: Iterable[str] = (),
    *,
    model: str = "test-model",
    finish_reason: str | None = None,
    done: bool = True,
) -> tuple[bytes, ...]:
    """A chat completion as OpenAI streams it: role, thinking, text, calls, finish, usage, `[DONE]`."""

    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return sse(envelope | {"choices": [choice]})

    envelope = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model}
    events = [chunk({"role": "assistant", "content": ""})]
    events += [chunk({"reasoning_content": piece}) for piece in thinking]
    events += [chunk({"content": piece}) for piece in text_chunks]
    for index, call in enumerate(tool_calls):
        first = {"index": index, "id": call.call_id, "type": "function"}
        events.append(chunk({"tool_calls": [first | {"function": {"name": call.name, "arguments": ""}}]}))
        for piece in halves(call.arguments):
            events.append(chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}))
    events.append(chunk({}, finish_reason or ("tool_calls" if tool_calls else "stop")))
    if usage is not None:
        events.append(sse(envelope | {"choices": [], "usage": openai_usage(usage)}))
    if done:
        events.append(sse("[DONE]"))
    return tuple(events)


def openai_usage(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }


def anthropic_stream(
    text_chunks: Iterable[str] = (),
    tool_calls: Sequence[ToolCall] = (),
    usage: Usage = USAGE,
    thinking: Iterable[str] = (),
    *,
    model: str = "test-model",
    stop_reason: str | None = None,
    redacted_thinking: str | None = None,
    stop: bool = True,
) -> tuple[bytes, ...]:
    """A message as Anthropic streams it: start, blocks with their deltas, message_delta, message_stop."""
    events = [anthropic_start(model, usage), sse({"type": "ping"}, "ping")]
    index = 0

    def block(start: dict[str, Any], deltas: Iterable[dict[str, Any]]) -> None:
        nonlocal index
        begin = {"type": "content_block_start", "index": index, "content_block": start}
        events.append(sse(begin, "content_block_start"))
        for delta in deltas:
            step = {"type": "content_block_delta", "index": index, "delta": delta}
            events.append(sse(step, "content_block_delta"))
        events.append(sse({"type": "content_block_stop", "index": index}, "content_block_stop"))
        index += 1

    thoughts = [{"type": "thinking_delta", "thinking": piece} for piece in thinking]
    if thoughts:
        signature = {"type": "signature_delta", "signature": "c2lnbmF0dXJl"}
        block({"type": "thinking", "thinking": "", "signature": ""}, [*thoughts, signature])
    if redacted_thinking is not None:
        block({"type": "redacted_thinking", "data": redacted_thinking}, [])
    texts = [{"type": "text_delta", "text": piece} for piece in text_chunks]
    if texts:
        block({"type": "text", "text": ""}, texts)
    for call in tool_calls:
        pieces = [
            {"type": "input_json_delta", "partial_json": piece} for piece in ("", *halves(call.arguments))
        ]
        block({"type": "tool_use", "id": call.call_id, "name": call.name, "input": {}}, pieces)
    end = {
        "type": "message_delta",
        "delta": {
            "stop_reason": stop_reason or ("tool_use" if tool_calls else "end_turn"),
            "stop_sequence": None,
        },
        "usage": {"output_tokens": usage.output_tokens},
    }
    events.append(sse(end, "message_delta"))
    if stop:
        events.append(sse({"type": "message_stop"}, "message_stop"))
    return tuple(events)


def anthropic_start(model: str, usage: Usage) -> bytes:
    """Anthropic's `input_tokens` leaves the cached part out, unlike ours."""
    uncached = usage.input_tokens - usage.cache_read_tokens - usage.cache_write_tokens
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": uncached,
            "cache_creation_input_tokens": usage.cache_write_tokens,
            "cache_read_input_tokens": usage.cache_read_tokens,
            "output_tokens": 1,
        },
    }
    return sse({"type": "message_start", "message": message}, "message_start")


def responses_stream(
    text_chunks: Iterable[str] = (),
    tool_calls: Sequence[ToolCall] = (),
    usage: Usage = USAGE,
    thinking: Iterable[str] = (),
    *,
    model: str = "test-model",
    encrypted: str | None = "Z0FBQUFB",
    incomplete: str | None = None,
    end: bool = True,
) -> tuple[bytes, ...]:
    """A response as OpenAI streams it: created, each item with its pieces and as a whole, completed."""
    events: list[bytes] = []
    output: list[dict[str, Any]] = []

    def event(kind: str, **fields: Any) -> None:
        numbered = {"type": kind, "sequence_number": len(events), **fields}
        events.append(sse(numbered, kind))

    def response(status: str, **fields: Any) -> dict[str, Any]:
        return {"id": "resp_1", "object": "response", "model": model, "status": status, **fields}

    def item(
        start: dict[str, Any], whole: dict[str, Any], kind: str, pieces: Iterable[str], **at: int
    ) -> None:
        place = {"output_index": len(output), "item_id": start["id"], **at}
        event("response.output_item.added", output_index=len(output), item=start)
        for piece in pieces:
            event(f"response.{kind}.delta", delta=piece, **place)
        event("response.output_item.done", output_index=len(output), item=start | whole)
        output.append(start | whole)

    event("response.created", response=response("in_progress", output=[], usage=None, error=None))
    thoughts = list(thinking)
    if thoughts:
        summary = [{"type": "summary_text", "text": "".join(thoughts)}]
        start = {"id": "rs_1", "type": "reasoning", "summary": []}
        whole = {"summary": summary, "encrypted_content": encrypted}
        item(start, whole, "reasoning_summary_text", thoughts, summary_index=0)
    texts = list(text_chunks)
    if texts:
        start = {"id": "msg_1", "type": "message", "role": "assistant", "content": []}
        content = [{"type": "output_text", "text": "".join(texts), "annotations": []}]
        item(start, {"content": content}, "output_text", texts, content_index=0)
    for call in tool_calls:
        start = {"id": "fc_" + call.call_id, "type": "function_call", "call_id": call.call_id}
        start |= {"name": call.name, "arguments": ""}
        whole = {"arguments": call.arguments}
        item(start, whole, "function_call_arguments", halves(call.arguments))
    if end:
        status = "incomplete" if incomplete else "completed"
        details = {"reason": incomplete} if incomplete else None
        last = response(
            status, output=output, incomplete_details=details, usage=responses_usage(usage), error=None
        )
        event(f"response.{status}", response=last)
    return tuple(events)


def responses_usage(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {"cached_tokens": usage.cache_read_tokens},
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }

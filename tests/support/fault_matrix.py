"""The matrix of faults: what a server can do wrong, and what a person reads of it.

One row is one fault, written once for every wire. `SERVER_FAULTS` are replies of a fault server;
`CALL_FAULTS` are answers whose tool calls are cut or broken. Sentences are those of a provider called
`lab` that is asked for the model `test-model`. Used by the tests of the wires and of the engine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from roku_desktop.engine.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    ContentRefused,
    ContextWindowExceeded,
    InvalidRequest,
    MalformedResponse,
    ProviderError,
    QuotaExceeded,
    RateLimit,
    ServerError,
    ServerOverloaded,
    StreamInterrupted,
    Timeout,
)
from tests.support.fault_replies import Action, Cut, Repeat, Reply, Stall, json_reply
from tests.support.fault_streams import anthropic_stream, openai_stream, tool_call
from tests.support.wires import ANTHROPIC, OPENAI, Wire, error_event

SHORT_S = 0.08
INTERRUPTED = "lab ended its answer before it was complete."
BROKE_OFF = "lab broke off in the middle of its answer."
NOT_A_STREAM = "lab answered with something that is not a stream of events."
NOT_ITS_PROTOCOL = "lab sent an event that is not of its protocol."
NO_CONTENT = "lab answered with a redirect or without content (HTTP 204), which is not a model's answer."
WEB_PAGE = "lab answered with a web page instead of a model's answer."


@dataclass(frozen=True)
class Fault:
    """One fault. `kept` is the text that was shown before it; `limits` are the clocks it needs short."""

    name: str
    reply: Callable[[Wire], Reply]
    kind: type[ProviderError]
    sentence: str
    kept: str = ""
    status: int | None = None
    phase: str = ""
    wait_s: float | None = None
    limits: Mapping[str, float] = field(default_factory=dict)


def upto(events: Sequence[bytes], content: bytes) -> list[Action]:
    """The events up to the first that holds `content`, that one included."""
    return [*events[: next(i for i, event in enumerate(events) if content in event) + 1]]


def begun(wire: Wire) -> list[Action]:
    """An answer that has said `Hel`."""
    return upto(wire.stream(["Hel", "lo"]), b'"Hel"')


def after_hel(*actions: Action, framing: str = "chunked") -> Callable[[Wire], Reply]:
    return lambda wire: Reply([*begun(wire), *actions], framing="close" if framing == "close" else "chunked")


def always(reply: Reply) -> Callable[[Wire], Reply]:
    return lambda _wire: reply


def refusal(
    status: int, kind: type[ProviderError], sentence: str, *, code: str = "", wait: str = ""
) -> Fault:
    """A plain status, with `code` in the body if given and `Retry-After` if there is a wait."""
    body = {"error": {"message": "Sorry", "type": code or None}}
    headers = {"Retry-After": wait} if wait else {}
    return Fault(
        name=f"HTTP {status}{' ' + code if code else ''}{' with a wait' if wait else ''}",
        reply=always(json_reply(status, body, headers)),
        kind=kind,
        sentence=sentence,
        status=status,
        wait_s=float(wait) if wait else None,
    )


def malformed(name: str, reply: Reply, sentence: str, status: int | None = None) -> Fault:
    return Fault(name, always(reply), MalformedResponse, sentence, status=status)


def moved(status: int) -> Fault:
    sentence = "lab sends requests on to http://127.0.0.1; if that is right, set it as its base_url."
    reply = Reply([], status, {"Location": "http://127.0.0.1/other"}, "length")
    return malformed(f"redirect {status}", reply, sentence, status)


def mid_stream(name: str, kind: type[ProviderError], sentence: str) -> Fault:
    return Fault(
        f"error event {name}",
        lambda wire: Reply([*begun(wire), error_event(wire, name, "Sorry"), Stall()]),
        kind,
        sentence,
        kept="Hel",
    )


def late(phase: str, key: str, reply: Callable[[Wire], Reply], sentence: str, kept: str = "") -> Fault:
    return Fault(f"{phase} limit", reply, Timeout, sentence, kept=kept, phase=phase, limits={key: SHORT_S})


PROBLEM = "lab has a problem of its own (HTTP {})."
NOT_ACCEPTED = "lab did not accept the request (HTTP {})."
TOO_LONG = "The conversation is longer than test-model can read."
REFUSED = "lab refused this request because of its content."
OVERLOADED = "lab is overloaded at the moment."
LIMITING = "lab is limiting requests."
USED_UP = "The credit at lab is used up."
INVALID_HTTP = "lab did not answer with valid HTTP."

STATUS_FAULTS = (
    refusal(400, InvalidRequest, NOT_ACCEPTED.format(400)),
    refusal(400, ContextWindowExceeded, TOO_LONG, code="context_length_exceeded"),
    refusal(400, ContentRefused, REFUSED, code="content_filter"),
    refusal(401, AuthenticationFailed, "lab does not accept this API key (HTTP 401)."),
    refusal(402, QuotaExceeded, USED_UP),
    refusal(403, AuthenticationFailed, "lab does not allow this with this API key (HTTP 403)."),
    refusal(404, InvalidRequest, "lab does not know the model test-model, or its base_url is not right."),
    refusal(405, InvalidRequest, NOT_ACCEPTED.format(405)),
    refusal(407, ConnectionFailed, "The proxy on the way to lab wants a login (HTTP 407)."),
    refusal(408, Timeout, "lab gave up waiting before it could answer (HTTP 408)."),
    refusal(409, ServerError, PROBLEM.format(409)),
    refusal(413, ContextWindowExceeded, TOO_LONG),
    refusal(422, InvalidRequest, NOT_ACCEPTED.format(422)),
    refusal(425, ServerOverloaded, OVERLOADED),
    refusal(429, RateLimit, LIMITING),
    refusal(429, RateLimit, "lab is limiting requests; it asks to wait 12 s.", wait="12"),
    refusal(429, QuotaExceeded, USED_UP, code="insufficient_quota"),
    refusal(451, ContentRefused, REFUSED),
    refusal(500, ServerError, PROBLEM.format(500)),
    refusal(501, ServerError, PROBLEM.format(501)),
    refusal(502, ServerError, PROBLEM.format(502)),
    refusal(503, ServerOverloaded, OVERLOADED),
    refusal(503, ServerOverloaded, "lab is overloaded at the moment; it asks to wait 3 min.", wait="180"),
    refusal(504, ServerError, PROBLEM.format(504)),
    refusal(511, ConnectionFailed, "The network on the way to lab wants a login (HTTP 511)."),
    refusal(522, ServerError, PROBLEM.format(522)),
    refusal(529, ServerOverloaded, OVERLOADED, code="overloaded_error"),
    moved(301),
    moved(302),
    moved(307),
    moved(308),
)

BODY_FAULTS = (
    malformed("web page", Reply([b"<!doctype html>"], 200, {"Content-Type": "text/html"}), WEB_PAGE),
    malformed("web page, unlabelled", Reply([b"<!doctype html>"], 200, {}), NOT_A_STREAM),
    Fault("empty body", always(Reply([], framing="length")), StreamInterrupted, INTERRUPTED),
    malformed("no content", Reply([], 204, {}, "length"), NO_CONTENT, 204),
    malformed("JSON", json_reply(200, {"models": [{"message": {"content": "hi"}}]}), NOT_A_STREAM),
    malformed("JSON as text", Reply([b"{}"], 200, {"Content-Type": "text/plain"}), NOT_A_STREAM),
    Fault(
        "an error in disguise of a 200",
        always(json_reply(200, {"error": {"code": 429, "message": "Sorry"}})),
        RateLimit,
        LIMITING,
        status=429,
    ),
    malformed(
        "broken compression",
        Reply([b"this is no gzip at all"], 200, {"Content-Encoding": "gzip"}),
        "lab sent an answer whose compression is broken.",
    ),
    malformed("no HTTP", Reply(raw=b"HELLO\r\n\r\n"), INVALID_HTTP),
    malformed("huge headers", Reply([], 200, {"X-Large": "x" * 200_000}), INVALID_HTTP),
    malformed(
        "broken chunks",
        Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"),
        INVALID_HTTP,
    ),
    Fault(
        "reset before the headers",
        always(Reply(before_head=[Cut("rst")])),
        ConnectionFailed,
        "lab closed the connection before it answered.",
    ),
    Fault(
        "closed before the headers",
        always(Reply(before_head=[Cut("fin")])),
        ConnectionFailed,
        "lab closed the connection before it answered.",
    ),
    Fault("reset after the headers", always(Reply([Cut("rst")])), StreamInterrupted, BROKE_OFF),
    Fault(
        "less than announced",
        always(Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n: x\n\n")),
        StreamInterrupted,
        BROKE_OFF,
    ),
)

STREAM_FAULTS = (
    Fault("reset in the middle", after_hel(Cut("rst")), StreamInterrupted, BROKE_OFF, kept="Hel"),
    Fault("cut in the middle", after_hel(Cut("fin")), StreamInterrupted, BROKE_OFF, kept="Hel"),
    Fault(
        "cut in the middle, looking clean",
        after_hel(Cut("fin"), framing="close"),
        StreamInterrupted,
        INTERRUPTED,
        kept="Hel",
    ),
    Fault("no terminal event", after_hel(), StreamInterrupted, INTERRUPTED, kept="Hel"),
    Fault(
        "cut inside an event",
        after_hel(b'data: {"type":"respon', Cut("fin"), framing="close"),
        StreamInterrupted,
        INTERRUPTED,
        kept="Hel",
    ),
    Fault("event without JSON", after_hel(b"data: {x}\n\n"), MalformedResponse, NOT_ITS_PROTOCOL, kept="Hel"),
    Fault(
        "event of wrong types",
        after_hel(b'data: {"choices":7,"type":7}\n\n'),
        MalformedResponse,
        NOT_ITS_PROTOCOL,
        kept="Hel",
    ),
    Fault("event of a list", after_hel(b"data: [1]\n\n"), MalformedResponse, NOT_ITS_PROTOCOL, kept="Hel"),
    Fault(
        "endless line",
        after_hel(b"data: ", Repeat(b"x" * 2**20)),
        MalformedResponse,
        "lab sends a single event that is too large to be one.",
        kept="Hel",
    ),
    Fault(
        "endless comments",
        after_hel(Repeat((b": " + b"x" * 1022) * 1024 + b"\n\n")),
        MalformedResponse,
        "lab sends more than any answer can hold.",
        kept="Hel",
    ),
    mid_stream("overloaded_error", ServerOverloaded, OVERLOADED),
    mid_stream("rate_limit_exceeded", RateLimit, LIMITING),
    mid_stream("insufficient_quota", QuotaExceeded, USED_UP),
    mid_stream("context_length_exceeded", ContextWindowExceeded, TOO_LONG),
    mid_stream("content_filter", ContentRefused, REFUSED),
    mid_stream("server_error", ServerError, "lab has a problem of its own."),
    late(
        "first_byte",
        "first_byte_timeout_s",
        always(Reply(before_head=[Stall()])),
        f"lab did not begin to answer within {SHORT_S:g} s.",
    ),
    late(
        "idle",
        "idle_timeout_s",
        after_hel(Stall()),
        f"lab fell silent for {SHORT_S:g} s in the middle of its answer.",
        kept="Hel",
    ),
    late(
        "progress",
        "progress_timeout_s",
        after_hel(Repeat(b": ping\n\n", every_s=0.01)),
        f"lab kept the connection open for {SHORT_S:g} s without answering.",
        kept="Hel",
    ),
    late(
        "whole",
        "stream_timeout_s",
        after_hel(Repeat(b": ping\n\n", every_s=0.01)),
        f"lab did not finish its answer within {SHORT_S:g} s.",
        kept="Hel",
    ),
)

SERVER_FAULTS = (*STATUS_FAULTS, *BODY_FAULTS, *STREAM_FAULTS)


@dataclass(frozen=True)
class CallFault:
    """Tool calls that arrive cut or broken. `runs` are the paths that `Read` may be called with."""

    name: str
    reply: Callable[[Wire], Reply]
    runs: tuple[str, ...] = ()
    fails: bool = False


A, B = tool_call("Read", {"path": "a"}, "call_a"), tool_call("Read", {"path": "b"}, "call_b")


def cut_in_arguments(wire: Wire) -> Reply:
    """The whole JSON of the arguments has arrived, and still not the end of the answer."""
    events = wire.stream(["I look."], [A])
    place = max(i for i, event in enumerate(events) if rb"\"a\"" in event and wire.last_event not in event)
    return Reply([*events[: place + 1], Cut("fin")], framing="close")


def cut_by_the_limit(wire: Wire) -> Reply:
    half = tool_call("Read", '{"path": "a', "call_a")
    if wire is OPENAI:
        return Reply(openai_stream(["I look."], [half], finish_reason="length"))
    if wire is ANTHROPIC:
        return Reply(anthropic_stream(["I look."], [half], stop_reason="max_tokens"))
    return Reply(wire.stream(["I look."], [half], incomplete="max_output_tokens"))


def answer_with(*calls: tuple[str, str]) -> Callable[[Wire], Reply]:
    """Calls of `Read` by id and arguments, whatever these are."""
    return lambda wire: Reply(
        wire.stream(["I look."], [tool_call("Read", arguments, call_id) for call_id, arguments in calls])
    )


def out_of_order(wire: Wire) -> Reply:
    """The pieces of two calls, mixed, the second one's first."""
    events = list(wire.stream([], [A, B]))
    if wire is OPENAI:
        first, second = events[1:4], events[4:7]
        mixed = [second[0], first[0], second[1], first[1], first[2], second[2]]
        return Reply([events[0], *mixed, *events[7:]])
    index = b'"index":' if wire is ANTHROPIC else b'"output_index":'
    first = [event for event in events if index + b"0" in event]
    second = [event for event in events if index + b"1" in event]
    rest = [event for event in events if event not in first and event not in second]
    mixed = [event for pair in zip(second, first, strict=True) for event in pair]
    last = 1 if wire is not ANTHROPIC else 2
    return Reply([*rest[:-last], *mixed, *rest[-last:]])


def nameless(wire: Wire) -> Reply:
    body = b"".join(wire.stream(["I look."], [A]))
    return Reply([body.replace(b'"name":"Read"', b'"name":""')])


CALL_FAULTS = (
    CallFault("cut before the end", cut_in_arguments, fails=True),
    CallFault("cut by the output limit", cut_by_the_limit),
    CallFault(
        "arguments that are no JSON",
        answer_with(("call_a", '{"path": "a')),
    ),
    CallFault("arguments that are no object", answer_with(("call_a", '["a"]'))),
    CallFault("arguments of another shape", answer_with(("call_a", json.dumps({"file": "a"})))),
    CallFault("pieces out of order", out_of_order, runs=("a", "b")),
    CallFault("one id twice", answer_with(("same", A.arguments), ("same", B.arguments)), runs=("a", "b")),
    CallFault("no name", nameless),
)

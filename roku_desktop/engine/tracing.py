"""The identities of traces and spans (W3C Trace Context), derived from what they belong to.

The engine sends them out (`traceparent` of requests and child processes), telemetry gives them to its
spans, rows carry them: nobody has to hand them on, and a run that is resumed goes on in its own trace.
SHA-256 of a random run id is as good as random. Pure.
"""

from __future__ import annotations

from hashlib import sha256

from roku_desktop.engine.identity import leading_run_of


def trace_id_of(run_id: str) -> str:
    """32 hexadecimal digits. A sub-agent's run is a part of its parent's trace."""
    return sha256(f"trace {leading_run_of(run_id)}".encode()).hexdigest()[:32]


def span_id_of(run_id: str, *place: str | int) -> str:
    """16 hexadecimal digits; `place` names the span within its run, as in `"step", 2`."""
    return sha256(" ".join(["span", run_id, *map(str, place)]).encode()).hexdigest()[:16]


def traceparent_of(run_id: str, *place: str | int) -> str:
    """The header that makes that span the parent of what the receiver does; always sampled."""
    return f"00-{trace_id_of(run_id)}-{span_id_of(run_id, *place)}-01"


def attempt_traceparent(run_id: str, step: int, attempt: int, provider: str) -> str:
    """What goes out with a request to a model."""
    return traceparent_of(run_id, "attempt", step, attempt, provider)


def root_span_of(run_id: str) -> str:
    return span_id_of(run_id, "turn")


def resumed_span_of(run_id: str, at: float) -> str:
    """The part of a run that was taken up again at that time, Unix seconds."""
    return span_id_of(run_id, "resumed", repr(at))


def step_span_of(run_id: str, step: int) -> str:
    return span_id_of(run_id, "step", step)


def attempt_span_of(run_id: str, step: int, attempt: int, provider: str) -> str:
    return span_id_of(run_id, "attempt", step, attempt, provider)


def approval_span_of(run_id: str, approval_id: str) -> str:
    return span_id_of(run_id, "approval", approval_id)


def tool_span_of(run_id: str, step: int, call_id: str) -> str:
    return span_id_of(run_id, "tool", step, call_id)


def tool_traceparent(run_id: str, step: int, call_id: str) -> str:
    """What a child process of a tool is told."""
    return traceparent_of(run_id, "tool", step, call_id)

"""Any history that a session can have, for properties of what is sent of it."""

from __future__ import annotations

from hypothesis import strategies as st

from roku_desktop.engine.messages import (
    AssistantMessage,
    AssistantPart,
    Message,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolOutcome,
    ToolResult,
    Usage,
    UserMessage,
)

_WORDS = (
    "the build uses port 8443",
    "see src/app.py",
    "记住密钥轮换 90 天",
    "todo: tidy up later",
    "hm",
    "<a/>",
)
_TEXTS = st.builds(
    lambda words, times: ". ".join(words) * times,
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4),
    st.integers(1, 12),
)


@st.composite
def histories(draw: st.DrawFn, max_turns: int = 8) -> list[Message]:
    """Turns with any number of steps; the last one may wait for its answer, or for the next step."""
    history: list[Message] = []
    number = 0
    for _ in range(draw(st.integers(1, max_turns))):
        history.append(UserMessage(text=draw(_TEXTS)))
        for _ in range(draw(st.integers(0, 5))):
            calls = []
            for _ in range(draw(st.integers(1, 3))):
                number += 1
                name = draw(st.sampled_from(("Read", "Write", "Grep")))
                calls.append(ToolCall(call_id=f"c{number}", name=name, arguments=f'{{"path": "f{number}"}}'))
            history += [
                _answer(draw, *calls),
                ToolMessage(results=tuple(_result(draw, call) for call in calls)),
            ]
        if draw(st.booleans()):
            history.append(_answer(draw))
            if draw(st.booleans()):
                history += [UserMessage(text="Go on.", origin="runtime"), _answer(draw)]
    return (
        history
        if isinstance(history[-1], UserMessage | ToolMessage)
        else [*history, UserMessage(text="And?")]
    )


def _answer(draw: st.DrawFn, *calls: ToolCall) -> AssistantMessage:
    thinking: tuple[AssistantPart, ...] = ()
    if draw(st.booleans()):
        thinking = (
            ThinkingPart(text="hm", wire="anthropic", verbatim='{"type":"thinking","thinking":"hm"}'),
        )
    text = TextPart(text=draw(_TEXTS))
    return AssistantMessage(
        parts=(*thinking, text, *calls),
        provider="lab",
        model="lab-1",
        stop_reason="tool_use" if calls else "end_turn",
        usage=Usage(input_tokens=10, output_tokens=5),
    )


def _result(draw: st.DrawFn, call: ToolCall) -> ToolResult:
    outcome: ToolOutcome = "ok" if draw(st.booleans()) else "error"
    return ToolResult(call_id=call.call_id, name=call.name, content=draw(_TEXTS) * 5, outcome=outcome)

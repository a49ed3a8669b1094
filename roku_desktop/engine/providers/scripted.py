"""A provider that answers as a script says: for tests and demos, without a network.

Ships with the engine so that whoever builds on it tests against the port and not against mocks. Each
request takes the next answer of the script; the last one repeats.

    ScriptedProvider([ScriptedAnswer(steps=("Hello ", Waiting(gate), "there"))])
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import assert_never

import msgspec

from roku_desktop.engine.errors import ProviderError
from roku_desktop.engine.messages import (
    AssistantMessage,
    AssistantPart,
    TextPart,
    ThinkingPart,
    ToolCall,
    Usage,
)
from roku_desktop.engine.ports import (
    Answer,
    ChatRequest,
    FirstByte,
    ModelInfo,
    ProviderItem,
    RequestOnWire,
    TextChunk,
    ThinkingChunk,
)


class Thinking(msgspec.Struct, frozen=True):
    """A piece of reasoning."""

    text: str


class Waiting(msgspec.Struct, frozen=True):
    """Go on when the gate is set; `reached`, if given, is set before waiting."""

    gate: asyncio.Event
    reached: asyncio.Event | None = None


Step = str | Thinking | ToolCall | Waiting | ProviderError
"""Text to stream, reasoning, a call, a gate, or the failure that ends it all."""


class ScriptedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, step by step."""

    steps: tuple[Step, ...]
    usage: Usage = Usage(input_tokens=10, output_tokens=5)


class ScriptedProvider:
    """Implements `ports.Provider`.

    Attributes:
        requests: every request it got, in order.
        open_streams: how many answers are under way now.
    """

    def __init__(
        self,
        answers: Sequence[ScriptedAnswer],
        *,
        name: str = "scripted",
        models: Sequence[str] = ("scripted-1",),
    ) -> None:
        if not answers:
            raise ValueError("a script has at least one answer")
        self._answers = tuple(answers)
        self._name = name
        self._models = tuple(models)
        self.requests: list[ChatRequest] = []
        self.open_streams = 0

    @property
    def name(self) -> str:
        return self._name

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ProviderItem, None]:
        self.requests.append(request)
        answer = self._answers[min(len(self.requests), len(self._answers)) - 1]
        parts: list[AssistantPart] = []
        self.open_streams += 1
        try:
            yield RequestOnWire()
            first = True
            for step in answer.steps:
                if isinstance(step, Waiting):
                    await pass_gate(step)
                    continue
                if isinstance(step, ProviderError):
                    raise step
                if first:
                    first = False
                    yield FirstByte()
                chunk = take(step, parts)
                if chunk is not None:
                    yield chunk
            yield Answer(self._message(answer, parts, request.model))
        finally:
            self.open_streams -= 1

    def _message(self, answer: ScriptedAnswer, parts: list[AssistantPart], model: str) -> AssistantMessage:
        calls = any(isinstance(part, ToolCall) for part in parts)
        return AssistantMessage(
            parts=tuple(parts),
            provider=self._name,
            model=model,
            stop_reason="tool_use" if calls else "end_turn",
            usage=answer.usage,
        )

    async def list_models(self) -> list[ModelInfo]:
        return [ModelInfo(model=model, provider=self._name) for model in self._models]

    async def aclose(self) -> None:
        """Nothing is held open."""


async def pass_gate(step: Waiting) -> None:
    if step.reached is not None:
        step.reached.set()
    await step.gate.wait()


def take(step: str | Thinking | ToolCall, parts: list[AssistantPart]) -> ProviderItem | None:
    """Add the step to the answer's parts; return what is shown of it."""
    match step:
        case str():
            if parts and isinstance(parts[-1], TextPart):
                parts[-1] = TextPart(text=parts[-1].text + step)
            else:
                parts.append(TextPart(text=step))
            return TextChunk(step)
        case Thinking():
            parts.append(ThinkingPart(text=step.text))
            return ThinkingChunk(step.text)
        case ToolCall():
            parts.append(step)
            return None
    assert_never(step)

"""A provider with a script for each conversation, for tests of sub-agents."""

import json

from roku_desktop.engine import ToolCall, UserMessage
from roku_desktop.engine.ports import ChatRequest
from roku_desktop.engine.providers.scripted import ScriptedAnswer, ScriptedProvider

Script = dict[str, list[list[object]]]


class TwoMinds(ScriptedProvider):
    """Answers by what it is asked first: each conversation has a script of its own."""

    def __init__(self, scripts: Script) -> None:
        super().__init__([ScriptedAnswer(steps=("unused",))], name="scripted", models=("scripted-1",))
        self._scripts = scripts
        self.asked: dict[str, list[ChatRequest]] = {name: [] for name in scripts}

    async def stream(self, request: ChatRequest):
        first = request.messages[0]
        assert isinstance(first, UserMessage)
        asked = self.asked[first.text]
        steps = tuple(self._scripts[first.text][len(asked)])
        self._answers = (ScriptedAnswer(steps=steps),)  # type: ignore[arg-type]  # checked there
        asked.append(request)
        async for item in super().stream(request):
            yield item


def agent(task: str, call_id: str = "a1") -> ToolCall:
    return ToolCall(call_id=call_id, name="Agent", arguments=json.dumps({"task": task}))

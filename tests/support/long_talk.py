"""A conversation of hundreds of turns with facts of ten kinds in it, the same for the same seed.

Most of what is said carries nothing that must be kept; a few prompts mention a number by the way.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from roku_desktop.engine.messages import (
    AssistantMessage,
    Message,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)

WORDS = (  # what carries nothing that must be kept
    *("the", "report", "explains", "how", "a", "service", "reads", "its", "queue", "and", "why", "slow"),
    *("reader", "makes", "whole", "line", "wait", "while", "another", "part", "of", "program", "looks", "at"),
    *("what", "came", "before", "answers", "with", "it", "found", "in", "page", "about", "that", "place"),
)
INCIDENTAL_SHARE = 0.04


@dataclass(frozen=True)
class Planted:
    """`needle` must be found in what is sent, from turn `turn` on."""

    turn: int
    kind: str
    text: str
    needle: str


@dataclass(frozen=True)
class TalkTurn:
    """What a person says, and what the model does: calls with their results, then an answer."""

    prompt: str
    calls: tuple[tuple[ToolCall, str], ...]
    answer: str

    def messages(self) -> list[list[Message]]:
        """What is added before each request of the turn, and at last the answer."""
        pieces: list[list[Message]] = [[UserMessage(text=self.prompt)]]
        for call, content in self.calls:
            result = ToolResult(call_id=call.call_id, name=call.name, content=content)
            pieces.append([_said("", call), ToolMessage(results=(result,))])
        return [*pieces, [_said(self.answer)]]


class LongTalk:
    """The turns of one seed.

    Attributes:
        turns: in order.
        planted: the facts, ten kinds, one of each; told in the first four fifths of the turns.
    """

    def __init__(self, seed: int, turns: int) -> None:
        chance = random.Random(seed)
        self.planted = _facts(chance, turns)
        self.turns = [self._turn(chance, number) for number in range(turns)]

    def _turn(self, chance: random.Random, number: int) -> TalkTurn:
        facts = [fact for fact in self.planted if fact.turn == number]
        said = [_prose(chance, 20, 70)]
        said += [fact.text for fact in facts if fact.kind not in ("path", "checkbox")]
        if chance.random() < INCIDENTAL_SHARE:
            said.append(f"That was on line {chance.randrange(10, 999)}.")
        calls = [self._look(chance, number, step) for step in range(chance.choice((0, 0, 0, 1, 2)))]
        for fact in facts:
            if fact.kind == "path":
                arguments = f'{{"path": "{fact.needle}", "content": "text"}}'
                calls.append((ToolCall(call_id=f"w{number}", name="Write", arguments=arguments), "Written."))
        answer = _prose(chance, 30, 120)
        answer += "".join(f"\n{fact.text}" for fact in facts if fact.kind == "checkbox")
        return TalkTurn(prompt=" ".join(said), calls=tuple(calls), answer=answer)

    @staticmethod
    def _look(chance: random.Random, number: int, step: int) -> tuple[ToolCall, str]:
        call = ToolCall(call_id=f"r{number}_{step}", name="Read", arguments='{"path": "notes.txt"}')
        return call, _prose(chance, 60, 500)


def _facts(chance: random.Random, turns: int) -> list[Planted]:
    number = chance.randrange(1_000, 9_999)
    letters = "".join(chance.choices("abcdef", k=4))
    texts = {
        "decision": (f"We decided to use the port {number} for staging.", str(number)),
        "wish": (f"Never touch the branch called {letters}-release.", f"{letters}-release"),
        "chinese": (f"记住，密钥每 {number} 小时轮换一次。", str(number)),
        "task": (f"Remind me to write to Dr. {letters.title()} about it.", letters.title()),
        "checkbox": (f"- [ ] measure the {letters} queue again", f"measure the {letters} queue again"),
        "path": ("", f"src/{letters}/module_{number}.py"),
        "ticket": (f"It belongs to ROKU-{number}.", f"ROKU-{number}"),
        "address": (
            f"The page is at https://{letters}.example/{number}.",
            f"https://{letters}.example/{number}",
        ),
        "number": (f"There were {number}.5 litres in it.", f"{number}.5"),
        "identifier": (f"The setting is max_{letters}_wait.", f"max_{letters}_wait"),
    }
    return [
        Planted(turn=chance.randrange(turns * 4 // 5), kind=kind, text=text, needle=needle)
        for kind, (text, needle) in texts.items()
    ]


def _prose(chance: random.Random, least: int, most: int) -> str:
    words = chance.choices(WORDS, k=chance.randrange(least, most))
    for place in range(12, len(words), 13):
        words[place] += "."
    return " ".join(words).capitalize() + "."


def _said(text: str, *calls: ToolCall) -> AssistantMessage:
    parts = (*((TextPart(text=text),) if text else ()), *calls)
    return AssistantMessage(
        parts=parts, provider="lab", model="lab-1", stop_reason="tool_use" if calls else "end_turn"
    )

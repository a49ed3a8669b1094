"""The server of a scripted day: two providers with their troubles, and a log of what each request was given.

A process of its own (`python -m tests.benchmarks.fault_day_server`): it prints `{"port": n}`, and at the end
of its stdin a line of JSON per request, in order: what it was, and when. What is answered depends on the
number of the turn that stands in the prompt and on how often that turn has asked, so a day is the same
each time.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, Literal, overload

import msgspec

from tests.support.fault_replies import Action, Cut, Pause, Reply, Stall, openai_error
from tests.support.fault_server import FaultServer, Request
from tests.support.fault_streams import openai_stream, sse, tool_call

Kind = Literal["answer", "tool", "stop", "overloaded", "limited", "broken", "refused", "cut", "garbage"]

FAILURES: Final[dict[Kind, str]] = {
    "stop": "Cancelled",
    "overloaded": "ServerOverloaded",
    "limited": "RateLimit",
    "broken": "ServerError",
    "refused": "InvalidRequest",
    "cut": "StreamInterrupted",
    "garbage": "MalformedResponse",
}
"""The class of failure that each trouble is for whoever asked."""
STATUSES: Final[dict[Kind, int]] = {"overloaded": 503, "limited": 429, "broken": 500, "refused": 400}
OUTAGES: Final = (range(600, 640), range(1_400, 1_450))
"""Turns for which the first provider is down altogether."""


class Served(msgspec.Struct, kw_only=True):
    """One request. Times are monotonic seconds: when it was read, the first text and the last piece sent."""

    turn: int
    provider: str
    kind: Kind
    at: float
    first_text_at: float | None = None
    ended_at: float | None = None


def is_stopped(turn: int) -> bool:
    """Whether a person stops that turn in the middle of its answer."""
    return turn % 50 == 7


def kind_of(turn: int, provider: str, attempt: int) -> Kind:
    if is_stopped(turn):
        return "stop"
    if provider == "lab" and any(turn in outage for outage in OUTAGES):
        return "overloaded"
    if turn % 7 == 3 and attempt == 0:
        return "tool"
    chance = random.Random(f"{turn} {provider} {attempt}").random()
    troubles: tuple[tuple[Kind, float], ...] = (
        ("overloaded", 0.03),
        ("limited", 0.02),
        ("broken", 0.02),
        ("cut", 0.01),
        ("garbage", 0.005),
        ("refused", 0.005),
    )
    for kind, share in troubles:
        chance -= share
        if chance < 0:
            return kind
    return "answer"


class Told(Sequence[Action]):
    """A body that writes down when its pieces are sent; those from `first_text` on are content."""

    def __init__(self, served: Served, pieces: Sequence[Action], first_text: int) -> None:
        self._served = served
        self._pieces = pieces
        self._first_text = first_text

    @overload
    def __getitem__(self, index: int) -> Action: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Action]: ...
    def __getitem__(self, index: int | slice) -> Action | Sequence[Action]:
        return self._pieces[index]

    def __len__(self) -> int:
        return len(self._pieces)

    def __iter__(self) -> Iterator[Action]:
        for number, piece in enumerate(self._pieces):
            if number == self._first_text:
                self._served.first_text_at = time.monotonic()
            if isinstance(piece, bytes):
                self._served.ended_at = time.monotonic()
            yield piece


class Day:
    """Attributes:
    served: the log.
    """

    def __init__(self) -> None:
        self.served: list[Served] = []
        self._asked: Counter[int] = Counter()

    def reply(self, request: Request) -> Reply:
        turn = int(re.findall(rb"turn-(\d+)", request.body)[-1])
        provider = request.path.split("/")[1]
        kind = kind_of(turn, provider, self._asked[turn])
        self._asked[turn] += 1
        served = Served(turn=turn, provider=provider, kind=kind, at=request.at)
        self.served.append(served)
        if kind in STATUSES:
            served.ended_at = time.monotonic()
            return openai_error(STATUSES[kind], None, "scripted", kind="")
        return Reply(Told(served, *_body(kind, random.Random(turn))))


def _body(kind: Kind, luck: random.Random) -> tuple[list[Action], int]:
    """The pieces, and which of them is the first text."""
    if kind == "tool":
        return list(openai_stream(tool_calls=[tool_call("Read", {"path": "notes.txt"})])), -1
    role, *rest = openai_stream([f"word {number} " for number in range(luck.randrange(2, 12))])
    pieces: list[Action] = [role, Pause(luck.uniform(0.002, 0.06)), *rest]
    if kind in ("stop", "cut"):
        pieces = [*pieces[:4], Pause(0.01), Stall() if kind == "stop" else Cut("fin")]
    if kind == "garbage":
        pieces = [*pieces[:4], sse("{nothing"), Stall()]
    return pieces, 2


async def serve() -> None:
    day = Day()
    async with FaultServer([day.reply]) as server:
        print(json.dumps({"port": server.port}), flush=True)
        await asyncio.to_thread(sys.stdin.read)
    sys.stdout.write("".join(msgspec.json.encode(each).decode() + "\n" for each in day.served))


if __name__ == "__main__":
    asyncio.run(serve())

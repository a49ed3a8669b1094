"""Makes a home with very many messages, quickly: for benchmarks and for looking at a full window.

    python -m tests.support.big_home HOME [--sessions 1000] [--messages 1000000]

The rows are those the store writes (its own encoder, its own index); they go in by `executemany`, and
the store opens the home at the end, so that it looks like one that was used and closed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any

from roku_desktop.engine.messages import AssistantMessage, Message, TextPart, Usage, UserMessage
from roku_desktop.engine.storage.codec import encode, role_of, text_to_find
from roku_desktop.engine.storage.search import indexed
from roku_desktop.engine.storage.store import SqliteStore

FIRST_AT = 1_700_000_000.0
ROWS_AT_ONCE = 20_000
CHINESE = "数据库迁移失败了我们需要回滚因为用户信息没有保存请检查日志然后重新启动服务器模型回答问题很快"

# Zipf-like: a few words stand in nearly every message, most in very few.
COMMON = ("the", "of", "to", "and", "in", "is", "that", "for", "it", "as", "with", "on", "be", "this", "are")


async def make_big_home(home: Path, *, sessions: int = 1000, messages: int = 1_000_000) -> None:
    """Fill a new home. Each session gets the same number of messages, half of them answers."""
    async with aclosing(await SqliteStore.open(home)):
        pass
    await asyncio.to_thread(_fill, home / "roku.db", sessions, messages)
    async with aclosing(await SqliteStore.open(home)):
        pass


def session_id_of(number: int) -> str:
    return f"ses_{number:024x}"


def _fill(database: Path, sessions: int, messages: int) -> None:
    per_session = messages // sessions
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO sessions (session_id, title, workspace, created_at, updated_at, message_count, "
            "last_run_id) VALUES (?, ?, '/work', ?, ?, ?, ?)",
            _session_rows(sessions, per_session),
        )
        connection.executemany(
            "INSERT INTO runs (run_id, session_id, status, started_at, accepted_at, finished_at, "
            "instance_id, steps) VALUES (?, ?, 'completed', ?, ?, ?, 'ins_0', 1)",
            (
                (f"run_{n:024x}", session_id_of(n), FIRST_AT + n, FIRST_AT + n, FIRST_AT + n + 9)
                for n in range(sessions)
            ),
        )
        connection.execute("COMMIT")
        rows = _message_rows(sessions, per_session)
        while batch := [row for row, _ in zip(rows, range(ROWS_AT_ONCE), strict=False)]:
            connection.execute("BEGIN")
            connection.executemany(
                "INSERT INTO messages (session_id, run_id, position, role, created_at, body, search_text) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                batch,
            )
            connection.execute("COMMIT")


def _session_rows(sessions: int, per_session: int) -> Iterator[tuple[Any, ...]]:
    for number in range(sessions):
        at = FIRST_AT + number * per_session
        yield (
            session_id_of(number),
            f"Conversation {number}",
            at,
            at + per_session,
            per_session,
            f"run_{number:024x}",
        )


def _message_rows(sessions: int, per_session: int) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(7)
    words = _Words(chance)
    for number in range(sessions):
        for position in range(1, per_session + 1):
            message = words.question() if position % 2 else words.answer()
            yield (
                session_id_of(number),
                f"run_{number:024x}",
                position,
                role_of(message),
                FIRST_AT + number * per_session + position,
                encode(message),
                indexed(text_to_find(message)),
            )


class _Words:
    """Sentences of about 12 words (a question) and 45 (an answer); every tenth is Chinese."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        letters = "abcdefghijklmnoprstuvw"
        self._middling = ["".join(chance.choices(letters, k=chance.randint(4, 8))) for _ in range(1000)]
        self._rare = ["".join(chance.choices(letters, k=chance.randint(6, 11))) for _ in range(40_000)]

    def question(self) -> Message:
        return UserMessage(text=self._sentence(12))

    def answer(self) -> Message:
        text = self._sentence(45)
        usage = Usage(input_tokens=900, output_tokens=60)
        return AssistantMessage(
            parts=(TextPart(text=text),), provider="scripted", model="scripted-1", usage=usage
        )

    def _sentence(self, length: int) -> str:
        chance = self._chance
        if chance.random() < 0.1:
            start = chance.randrange(len(CHINESE))
            return (CHINESE * 4)[start : start + 3 * length] + chance.choice(self._rare)
        return " ".join(
            chance.choices(COMMON, k=length // 2)
            + chance.choices(self._middling, k=length // 3)
            + chance.choices(self._rare, k=length // 6)
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a home with very many messages.")
    parser.add_argument("home", type=Path)
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=1_000_000)
    arguments = parser.parse_args()
    began_at = time.monotonic()
    asyncio.run(make_big_home(arguments.home, sessions=arguments.sessions, messages=arguments.messages))
    print(f"{arguments.messages} messages in {time.monotonic() - began_at:.1f} s")


if __name__ == "__main__":
    main()

"""A home with one long conversation, written straight into its database: 20 000 messages in a second."""

from __future__ import annotations

import sqlite3
from contextlib import aclosing, closing
from pathlib import Path

from roku_desktop.engine.messages import AssistantMessage, Message, TextPart, UserMessage
from roku_desktop.engine.storage.codec import encode, role_of
from roku_desktop.engine.storage.store import SqliteStore

_ANSWER = """Here is **answer {0}**, with `code` and a list:

- first, a line that is long enough to be broken once it stands in the column of the window
- second

```python
def answer_{0}(count: int) -> int:
    return count + {0}
```

That was all there is to be said about it.
"""


async def make_long_session(home: Path, *, messages: int) -> str:
    """Questions and answers in turn, each pair a run; it is the session that the window opens.

    Returns its id. Positions count from 1: `question 1`, `answer 2`, `question 3`, ….
    """
    async with aclosing(await SqliteStore.open(home)) as store:
        session_id = (await store.create_session(workspace=str(home), title="Long")).session_id
        await store.set_preference("ui.last_session", session_id)
    with closing(sqlite3.connect(home / "roku.db")) as connection, connection:
        connection.executemany(
            "INSERT INTO runs (run_id, session_id, status, started_at, accepted_at, finished_at, "
            "instance_id, model, ttft_s, steps) "
            "VALUES (?, ?, 'completed', ?, ?, ?, 'i', 'scripted-1', 0.5, 1)",
            ((_run_id(number), session_id, number, number, number + 1) for number in range(messages // 2)),
        )
        connection.executemany(
            "INSERT INTO messages (session_id, run_id, position, role, created_at, body, search_text) "
            "VALUES (?, ?, ?, ?, ?, ?, '')",
            (
                (
                    session_id,
                    _run_id((position - 1) // 2),
                    position,
                    role_of(message),
                    position,
                    encode(message),
                )
                for position in range(1, messages + 1)
                for message in (_message(position),)
            ),
        )
        connection.execute(
            "UPDATE sessions SET message_count = ?, last_run_id = ? WHERE session_id = ?",
            (messages, _run_id(messages // 2 - 1), session_id),
        )
    return session_id


def _run_id(number: int) -> str:
    return f"run_{number:024x}"


def _message(position: int) -> Message:
    if position % 2:
        return UserMessage(text=f"question {position}")
    text = _ANSWER.format(position)
    return AssistantMessage(parts=(TextPart(text=text),), provider="scripted", model="scripted-1")

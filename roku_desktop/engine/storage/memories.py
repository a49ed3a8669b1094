"""Memories as rows, found by their words and ranked with BM25. Called by `store.py`.

A query is a whole prompt, so any of its words may hit; the rarest ones are asked for, because a word
that nearly every memory holds tells nothing and would have all of them ranked. CJK characters are
looked for in pairs: one of them alone is in too many words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any, Final

import msgspec

from roku_desktop.engine.errors import NotFoundError
from roku_desktop.engine.records import Memory, MemoryOwners, Recalled
from roku_desktop.engine.sentences import said
from roku_desktop.engine.storage.search import expression as all_words
from roku_desktop.engine.storage.search import indexed, is_cjk, tokens_of, words_of

_LOOKED_AT_TERMS: Final = 32
_ASKED_TERMS: Final = 12
_ASKED_TOGETHER: Final = 4
_COMMON_ROWS: Final = 1_000
_RANKED_ROWS: Final = 2_000
"""Counting so many rows of a term takes 0.1 ms, ranking them 5 ms."""
_MOST_CHARS_OF_A_QUERY: Final = 4_000

_COLUMNS: Final = "memories.memory_id, scope, owner, text, source, created_at, updated_at, delivered"
_WITHIN: Final = (
    "(scope = 'global' OR (scope = 'workspace' AND owner = ?) OR (scope = 'session' AND owner = ?))"
)


def recall(db: Any, query: str, owners: MemoryOwners, limit: int) -> list[Recalled]:
    """The memories that share words with `query`, best first, each with its BM25 score (> 0).

    Source: SQLite's `bm25()`, k1 = 1.2, b = 0.75 (https://sqlite.org/fts5.html#the_bm25_function), with
    its sign turned so that more is better.
    """
    expression = _expression(db, query)
    if not expression:
        return []
    rows = db.execute_sql(
        f"SELECT {_COLUMNS}, -bm25(memory_search) FROM memory_search "  # noqa: S608  names of ours
        f"JOIN memories ON memories.number = memory_search.rowid WHERE memory_search MATCH ? AND {_WITHIN} "
        "ORDER BY bm25(memory_search) LIMIT ?",
        (expression, owners.workspace, owners.session_id, limit),
    ).fetchall()
    return [Recalled(memory=_memory(row[:-1]), score=float(row[-1])) for row in rows]


def newest(db: Any, owners: MemoryOwners, limit: int) -> list[Memory]:
    """The last ones of those that hold for this session."""
    rows = db.execute_sql(
        f"SELECT {_COLUMNS} FROM memories WHERE {_WITHIN} ORDER BY updated_at DESC, number DESC LIMIT ?",  # noqa: S608  names of ours
        (owners.workspace, owners.session_id, limit),
    )
    return [_memory(row) for row in rows.fetchall()]


def page(db: Any, text: str, limit: int, offset: int) -> list[Memory]:
    """All memories that hold every word of `text` (all of them without a text), newest first."""
    words = words_of(text)
    found, wanted = "", tuple[str, ...]()
    if words:
        found = "WHERE number IN (SELECT rowid FROM memory_search WHERE memory_search MATCH ?)"
        wanted = (all_words(words) + "*",)
    rows = db.execute_sql(
        f"SELECT {_COLUMNS} FROM memories {found} ORDER BY updated_at DESC, number DESC LIMIT ? OFFSET ?",  # noqa: S608  names of ours
        (*wanted, limit, offset),
    )
    return [_memory(row) for row in rows.fetchall()]


def by_ids(db: Any, memory_ids: Sequence[str], owners: MemoryOwners) -> list[Memory]:
    """Those of them that hold for this session, in the order asked for."""
    marks = ", ".join("?" for _ in memory_ids)
    rows = db.execute_sql(
        f"SELECT {_COLUMNS} FROM memories WHERE memory_id IN ({marks}) AND {_WITHIN}",  # noqa: S608  question marks
        (*memory_ids, owners.workspace, owners.session_id),
    )
    found = {memory.memory_id: memory for memory in map(_memory, rows.fetchall())}
    return [found[memory_id] for memory_id in memory_ids if memory_id in found]


def count(db: Any) -> int:
    return int(db.execute_sql("SELECT count(*) FROM memories").fetchone()[0])


def add(db: Any, memories: Iterable[Memory]) -> None:
    for memory in memories:
        db.execute_sql(
            "INSERT INTO memories "
            "(memory_id, scope, owner, text, search_text, source, created_at, updated_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                memory.memory_id,
                memory.scope,
                memory.owner,
                memory.text,
                indexed(memory.text),
                memory.source,
                memory.created_at,
                memory.updated_at,
            ),
        )


def change(db: Any, memory_id: str, text: str, at: float) -> Memory:
    """Raises `NotFoundError`. The memory service has to be told again."""
    # It has the old text: where this one is deleted before it was told, that has to be forgotten there.
    db.execute_sql(
        "INSERT OR IGNORE INTO forgotten "
        "SELECT memory_id FROM memories WHERE memory_id = ? AND delivered = 1",
        (memory_id,),
    )
    db.execute_sql(
        "UPDATE memories SET text = ?, search_text = ?, updated_at = ?, delivered = 0 WHERE memory_id = ?",
        (text, indexed(text), at, memory_id),
    )
    row = db.execute_sql(f"SELECT {_COLUMNS} FROM memories WHERE memory_id = ?", (memory_id,)).fetchone()  # noqa: S608  names of ours
    if row is None:
        raise NotFoundError(
            said("There is no memory {memory_id}; it may have been deleted already.", memory_id=memory_id)
        )
    return _memory(row)


def delete(db: Any, memory_ids: Sequence[str]) -> int:
    """Returns how many there were."""
    marks = ", ".join("?" for _ in memory_ids)
    return int(db.execute_sql(f"DELETE FROM memories WHERE memory_id IN ({marks})", memory_ids).rowcount)  # noqa: S608  question marks


def undelivered(db: Any, limit: int, passing_over: frozenset[str]) -> tuple[list[Memory], list[str]]:
    """What the memory service has not got, oldest first; and the ids of what it has to forget."""
    passed = msgspec.json.encode(sorted(passing_over)).decode()
    rows = db.execute_sql(
        f"SELECT {_COLUMNS} FROM memories WHERE delivered = 0 "  # noqa: S608  names of ours
        "AND memory_id NOT IN (SELECT value FROM json_each(?)) ORDER BY number LIMIT ?",
        (passed, limit),
    ).fetchall()
    forgotten = db.execute_sql(
        "SELECT memory_id FROM forgotten WHERE memory_id NOT IN (SELECT memory_id FROM memories) "
        "AND memory_id NOT IN (SELECT value FROM json_each(?)) LIMIT ?",
        (passed, limit),
    ).fetchall()
    return [_memory(row) for row in rows], [memory_id for (memory_id,) in forgotten]


def note_delivered(db: Any, memory: Memory) -> None:
    """The service has it; one that was changed meanwhile stays to be delivered."""
    db.execute_sql(
        "UPDATE memories SET delivered = 1 WHERE memory_id = ? AND updated_at = ?",
        (memory.memory_id, memory.updated_at),
    )
    # Deleted or changed here while it was on its way: what the service has now is to be forgotten there,
    # unless it is told the newer text first.
    db.execute_sql(
        "INSERT OR IGNORE INTO forgotten "
        "SELECT ? WHERE NOT EXISTS (SELECT 1 FROM memories WHERE memory_id = ? AND delivered = 1)",
        (memory.memory_id, memory.memory_id),
    )
    db.execute_sql(
        "DELETE FROM forgotten WHERE memory_id IN "
        "(SELECT memory_id FROM memories WHERE memory_id = ? AND delivered = 1)",
        (memory.memory_id,),
    )


def note_forgotten(db: Any, memory_id: str) -> None:
    db.execute_sql("DELETE FROM forgotten WHERE memory_id = ?", (memory_id,))


def _expression(db: Any, query: str) -> str:
    """The rarest terms of the query that any memory holds, as many as can be ranked in time; or "".

    Where all are common, the memories that hold several of them.
    """
    terms = list(dict.fromkeys(_terms(query[:_MOST_CHARS_OF_A_QUERY])))[:_LOOKED_AT_TERMS]
    counted = sorted((_rows_with(db, term), term) for term in terms)
    held = [(rows, f'"{term}"') for rows, term in counted if rows]
    chosen: list[str] = []
    ranked = 0
    for rows, term in held[:_ASKED_TERMS]:
        ranked += rows
        if rows > _COMMON_ROWS or ranked > _RANKED_ROWS:
            break
        chosen.append(term)
    return " OR ".join(chosen) or " AND ".join(term for _, term in held[:_ASKED_TOGETHER])


def _rows_with(db: Any, term: str) -> int:
    """How many memories hold it, counted as far as that matters."""
    row = db.execute_sql(
        "SELECT count(*) FROM (SELECT 1 FROM memory_search WHERE memory_search MATCH ? LIMIT ?)",
        (f'"{term}"', _COMMON_ROWS + 1),
    ).fetchone()
    return int(row[0])


def _terms(text: str) -> list[str]:
    """Words, and each two CJK characters that stand side by side; one that stands alone for itself."""
    terms: list[str] = []
    tokens = tokens_of(text)
    paired = False
    for token, following in zip_longest(tokens, tokens[1:], fillvalue=""):
        pairs = is_cjk(token) and is_cjk(following)
        if pairs:
            terms.append(f"{token} {following}")
        elif not (is_cjk(token) and paired):
            terms.append(token)
        paired = pairs
    return terms


def _memory(row: Sequence[Any]) -> Memory:
    memory_id, scope, owner, text, source, created_at, updated_at, delivered = row
    return Memory(
        memory_id=memory_id,
        scope=scope,
        owner=owner,
        text=text,
        source=source,
        created_at=created_at,
        updated_at=updated_at,
        delivered=bool(delivered),
    )

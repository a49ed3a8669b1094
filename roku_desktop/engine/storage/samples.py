"""Measurements, kept as rows of series. Called by `store.py`; what they mean is telemetry's.

A process writes the same few series again and again, so their numbers are remembered with the
connection's thread by the caller (`known`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from roku_desktop.engine.records import Sample, Series

Attributes = tuple[tuple[str, str], ...]


def add(db: Any, samples: Sequence[Sample], known: dict[tuple[str, Attributes], int]) -> None:
    rows = []
    for sample in samples:
        key = (sample.name, sample.attributes)
        number = known.get(key)
        if number is None:
            number = known[key] = _number_of(db, *key)
        rows.append((number, sample.at, sample.value))
    db.execute_many("INSERT INTO samples (series_id, at, value) VALUES (?, ?, ?)", rows)


def since(db: Any, at: float, names: Collection[str]) -> list[Series]:
    """The series of these names that have a sample at that time or later; no names = all."""
    rows = db.execute_sql(
        "SELECT series_id, name, attributes FROM series ORDER BY name, attributes"
    ).fetchall()
    wanted = {number: (name, text) for number, name, text in rows if not names or name in names}
    points = db.execute_sql(
        f"SELECT series_id, at, value FROM samples WHERE series_id IN ({', '.join(map(str, wanted))}) "  # noqa: S608  numbers
        "AND at >= ? ORDER BY series_id, at",
        (at,),
    )
    found = {
        number: tuple((when, value) for _, when, value in group)
        for number, group in groupby(points, key=itemgetter(0))
    }
    return [
        Series(name=name, attributes=_decode(text), points=found[number])
        for number, (name, text) in wanted.items()
        if number in found
    ]


def drop_before(db: Any, at: float) -> int:
    """Forget what is older; returns how many samples that were."""
    return int(db.execute_sql("DELETE FROM samples WHERE at < ?", (at,)).rowcount)


def _number_of(db: Any, name: str, attributes: Attributes) -> int:
    text = msgspec.json.encode(attributes).decode()
    db.execute_sql("INSERT OR IGNORE INTO series (name, attributes) VALUES (?, ?)", (name, text))
    row = db.execute_sql(
        "SELECT series_id FROM series WHERE name = ? AND attributes = ?", (name, text)
    ).fetchone()
    return int(row[0])


def _decode(text: str) -> Attributes:
    return msgspec.json.decode(text, type=tuple[tuple[str, str], ...])

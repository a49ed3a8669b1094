"""The trouble a run had on its way to an answer: failed attempts, waits, hops. Deleted with its run.

Called by `runs.py` and `store.py`. The bodies are the events themselves, so that a conversation read
later explains itself as it did live.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from roku_desktop.engine.events import Incident
from roku_desktop.engine.storage.codec import encode

_decode: Final = msgspec.json.Decoder[Incident](Incident).decode


def add(db: Any, event: Incident) -> None:
    db.execute_sql("INSERT INTO incidents (run_id, body) VALUES (?, ?)", (event.run_id, encode(event)))


def of_run(db: Any, run_id: str) -> list[Incident]:
    rows = db.execute_sql("SELECT body FROM incidents WHERE run_id = ? ORDER BY incident_id", (run_id,))
    return [_decode(body) for (body,) in rows]

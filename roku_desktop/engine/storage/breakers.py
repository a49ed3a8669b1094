"""Circuit breakers on disk: one row per provider that ever had trouble.

Called by `store.py`. The rules stand in `routing/breaker.py`; here a change is applied to what is
stored in one transaction, so that of two processes one gets the probe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from roku_desktop.engine.records import BreakerState
from roku_desktop.engine.storage.codec import encode

_decode: Final = msgspec.json.Decoder(BreakerState).decode


def decoded(rows: Iterable[tuple[str, bytes]]) -> dict[str, BreakerState]:
    return {provider: _decode(state) for provider, state in rows}


def change(db: Any, provider: str, change_of: Callable[[BreakerState], BreakerState]) -> BreakerState:
    """Apply a change to the stored state and return the new one; nothing is written if it is the same."""
    rows = db.execute_sql("SELECT state FROM breakers WHERE provider = ?", (provider,))
    before = next((_decode(state) for (state,) in rows), BreakerState())
    after = change_of(before)
    if after != before:
        db.execute_sql("INSERT OR REPLACE INTO breakers VALUES (?, ?)", (provider, encode(after)))
    return after

"""The breakers of providers over a window: when each was closed, open and half open. Pure.

Made from the transitions that were measured and from what the engine says of now. Called by
`snapshot.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from roku_desktop.engine import BreakerState
from roku_desktop.engine.events import BreakerPhase
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.history import Track


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A time in one state, in Unix seconds."""

    phase: BreakerPhase
    began_at: float
    ended_at: float


class BreakerLane(msgspec.Struct, frozen=True, kw_only=True):
    """One provider. `until`: open, when it may be asked again; `stretches` fill the window."""

    provider: str
    phase: BreakerPhase
    until: float
    last_error: str
    stretches: tuple[Stretch, ...]


def lanes_of(
    transitions: Sequence[Track], breakers: Mapping[str, BreakerState], since: float, until: float
) -> tuple[BreakerLane, ...]:
    """A lane for every provider that ever had trouble, by name."""
    changes: dict[str, list[tuple[float, BreakerPhase, BreakerPhase]]] = {}
    for track in transitions:
        before = cast("BreakerPhase", track.attributes[table.FROM])
        after = cast("BreakerPhase", track.attributes[table.TO])
        first = track.first_from(since)
        changes.setdefault(track.attributes[table.PROVIDER], []).extend(
            (at, before, after) for at in track.times[first:]
        )
    return tuple(
        _lane(provider, changes.get(provider, []), breakers.get(provider, BreakerState()), since, until)
        for provider in sorted({*breakers, *(name for name, found in changes.items() if found)})
    )


def _lane(
    provider: str,
    changes: list[tuple[float, BreakerPhase, BreakerPhase]],
    state: BreakerState,
    since: float,
    until: float,
) -> BreakerLane:
    changes.sort(key=lambda change: change[0])
    before = changes[-1][2] if changes else "closed"
    if state.since > since and state.phase != before:  # so new that its row is not on disk yet
        changes.append((state.since, before, state.phase))
    phase = changes[0][1] if changes else state.phase
    stretches: list[Stretch] = []
    began_at = since
    for at, _, after in changes:
        if at > began_at:
            stretches.append(Stretch(phase=phase, began_at=began_at, ended_at=at))
        phase, began_at = after, at
    stretches.append(Stretch(phase=phase, began_at=began_at, ended_at=max(until, began_at)))
    return BreakerLane(
        provider=provider,
        phase=state.phase,
        until=state.until,
        last_error=state.last_error,
        stretches=tuple(stretches),
    )

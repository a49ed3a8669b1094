"""What waits for a collector, on disk and bounded: one file per request, written before it is sent.

So a quit, a kill or days without network lose nothing that fits. All processes of a home share the
folder: a file is claimed by renaming it, and a claim that is older than any request takes is free
again, so a request may arrive twice but never not at all. What is too old or too much is dropped,
oldest first, and counted. Blocks; called by the exporter in its thread.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from roku_desktop.telemetry.export.plan import SIGNALS, Signal

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_AGE_S: Final = 7 * 86_400.0
CLAIM_S: Final = 120.0
_WAITING: Final = ".otlp"
_CLAIMED: Final = ".sending"

OnDrop = Callable[[str, int, str], None]
"""Hears (signal, items, reason)."""


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One request; `items` are its spans or points."""

    path: Path
    signal: Signal
    items: int


class Spool:
    """The folder of one home. `put` and `claim` raise no OSError: what the disk refuses is dropped."""

    def __init__(
        self,
        folder: Path,
        on_drop: OnDrop,
        *,
        max_bytes: int = MAX_BYTES,
        max_age_s: float = MAX_AGE_S,
        now: Callable[[], float] = time.time,
        has_room: Callable[[], bool] = lambda: True,
    ) -> None:
        self._folder = folder
        self._on_drop = on_drop
        self._max_bytes = max_bytes
        self._max_age_s = max_age_s
        self._now = now
        self._has_room = has_room
        self._number = 0

    def put(self, signal: Signal, items: int, payload: bytes) -> Parcel | None:
        """Keep a request; None where the disk refuses it or has no room."""
        if not self._has_room():
            self._on_drop(signal, items, "low disk")
            return None
        self._number += 1
        stem = f"{round(self._now() * 1e9):020d}-{os.getpid()}-{self._number}-{signal}-{items}"
        path = self._folder / (stem + _WAITING)
        draft = path.with_suffix(".draft")
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(payload)
            draft.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink()
            self._on_drop(signal, items, "disk")
            return None
        self._keep_bounds()
        return Parcel(path=path, signal=signal, items=items)

    def waiting(self) -> list[Parcel]:
        """What can be sent, oldest first; claims of processes that died are taken back."""
        with contextlib.suppress(OSError):
            for path in self._folder.glob(f"*{_CLAIMED}"):
                if self._now() - path.stat().st_mtime > CLAIM_S:
                    path.replace(path.with_suffix(_WAITING))
        parcels = map(_parcel, self._files(_WAITING))
        return [parcel for parcel in parcels if parcel is not None]

    def claim(self, parcel: Parcel) -> bytes | None:
        """Take it for sending; None where another process was faster."""
        claimed = parcel.path.with_suffix(_CLAIMED)
        try:
            os.utime(parcel.path)  # the claim's age counts from now
            parcel.path.replace(claimed)
            return claimed.read_bytes()
        except OSError:
            return None

    def give_back(self, parcel: Parcel) -> None:
        with contextlib.suppress(OSError):
            parcel.path.with_suffix(_CLAIMED).replace(parcel.path)

    def done(self, parcel: Parcel) -> None:
        with contextlib.suppress(OSError):
            parcel.path.with_suffix(_CLAIMED).unlink()

    def discard(self, parcel: Parcel) -> None:
        """Forget what waits and has been superseded; it is not counted as dropped."""
        with contextlib.suppress(OSError):
            parcel.path.unlink()

    def _keep_bounds(self) -> None:
        size_bytes = 0
        for path in reversed(self._files(_WAITING)):
            try:
                size_bytes += path.stat().st_size
            except OSError:
                continue
            if size_bytes > self._max_bytes:
                self._drop(path, "spool full")
            elif self._now() - _written_at(path) > self._max_age_s:
                self._drop(path, "too old")

    def _drop(self, path: Path, reason: str) -> None:
        parcel = _parcel(path)
        with contextlib.suppress(OSError):
            path.unlink()
            if parcel is not None:
                self._on_drop(parcel.signal, parcel.items, reason)

    def _files(self, suffix: str) -> list[Path]:
        try:
            return sorted(self._folder.glob(f"*{suffix}"))
        except OSError:
            return []


def _parcel(path: Path) -> Parcel | None:
    """Read a name; None where it is none of ours."""
    parts = path.stem.split("-")
    if len(parts) != 5 or not parts[4].isdecimal():
        return None
    signal = next((one for one in SIGNALS if one == parts[3]), None)
    return None if signal is None else Parcel(path=path, signal=signal, items=int(parts[4]))


def _written_at(path: Path) -> float:
    digits = path.stem.partition("-")[0]
    return int(digits) / 1e9 if digits.isdecimal() else 0.0

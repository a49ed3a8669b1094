"""What the process itself uses: memory and processor time. Called at the pace of the export."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.measurement import Measurement, attributes_of


class ProcessFigures:
    """Samples one process; processor time is told as what came since the last call."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    def sample(self, at: float) -> list[Measurement]:
        times = os.times()
        measured = [self._cpu(at, "user", times.user), self._cpu(at, "system", times.system)]
        with contextlib.suppress(OSError, ValueError, IndexError):  # /proc is Linux's
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
            size_bytes = pages * os.sysconf("SC_PAGE_SIZE")
            measured.append(Measurement(instrument=table.PROCESS_MEMORY, at=at, value=float(size_bytes)))
        return measured

    def _cpu(self, at: float, mode: str, total_s: float) -> Measurement:
        grown_s = total_s - self._told.get(mode, 0.0)
        self._told[mode] = total_s
        named = attributes_of({"cpu.mode": mode})
        return Measurement(instrument=table.PROCESS_CPU, at=at, value=max(grown_s, 0.0), attributes=named)

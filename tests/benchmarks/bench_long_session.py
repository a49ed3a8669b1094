"""A conversation of 20 000 messages against one of 20: opening, scrolling all through it, memory.

The end is painted within 150 ms of asking for it, 95 of 100 frames of scrolling take at most 20 ms, and
the long one costs at most 60 MB more.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.harness import ROOT, Report
from tests.support.display import VirtualDisplay
from tests.support.long_session import make_long_session

LONG, SHORT = 20_000, 20
ROUNDS = 3


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, VirtualDisplay() as display:
        homes = [Path(folder) / name for name in ("long", "short")]
        for home, messages in zip(homes, (LONG, SHORT), strict=True):
            asyncio.run(make_long_session(home, messages=messages))
        rounds = [[_run(home, display) for home in homes] for _ in range(ROUNDS)]
    long, short = ([one[side] for one in rounds] for side in (0, 1))
    report = Report("long_session")
    opening = [run["open_ms"] for run in long]
    report.limit("opening 20 000 messages", opening, unit="ms", at_most=150)
    report.added(
        "opening", (opening, [run["open_ms"] for run in short]), unit="ms", at_most=150, against="20 messages"
    )
    frames = [statistics.quantiles(run["frames_ms"], n=20, method="inclusive")[-1] for run in long]
    report.limit("a frame of scrolling, p95", frames, unit="ms", at_most=20)
    memory, against = ([run["rss_bytes"] / 1e6 for run in runs] for runs in (long, short))
    report.added("memory", (memory, against), unit="MB", at_most=60, against="20 messages")
    return report.finish()


def _run(home: Path, display: VirtualDisplay) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.long_windows", str(home)]
    env = {**os.environ, "DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}
    done = subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


if __name__ == "__main__":
    sys.exit(main())

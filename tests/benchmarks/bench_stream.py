"""Markdown streaming into the window against plain text inserted at 60 Hz into a QPlainTextEdit.

20 000 chunks, 100 000 characters with code and tables, from the bridge to the painted screen: at most
1.2 times the CPU, gaps of a 5 ms timer of at most 16 ms at p99, and a second half that costs what the
first one did.
"""

import json
import os
import subprocess
import sys
from typing import Any

from tests.benchmarks.harness import ROOT, Report
from tests.support.display import VirtualDisplay

CHUNKS = 20_000
ROUNDS = 3


def main() -> int:
    with VirtualDisplay() as display:
        rounds = [(_run("window", display), _run("plain", display)) for _ in range(ROUNDS)]
    window, plain = ([one[side] for one in rounds] for side in (0, 1))
    report = Report("stream")
    report.compare(
        "CPU of a stream of Markdown",
        ([sum(run["halves_cpu_s"]) for run in window], [sum(run["halves_cpu_s"]) for run in plain]),
        unit="s",
        at_most=1.2,
        against="plain text at 60 Hz",
    )
    report.limit("gap of a 5 ms timer, p99", [run["gap_p99_ms"] for run in window], unit="ms", at_most=16)
    report.compare(
        "CPU of its second half",
        ([run["halves_cpu_s"][1] for run in window], [run["halves_cpu_s"][0] for run in window]),
        unit="s",
        at_most=1.25,
        against="its first half",
    )
    return report.finish()


def _run(way: str, display: VirtualDisplay) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.streamed_windows", way, str(CHUNKS)]
    env = {**os.environ, "DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


if __name__ == "__main__":
    sys.exit(main())

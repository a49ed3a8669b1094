"""`ask` from a cold start to its first token, against ten lines of async httpx.

Both read the same stream from the same instant server: at most 1.4 times the wall time, and at most
80 MB of memory. Neither loads what only development has installed (`plain_httpx`).
"""

import sys
from pathlib import Path

from tests.benchmarks.harness import Report, paired, program
from tests.benchmarks.plain_httpx import COLD_PROGRAM
from tests.benchmarks.stream_server import stream_server


def main() -> int:
    roku_desktop = Path(sys.executable).with_name("roku-desktop")
    with stream_server(chunks=50) as server:
        ask = program([roku_desktop, "--home", server.home(), "ask", "Hello"], until_output=b"")
        script = program([sys.executable, "-c", COLD_PROGRAM, server.base_url], until_output=b"")
        pair = paired(ask, script, rounds=20)
    report = Report("ask")
    report.compare(
        "ask, spawn to first token", pair.wall(), unit="ms", at_most=1.4, against="ten lines of httpx"
    )
    report.limit("ask, peak memory", pair.rss()[0], unit="MB", at_most=80)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())

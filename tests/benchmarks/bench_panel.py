"""The telemetry panel at one look a second over 100 000 samples: at most 2 % of a core; hidden, nothing.

A window on a real X server of its own, its home full of measurements; a turn's samples are added every
second, so that the figures change at each look. CPU time of the whole process, with the panel open and
hidden again, over the same while; what the panel takes is the difference.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from roku_desktop.ui.look import theme
from tests.benchmarks.harness import ROOT, Report
from tests.support.day import PER_TURN, day_of
from tests.support.display import VirtualDisplay
from tests.support.engines import scripted
from tests.support.windows import OpenedWindow, opened_window, until

SAMPLES = 100_000
WHILE_S = 10
ROUNDS = 3


def main() -> int:
    report = Report("panel")
    rounds = []
    with VirtualDisplay() as display:
        environment = {**os.environ, "DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}
        for _ in range(ROUNDS):
            done = subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.bench_panel", "round"],
                env=environment,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                check=True,
            )
            rounds.append(json.loads(done.stdout))
    report.limit("first look", [each["first_s"] * 1e3 for each in rounds], unit="ms", at_most=2_500)
    shares = [100 * (each["open_s"] - each["hidden_s"]) / WHILE_S for each in rounds]
    report.limit("open, once a second, of a core", shares, unit="%", at_most=2.0)
    hidden = [float(each["hidden_looks"]) for each in rounds]
    report.limit("looks while hidden", hidden, unit="", at_most=0.0)
    return report.finish()


def one_round() -> None:
    """Print a line of JSON: CPU seconds of the first look, and with the panel open and hidden."""
    application = QApplication([sys.argv[0], *theme.ARGUMENTS])
    theme.dress(application)
    loop = QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop, tempfile.TemporaryDirectory() as home:
        print(json.dumps(loop.run_until_complete(measured(Path(home)))))


async def measured(home: Path) -> dict[str, float]:
    async with opened_window(home, scripted("lab", "Hello")) as opened:
        await opened.engine.keep_samples(day_of(time.time(), hours=20, turns=SAMPLES // PER_TURN))
        steering = opened.steering.telemetry
        assert steering is not None
        began_s = time.process_time()
        steering.reader.use_window("24h")
        steering.toggle()
        await until(lambda: steering.panel.tiles.value, steering.reader.snapshot_made)
        first_s = time.process_time() - began_s
        await asyncio.sleep(1)
        looks = 0

        def count(*_shown: object) -> None:
            nonlocal looks
            looks += 1

        steering.reader.snapshot_made.connect(count)
        open_s = await used(opened)
        assert looks >= WHILE_S - 2, "the panel looked once a second"
        steering.toggle()
        await opened.bridge.finish()
        looks = 0
        hidden_s = await used(opened)
        return {"first_s": first_s, "open_s": open_s, "hidden_s": hidden_s, "hidden_looks": looks}


async def used(opened: OpenedWindow) -> float:
    """CPU seconds of a while in which a turn ends every second."""
    began_s = time.process_time()
    for _ in range(WHILE_S):
        await opened.engine.keep_samples(day_of(time.time(), hours=0, turns=1)[:PER_TURN])
        await asyncio.sleep(1)
    return time.process_time() - began_s


if __name__ == "__main__":
    if sys.argv[1:] == ["round"]:
        one_round()
    else:
        sys.exit(main())

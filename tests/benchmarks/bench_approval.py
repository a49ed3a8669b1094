"""From the click on Approve to the start of the tool, both durable: at most 30 ms more than one fsync.

Once for a turn that waits for it, as in the window, and once for one that had parked and goes on. The
side effect is the moment that counts: before it stand the decision and the start, each a transaction.
The reference appends a page to a file of the same disk and calls fsync.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from roku_desktop.engine import ApprovalRequested, Consent, Engine
from roku_desktop.engine.tools.catalogue import ToolCatalogue
from tests.benchmarks.harness import Pair, Report, Sample
from tests.support.appending import PROGRAM, AppendTool, append_call
from tests.support.engines import engine_on, scripted

ROUNDS = 30
WARM_UP = 3
PAGE = b"x" * 4096


def main() -> int:
    report = Report("approval")
    with tempfile.TemporaryDirectory() as folder:
        for name, consent in (("waiting turn", Consent()), ("parked turn", Consent(waits=False))):
            place = Path(folder, name)
            place.mkdir()
            pair = asyncio.run(measured(place, consent))
            report.added(
                f"{name}: decision to start", pair.wall(), unit="ms", at_most=30, against="a bare fsync"
            )
    return report.finish()


async def measured(place: Path, consent: Consent) -> Pair:
    started: list[float] = []
    tool = AppendTool(lambda: started.append(time.perf_counter()))
    workspace = place / "work"
    workspace.mkdir()
    (workspace / PROGRAM).write_text("one")
    answers = [answer for _ in range(ROUNDS + WARM_UP) for answer in ([append_call()], ["Done."])]
    pair = Pair(subject=[], reference=[])
    async with engine_on(
        place / "home", scripted(*answers), tools=lambda settings: ToolCatalogue([tool])
    ) as engine:
        for number in range(ROUNDS + WARM_UP):
            decided_at = await decide(engine, workspace, consent)
            sample = Sample(wall_s=started[-1] - decided_at)
            reference = Sample(wall_s=fsync_s(place / "bare"))
            if number >= WARM_UP:
                pair.subject.append(sample)
                pair.reference.append(reference)
    return pair


async def decide(engine: Engine, workspace: Path, consent: Consent) -> float:
    """Ask, approve, wait for the end; returns when the decision was made."""
    asked = asyncio.Event()
    unsubscribe = engine.subscribe(
        lambda event: asked.set() if isinstance(event, ApprovalRequested) else None
    )
    session = await engine.create_session(workspace)
    turn = await engine.ask(session.session_id, "Append.", consent=consent)
    await asked.wait()
    unsubscribe()
    if not consent.waits:
        await turn.result()
    (waiting,) = await engine.approvals.pending()
    decided_at = time.perf_counter()
    going = await engine.approvals.decide(waiting.approval_id, "approve", origin="window", consent=consent)
    assert going is not None
    await going.result()
    return decided_at


def fsync_s(file: Path) -> float:
    with file.open("ab") as stream:
        stream.write(PAGE)
        began = time.perf_counter()
        stream.flush()
        os.fsync(stream.fileno())
        return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())

"""Conversations of 500 turns in a window of 8 000 tokens through a whole engine and a real socket.

Not a measure of speed, and too slow for the suite, which leads a short one (`test_long_talk.py`). Run it as
`python -m tests.benchmarks.long_talk_on_wire [SEEDS [TURNS]]`; it leaves with 1 where a turn failed, more
than 0.5 % of the facts were lost, or what is sent began anew without a compaction.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.support.long_talk import LongTalk
from tests.support.talk_on_wire import lead_on_wire

WINDOW = 8_000
TARGET = 0.995


def main() -> int:
    seeds, turns = (int(value) for value in (*sys.argv[1:3], *("1", "500")[len(sys.argv) - 1 :]))
    well = True
    for seed in range(seeds):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            outcome = asyncio.run(lead_on_wire(LongTalk(seed, turns), WINDOW, Path(folder)))
        facts = outcome.kept + len(outcome.lost)
        share = outcome.kept / max(facts, 1)
        print(
            f"seed {seed}: {turns} turns, {outcome.requests} requests; turns that failed: "
            f"{outcome.failed_turns or 'none'}; facts kept {share:.4%} of {facts} {outcome.lost[:5] or ''}; "
            f"refused as too long and shortened: {outcome.refused}; "
            f"beginnings that changed: {outcome.changed_beginnings} with {outcome.rewritings} compactions; "
            f"{time.monotonic() - began:.0f} s",
            flush=True,
        )
        well &= not outcome.failed_turns and share >= TARGET
        well &= outcome.changed_beginnings <= outcome.rewritings
    return int(not well)


if __name__ == "__main__":
    sys.exit(main())

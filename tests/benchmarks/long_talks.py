"""A thousand conversations of 500 turns in a window of 8 000 tokens: how many planted facts are still sent.

Not a measure of speed, and too slow for the suite, which leads a few of them (`test_long_talk.py`). Run it
as `python -m tests.benchmarks.long_talks [SEEDS]`; it leaves with 1 below 99.5 %.
"""

import asyncio
import sys
import time

from tests.support.long_talk import LongTalk
from tests.support.talk_on_paper import lead

TURNS = 500
WINDOW = 8_000
TARGET = 0.995


def main() -> int:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    began = time.monotonic()
    kept = lost = exceeded = breaks = compactions = requests = 0
    kinds: dict[str, int] = {}
    for seed in range(seeds):
        outcome = asyncio.run(lead(LongTalk(seed, TURNS), WINDOW))
        kept, lost = kept + outcome.kept, lost + outcome.lost
        exceeded, breaks = exceeded + outcome.exceeded, breaks + outcome.prefix_breaks
        compactions, requests = compactions + outcome.compactions, requests + outcome.requests
        for kind, count in outcome.kinds_lost.items():
            kinds[kind] = kinds.get(kind, 0) + count
    share = kept / (kept + lost)
    print(f"{seeds} talks of {TURNS} turns, {requests} requests, {compactions} compactions")
    print(f"facts kept {kept} of {kept + lost} = {share:.4%}; lost by kind: {kinds or 'none'}")
    print(f"requests over the window: {exceeded}; beginnings that changed without need: {breaks}")
    print(f"{time.monotonic() - began:.0f} s")
    return int(share < TARGET or exceeded > 0 or breaks > 0)


if __name__ == "__main__":
    sys.exit(main())

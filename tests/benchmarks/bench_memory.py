"""Recall from 100 000 memories: at most 20 ms for 95 of 100 prompts."""

import asyncio
import itertools
import random
import sys
import tempfile
import time
from pathlib import Path

from roku_desktop.engine.records import Memory, MemoryOwners
from roku_desktop.engine.storage.store import SqliteStore
from tests.benchmarks.harness import Report

MEMORIES = 100_000
PROMPTS = 300
# Words as often as in natural text: the n-th most frequent one is there 1/n times as often.
WORDS = [f"w{number}" for number in range(20_000)]
FREQUENCIES = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(WORDS))))
HERE = MemoryOwners(workspace="/w", session_id="ses_1")


def text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, cum_weights=FREQUENCIES, k=words))


async def recalls_ms(home: Path) -> list[float]:
    chance = random.Random(7)
    store = await SqliteStore.open(home)
    for page in range(0, MEMORIES, 5_000):
        await store.memories.add(
            [
                Memory(
                    memory_id=f"mem_{page + number}",
                    scope="global",
                    owner="",
                    text=text(chance, 25),
                    source="person",
                    created_at=0.0,
                    updated_at=0.0,
                )
                for number in range(5_000)
            ]
        )
    taken = []
    for _ in range(PROMPTS):
        prompt = text(chance, chance.randint(3, 40))
        begun = time.perf_counter()
        await store.memories.recall(prompt, HERE, 8)
        taken.append((time.perf_counter() - begun) * 1000)
    await store.aclose()
    return sorted(taken)


def main() -> int:
    report = Report("memory")
    with tempfile.TemporaryDirectory() as home:
        taken = asyncio.run(recalls_ms(Path(home)))
    report.limit("recall, p95", [taken[int(len(taken) * 0.95)]], unit="ms", at_most=20)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())

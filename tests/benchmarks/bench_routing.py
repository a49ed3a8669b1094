"""What routing, breaker, retry and budget cost a request that meets no trouble: at most 50 µs.

The same scripted provider is asked through a turn's route and directly, thousands of times a round; the
difference is the bookkeeping. Beside it: a million transitions of a breaker leave no memory behind.
"""

import asyncio
import gc
import sys
import tempfile
import tracemalloc
from pathlib import Path

from roku_desktop.engine import ModelChoice
from roku_desktop.engine.ports import ChatRequest, SystemClock, SystemPrompt
from roku_desktop.engine.routing.breaker import CLOSED, BreakerLimits, admit, failed
from roku_desktop.engine.routing.router import Router
from roku_desktop.engine.settings import Resilience
from roku_desktop.engine.storage.store import SqliteStore
from tests.benchmarks.harness import Report, coroutine, paired
from tests.support.engines import ProvidersAtHand, free_of_charge
from tests.support.labs import Lab, configured, settings_of

REQUESTS = 2_000
TRANSITIONS = 1_000_000
LIMITS = BreakerLimits.of(Resilience())
REQUEST = ChatRequest(model="a-1", system=SystemPrompt(stable=""), messages=())


def main() -> int:
    report = Report("routing")
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory() as home:
        measure_request(report, runner, Path(home))
    measure_memory(report)
    return report.finish()


def measure_request(report: Report, runner: asyncio.Runner, home: Path) -> None:
    store = runner.run(SqliteStore.open(home))
    lab = Lab("a")
    router = Router(
        settings_of(configured("a")),
        store=store,
        providers=ProvidersAtHand(lab),
        clock=SystemClock(),
        price=free_of_charge,
        publish=lambda event: None,
    )

    async def routed() -> None:
        chosen = ModelChoice("a", "a-1")
        for number in range(REQUESTS):
            route = router.route(chosen, session_id="s", run_id=str(number))
            async for _ in route.stream(REQUEST, 1):
                pass
        lab.requests.clear()

    async def direct() -> None:
        for _ in range(REQUESTS):
            async for _ in lab.stream(REQUEST):
                pass
        lab.requests.clear()

    pair = paired(coroutine(routed, runner), coroutine(direct, runner), rounds=15)
    runner.run(store.aclose())
    per_request = tuple([ms * 1e3 / REQUESTS for ms in side] for side in pair.wall())
    report.added(
        "a request through its route",
        (per_request[0], per_request[1]),
        unit="µs",
        at_most=50.0,
        against="the provider alone",
    )


def measure_memory(report: Report) -> None:
    def turn(times: int) -> None:
        state = CLOSED
        for _ in range(times):
            state, permit = admit(state, state.until, LIMITS)
            assert permit is not None, "at that time the next may ask"
            state = failed(state, permit, state.until, LIMITS, error="Timeout")

    turn(1_000)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    turn(TRANSITIONS)
    gc.collect()
    left_bytes = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    report.limit(f"left by {TRANSITIONS:,} transitions", [left_bytes / 1024], unit="KB", at_most=64.0)


if __name__ == "__main__":
    sys.exit(main())

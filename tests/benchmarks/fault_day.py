"""A scripted day of 2 000 turns with faults: all that shows telemetry says the same, and what really was.

Run as `python -m tests.benchmarks.fault_day [TURNS]`; too slow for the suite. The engine of `app.py` asks a
server in another process; a panel's reader looks once a second, a collector and, where it is installed, a
Prometheus take what they are given. In the end panel, `metrics --json`, the Prometheus page and OTLP must
agree on every series, the counts with the server's own log, and percentiles with it within 5 ms. Leaves
with 1 if not.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

from prometheus_client.parser import text_string_to_metric_families

from roku_desktop.app import load_configuration, open_engine
from roku_desktop.engine import Engine
from roku_desktop.paths import HomePaths
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.figures import percentile
from roku_desktop.telemetry.instruments import INSTRUMENTS
from roku_desktop.telemetry.prometheus import name_of
from roku_desktop.telemetry.snapshot import Snapshot
from roku_desktop.ui.telemetry.reader import TelemetryReader
from tests.benchmarks.fault_day_server import FAILURES, Served
from tests.benchmarks.fault_day_turns import Person, day_server, home_for
from tests.support.prometheus import PROMETHEUS, PROMTOOL, Prometheus, prometheus_on, promtool
from tests.telemetry.collector import Collector, collector
from tests.telemetry.test_documentation import series_of

TURNS: Final = 2_000
"""Fewer than 700 end before the first outage, and with it the work of the second provider."""
WITHIN_S: Final = 0.005
BEYOND: Final = 4
"""A percentile with fewer samples above it is one late wake-up of a busy machine, not a figure."""
OF_A_MOMENT: Final = ("process.", "roku.storage.")
"""Gauges and totals that go on changing while one looks from one place to the next."""

Series = dict[tuple[str, frozenset[tuple[str, str]]], tuple[int, float]]
"""By instrument and attributes: how many samples (0 where that is not told), and their sum or value."""


class Findings:
    """Prints each check; `failed` counts those that did not hold."""

    def __init__(self) -> None:
        self.failed = 0

    def same(self, what: str, found: object, expected: object) -> None:
        self._tell(what, found == expected, f"{found}" if found == expected else f"{found}, not {expected}")

    def near(self, what: str, found_s: float, expected_s: float) -> None:
        apart_s = abs(found_s - expected_s)
        said = f"{found_s * 1e3:.1f} ms, by the server {expected_s * 1e3:.1f} ms"
        self._tell(what, apart_s <= WITHIN_S, said)

    def agree(self, what: str, found: Series, expected: Series) -> None:
        """The sums may differ in the last digits: they were added in another order."""
        keys = {key for key in found.keys() | expected.keys() if not key[0].startswith(OF_A_MOMENT)}
        differing = [key for key in keys if not _equal(found.get(key), expected.get(key))]
        for key in differing[:5]:
            print(f"    {key}: {found.get(key)} and {expected.get(key)}")
        self._tell(what, not differing, f"{len(keys)} series, {len(differing)} differ")

    def _tell(self, what: str, holds: bool, said: str) -> None:
        self.failed += not holds
        print(f"{'ok    ' if holds else 'WRONG '} {what}: {said}", flush=True)


def _equal(one: tuple[int, float] | None, other: tuple[int, float] | None) -> bool:
    if one is None or other is None:
        return False
    return one[0] == other[0] and abs(one[1] - other[1]) <= 1e-9 * max(abs(one[1]), abs(other[1]))


class Panel:
    """The reader of the window's panel, told when to look."""

    def __init__(self, engine: Engine) -> None:
        self.snapshots: list[Snapshot] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._reader = TelemetryReader(engine, self._start)
        self._reader.snapshot_made.connect(lambda snapshot, _at: self.snapshots.append(snapshot))
        self._reader.use_window("24h")

    async def look(self) -> Snapshot:
        await asyncio.gather(*self._tasks)
        self._reader.refresh()
        await asyncio.gather(*self._tasks)
        return self.snapshots[-1]

    def _start(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.ensure_future(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def live_a_day(
    home: HomePaths, page_port: int, turns: int
) -> tuple[Person, Snapshot, str, Series | None]:
    """Who asked, the last look of the panel, the page, and what a real Prometheus made of it."""
    async with AsyncExitStack() as stack:
        scraper = None
        if PROMETHEUS is not None:
            scraper = await stack.enter_async_context(prometheus_on(home.home.parent, page_port))
        engine = await stack.enter_async_context(open_engine(home, load_configuration(home)))
        person, panel = Person(engine, home.home.parent / "work"), Panel(engine)

        async def watch() -> None:
            while True:
                await panel.look()
                await asyncio.sleep(1)

        watching = asyncio.create_task(watch())
        await person.live(range(turns))
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        while not await _all_rows(engine, turns):
            await asyncio.sleep(0.1)
        snapshot = await panel.look()
        page = await asyncio.to_thread(_fetch, f"http://127.0.0.1:{page_port}/metrics")
        scraped = await of_prometheus(scraper, turns) if scraper is not None else None
    print(f"the panel looked {len(panel.snapshots)} times")
    return person, snapshot, page, scraped


async def _all_rows(engine: Engine, turns: int) -> bool:
    """Whether every turn's end is on disk: rows wait a second for company."""
    rows = await engine.samples(0, frozenset({table.TURN_COUNT.name}))
    return sum(len(series.points) for series in rows) == turns


def _fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


def of_command(metrics: Sequence[Any]) -> Series:
    return {
        (metric["name"], frozenset(point["attributes"].items())): (
            point.get("count", 0),
            point["sum"] if "sum" in point else point["value"],
        )
        for metric in metrics
        for point in metric["points"]
    }


def of_samples(samples: Iterable[tuple[str, Mapping[str, str], float]]) -> Series:
    """Of Prometheus' series, by name and labels, which are its own names for ours."""
    instrument_of = {series: each for each in INSTRUMENTS for series in series_of(name_of(each), each.kind)}
    attribute_of = {name.replace(".", "_"): name for each in INSTRUMENTS for name in each.attributes}
    found: Series = {}
    for name, labels, value in samples:
        instrument = instrument_of.get(name)
        if instrument is None or name.endswith("_bucket"):
            continue  # what Prometheus says of its scraping
        named = frozenset(
            (attribute_of[key], text) for key, text in labels.items() if text and key in attribute_of
        )
        count, total = found.get((instrument.name, named), (0, 0.0))
        is_count = instrument.kind == "histogram" and name.endswith("_count")
        found[instrument.name, named] = (int(value), total) if is_count else (count, value)
    return found


def of_page(page: str) -> Series:
    return of_samples(
        (sample.name, sample.labels, sample.value)
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    )


async def of_prometheus(prometheus: Prometheus, turns: int) -> Series:
    """What it has when it has scraped the end of the last turn."""
    of_turns = f"sum({name_of(table.TURN_COUNT)}_total) == {turns}"
    while not (await prometheus.get("query", query=of_turns))["data"]["result"]:
        await asyncio.sleep(0.1)
    await asyncio.sleep(2)  # one more scrape: that one may have come between two measurements
    scraped = (await prometheus.get("query", query='{job="roku"}'))["data"]["result"]
    return of_samples(
        (each["metric"]["__name__"], each["metric"], float(each["value"][1])) for each in scraped
    )


def of_collector(received: Collector) -> Series:
    found: Series = {}
    for name, metric in received.newest_metrics().items():
        for point in (*metric.sum.data_points, *metric.gauge.data_points, *metric.histogram.data_points):
            named = frozenset((each.key, _text(each.value)) for each in point.attributes)
            is_histogram = metric.HasField("histogram")
            value = (point.count, point.sum) if is_histogram else (0, point.as_double or point.as_int)
            found[name, named] = value
    return found


def _text(value: Any) -> str:
    return str(getattr(value, value.WhichOneof("value")))


def compare_panel(findings: Findings, snapshot: Snapshot, command: Series) -> None:
    total = snapshot.total
    for instrument, shown in (
        (table.LLM_REQUESTS, total.requests),
        (table.LLM_SUCCESSES, total.successes),
        (table.LLM_FAILURES, sum(total.failures.values())),
    ):
        findings.same(f"panel, {instrument.name}", shown, _sum(command, instrument.name))
    tokens = {kind: _sum(command, table.TOKEN_USAGE.name, kind) for kind in ("input", "output")}
    findings.same("panel, tokens", {"input": total.input_tokens, "output": total.output_tokens}, tokens)
    first_tokens = sum(count for (name, _), (count, _) in command.items() if name == table.TURN_TTFT.name)
    findings.same("panel, first tokens", total.first_token and total.first_token.count, first_tokens)
    findings.same("panel, in its histogram", sum(total.histogram), first_tokens)
    findings.same("panel, lost", snapshot.lost, _sum(command, table.TELEMETRY_DROPPED.name))


def _sum(series: Series, name: str, having: str = "") -> int:
    return round(
        sum(
            value
            for (each, named), (_, value) in series.items()
            if each == name and (not having or having in dict(named).values())
        )
    )


def compare_log(findings: Findings, command: Series, served: Sequence[Served]) -> None:
    for provider in ("lab", "spare"):
        of_it = [each for each in served if each.provider == provider]
        failed = Counter(FAILURES[each.kind] for each in of_it if each.kind in FAILURES)
        findings.same(f"{provider}, requests", _sum(command, table.LLM_REQUESTS.name, provider), len(of_it))
        whole = len(of_it) - failed.total()
        findings.same(f"{provider}, successes", _sum(command, table.LLM_SUCCESSES.name, provider), whole)
        told: Counter[str] = Counter()
        for (name, named), (_, value) in command.items():
            if name == table.LLM_FAILURES.name and provider in dict(named).values():
                told[dict(named)[table.ERROR_TYPE]] += round(value)
        findings.same(f"{provider}, failures by class", dict(told), dict(failed))


def compare_times(
    findings: Findings,
    metrics: Sequence[Any],
    snapshot: Snapshot,
    served: Sequence[Served],
    asked_at: Mapping[int, float],
) -> None:
    """By the server's log; first tokens, which begin at enter, from when they were asked for."""
    points = {metric["name"]: metric["points"] for metric in metrics}
    for provider in ("lab", "spare"):
        spoken = [each for each in served if each.provider == provider]
        first_s = sorted(each.first_text_at - each.at for each in spoken if each.first_text_at)
        whole_s = sorted(
            each.ended_at - each.at for each in spoken if each.ended_at and each.kind not in FAILURES
        )
        for name, of_server in (
            (table.TIME_TO_FIRST_CHUNK.name, first_s),
            (table.OPERATION_DURATION.name, whole_s),
        ):
            if not of_server:
                continue  # a short day: it was not asked
            (point,) = (
                each
                for each in points[name]
                if each["attributes"][table.PROVIDER] == provider
                and table.ERROR_TYPE not in each["attributes"]
            )
            findings.same(f"{provider}, samples of {name}", point["count"], len(of_server))
            for share in (50, 95, 99):
                if len(of_server) * (100 - share) < 100 * BEYOND:
                    continue
                findings.near(
                    f"{provider}, p{share} of {name}", point[f"p{share}"], percentile(of_server, share / 100)
                )
    spoken_at: dict[int, float] = {}
    for each in served:
        if each.first_text_at is not None:
            spoken_at.setdefault(each.turn, each.first_text_at)
    first_tokens_s = sorted(at - asked_at[turn] for turn, at in spoken_at.items())
    shown = snapshot.total.first_token
    assert shown is not None
    findings.same("panel, turns with a first token", shown.count, len(first_tokens_s))
    for share, found_s in ((50, shown.p50), (95, shown.p95), (99, shown.p99)):
        findings.near(f"panel, p{share} of first tokens", found_s, percentile(first_tokens_s, share / 100))


def main() -> int:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else TURNS
    findings = Findings()
    with socket.create_server(("127.0.0.1", 0)) as free:
        page_port = int(free.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder, collector() as received, day_server() as server:
        home = home_for(Path(folder), server, received.url, page_port)
        person, snapshot, page, scraped = asyncio.run(live_a_day(home, page_port, turns))
        server.end()
        program: list[str | Path] = [Path(sys.executable).with_name("roku-desktop"), "--home", home.home]
        said = subprocess.run(
            [*program, "metrics", "--window", "24h", "--json"], stdout=subprocess.PIPE, check=True
        ).stdout
        metrics = json.loads(said)["metrics"]
    command = of_command(metrics)
    print(f"{turns} turns: {dict(person.outcomes)}; {len(server.served)} requests")
    findings.agree("page and `metrics --json`", of_page(page), command)
    if scraped is not None and PROMTOOL is not None:
        findings.agree("Prometheus and `metrics --json`", scraped, command)
        findings.same("promtool check metrics", promtool("check", "metrics", given=page.encode()), (0, b""))
    else:
        print("       Prometheus is not installed, and scraped nothing")
    findings.agree("OTLP and `metrics --json`", of_collector(received), command)
    spans = Counter(span.name.split()[0] for span in received.spans())
    findings.same("spans of turns, OTLP", spans["invoke_agent"], turns)
    for outcome, count in person.outcomes.items():
        findings.same(f"turns {outcome}", _sum(command, table.TURN_COUNT.name, outcome), count)
    compare_panel(findings, snapshot, command)
    compare_log(findings, command, server.served)
    compare_times(findings, metrics, snapshot, server.served, person.asked_at)
    print(f"{findings.failed} wrong")
    return int(findings.failed > 0)


if __name__ == "__main__":
    sys.exit(main())

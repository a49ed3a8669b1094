"""How the benchmarks measure: pairs in turn, medians, a ratio against a target.

A benchmark is a program `bench_NAME.py`, run by `scripts/dev.py bench`: it measures a subject and a
reference A B A B … in one run, so that a busy or slow machine weighs on both, and judges the
*ratio*. Absolute times of one machine are printed, but promise nothing.

Owns: running and sampling, the table, `build/bench/NAME.json`, the exit code (1 if a target is
missed). Does not know what is measured. For Linux and macOS: peak memory comes from `wait4`.
"""

import asyncio
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "build" / "bench"
# ru_maxrss is in kilobytes on Linux and in bytes on macOS (getrusage(2) of each).
RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One run. `cpu_s` is user + system time; `peak_rss_bytes` of the largest single process."""

    wall_s: float
    cpu_s: float = 0.0
    peak_rss_bytes: int = 0


Subject = Callable[[], Sample]


def program(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    until_output: bytes | None = None,
) -> Subject:
    """A command as a subject: from spawn to exit, or to the moment `until_output` is on its stdout.

    Byte code is kept as on any machine of a person's, else each run would compile its modules anew. With
    `until_output=b""` the first byte counts. The command has to end by itself with code 0;
    anything else raises RuntimeError with what it wrote to stderr.
    """

    environment = {**os.environ, **(env or {})}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run() -> Sample:
        with tempfile.TemporaryFile() as errors:
            started = time.perf_counter()
            process = subprocess.Popen(
                [str(word) for word in command],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
            assert process.stdin is not None
            assert process.stdout is not None
            with process.stdin:
                process.stdin.write(stdin)
            with process.stdout:
                seen_after_s = _read_until(process.stdout.fileno(), until_output, started)
            _, status, usage = os.wait4(process.pid, 0)
            ended_after_s = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            errors.seek(0)
            complaint = errors.read().decode(errors="replace")
        if process.returncode != 0 or (until_output is not None and seen_after_s is None):
            raise RuntimeError(f"{command} ended with {process.returncode}: {complaint[-2000:]}")
        return Sample(
            wall_s=ended_after_s if seen_after_s is None else seen_after_s,
            cpu_s=usage.ru_utime + usage.ru_stime,
            peak_rss_bytes=usage.ru_maxrss * RSS_UNIT_BYTES,
        )

    return run


def _read_until(descriptor: int, wanted: bytes | None, started: float) -> float | None:
    """Read to the end; returns the seconds until `wanted` had appeared, or None without it."""
    seen_after_s = None
    text = b""
    while piece := os.read(descriptor, 65_536):
        text += piece
        if seen_after_s is None and wanted is not None and wanted in text:
            seen_after_s = time.perf_counter() - started
    return seen_after_s


def function(work: Callable[[], object]) -> Subject:
    """A call in this process as a subject; the peak memory of a shared process says nothing, so 0."""

    def run() -> Sample:
        cpu_before_s, started = time.process_time(), time.perf_counter()
        work()
        return Sample(wall_s=time.perf_counter() - started, cpu_s=time.process_time() - cpu_before_s)

    return run


def coroutine(work: Callable[[], Awaitable[object]], runner: asyncio.Runner) -> Subject:
    """An awaited call on `runner`'s loop, which both sides of a pair share."""

    async def once() -> None:
        await work()

    return function(lambda: runner.run(once()))


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The samples of subject and reference, round by round."""

    subject: list[Sample]
    reference: list[Sample]

    def wall(self) -> tuple[list[float], list[float]]:
        """Wall times in milliseconds."""
        return [s.wall_s * 1e3 for s in self.subject], [s.wall_s * 1e3 for s in self.reference]

    def cpu(self) -> tuple[list[float], list[float]]:
        """CPU times in milliseconds."""
        return [s.cpu_s * 1e3 for s in self.subject], [s.cpu_s * 1e3 for s in self.reference]

    def rss(self) -> tuple[list[float], list[float]]:
        """Peak memory in megabytes (10^6 bytes)."""
        return [s.peak_rss_bytes / 1e6 for s in self.subject], [
            s.peak_rss_bytes / 1e6 for s in self.reference
        ]


def paired(subject: Subject, reference: Subject, *, rounds: int, warm_up: int = 2) -> Pair:
    """Run both in turn, `rounds` times each, after `warm_up` rounds that don't count."""
    for _ in range(warm_up):
        subject()
        reference()
    samples = [(subject(), reference()) for _ in range(rounds)]
    return Pair(subject=[one for one, _ in samples], reference=[other for _, other in samples])


@dataclass(frozen=True, kw_only=True)
class Row:
    """A measured figure with its spread; `target` says what it has to reach, `ok` whether it did."""

    name: str
    minimum: float
    median: float
    maximum: float
    unit: str
    target: str = ""
    ok: bool | None = None

    def line(self) -> str:
        verdict = "" if self.ok is None else f"{self.target}: {'ok' if self.ok else 'MISSED'}"
        figures = "".join(f"{figure:>10.3f}" for figure in (self.minimum, self.median, self.maximum))
        return f"{self.name:<52}{figures} {self.unit:<4} {verdict}".rstrip()


@dataclass
class Report:
    """Collects rows; `finish()` prints the table, writes the JSON and returns the exit code."""

    name: str
    rows: list[Row] = field(default_factory=list)

    def compare(
        self, name: str, values: tuple[list[float], list[float]], *, unit: str, at_most: float, against: str
    ) -> None:
        """Judge the median of the rounds' ratios subject / reference."""
        subject, reference = values
        self._add(name, subject, unit)
        self._add(f"  against {against}", reference, unit)
        ratios = [one / other for one, other in zip(subject, reference, strict=True)]
        self._add("  ratio", ratios, "x", at_most=at_most)

    def added(
        self, name: str, values: tuple[list[float], list[float]], *, unit: str, at_most: float, against: str
    ) -> None:
        """Judge the median of the rounds' differences subject - reference, in `unit`."""
        subject, reference = values
        self._add(name, subject, unit)
        self._add(f"  against {against}", reference, unit)
        differences = [one - other for one, other in zip(subject, reference, strict=True)]
        self._add("  added", differences, unit, at_most=at_most)

    def limit(self, name: str, values: Sequence[float], *, unit: str, at_most: float) -> None:
        """Judge the median against a fixed figure."""
        self._add(name, values, unit, at_most=at_most)

    def finish(self) -> int:
        print(f"{self.name:<52}{'min':>10}{'median':>10}{'max':>10}")
        print("\n".join(row.line() for row in self.rows), flush=True)
        RESULTS.mkdir(parents=True, exist_ok=True)
        machine = {
            "python": platform.python_version(),
            "system": platform.platform(),
            "cores": os.cpu_count(),
        }
        result = {"name": self.name, "machine": machine, "rows": [asdict(row) for row in self.rows]}
        (RESULTS / f"{self.name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        return int(any(row.ok is False for row in self.rows))

    def _add(self, name: str, values: Sequence[float], unit: str, *, at_most: float | None = None) -> None:
        median = statistics.median(values)
        self.rows.append(
            Row(
                name=name,
                minimum=min(values),
                median=median,
                maximum=max(values),
                unit=unit,
                target="" if at_most is None else f"<= {at_most:g} {unit}",
                ok=None if at_most is None else median <= at_most,
            )
        )


def own_peak_rss_bytes() -> int:
    """The peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT_BYTES

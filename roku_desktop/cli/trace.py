"""`trace`: a run's steps and timings, as a waterfall, as JSON, or as OTLP for a trace viewer."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from roku_desktop import __version__
from roku_desktop.cli import exits
from roku_desktop.cli.lookup import find_run
from roku_desktop.cli.output import one_line, print_json
from roku_desktop.cli.place import engine_of, home_of, show_log
from roku_desktop.engine import NotFoundError
from roku_desktop.telemetry.trace_files import read_trace
from roku_desktop.telemetry.traces import Moment, Span, otlp_of, roots_of, spans_of

_BAR_COLUMNS = 32


def run(arguments: argparse.Namespace) -> int:
    """Print the trace of a run; of the newest one where none is named."""
    show_log(arguments)
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    async with engine_of(arguments) as engine:
        if arguments.run:
            run_id = (await find_run(engine, arguments.run)).run_id
        else:
            newest = await engine.runs(limit=1)
            if not newest:
                raise NotFoundError("Nothing was asked in this home yet, so there is no trace.")
            run_id = newest[0].run_id
    spans = _spans(home_of(arguments).traces, run_id)
    if arguments.otlp:
        print_json(otlp_of(spans, {"service.name": "roku-desktop", "service.version": __version__}))
    elif arguments.json:
        print_json({"run_id": run_id, "spans": roots_of(spans)})
    else:
        print("\n".join(_waterfall(spans)))
    return exits.DONE


def _spans(folder: Path, run_id: str) -> list[Span]:
    try:
        return spans_of(read_trace(folder, run_id))
    except FileNotFoundError:
        raise NotFoundError(
            f"There is no trace of {run_id} any more; traces are kept for a while only."
        ) from None


def _waterfall(spans: list[Span]) -> list[str]:
    if not spans:
        return ["The trace is empty."]
    began_at = min(span.began_at for span in spans)
    ends = [span.ended_at for span in spans if span.ended_at is not None]
    whole_s = max([*ends, *(span.began_at for span in spans)]) - began_at or 1e-9
    lines = []

    def add(span: Span, depth: int) -> None:
        lines.append(_line(span, depth, began_at, whole_s))
        lines.extend(_event(moment, depth + 1, began_at) for moment in span.events)
        for child in span.children:
            add(child, depth + 1)

    for root in roots_of(spans):
        add(root, 0)
    return lines


def _event(moment: Moment, depth: int, began_at: float) -> str:
    details = "".join(f" {name.rpartition('.')[2]}={value}" for name, value in moment.attributes.items())
    indent = " " * (_BAR_COLUMNS + 2 + 2 * depth)
    return f"{moment.at - began_at:9.3f} s  {indent}· {one_line(moment.name + details)}"


def _line(span: Span, depth: int, began_at: float, whole_s: float) -> str:
    offset_s = span.began_at - began_at
    first = min(int(offset_s / whole_s * _BAR_COLUMNS), _BAR_COLUMNS - 1)
    duration_s = span.duration_s
    columns = _BAR_COLUMNS - first if duration_s is None else round(duration_s / whole_s * _BAR_COLUMNS)
    bar = (" " * first + ("░" if duration_s is None else "█") * max(columns, 1))[:_BAR_COLUMNS]
    took = "unfinished" if duration_s is None else f"{duration_s:.3f} s"
    error = f"  {span.error}" if span.error else ""
    return f"{offset_s:9.3f} s  {bar:<{_BAR_COLUMNS}}  {'  ' * depth}{one_line(span.name)}  {took}{error}"

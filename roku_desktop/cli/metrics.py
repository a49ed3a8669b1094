"""`metrics` and `slo`: how well the agent does, computed from the rows on disk."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Mapping
from typing import assert_never

from roku_desktop.cli import exits
from roku_desktop.cli.output import print_json, table
from roku_desktop.cli.place import engine_of, show_log
from roku_desktop.telemetry.figures import Distribution, Metric, Point, cells_of, metrics_of
from roku_desktop.telemetry.slo import Budget, Standing, names_of, standings
from roku_desktop.telemetry.window import WINDOW_S


def run(arguments: argparse.Namespace) -> int:
    """Print the figures of a window."""
    show_log(arguments)
    return asyncio.run(_metrics(arguments))


def show_objectives(arguments: argparse.Namespace) -> int:
    """Print objectives, error budgets and burn rates."""
    show_log(arguments)
    return asyncio.run(_objectives(arguments))


async def _metrics(arguments: argparse.Namespace) -> int:
    async with engine_of(arguments) as engine:
        rows = await engine.samples(time.time() - WINDOW_S[arguments.window])
    if arguments.prometheus:
        from roku_desktop.telemetry.prometheus import page

        sys.stdout.write(page(cells_of(rows).all()).decode())
        return exits.DONE
    metrics = metrics_of(rows)
    if arguments.json:
        print_json({"window": arguments.window, "metrics": metrics})
    elif metrics:
        print("\n\n".join(_described(metric) for metric in metrics))
    else:
        print(f"Nothing was measured within {arguments.window}: ask something first.")
    return exits.DONE


def _described(metric: Metric) -> str:
    unit = "" if metric.unit == "1" else f" ({metric.unit.strip('{}')})"
    lines = "\n".join(f"  {_figures(point)}{_named(point.attributes)}" for point in metric.points)
    return f"{metric.name}{unit}\n{lines}"


def _figures(point: Point | Distribution) -> str:
    match point:
        case Point(value=value):
            return _number(value)
        case Distribution():
            return (
                f"{point.count} samples, p50 {_number(point.p50)}, p95 {_number(point.p95)}, "
                f"p99 {_number(point.p99)}"
            )
        case _:
            assert_never(point)


def _named(attributes: Mapping[str, str]) -> str:
    named = ", ".join(f"{_short(name)} {value}" for name, value in attributes.items())
    return f"   {named}" if named else ""


def _short(name: str) -> str:
    """`gen_ai.provider.name` → `provider`, `gen_ai.request.model` → `request model`."""
    words = [word for word in name.split(".")[1:] if word != "name"]
    return " ".join(words).replace("_", " ") or name


def _number(value: float) -> str:
    return f"{value:.0f}" if value.is_integer() else f"{value:.4g}"


async def _objectives(arguments: argparse.Namespace) -> int:
    now = time.time()
    async with engine_of(arguments) as engine:
        rows = await engine.samples(now - max(WINDOW_S.values()), names_of())
    found = standings(rows, now)
    if arguments.json:
        print_json({"objectives": [_document(standing) for standing in found]})
    else:
        rows_of_table = [_row(standing, budget) for standing in found for budget in standing.budgets]
        print(
            table(("OBJECTIVE", "TARGET", "WINDOW", "EVENTS", "GOOD", "BUDGET LEFT", "BURN"), rows_of_table)
        )
    return exits.DONE


def _document(standing: Standing) -> dict[str, object]:
    objective = standing.objective
    return {
        "name": objective.name,
        "meaning": objective.meaning,
        "target": objective.target,
        "windows": standing.budgets,
    }


def _row(standing: Standing, budget: Budget) -> tuple[str, ...]:
    first = budget is standing.budgets[0]
    objective = standing.objective
    return (
        objective.name if first else "",
        f"{objective.target:.1%}" if first else "",
        budget.window,
        str(budget.events),
        f"{budget.compliance:.1%}" if budget.events else "–",
        f"{budget.budget_left:.0%}" if budget.events else "–",
        f"{budget.burn_rate:.1f}" if budget.events else "–",
    )

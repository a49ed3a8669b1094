"""docs/telemetry.md, the dashboard and the alert rules say what the table of instruments says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from roku_desktop.telemetry.instruments import INSTRUMENTS
from roku_desktop.telemetry.prometheus import name_of

ROOT = Path(__file__).parents[2]


def expected_lines() -> list[str]:
    return [
        f"| `{one.name}` | {one.kind} | {one.unit} | {', '.join(f'`{name}`' for name in one.attributes)} | "
        f"{one.meaning} |"
        for one in INSTRUMENTS
    ]


def test_every_instrument_is_described_as_it_is():
    text = (ROOT / "docs" / "telemetry.md").read_text(encoding="utf-8")
    instruments = text.partition("## All instruments")[2]
    written = [line for line in instruments.splitlines() if line.startswith("| `")]
    assert written == expected_lines(), "docs/telemetry.md should hold:\n" + "\n".join(expected_lines())


@pytest.mark.parametrize("name", ["grafana/dashboard.json", "prometheus/alerts.yml"])
def test_only_series_that_exist_are_asked_for(name: str):
    text = (ROOT / "resources" / name).read_text(encoding="utf-8")
    asked = set(re.findall(r"\b(?:roku|gen_ai|process)_[a-z0-9_]+", text)) - LABELS
    known = {series for one in INSTRUMENTS for series in series_of(name_of(one), one.kind)}
    assert asked
    assert asked <= known


def test_the_dashboard_is_json_with_a_query_in_each_panel():
    dashboard = json.loads((ROOT / "resources" / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
    assert all(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])


LABELS = {name.replace(".", "_") for one in INSTRUMENTS for name in one.attributes}


def series_of(name: str, kind: str) -> set[str]:
    if kind == "histogram":
        return {f"{name}_bucket", f"{name}_sum", f"{name}_count"}
    return {name if name.endswith("_total") or kind == "gauge" else f"{name}_total"}

"""Prometheus understands page, rules and dashboard. That it scrapes a day: tests/benchmarks/fault_day.py."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from roku_desktop.telemetry.cells import Cells
from roku_desktop.telemetry.instruments import INSTRUMENTS
from roku_desktop.telemetry.measurement import Measurement
from roku_desktop.telemetry.prometheus import page
from tests.support.prometheus import PROMETHEUS, PROMTOOL, RULES, prometheus_on, promtool
from tests.telemetry.test_documentation import ROOT

pytestmark = pytest.mark.skipif(not (PROMETHEUS and PROMTOOL), reason="prometheus is not installed")


def one_of_each() -> Cells:
    """Every instrument of the table, with all of its attributes."""
    cells = Cells()
    for instrument in INSTRUMENTS:
        attributes = tuple((name, f"a {name}") for name in instrument.attributes)
        cells.add(Measurement(instrument=instrument, at=0.0, value=0.5, attributes=attributes))
    return cells


def test_promtool_finds_nothing_wrong_with_a_page_of_all_instruments():
    assert promtool("check", "metrics", given=page(one_of_each().all())) == (0, b"")


def test_promtool_finds_nothing_wrong_with_the_alert_rules():
    assert promtool("check", "rules", RULES) == (0, b"")


async def test_prometheus_can_answer_every_query_of_the_dashboard_and_evaluate_every_rule(tmp_path: Path):
    dashboard = json.loads((ROOT / "resources" / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
    async with asyncio.timeout(30), prometheus_on(tmp_path, page_port=1) as prometheus:
        for target in (target for panel in dashboard["panels"] for target in panel["targets"]):
            query = target["expr"].replace("$__rate_interval", "1m").replace("$__range", "1h")
            assert (await prometheus.get("query", query=query))["status"] == "success", query
        rules = [{"health": "unknown"}]
        while any(rule["health"] == "unknown" for rule in rules):
            (group,) = (await prometheus.get("rules"))["data"]["groups"]
            rules = group["rules"]
        assert [rule["lastError"] for rule in rules if rule["health"] != "ok"] == []

"""Prometheus understands page, rules and dashboard. That it scrapes a day: tests/benchmarks/fault_day.py."""

from __future__ import annotations

import asyncio
import json
import re
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


@pytest.mark.parametrize(
    ("alert", "series", "quiet_at", "loud_at", "labels"),
    [
        (
            "RokuBreakerOpen",
            {'roku_breaker_state{gen_ai_provider_name="lab"}': "0x4 2x20"},
            "12m",
            "16m",
            {"severity": "ticket", "gen_ai_provider_name": "lab"},
        ),
        (
            "RokuTelemetryDropped",
            {'roku_telemetry_dropped_total{roku_signal="logs",roku_reason="refused"}': "_x5 2x20"},
            "4m",
            "8m",
            {"severity": "ticket", "roku_signal": "logs", "roku_reason": "refused"},
        ),
        (
            "RokuRequestsFail",
            {
                "roku_llm_requests_total": "0+1x1600",
                'roku_llm_failures_total{error_type="ServerError"}': "0x20 0+1x1500",
                'roku_llm_failures_total{error_type="Cancelled"}': "0+1x1600",
            },
            "20m",
            "3h",
            {"severity": "page"},
        ),
        (
            "RokuFirstTokenSlowInside",
            {
                'roku_turn_engine_overhead_seconds_bucket{le="0.032"}': "0+1x40",
                'roku_turn_engine_overhead_seconds_bucket{le="0.064"}': "0+1x40",
                'roku_turn_engine_overhead_seconds_bucket{le="0.128"}': "0+2x40",
                'roku_turn_engine_overhead_seconds_bucket{le="+Inf"}': "0+2x40",
            },
            "10m",
            "30m",
            {"severity": "ticket"},
        ),
    ],
)
def test_an_alert_fires_when_it_should_and_not_before(
    tmp_path: Path, alert: str, series: dict[str, str], quiet_at: str, loud_at: str, labels: dict[str, str]
):
    summary = re.sub(r"{{ \$labels\.(\w+) }}", lambda found: labels[found[1]], summary_of(alert))
    fires = [{"exp_labels": labels, "exp_annotations": {"summary": summary}}]
    case = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "alert_rule_test": [
            {"eval_time": quiet_at, "alertname": alert, "exp_alerts": []},
            {"eval_time": loud_at, "alertname": alert, "exp_alerts": fires},
        ],
    }
    file = tmp_path / "cases.yml"  # JSON is YAML
    file.write_text(json.dumps({"rule_files": [str(RULES)], "tests": [case]}), encoding="utf-8")
    assert promtool("test", "rules", file) == (0, b"")


def summary_of(alert: str) -> str:
    """The summary of that alert, its placeholders not filled in."""
    text = RULES.read_text(encoding="utf-8").partition(f"- alert: {alert}\n")[2]
    return re.findall(r'summary: "(.*)"', text)[0]


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

"""docs/telemetry.md names the variables that the program asks for, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from roku_desktop.telemetry import CAPTURE_VARIABLE, PROPAGATORS_VARIABLE
from roku_desktop.telemetry.export.delivery import Delivery, Taken
from roku_desktop.telemetry.export.plan import SIGNALS, Compression, Wish, page_port, plan_of
from tests.telemetry.collector import collector

DOCUMENT = Path(__file__).parents[2] / "docs" / "telemetry.md"


class Asked(Mapping[str, str]):
    """An environment that remembers what was looked up."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.names: set[str] = set()
        self._variables = variables

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


def asked_for() -> set[str]:
    environ = Asked(
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317",
            "OTEL_TRACES_SAMPLER": "traceidratio",
            "OTEL_METRICS_EXPORTER": "otlp,prometheus",
        }
    )
    plan_of(environ, Wish(), version="1", instance="i")
    page_port(environ, 0)
    return environ.names


def general(name: str) -> str:
    """The variable of which this is the form for one signal."""
    signals = "|".join(signal.upper() for signal in SIGNALS)
    return re.sub(f"^OTEL_EXPORTER_OTLP_({signals})_", "OTEL_EXPORTER_OTLP_", name)


def test_the_page_names_each_variable_that_is_followed():
    rows = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `OTEL_")]
    named = {name for row in rows for name in re.findall("`(OTEL_[A-Z_]+)`", row.split("|")[1])}
    elsewhere = {PROPAGATORS_VARIABLE, CAPTURE_VARIABLE}
    assert named == {general(name) for name in asked_for()} | elsewhere


def test_each_variable_of_otlp_has_its_form_for_each_signal():
    asked = asked_for()
    of_otlp = {name for name in asked if name.startswith("OTEL_EXPORTER_OTLP_") and general(name) == name}
    for name in of_otlp:
        for signal in SIGNALS:
            assert name.replace("OTLP_", f"OTLP_{signal.upper()}_") in asked


@pytest.mark.parametrize(
    ("named", "meant"),
    [("", "none"), ("none", "none"), ("gzip", "gzip"), ("deflate", "deflate"), ("brotli", "none")],
)
def test_a_collector_reads_what_was_compressed_as_named(named: str, meant: Compression):
    with collector() as found:
        variables = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": found.url,
            "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip" if not named else "none",
            "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": named or "none",
        }
        plan = plan_of(variables, Wish(), version="1", instance="i")
        assert plan is not None
        assert isinstance(Delivery(plan.destinations["traces"], "traces").send(b"payload"), Taken)
    ((_, headers, body),) = found.requests
    assert (headers.get("content-encoding", "none"), body) == (meant, b"payload")


@pytest.mark.parametrize(
    ("port", "wanted", "page"),
    [("", 0, 9_464), ("", 9_000, 9_000), ("9001", 9_000, 9_001), ("nonsense", 9_000, 9_000)],
)
def test_the_variables_port_for_prometheus_wins_over_the_file(port: str, wanted: int, page: int):
    variables = {"OTEL_METRICS_EXPORTER": "prometheus", "OTEL_EXPORTER_PROMETHEUS_PORT": port}
    assert page_port(variables, wanted) == page

"""The table is what dashboards of others rely on."""

from __future__ import annotations

from roku_desktop.telemetry.instruments import BY_NAME, INSTRUMENTS


def test_each_instrument_stands_once_with_a_unit_and_a_meaning():
    assert len(BY_NAME) == len(INSTRUMENTS) == 44
    for instrument in INSTRUMENTS:
        assert instrument.unit
        assert instrument.meaning.endswith(".")


def test_histograms_have_rising_boundaries_and_nothing_else_has_any():
    for instrument in INSTRUMENTS:
        assert (instrument.kind == "histogram") == bool(instrument.boundaries)
        assert list(instrument.boundaries) == sorted(set(instrument.boundaries))


def test_the_standard_buckets_are_those_of_the_conventions():
    duration = BY_NAME["gen_ai.client.operation.duration"].boundaries
    assert (duration[0], round(duration[-1], 2), len(duration)) == (0.01, 81.92, 14)
    tokens = BY_NAME["gen_ai.client.token.usage"].boundaries
    assert (tokens[0], tokens[-1]) == (1, 67_108_864)

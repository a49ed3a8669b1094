"""Measurements of a day at a desk: two providers, an outage with an open breaker, a failover, recovery.

Used by the tests and the benchmark of the telemetry panel. The same arguments give the same day.
"""

from __future__ import annotations

import random

from roku_desktop.engine import Sample
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.instruments import Instrument

MODELS = (("lab", "lab-large", 0.55), ("house", "house-small", 0.24))
PER_TURN = 9


def day_of(until: float, *, hours: float, turns: int = 400) -> list[Sample]:
    """Some `PER_TURN` samples per turn, evenly over the hours that end at `until` (Unix seconds)."""
    chance = random.Random(7)
    samples: list[Sample] = []
    for turn in range(turns):
        part = turn / turns
        at = until - hours * 3_600 * (1 - part) + chance.uniform(0, 20)
        at = min(at, until)
        outage = 0.62 < part < 0.70
        provider, model, usual_s = MODELS[1 if outage or turn % 4 == 0 else 0]
        named = {table.PROVIDER: provider, table.REQUEST_MODEL: model}
        first_s = usual_s * chance.lognormvariate(0, 0.35) * (1.6 if 0.55 < part < 0.62 else 1)
        if (outage and turn % 3 == 0) or chance.random() < 0.012:
            lab = {table.PROVIDER: "lab", table.REQUEST_MODEL: "lab-large"}
            kind = chance.choice(["Timeout", "ServerOverloaded", "ServerOverloaded", "RateLimit"])
            samples.append(sample(table.LLM_REQUESTS, at, 1.0, lab))
            samples.append(sample(table.LLM_FAILURES, at, 1.0, {**lab, table.ERROR_TYPE: kind}))
        samples += [
            sample(table.LLM_REQUESTS, at, 1.0, named),
            sample(table.LLM_SUCCESSES, at, 1.0, named),
            sample(table.TURN_TTFT, at, first_s, named),
            sample(table.TURN_ENGINE_OVERHEAD, at, chance.uniform(0.004, 0.03), named),
            sample(table.LLM_COST, at, chance.uniform(0.001, 0.01), named),
            sample(table.TOKEN_USAGE, at, chance.randint(800, 9_000), {**named, table.TOKEN_TYPE: "input"}),
            sample(table.TOKEN_USAGE, at, chance.randint(80, 700), {**named, table.TOKEN_TYPE: "output"}),
            sample(table.APP_STARTUP, at, chance.uniform(0.3, 0.6), {table.FROZEN: "false"}),
            sample(table.RECOVERY_ATTEMPTS, at, 1.0, {table.WHAT: "pending run"}),
        ]
    samples += [_change(until - hours * 3_600 * (1 - part), *phases) for part, *phases in _OUTAGE]
    return samples


_OUTAGE = (
    (0.62, "closed", "open"),
    (0.65, "open", "half_open"),
    (0.652, "half_open", "open"),
    (0.69, "open", "half_open"),
    (0.693, "half_open", "closed"),
)


def sample(instrument: Instrument, at: float, value: float, named: dict[str, str]) -> Sample:
    return Sample(name=instrument.name, attributes=tuple(sorted(named.items())), at=at, value=value)


def _change(at: float, before: str, after: str) -> Sample:
    named = {table.PROVIDER: "lab", table.FROM: before, table.TO: after}
    return sample(table.BREAKER_TRANSITIONS, at, 1.0, named)

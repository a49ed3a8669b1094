"""Each instrument of the table reaches a collector, with its unit and attributes, from events that happen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from roku_desktop.engine import DiskRoom, Engine, Event
from roku_desktop.engine.compactions import CompactComplete, Compaction, MicrocompactRan
from roku_desktop.engine.errors import Failure
from roku_desktop.engine.events import (
    AttemptFailed,
    BreakerChanged,
    ConfigReloaded,
    FirstToken,
    MemoryHealthChanged,
    MemoryRecalled,
    RecoveryFailed,
    WindowReady,
)
from roku_desktop.engine.messages import Usage
from roku_desktop.engine.settings import ProviderSettings
from roku_desktop.telemetry.export.plan import Wish, plan_of
from roku_desktop.telemetry.housekeeping import keep_house
from roku_desktop.telemetry.instruments import INSTRUMENTS, Instrument
from roku_desktop.telemetry.logs.handler import LogHandler
from roku_desktop.telemetry.recording import Recording, recording_of
from tests.support.engines import engine_on, scripted
from tests.support.turns import MODEL, PROVIDER, Turn, asked_and_decided, call, trouble
from tests.telemetry.collector import collector

ELSEWHERE: Final[dict[str, Any]] = {"session_id": "", "run_id": "", "at": 1_000.0}
SUMMARY: Final = Compaction(
    compaction_id="cmp_1",
    layer="summary",
    covers=8,
    text="",
    tokens_before=900,
    tokens_after=300,
    lost=1,
    provider=PROVIDER,
    model=MODEL,
)
NO_MODEL: Final = Failure(kind="NoEligibleModel", message="none")


def a_turn() -> list[Event]:
    """All that can happen in one, good and bad."""
    turn, tool = Turn("ses"), call(1)
    answer = turn.answer("abc")
    paid = msgspec.structs.replace(
        answer,
        message=msgspec.structs.replace(
            answer.message, usage=Usage(input_tokens=9, output_tokens=3, cache_read_tokens=4)
        ),
        cost_usd=0.01,
    )
    reached = FirstToken(first_sent_s=0.01, sent_s=0.01, first_words_s=0.2, published_s=0.21)
    return [
        turn.prompt(),
        turn.step(),
        turn.sent(),
        *trouble(turn),
        turn.sent(attempt=2),
        turn.text("a"),
        turn.text("b"),
        paid,
        *asked_and_decided(turn, tool),
        turn.tool_finished(tool, outcome="error"),
        turn.finished(provider=PROVIDER, model=MODEL, ttft_s=0.2, first_token=reached, failure=NO_MODEL),
    ]


def around_turns() -> list[Event]:
    """What happens to the engine, its providers, its memory, its window."""
    turn = Turn("ses", "run_2")
    run: dict[str, Any] = {"session_id": "ses", "run_id": "run_2", "at": 1_002.0, "step": 1}
    return [
        WindowReady(**ELSEWHERE, startup_s=0.4, frozen=False),
        ConfigReloaded(**ELSEWHERE),
        RecoveryFailed(session_id="", run_id="run_0", at=1_000.0, error="CorruptDatabaseError"),
        turn.resumed(),
        BreakerChanged(
            **ELSEWHERE, provider=PROVIDER, before="closed", after="open", until=1_030.0, reason="Timeout"
        ),
        AttemptFailed(
            **run,
            provider=PROVIDER,
            model=MODEL,
            attempt=1,
            failure=Failure(kind="BreakerOpen", message="open"),
        ),
        MicrocompactRan(**run, results=1, tokens_freed=40),
        CompactComplete(**run, compaction=SUMMARY, duration_s=0.5),
        MemoryRecalled(**ELSEWHERE, backend="sqlite", count=1, duration_s=0.01, fell_back=True),
        MemoryHealthChanged(**ELSEWHERE, backend="openviking", before="healthy", after="down"),
    ]


async def house_kept(engine: Engine, recording: Recording) -> None:
    """The home's first tidying, to its end."""
    done = asyncio.Event()

    def record(measurements: Any) -> None:
        recording.recorder.record(measurements)
        if any(one.instrument.name == "roku.storage.bytes" for one in measurements):
            done.set()

    keeping = asyncio.create_task(keep_house(engine, record, delay_s=0))
    await asyncio.wait_for(done.wait(), 10)
    keeping.cancel()


async def everything_happens(tmp_path: Path, endpoint: str) -> None:
    """Spans find a queue of one, so that some are dropped."""
    settings = ProviderSettings(name=PROVIDER, kind="openai-chat", base_url="https://models.example/v1")
    variables = {"OTEL_BSP_MAX_QUEUE_SIZE": "1", "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
    (tmp_path / "traces").mkdir()
    async with engine_on(tmp_path, scripted(["one"])) as engine:
        recording = recording_of(
            engine,
            lambda _provider: settings,
            tmp_path / "traces",
            log=LogHandler(tmp_path, "off", ()),
            room=DiskRoom(tmp_path, 0),
        )

        async def no_key() -> str | None:
            return None

        plan = plan_of(variables, Wish(), version="1", instance="i")
        recording.export(plan, tmp_path / "spool", no_key)
        for event in (*a_turn(), *around_turns()):
            recording.hear(event)
        await house_kept(engine, recording)
        await recording.close()


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The metrics that a collector got, by name."""
    with collector() as found:
        asyncio.run(everything_happens(tmp_path_factory.mktemp("home"), found.url))
    return found.newest_metrics()


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.name)
def test_an_instrument_arrives_with_its_unit_and_its_attributes(
    arrived: dict[str, Any], instrument: Instrument
):
    metric = arrived[instrument.name]
    assert metric.unit == instrument.unit
    assert metric.description == instrument.meaning
    kind = {"counter": "sum", "gauge": "gauge", "histogram": "histogram"}[instrument.kind]
    assert metric.WhichOneof("data") == kind
    points = getattr(metric, kind).data_points
    named = {attribute.key for point in points for attribute in point.attributes}
    assert named == set(instrument.attributes)
    if kind == "histogram":
        assert all(tuple(point.explicit_bounds) == instrument.boundaries for point in points)
        assert all(sum(point.bucket_counts) == point.count for point in points)


def test_nothing_arrives_that_is_not_in_the_table(arrived: dict[str, Any]):
    assert arrived.keys() == {instrument.name for instrument in INSTRUMENTS}

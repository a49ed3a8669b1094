"""The telemetry panel, in the real window and alone: what it shows, says and leaves undone."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from roku_desktop.app import load_configuration, open_engine, open_watched_engine
from roku_desktop.config import SettingsDesk
from roku_desktop.engine import BreakerState, Failure, RunRecord, Sample, StorageUse
from roku_desktop.paths import HomePaths
from roku_desktop.telemetry import instruments as table
from roku_desktop.telemetry.collector import Departure, Trial
from roku_desktop.telemetry.snapshot import NAMES, MemoryStanding, Snapshot, SnapshotMaker, Surroundings
from roku_desktop.telemetry.traces import Span
from roku_desktop.ui.look import theme
from roku_desktop.ui.telemetry.panel import TelemetryPanel
from roku_desktop.ui.telemetry.trace_view import TraceView, Waterfall, trace_lines
from tests.support.day import day_of
from tests.support.display import PictureTaker
from tests.support.engines import engine_on, scripted
from tests.support.fault_server import openai_error, serve_in_thread
from tests.support.setups import KEY, answer, mylab
from tests.support.windows import OpenedWindow, drawn, exposed, opened_window, until, window_on
from tests.telemetry.collector import Collector, collector
from tests.telemetry.test_snapshot import series_of
from tests.ui.conftest import Run

pytestmark = pytest.mark.window
NOW = 30 * 86_400.0
ANSWER = "**lab** was: it was overloaded for a while, so `house-small` answered in its place."


def snapshot_of(samples: list[Sample], now: float = NOW, **around: object) -> Snapshot:
    maker = SnapshotMaker()
    rows = [(each.name, each.attributes, each.at, each.value) for each in samples]
    maker.history.take(series_of(rows, 0), 0, now)
    return maker.make("1h", now, msgspec.structs.replace(Surroundings(), **around))


@pytest.fixture
def panel(app: QApplication, qtbot: QtBot) -> TelemetryPanel:
    panel = TelemetryPanel()
    panel.resize(400, 900)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_what_is_painted_is_said_in_words_too(panel: TelemetryPanel):
    breakers = {"lab": BreakerState(phase="open", until=NOW + 21, last_error="Timeout")}
    storage = (StorageUse(kind="traces", path="", size_bytes=3_000_000, cap_bytes=10_000_000),)
    failure = Failure(kind="Timeout", message="")
    run = RunRecord(
        run_id="r", session_id="s", status="failed", started_at=NOW, instance_id="i", failure=failure
    )
    panel.show_snapshot(
        snapshot_of(day_of(NOW, hours=1), breakers=breakers, storage=storage, runs=(run,)), NOW
    )
    said = {part.accessibleName(): part.accessibleDescription() for part in panel.drawings}
    assert "open · 21 s" in said["Breakers"]
    assert "traces" in said["Storage"]
    assert "Timeout" in said["Failures by class"]
    assert "Timeout" in said["Newest runs"]
    assert "p95" in said["First token over time"]
    assert all(said.values())


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (MemoryStanding(), "Memories are found by their words, in the home."),
        (MemoryStanding(service="openviking"), "openviking finds memories by their meaning."),
        (MemoryStanding(service="openviking", health="degraded"), "openviking has trouble"),
        (MemoryStanding(service="openviking", health="down"), "openviking is down"),
    ],
)
def test_the_lamp_of_memory_has_a_colour_and_words_for_each_state(
    panel: TelemetryPanel, standing: MemoryStanding, said: str
):
    panel.show_snapshot(snapshot_of([], memory=standing), NOW)
    assert panel.memory.accessibleDescription().startswith(said)
    lamp = panel.memory.grab().toImage().pixelColor(4, panel.memory.height() // 2)
    colours = {"healthy": theme.accent, "degraded": theme.warning, "down": theme.danger}
    assert lamp == colours[standing.health](panel.memory.palette())


def test_only_what_changed_is_painted_again(panel: TelemetryPanel, qtbot: QtBot):
    samples = day_of(NOW, hours=1)
    breakers = {"lab": BreakerState(phase="open", until=NOW + 21)}
    panel.show_snapshot(snapshot_of(samples, breakers=breakers), NOW)
    qtbot.waitUntil(lambda: panel.breakers.paints > 0 and panel.plot.paints > 0)
    QApplication.processEvents()
    before = {part: part.paints for part in panel.drawings}
    shown = panel.breakers.paints
    panel.show_snapshot(snapshot_of(samples, breakers=breakers), NOW + 1)
    qtbot.waitUntil(lambda: panel.breakers.paints > shown)
    QApplication.processEvents()
    assert [part for part in panel.drawings if part.paints != before[part]] == [panel.breakers]


def test_a_model_can_be_chosen_with_the_keys_and_the_plots_show_it(panel: TelemetryPanel):
    snapshot = snapshot_of(day_of(NOW, hours=1))
    panel.show_snapshot(snapshot, NOW)
    panel.models.setFocus()
    QTest.keyClick(panel.models, Qt.Key.Key_Down)
    QTest.keyClick(panel.models, Qt.Key.Key_Return)
    assert panel.plot.value is not None
    assert panel.plot.value.buckets == snapshot.models[0].over_time
    assert panel.histogram.value == snapshot.models[0].histogram


def test_the_pointer_reads_a_plot_out(panel: TelemetryPanel):
    panel.show_snapshot(snapshot_of(day_of(NOW, hours=1)), NOW)
    newest = panel.plot.read_out
    place = QPointF(70, 60)
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        panel.plot.mapToGlobal(place),
        none,
        none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(panel.plot, move)
    assert panel.plot.hasMouseTracking()
    assert panel.plot.read_out != newest
    assert "p99" in panel.plot.read_out


def test_what_is_shown_can_be_copied_as_json(panel: TelemetryPanel):
    snapshot = snapshot_of(day_of(NOW, hours=1))
    panel.show_snapshot(snapshot, NOW)
    panel.copy_button.click()
    copied = msgspec.json.decode(QGuiApplication.clipboard().text())
    assert copied["total"]["requests"] == snapshot.total.requests


def test_a_waterfall_says_what_failed_and_what_never_ended(app: QApplication, qtbot: QtBot):
    root = Span(trace_id="t", span_id="1", parent_id="", name="invoke_agent", kind="internal", began_at=10.0)
    chat = Span(
        trace_id="t", span_id="2", parent_id="1", name="chat m", kind="client", began_at=10.5,
        ended_at=11.0, error="Timeout",
    )  # fmt: skip
    root.children.append(chat)
    view = TraceView("run", [root, chat])
    qtbot.addWidget(view)
    view.show()
    assert view.waterfall.accessibleDescription() == "invoke_agent, unfinished. chat m, 500 ms Timeout"
    assert [line.depth for line in trace_lines([root, chat])] == [0, 1]
    assert isinstance(view.waterfall, Waterfall)


def test_how_telemetry_leaves_is_said_in_words(panel: TelemetryPanel):
    panel.show_snapshot(snapshot_of([]), NOW)
    assert panel.export_line.text() == "Nothing leaves this computer: no collector is named."
    assert panel.test_button.isHidden()
    busy = Departure(endpoint="http://c:4318", sent=1_200, dropped=1, last_error="HTTP 503")
    panel.show_snapshot(snapshot_of([], departure=busy), NOW)
    assert panel.export_line.text().startswith(
        "http://c:4318: 1200 items sent, 1 dropped. It has trouble (HTTP 503)"
    )
    assert not panel.test_button.isHidden()
    trials = [
        Trial(signal="metrics", url="http://c:4318/v1/metrics"),
        Trial(signal="logs", url="http://c:4318/v1/logs", trouble="HTTP 404"),
    ]
    panel.test_button.click()
    assert not panel.test_button.isEnabled()
    panel.show_trials(trials)
    assert panel.trial_line.text() == (
        "The collector takes metrics. It did not take logs at http://c:4318/v1/logs (HTTP 404): "
        "look at the address and the key."
    )
    assert panel.test_button.isEnabled()


# In the window


def test_a_collector_is_tried_named_and_given_up_while_the_window_is_open(
    qt_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ROKU_MYLAB_API_KEY", KEY)

    async def use(found: Collector, models: str) -> None:
        home = HomePaths.locate({}, home=str(tmp_path / "home"))
        home.create()
        home.runtime_toml.write_text(mylab(models), encoding="utf-8")
        desks: list[SettingsDesk] = []
        async with open_watched_engine(home, take_desk=desks.append) as engine:
            (desk,) = desks
            async with window_on(engine, tmp_path, desk) as opened:
                opened.send("Hello")
                await opened.until_idle()
                assert await desk.collector.test() == []  # nothing is named yet
                await desk.change({("telemetry", "otlp_endpoint"): found.url})
                steering = opened.steering.telemetry
                assert steering is not None
                steering.toggle()
                panel, reader = steering.panel, steering.reader
                await until(lambda: not panel.test_button.isHidden(), reader.snapshot_made)
                panel.test_button.click()
                await until(panel.trial_line.text, reader.collector_tested)
                assert panel.trial_line.text() == "The collector takes metrics, traces, logs."
                assert [body for _, _, body in found.requests] == [b""] * 3
                opened.send("Hello")
                await opened.until_idle()
                await desk.change({("telemetry", "otlp_endpoint"): ""})
                await until(panel.test_button.isHidden, reader.snapshot_made)
        assert {span.name for span in found.spans()} >= {"invoke_agent roku", "attempt"}

    with collector() as found, serve_in_thread([answer("One"), answer("Two")]) as models:
        qt_run(use(found, models.openai_url))


def test_a_hidden_panel_has_no_timer_and_asks_nothing(qt_run: Run, tmp_path: Path):
    async def use() -> None:
        async with opened_window(tmp_path, scripted(["Hello"])) as opened:
            steering = opened.steering.telemetry
            assert steering is not None
            assert steering.dock is None  # not even made
            opened.window.commands["telemetry"].trigger()
            await until(lambda: steering.panel.tiles.value, steering.reader.snapshot_made)
            assert steering.reader.watching
            opened.window.commands["telemetry"].trigger()
            assert not steering.panel.isVisible()
            assert not steering.reader.watching

    qt_run(use())


def test_a_pause_keeps_what_is_shown(qt_run: Run, tmp_path: Path):
    async def use() -> None:
        async with opened_window(tmp_path, scripted(["Hello"])) as opened:
            steering = opened.steering.telemetry
            assert steering is not None
            opened.window.status.badge.click()
            await until(lambda: steering.panel.tiles.value, steering.reader.snapshot_made)
            steering.panel.pause_button.click()
            assert not steering.reader.watching
            steering.panel.pause_button.click()
            assert steering.reader.watching

    qt_run(use())


def test_samples_of_earlier_processes_are_shown_and_another_window_is_a_click_away(
    qt_run: Run, tmp_path: Path
):
    async def use() -> None:
        async with opened_window(tmp_path, scripted(["Hello"])) as opened:
            await opened.engine.keep_samples(day_of(time.time(), hours=20))
            steering = opened.steering.telemetry
            assert steering is not None
            shown: list[Snapshot] = []
            steering.reader.snapshot_made.connect(lambda snapshot, _now: shown.append(snapshot))
            steering.toggle()
            await until(lambda: shown, steering.reader.snapshot_made)
            steering.panel.window_buttons.buttons()[1].click()
            await until(lambda: shown[-1].window == "24h", steering.reader.snapshot_made)
            assert shown[-1].total.requests > shown[0].total.requests > 0

    qt_run(use())


def test_a_trace_is_wanted_before_anything_was_asked(qt_run: Run, tmp_path: Path):
    async def use() -> None:
        async with opened_window(tmp_path, scripted(["Hello"])) as opened:
            opened.window.commands["trace"].trigger()
            await opened.bridge.finish()
            assert "ask something first" in opened.window.notice.text

    qt_run(use())


def test_the_command_shows_the_trace_of_the_newest_answer(qt_run: Run, tmp_path: Path):
    async def use() -> None:
        async with opened_window(tmp_path, scripted(["Hello"])) as opened:
            opened.send("Hi")
            await opened.until_idle()
            newest = (await opened.engine.runs(limit=1))[0].run_id
            opened.window.commands["trace"].trigger()
            await opened.bridge.finish()
            (view,) = opened.window.findChildren(TraceView)
            assert newest in view.windowTitle()
            view.close()

    qt_run(use())


@pytest.mark.parametrize("before", ["", "Roku did not end in order last time."])
def test_a_burning_budget_turns_the_badge_red_is_told_once_and_pushes_nothing_away(
    qt_run: Run, tmp_path: Path, before: str
):
    async def use() -> None:
        async with opened_window(tmp_path, scripted(["Hello"])) as opened:
            steering = opened.steering.telemetry
            assert steering is not None
            told: list[str] = []
            steering.problem_found.connect(told.append)
            opened.steering.show_notice(before)
            now = time.time()
            lab = ((table.PROVIDER, "lab"), (table.REQUEST_MODEL, "m"))
            await opened.engine.keep_samples(
                [
                    Sample(
                        name=table.LLM_FAILURES.name,
                        attributes=((table.ERROR_TYPE, "Timeout"), *lab),
                        at=now - age,
                        value=1.0,
                    )
                    for age in range(10)
                ]
            )
            for _ in range(2):
                steering.reader.load_health()
                await opened.bridge.finish()
            assert opened.window.status.badge.health == "red"
            assert len(told) == (0 if before else 1)
            assert (before or "Requests to models bring an answer") in opened.window.notice.text

    qt_run(use())


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark], ids=["light", "dark"])
def test_the_panel_after_a_day_with_faults(
    qt_run: Run, app: QApplication, tmp_path: Path, scheme: Qt.ColorScheme, screenshot: PictureTaker
):
    async def use() -> None:
        app.setPalette(theme.palette_of(scheme))
        workspace = tmp_path / "project"
        workspace.mkdir()
        async with (
            engine_on(tmp_path / "home", scripted([ANSWER], name="lab")) as engine,
            window_on(engine, workspace) as opened,
        ):
            opened.window.resize(1280, 860)
            await opened.engine.keep_samples(day_of(time.time(), hours=20))
            opened.send("Which provider was slow this morning?")
            await opened.until_idle()
            await show_day(opened)
            screenshot(f"telemetry-{scheme.name.lower()}")

    async def show_day(opened: OpenedWindow) -> None:
        steering = opened.steering.telemetry
        assert steering is not None
        steering.reader.use_window("24h")
        steering.panel.window_buttons.buttons()[1].setChecked(True)
        steering.toggle()
        await until(lambda: steering.panel.tiles.value, steering.reader.snapshot_made)
        steering.reader.load_health()
        await until(lambda: opened.window.status.badge.health, steering.reader.health_known)
        await drawn()

    qt_run(use())
    app.setPalette(theme.palette_of(Qt.ColorScheme.Light))


TROUBLE = """\
schema_version = 1
[runtime.llm.resilience]
max_retries = 0
failure_threshold = 2
cooldown_ms = 60000
[runtime.llm.providers.mylab]
base_url = "{broken}"
primary_model = "qwen3"
[runtime.llm.providers.other]
base_url = "{well}"
primary_model = "llama"
"""


def test_a_provider_that_fails_is_seen_failing_tripped_and_in_the_traces(
    qt_run: Run, tmp_path: Path, screenshot: PictureTaker
):
    """The whole program's engine, over real sockets."""

    async def use(broken: str, well: str) -> None:
        workspace = tmp_path / "project"
        workspace.mkdir()
        home = HomePaths.locate({}, home=str(tmp_path / "home"))
        home.create()
        home.runtime_toml.write_text(TROUBLE.format(broken=broken, well=well), encoding="utf-8")
        async with (
            open_engine(home, load_configuration(home)) as engine,
            window_on(engine, workspace) as opened,
        ):
            for _ in range(4):
                opened.send("Hello")
                await opened.until_idle()
            steering = opened.steering.telemetry
            assert steering is not None
            opened.window.resize(1280, 800)
            steering.toggle()
            panel, reader = steering.panel, steering.reader
            await until(lambda: "open" in panel.breakers.described(), reader.snapshot_made)
            await until(lambda: panel.failures.value, reader.snapshot_made)
            # The first snapshot may be older than the row of the last answer; another comes each second.
            await until(lambda: len(panel.runs.value or ()) == 4, reader.snapshot_made)
            reader.load_health()
            reader.read_trace((await engine.runs(limit=10))[-1].run_id)
            await opened.bridge.finish()
            (view,) = opened.window.findChildren(TraceView)
            assert "ServerOverloaded" in view.waterfall.described()
            await exposed(view)
            view.waterfall.repaint()
            assert view.waterfall.paints
            screenshot("telemetry-trace")
            view.close()
            assert panel.models.value is not None
            total = panel.models.value[0]
            assert (total.requests, total.successes, total.failures) == (6, 4, {"ServerOverloaded": 2})
            assert len(panel.runs.value or ()) == 4
            assert all(run.ttft_s for run in panel.runs.value or ())

    broken_reply = openai_error(503, None, "boom")
    with serve_in_thread([broken_reply]) as broken, serve_in_thread([answer("Fine.")]) as well:
        qt_run(use(broken.openai_url, well.openai_url))


def test_every_name_that_is_read_is_an_instrument():
    assert {*table.BY_NAME} >= NAMES

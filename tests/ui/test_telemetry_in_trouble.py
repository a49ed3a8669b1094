"""The panel at its worst: under load, a breaker open, an error budget burning; in light and dark."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from roku_desktop.app import load_configuration, open_engine
from roku_desktop.engine import Sample
from roku_desktop.paths import HomePaths
from roku_desktop.telemetry import instruments as table
from roku_desktop.ui.look import theme
from roku_desktop.ui.telemetry.panel import TelemetryPanel
from tests.support.day import day_of, sample
from tests.support.display import PictureTaker
from tests.support.fault_replies import openai_error
from tests.support.fault_server import serve_in_thread
from tests.support.setups import answer
from tests.support.windows import drawn, until, window_on
from tests.ui.conftest import Run
from tests.ui.test_telemetry import TROUBLE

pytestmark = pytest.mark.window
TURNS = 400


def an_hour_of_trouble(now: float) -> list[Sample]:
    """Of the requests to one provider four of five fail, since an hour."""
    lab = {table.PROVIDER: "lab", table.REQUEST_MODEL: "lab-large"}
    samples: list[Sample] = []
    for second in range(0, 3_600, 12):
        at = now - second
        samples.append(sample(table.LLM_REQUESTS, at, 1.0, lab))
        if second % 60 == 0:
            samples.append(sample(table.LLM_SUCCESSES, at, 1.0, lab))
        else:
            samples.append(sample(table.LLM_FAILURES, at, 1.0, {**lab, table.ERROR_TYPE: "Timeout"}))
    return samples


def has_the_day(panel: TelemetryPanel) -> bool:
    return panel.models.value is not None and panel.models.value[0].requests > TURNS


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark], ids=["light", "dark"])
def test_what_is_wrong_is_seen_and_said(
    qt_run: Run, app: QApplication, tmp_path: Path, scheme: Qt.ColorScheme, screenshot: PictureTaker
):
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
            app.setPalette(theme.palette_of(scheme))
            opened.window.resize(1280, 860)
            now = time.time()
            await engine.keep_samples([*day_of(now, hours=20, turns=TURNS), *an_hour_of_trouble(now)])
            for _ in range(3):
                opened.send("Which provider is slow?")
                await opened.until_idle()
            steering = opened.steering.telemetry
            assert steering is not None
            steering.toggle()
            panel, reader = steering.panel, steering.reader
            await until(lambda: "open" in panel.breakers.described(), reader.snapshot_made)
            reader.load_health()
            await until(lambda: opened.window.status.badge.health == "red", reader.health_known)
            await drawn()
            screenshot(f"telemetry-trouble-{scheme.name.lower()}-1h")
            reader.use_window("24h")
            panel.window_buttons.buttons()[1].setChecked(True)
            await until(partial(has_the_day, panel), reader.snapshot_made)
            await drawn()
            screenshot(f"telemetry-trouble-{scheme.name.lower()}-24h")
            assert "mylab" in panel.breakers.described()
            assert "used up" in panel.budgets.described()

    broken_reply = openai_error(503, None, "boom")
    with serve_in_thread([broken_reply]) as broken, serve_in_thread([answer("Fine.")]) as well:
        qt_run(use(broken.openai_url, well.openai_url))
    app.setPalette(theme.palette_of(Qt.ColorScheme.Light))

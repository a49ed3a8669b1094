"""A page for Prometheus that can't be opened is told where a person looks."""

from __future__ import annotations

import socket
from functools import partial
from pathlib import Path

import pytest

from roku_desktop.app import open_watched_engine
from roku_desktop.config import SettingsDesk
from roku_desktop.paths import HomePaths
from tests.support.windows import until, window_on
from tests.ui.conftest import Run

pytestmark = pytest.mark.window


def test_a_port_for_prometheus_that_is_taken_is_told_at_the_start_and_when_it_is_changed(
    qt_run: Run, tmp_path: Path
):
    async def use(first: int, second: int) -> None:
        home = HomePaths.locate({}, home=str(tmp_path / "home"))
        home.create()
        home.runtime_toml.write_text(f"[runtime.telemetry]\nprometheus_port = {first}\n", encoding="utf-8")
        desks: list[SettingsDesk] = []
        async with open_watched_engine(home, take_desk=desks.append) as engine:
            (desk,) = desks
            async with window_on(engine, tmp_path, desk) as opened:
                steering, notice = opened.steering.telemetry, opened.window.notice
                assert steering is not None

                def told(words: str) -> bool:
                    return words in notice.text

                engine.report_ready(0.1, frozen=False)
                for port in (first, second):
                    said = f"port {port} is in use"
                    await until(partial(told, said), steering.problem_found)
                    await desk.change({("telemetry", "prometheus_port"): second})

    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        qt_run(use(one.getsockname()[1], other.getsockname()[1]))

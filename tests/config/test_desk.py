"""A change at the desk is in force when it returns, or refused with nothing changed."""

from __future__ import annotations

import asyncio

import pytest

from roku_desktop.config import Configuration
from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.paths import HomePaths
from tests.support.desks import desk_on

BUDGET = ("budget", "day_usd")


async def test_a_change_is_written_and_in_force(paths: HomePaths):
    seen: list[Configuration] = []

    async def take(configuration: Configuration) -> None:
        seen.append(configuration)

    desk = desk_on(paths.home, on_change=take)
    configuration = await desk.change({BUDGET: 3.0})
    assert configuration is desk.configuration
    assert configuration.settings.budget.day_usd == 3.0
    assert configuration.source_of("runtime.budget.day_usd").where == f"{paths.runtime_toml}:4"
    assert seen == [configuration]


async def test_what_the_environment_decides_is_refused_with_the_variable(paths: HomePaths):
    desk = desk_on(paths.home, environ={"ROKU_RUNTIME__BUDGET__DAY_USD": "1"})
    with pytest.raises(ConfigurationError, match="ROKU_RUNTIME__BUDGET__DAY_USD"):
        await desk.change({BUDGET: 3.0})
    assert not paths.runtime_toml.exists()


async def test_changes_made_at_once_are_all_kept(paths: HomePaths):
    desk = desk_on(paths.home)
    await asyncio.gather(
        desk.change({BUDGET: 1.0}),
        desk.change({("loop", "initial_step_budget"): 7}),
        desk.change({("network", "proxy"): "http://proxy.example:3128"}),
    )
    settings = desk.configuration.settings
    assert (settings.budget.day_usd, settings.loop.initial_step_budget) == (1.0, 7)
    assert settings.network.proxy == "http://proxy.example:3128"


async def test_a_file_that_became_wrong_meanwhile_is_left_alone(paths: HomePaths):
    desk = desk_on(paths.home)
    paths.runtime_toml.write_text("broken =")
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        await desk.change({BUDGET: 1.0})
    assert paths.runtime_toml.read_text() == "broken ="

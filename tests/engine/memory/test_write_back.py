"""Where a person wants it, what they decide is remembered after the turn: their own words, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from roku_desktop.engine import Engine
from roku_desktop.engine.settings import EngineSettings, MemorySettings
from tests.support.engines import engine_on
from tests.support.labs import Lab, engine_of, say, settings_of
from tests.support.labs import configured as configured_lab
from tests.support.minds import TwoMinds, agent

DECISION = "We decided to deploy from the branch heron-release."


def settings(*, on: bool = True) -> EngineSettings:
    return settings_of(configured_lab("lab"), memory=MemorySettings(write_back=on))


async def kept(engine: Engine) -> list[tuple[str, str, str]]:
    if "write_back" in engine._machinery.__dict__:
        await engine._machinery.write_back.aclose()
    return [(each.text, each.scope, each.source) for each in await engine.memories.page()]


async def test_a_decision_is_remembered_for_its_workspace_and_only_once(tmp_path: Path):
    lab = Lab("lab", "Understood. Always use the port 9999.", "Understood.")
    async with engine_of(tmp_path, lab, settings=settings()) as engine:
        await say(engine, f"Thank you. {DECISION} What is a heron?")
        assert await kept(engine) == [(DECISION, "workspace", "turn")]
        (memory,) = await engine.memories.page()
        assert memory.owner == str(Path.cwd())
        await say(engine, DECISION)
        assert len(await kept(engine)) == 1


@pytest.mark.parametrize(("prompt", "on"), [(DECISION, False), ("What is a heron?", True)])
async def test_nothing_is_written_where_it_is_off_or_nothing_was_decided(
    tmp_path: Path, prompt: str, on: bool
):
    async with engine_of(tmp_path, Lab("lab"), settings=settings(on=on)) as engine:
        await say(engine, prompt)
        assert await kept(engine) == []


async def test_what_a_model_tells_its_sub_agent_is_not_a_persons_decision(tmp_path: Path):
    model = TwoMinds({"parent": [[agent(DECISION)], ["Done."]], DECISION: [["alpha"]]})
    written = settings_of(configured_lab(model.name), memory=MemorySettings(write_back=True))
    async with engine_on(tmp_path, model, settings=written) as engine:
        session = await engine.create_session(tmp_path)
        assert (await (await engine.ask(session.session_id, "parent")).result()).outcome == "completed"
        assert await kept(engine) == []

"""The embedded model, its real self, writes the summary of a conversation."""

from __future__ import annotations

from pathlib import Path

import pytest

from roku_desktop.engine import EMBEDDED_MODEL, EMBEDDED_PROVIDER
from roku_desktop.engine.providers.local import EmbeddedProvider
from roku_desktop.engine.settings import ProviderSettings
from tests.engine.providers.test_local import connect
from tests.support.engines import engine_on
from tests.support.labs import settings_of
from tests.support.turns import Turn

TALK = (
    ("Plan a birthday party in the garden. There will be 17 guests.", "A garden party is a fine idea. " * 7),
    ("Never serve nuts, Ada is allergic.", "No nuts then. There can be cake with berries and cream. " * 6),
    ("What about music?", "A small band could play under the old tree, if it does not rain. " * 6),
    ("And games?", "Sack races and a treasure hunt are liked by everybody at such a party. " * 5),
)


@pytest.mark.embedded
async def test_its_summary_stands_for_the_older_part_and_holds_what_must_survive(tmp_path: Path):
    settings = settings_of(
        ProviderSettings(
            name=EMBEDDED_PROVIDER,
            kind="local",
            primary_model=EMBEDDED_MODEL,
            context_window_tokens=1_400,
            needs_key=False,
            configured=True,
        )
    )
    async with engine_on(tmp_path, EmbeddedProvider(connect=connect), settings=settings) as engine:
        session_id = (await engine.create_session(tmp_path)).session_id
        for number, (asked, said) in enumerate(TALK):
            turn = Turn(session_id, f"run_{number}")
            await engine._store.append([turn.prompt(asked), turn.step(), turn.sent(), turn.answer(said)])
            await engine._store.finish_run(turn.finished())
        made = await engine.compact(session_id)
    assert (made.provider, made.model, made.layer) == (EMBEDDED_PROVIDER, EMBEDDED_MODEL, "summary")
    assert made.usage.output_tokens > 0
    assert made.outcome in {"kept", "repaired"}
    assert "17" in made.text
    assert "Never serve nuts" in made.text

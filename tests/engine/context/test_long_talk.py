"""Hundreds of turns in a small window: nothing that must survive is lost, nothing is refused as too long."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.long_talk import LongTalk
from tests.support.talk_on_paper import lead
from tests.support.talk_on_wire import lead_on_wire

WINDOW = 8_000


@pytest.mark.parametrize("seed", [1, 2])
async def test_planted_facts_are_in_all_that_is_sent(seed: int):
    outcome = await lead(LongTalk(seed, turns=200), WINDOW)
    assert outcome.compactions > 20
    assert outcome.exceeded == 0
    assert outcome.prefix_breaks == 0
    assert outcome.lost == 0, outcome.kinds_lost
    assert outcome.kept > 1_000


async def test_over_a_socket_no_turn_fails_and_what_is_sent_begins_the_same_between_compactions(
    tmp_path: Path,
):
    outcome = await lead_on_wire(LongTalk(3, turns=25), WINDOW, tmp_path)
    assert outcome.failed_turns == []
    assert outcome.lost == []
    assert outcome.kept > 100
    assert outcome.refused == outcome.reactive
    assert 0 < outcome.changed_beginnings <= outcome.rewritings

"""Where the time to the first word went: each moment once, and our own share of it."""

from __future__ import annotations

import itertools

from roku_desktop.engine.events import FirstToken
from roku_desktop.engine.first_token import FirstTokenWatch
from tests.support.engines import engine_on, scripted
from tests.support.turns import Turn


def watch() -> FirstTokenWatch:
    """Each look at its clock is a second later."""
    seconds = itertools.count()
    return FirstTokenWatch(lambda: float(next(seconds)))


def test_our_share_is_the_way_to_the_wire_and_from_the_words_to_the_reader():
    turn, watched = Turn("ses"), watch()
    for event in (turn.prompt(), turn.step(), turn.sent(), turn.first_byte(), turn.text("a"), turn.text("b")):
        watched.yielded(event)
    watched.published(turn.text("ab"))
    assert watched.seen() == FirstToken(
        accepted_s=0, first_sent_s=1, sent_s=1, first_byte_s=2, first_words_s=3, published_s=4
    )
    assert watched.seen().engine_overhead_s == 1 + (4 - 3)
    watched.painted()
    watched.painted()
    assert (watched.seen().painted_s, watched.seen().engine_overhead_s) == (5, 1 + (5 - 3))


def test_waits_between_attempts_are_not_ours():
    turn, watched = Turn("ses"), watch()
    for event in (turn.sent(), turn.first_byte(), turn.sent(attempt=2), turn.text("a")):
        watched.yielded(event)
    watched.published(turn.text("a"))
    seen = watched.seen()
    assert (seen.first_sent_s, seen.sent_s, seen.first_byte_s, seen.first_words_s) == (1, 3, None, 4)
    assert seen.engine_overhead_s == 1 + (5 - 4)


def test_later_steps_change_nothing():
    turn, watched = Turn("ses"), watch()
    watched.yielded(turn.sent())
    watched.yielded(turn.text("a"))
    watched.published(turn.text("a"))
    before = watched.seen()
    for event in (turn.sent(2), turn.first_byte(2), turn.text("b", 2)):
        watched.yielded(event)
        watched.published(event)
    assert watched.seen() == before


def test_without_words_there_is_no_share():
    turn, watched = Turn("ses"), watch()
    watched.yielded(turn.sent())
    watched.painted()
    assert watched.seen().engine_overhead_s is None
    assert watched.seen().painted_s is None


async def test_a_turn_tells_its_moments_in_order(tmp_path):
    async with engine_on(tmp_path, scripted(["one ", "two"])) as engine:
        session = await engine.create_session(tmp_path)
        finished = await (await engine.ask(session.session_id, "hi")).result()
    seen = finished.first_token
    reached = (seen.accepted_s, seen.first_sent_s, seen.first_words_s, seen.published_s)
    moments = [moment for moment in reached if moment is not None]
    assert len(moments) == len(reached)
    assert moments == sorted(moments)
    assert finished.ttft_s == seen.first_words_s
    assert seen.engine_overhead_s is not None
    assert 0 < seen.engine_overhead_s <= finished.duration_s

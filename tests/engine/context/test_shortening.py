"""Whatever the history: what is sent of it is valid, in order, smaller, and holds what may not be lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roku_desktop.engine.compactions import Compaction, SessionDigest
from roku_desktop.engine.context.estimate import MessageSizes, history_tokens
from roku_desktop.engine.context.facts import lost
from roku_desktop.engine.context.shortening import Shortening
from roku_desktop.engine.context.view import Room, newest_prompt, view_of
from roku_desktop.engine.messages import AssistantMessage, Message, TextPart, ToolMessage, UserMessage
from roku_desktop.engine.ports import SystemPrompt
from roku_desktop.engine.providers.anthropic import wire_messages as anthropic_messages
from roku_desktop.engine.providers.history import HistoryRules, sendable
from roku_desktop.engine.providers.openai_chat import wire_messages as chat_messages
from roku_desktop.engine.providers.openai_responses import wire_items
from tests.support.histories import histories
from tests.support.history import assert_valid

FEW = settings(max_examples=15)
ROOMS = st.integers(300, 20_000).map(lambda tokens: Room(tokens=tokens, shape=tokens))


def said(text: str) -> AssistantMessage:
    return AssistantMessage(parts=(TextPart(text=text),), provider="lab", model="lab-1")


def collapse(short: Shortening) -> Compaction | None:
    return short.collapsed()


def splice(short: Shortening) -> Compaction | None:
    return short.spliced(SessionDigest(covers=max(short.cut.covers // 2, 1), text="They spoke of the build."))


def summarise(short: Shortening) -> Compaction | None:
    return short.summarised(said("## Goal\nThe build.\n## Open\nNothing."))


LAYERS = pytest.mark.parametrize("layer", [collapse, splice, summarise])
Layer = Callable[[Shortening], Compaction | None]


def shortening(history: Sequence[Message], before: Compaction | None, room: Room) -> Shortening | None:
    sizes = MessageSizes()
    return Shortening.of(history, before, view_of(history, before, room, sizes), room=room, sizes=sizes)


def shortened(history: Sequence[Message], room: Room, layer: Layer) -> Compaction | None:
    short = shortening(history, None, room)
    return layer(short) if short else None


def view(history: Sequence[Message], compaction: Compaction | None, room: Room) -> tuple[Message, ...]:
    return view_of(history, compaction, room, MessageSizes()).messages


@LAYERS
@FEW
@given(history=histories(), room=ROOMS)
def test_what_is_sent_is_a_valid_history(layer: Layer, history: list[Message], room: Room):
    compaction = shortened(history, room, layer)
    sent = view(history, compaction, room)
    assert_valid(sent)
    roles = [message["role"] for message in anthropic_messages(sent, "lab")]
    assert roles[0] == roles[-1] == "user"
    assert all(one != next_one for one, next_one in pairwise(roles))
    assert chat_messages(SystemPrompt(stable="s"), sent, "lab")[1]["role"] == "user"
    rules = HistoryRules(wire="openai-responses", provider="lab", max_id_characters=64)
    assert all(wire_items(message) for message in sendable(sent, rules))


@LAYERS
@FEW
@given(history=histories(), room=ROOMS)
def test_the_newest_prompt_and_all_after_the_cut_stay_in_order(
    layer: Layer, history: list[Message], room: Room
):
    compaction = shortened(history, room, layer)
    sent = view(history, compaction, room)
    assert history[newest_prompt(history)] in sent
    kept = [message for message in sent if not isinstance(message, ToolMessage)]
    rest = iter(history)
    assert all(any(message == one for one in rest) for message in kept[1 if compaction else 0 :])


@LAYERS
@FEW
@given(history=histories(), room=ROOMS)
def test_no_fact_is_lost_that_there_was_room_for(layer: Layer, history: list[Message], room: Room):
    compaction = shortened(history, room, layer)
    if compaction is not None:
        assert lost(compaction.facts, compaction.text) == []
        assert compaction.text == view(history, compaction, room)[0].text  # type: ignore[union-attr]


@LAYERS
@FEW
@given(history=histories(), room=ROOMS)
def test_shortening_twice_without_anything_new_does_nothing(layer: Layer, history: list[Message], room: Room):
    compaction = shortened(history, room, layer)
    if compaction is not None and compaction.tokens_after < compaction.tokens_before:
        once = view(history, compaction, room)
        assert history_tokens(once) == compaction.tokens_after
        again = shortening(history, compaction, room)
        assert again is None or again.cut.covers > compaction.covers


@FEW
@given(history=histories(), room=ROOMS)
def test_results_become_lines_once_and_only_older_ones(history: list[Message], room: Room):
    once = view_of(history, None, room, MessageSizes())
    twice = view_of(once.messages, None, room, MessageSizes())
    assert twice.messages == once.messages
    assert once.tokens == history_tokens(once.messages) <= history_tokens(history)
    batches = [message for message in history if isinstance(message, ToolMessage)]
    sent = [message for message in once.messages if isinstance(message, ToolMessage)]
    assert [[one.call_id for one in batch.results] for batch in sent] == [
        [one.call_id for one in batch.results] for batch in batches
    ]
    assert not any("was left out to make room" in one.content for batch in sent[-3:] for one in batch.results)


@FEW
@given(history=histories(max_turns=12), room=ROOMS)
def test_a_conversation_that_goes_on_sends_the_same_beginning_until_something_is_cleared(
    history: list[Message], room: Room
):
    before = view_of(history[:1], None, room, MessageSizes())
    for end in range(2, len(history) + 1):
        if isinstance(history[end - 1], AssistantMessage):
            continue  # nothing is sent there
        now = view_of(history[:end], None, room, MessageSizes())
        if now.cleared == before.cleared:
            assert now.messages[: len(before.messages)] == before.messages
        before = now


def test_a_model_that_is_asked_for_a_summary_and_writes_a_novel_is_not_believed():
    history: list[Message] = [UserMessage(text="Use port 8443. " * 200), said("Yes. " * 200)] * 10
    room = Room(tokens=4_000, shape=4_000)
    short = shortening(history, None, room)
    assert short is not None
    assert short.summarised(said("word " * 20_000)) is None
    assert short.collapsed().tokens_after < short.collapsed().tokens_before

"""What the rules find, what they leave alone, and when a text still holds it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.compactions import Fact
from roku_desktop.engine.context.facts import (
    MAX_FACT_CHARACTERS,
    fact_tokens,
    facts_block,
    facts_of,
    fitting,
    lost,
    merged,
)
from roku_desktop.engine.messages import (
    AssistantMessage,
    Message,
    TextPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)


def said(text: str, *calls: ToolCall) -> AssistantMessage:
    return AssistantMessage(parts=(TextPart(text=text), *calls), provider="a", model="a-1")


def found(*messages: Message) -> list[tuple[str, str]]:
    return [(fact.kind, fact.text) for fact in facts_of(messages)]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Never deploy on a Friday.", ("decision", "Never deploy on a Friday.")),
        ("Hm. Call me Ada, my name is Ada Lovelace.", ("decision", "Call me Ada, my name is Ada Lovelace.")),
        ("记住，密钥每 90 天轮换一次。谢谢", ("decision", "记住，密钥每 90 天轮换一次。")),
        ("Remind me to call Dr. Who tomorrow.", ("task", "Remind me to call Dr. Who tomorrow.")),
        ("还要更新文档。", ("task", "还要更新文档。")),
        ("It is ROKU-1234 again.", ("identifier", "It is ROKU-1234 again.")),
        ("Look at src/app/main.py please.", ("identifier", "Look at src/app/main.py please.")),
        ("There were 12,500.75 euros left.", ("number", "There were 12,500.75 euros left.")),
    ],
)
def test_each_kind_is_found_as_it_was_said(text: str, fact: tuple[str, str]):
    assert fact in found(UserMessage(text=text))


@pytest.mark.parametrize(
    "text",
    ["Hello there, how are you?", "谢谢你", "```python\nport = 8443  # never\n```", ""],
)
def test_small_talk_and_pasted_code_are_left_alone(text: str):
    assert found(UserMessage(text=text)) == []


def test_what_the_program_said_in_a_persons_place_is_no_fact():
    assert found(UserMessage(text="Use port 8443.", origin="runtime")) == []


def test_only_changes_that_happened_are_kept():
    write = ToolCall(call_id="Write", name="Write", arguments='{"path": "Write.py"}')
    read = ToolCall(call_id="Read", name="Read", arguments='{"path": "Read.py"}')
    refused = ToolCall(call_id="no", name="Edit", arguments='{"path": "no.py"}')
    results = ToolMessage(
        results=(
            ToolResult(call_id="Write", name="Write", content="Written."),
            ToolResult(call_id="Read", name="Read", content="text"),
            ToolResult(call_id="no", name="Edit", content="Refused.", outcome="refused"),
        )
    )
    assert found(said("", write, read, refused), results) == [("path", "Write.py")]


def test_a_task_that_was_ticked_off_is_over():
    plan = said("- [ ] measure it\n- [ ] write it down")
    assert found(plan) == [("task", "measure it"), ("task", "write it down")]
    done = said("- [x] measure it")
    assert found(plan, done) == [("task", "write it down")]
    assert [fact.text for fact in merged(facts_of([plan]), facts_of([done]), [done])] == ["write it down"]


def test_a_number_inside_another_number_is_not_that_number():
    (fact,) = facts_of([UserMessage(text="There were 12 of them.")])
    assert lost([fact], "2012 was the year") == [fact]
    assert lost([fact], "12 of them") == []


def test_a_share_is_found_whatever_follows_its_sign():
    (fact,) = facts_of([UserMessage(text="0%0")])
    assert lost([fact], "0%0") == []


def test_a_wish_without_a_name_or_number_has_to_be_there_as_it_was_said():
    (fact,) = facts_of([UserMessage(text="Never deploy on a Friday.")])
    assert lost([fact], "They spoke of Friday and of never.") == [fact]
    assert lost([fact], "decisions: never deploy on a friday.") == []


@given(st.lists(st.text(min_size=1), max_size=5))
def test_a_fact_holds_its_keys_and_is_bounded(texts: list[str]):
    facts = facts_of([UserMessage(text=text) for text in texts])
    assert lost(facts, facts_block(facts)) == []
    assert all(len(fact.text) <= 4 * MAX_FACT_CHARACTERS for fact in facts)


@given(st.integers(0, 400))
def test_where_there_is_no_room_for_all_each_kind_keeps_its_newest(budget_tokens: int):
    kinds = ("task", "number")
    facts = [Fact(kind=kind, text=f"{kind} {n}", keys=(str(n),)) for n in range(20) for kind in kinds]  # type: ignore[arg-type]
    kept = fitting(facts, budget_tokens)
    assert sum(map(fact_tokens, kept)) <= budget_tokens or len(kept) == 0
    assert kept == [fact for fact in facts if fact in kept]
    for kind in kinds:
        of_kind = [fact for fact in kept if fact.kind == kind]
        assert of_kind == [fact for fact in facts if fact.kind == kind][20 - len(of_kind) :]

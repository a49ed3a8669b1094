"""What sub-agents do is told apart from what happens in a person's own conversations."""

from roku_desktop.engine import Event, PromptAccepted, TextDelta, TurnFinished, UserMessage
from roku_desktop.engine.events import ApprovalExpired
from roku_desktop.ui.live_turns import LiveTurns


def turn_in(session_id: str, parent_run_id: str = "") -> list[Event]:
    def here() -> dict[str, object]:
        return {"session_id": session_id, "run_id": f"run of {session_id}", "at": 1.0}

    return [
        PromptAccepted(**here(), message=UserMessage(text="x"), parent_run_id=parent_run_id),  # type: ignore[arg-type]
        TextDelta(**here(), step=1, text="word"),  # type: ignore[arg-type]
        ApprovalExpired(**here(), approval_id="apr"),  # type: ignore[arg-type]
        TurnFinished(**here(), outcome="completed"),  # type: ignore[arg-type]
    ]


def test_only_what_it_asks_a_person_is_told_with_the_rest():
    live = LiveTurns()
    own, below = turn_in("own"), turn_in("below", parent_run_id="run of own")
    mixed = [event for pair in zip(own, below, strict=True) for event in pair]
    assert live.apart(mixed) == ([own[0], own[1], own[2], below[2], own[3]], [below[0], below[1], below[3]])


def test_it_is_told_apart_over_several_batches():
    live = LiveTurns()
    below = turn_in("below", parent_run_id="run of own")
    assert live.apart(below[:1]) == ([], below[:1])
    assert live.apart([below[1], below[3]]) == ([], [below[1], below[3]])


def test_a_session_of_the_same_name_later_is_a_persons_own():
    live = LiveTurns()
    live.apart(turn_in("a", parent_run_id="run"))
    own = turn_in("a")
    assert live.apart(own) == (own, [])

"""The states of a memory service: worse with each failure, well with one success, asked less and less."""

from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.memory.health import DOWN_AFTER, MAX_WAIT_S, Health


def test_one_failure_degrades_and_three_in_a_row_are_down() -> None:
    health = Health()
    states = [health.state]
    for _ in range(DOWN_AFTER):
        health = health.failed("It broke.")
        states.append(health.state)
    assert states == ["healthy", "degraded", "degraded", "down"]


@given(st.lists(st.booleans(), max_size=40))
def test_the_state_follows_from_the_failures_since_the_last_success(outcomes: list[bool]) -> None:
    health = Health()
    for well in outcomes:
        health = health.succeeded() if well else health.failed("It broke.")
    in_a_row = next((i for i, well in enumerate(reversed(outcomes)) if well), len(outcomes))
    assert health.failures == in_a_row
    assert (health.state == "healthy") == (in_a_row == 0)
    assert (health.state == "down") == (in_a_row >= DOWN_AFTER)
    assert bool(health.reason) == (in_a_row > 0)


def test_waits_double_up_to_a_minute() -> None:
    health = Health()
    waits = []
    for _ in range(10):
        health = health.failed("It broke.")
        waits.append(health.wait_s)
    assert waits == [1, 2, 4, 8, 16, 32, MAX_WAIT_S, MAX_WAIT_S, MAX_WAIT_S, MAX_WAIT_S]

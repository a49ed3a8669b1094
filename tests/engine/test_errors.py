"""The table of failures in `engine.errors` says what the classes say."""

from __future__ import annotations

from roku_desktop.engine import errors
from roku_desktop.engine.errors import ProviderError


def table() -> dict[str, tuple[bool, ...]]:
    rows = {}
    for line in (errors.__doc__ or "").splitlines():
        words = line.split()
        if len(words) > 4 and set(words[1:4]) <= {"yes", "no"}:
            rows[words[0]] = tuple(word == "yes" for word in words[1:4])
    return rows


def test_every_class_answers_what_the_table_says():
    classes = {kind.__name__: kind for kind in ProviderError.__subclasses__()}
    assert table() == {
        name: (kind.retryable, kind.trips_breaker, kind.may_fail_over) for name, kind in classes.items()
    }


def test_nothing_is_repeated_at_one_provider_that_may_not_be_asked_of_another():
    assert all(kind.may_fail_over for kind in ProviderError.__subclasses__() if kind.retryable)


def test_every_failure_that_a_person_reads_says_what_to_do():
    without = [kind.__name__ for kind in ProviderError.__subclasses__() if not kind("x").failure().next_step]
    assert without == ["Cancelled"]


def test_one_failure_can_know_a_better_step_than_its_class():
    assert errors.Timeout("slow", next_step="Wait.").failure().next_step == "Wait."
    assert errors.Timeout.next_step != "Wait."

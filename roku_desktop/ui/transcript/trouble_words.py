"""Trouble on the way to an answer, as the transcript tells it: one line, and what unfolds below it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import assert_never

from roku_desktop.engine import (
    AttemptFailed,
    FailedOver,
    Incident,
    RetryScheduled,
    explanation,
    failures_in_words,
)
from roku_desktop.ui.language import tr
from roku_desktop.ui.names import failure_name
from roku_desktop.ui.retelling import message_of, next_step_of
from roku_desktop.ui.wording import duration, one_line

_LONGEST_WORDS = 400
_SHORT_WORDS = 100


def trouble_line(incidents: Sequence[Incident]) -> str:
    """One sentence that stays true: while it is waited for, and when the answer has come or not."""
    if any(isinstance(incident, FailedOver) for incident in incidents):
        return explanation(incidents, tr)
    failures = failures_in_words(incidents, tr)
    if not failures:  # somebody else's probe was waited for
        return tr("{0} was being tried with one request; its end was waited for.").format(
            incidents[-1].provider if isinstance(incidents[-1], RetryScheduled) else ""
        )
    if any(isinstance(incident, RetryScheduled) for incident in incidents):
        return tr("{0}, so it is asked again.").format(failures)
    return _in_short(next(one for one in reversed(incidents) if isinstance(one, AttemptFailed)))


def _in_short(failed: AttemptFailed) -> str:
    """For a lone failure, whose sentence stands below: its class and the provider's own words."""
    status = f" {failed.failure.status}" if failed.failure.status else ""
    kind = f"{failed.provider} · {failure_name(failed.failure.kind)}{status}"
    said = one_line(failed.failure.provider_says, _SHORT_WORDS)
    return f"{kind} · “{said}”" if said else kind


def trouble_details(incidents: Sequence[Incident]) -> Iterator[str]:
    """A line for each thing that happened: when, the class, the provider's own words, the next step."""
    for incident in incidents:
        at = datetime.fromtimestamp(incident.at).astimezone().strftime("%H:%M:%S")
        yield f"{at}  {_detail(incident)}"


def _detail(incident: Incident) -> str:
    match incident:
        case AttemptFailed(failure=failure):
            status = f" {failure.status}" if failure.status else ""
            phase = f" ({failure.phase})" if failure.phase else ""
            kind = failure_name(failure.kind)
            words = [
                f"{incident.provider} · {one_line(incident.model, 60)} · {kind}{status}{phase}.",
                message_of(failure),
            ]
            if failure.provider_says:
                said = one_line(failure.provider_says, _LONGEST_WORDS)
                words.append(tr("It says: “{0}”").format(said))
            words.append(next_step_of(failure))
            return " ".join(word for word in words if word)
        case RetryScheduled():
            return tr("{0} is to be asked again after {1}.").format(
                incident.provider, duration(incident.wait_s)
            )
        case FailedOver():
            name = f"{incident.to_provider} · {one_line(incident.to_model, 60)}"
            if incident.initiator == "person":
                return tr("You went on with {0} instead of waiting.").format(name)
            return tr("{0} goes on.").format(name)
    assert_never(incident)

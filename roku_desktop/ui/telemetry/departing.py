"""How telemetry leaves, in sentences: for the panel's last part. No state."""

from __future__ import annotations

from collections.abc import Sequence

from roku_desktop.telemetry.collector import Departure, Trial
from roku_desktop.ui.language import counted, tr


def departure_in_words(departure: Departure) -> str:
    """Where it goes, how much went, and what is wrong."""
    if not departure.endpoint:
        return tr("Nothing leaves this computer: no collector is named.")
    sent = counted(departure.sent, "1 item sent", "%Ln items sent")
    dropped = counted(departure.dropped, "1 dropped", "%Ln dropped")
    said = tr("{0}: {1}, {2}.").format(departure.endpoint, sent, dropped)
    if not departure.last_error:
        return said
    trouble = tr("It has trouble ({0}); what it does not take waits on this computer.")
    return f"{said} {trouble.format(departure.last_error)}"


def lost_in_words(lost: int) -> str:
    """What was lost on the way to the disk or the collector, within the window of time; empty if nothing."""
    if not lost:
        return ""
    return counted(
        lost,
        "1 measurement, span or line of the log was lost meanwhile.",
        "%Ln measurements, spans or lines of the log were lost meanwhile.",
    )


def trials_in_words(trials: Sequence[Trial]) -> str:
    """How a test went, signal by signal where they differ."""
    if not trials:
        return tr("No collector is named, so there is nothing to test.")
    taken = [trial.signal for trial in trials if not trial.trouble]
    refused = [trial for trial in trials if trial.trouble]
    said = []
    if taken:
        said.append(tr("The collector takes {0}.").format(", ".join(taken)))
    said += [
        tr("It did not take {0} at {1} ({2}): look at the address and the key.").format(
            trial.signal, trial.url, trial.trouble
        )
        for trial in refused
    ]
    return " ".join(said)

"""The end of a command in words, for models and for people."""

from __future__ import annotations

import signal

from roku_desktop.engine.processes.child import Ending


def ending_in_words(ending: Ending) -> str:
    """A clause: "it ended with exit status 3"."""
    match ending.end:
        case "timed_out":
            return "it was ended at its time limit"
        case "not_started":
            return f"it could not be started: {ending.error}"
        case "stopped":
            return "it was stopped"
    if ending.code >= 0:
        return f"it ended with exit status {ending.code}"
    try:
        return f"it was ended by the signal {signal.Signals(-ending.code).name}"
    except ValueError:
        return f"it was ended by the signal {-ending.code}"

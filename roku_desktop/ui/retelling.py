"""What the engine said, in the language of the window (docs/decisions/0032).

A sentence whose template has no translation is shown as the engine said it. Pure; used wherever a
failure, or another sentence of the engine, is shown.
"""

from __future__ import annotations

import math

from roku_desktop.engine import Failure, Wording, wording_of
from roku_desktop.ui.language import counted, tr


def message_of(failure: Failure) -> str:
    """What went wrong."""
    return retold(failure.message, failure.message_wording)


def next_step_of(failure: Failure) -> str:
    """What the person can do; "" where there is nothing."""
    return retold(failure.next_step, failure.next_step_wording)


def error_in_words(error: Exception) -> str:
    """What an error of ours says."""
    return retold(str(error), wording_of(error))


def retold(sentence: str, wording: Wording | None = None) -> str:
    """`wording` is how it was made, where the sentence itself has been on disk meanwhile."""
    wording = wording or wording_of(sentence)
    if wording is None:
        return tr(sentence) if sentence else ""
    if tr(wording.template) == wording.template:
        return str(sentence)
    try:
        return _filled_in(wording)
    except (KeyError, IndexError, ValueError):  # a wording of another version
        return str(sentence)


def _filled_in(wording: Wording) -> str:
    values = {name: _value_in_words(value) for name, value in wording.values.items()}
    return tr(wording.template).format(**values)


def _value_in_words(value: str | float | Wording) -> object:
    if isinstance(value, Wording):
        return _filled_in(value)
    return wait(value) if isinstance(value, float) else value


def wait(seconds: float) -> str:
    """A wait as a person says it, never shorter than it is."""
    if seconds <= 120:
        return counted(math.ceil(seconds), "1 second", "%Ln seconds")
    if seconds <= 7_200:
        return counted(math.ceil(seconds / 60), "1 minute", "%Ln minutes")
    if seconds <= 172_800:
        return counted(math.ceil(seconds / 3_600), "1 hour", "%Ln hours")
    return counted(math.ceil(seconds / 86_400), "1 day", "%Ln days")

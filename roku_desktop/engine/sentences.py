"""Sentences for people that remember how they were made, so that a face can say them in its own language.

The engine says everything in English, where it is true. `said` makes the sentence and keeps its template
and values beside it; `wording_of` hands these on in a `Failure`. Knows no other language: the window
looks templates up among its texts (docs/decisions/0032). Used wherever the engine has a sentence that
a person may see.
"""

from __future__ import annotations

import math

import msgspec


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """`template` has names in braces; `values` belong to them.

    A float is a duration in seconds, a wording a sentence inside the sentence.
    """

    template: str
    values: dict[str, str | int | float | Wording] = {}


class Sentence(str):
    """A text for everybody, which knows its `wording`."""

    __slots__ = ("wording",)

    wording: Wording


def said(template: str, **values: object) -> str:
    """The sentence in English. `template` is a literal, so that `scripts/dev.py translate` finds it.

    Without values it is the template itself, which may also be marked in this way and filled in later.
    """
    if not values:
        return template
    shown = {name: spoken_duration(it) if isinstance(it, float) else it for name, it in values.items()}
    sentence = Sentence(template.format(**shown))
    kept = {
        name: it if isinstance(it, int | float) else wording_of(it) or str(it) for name, it in values.items()
    }
    sentence.wording = Wording(template=template, values=kept)
    return sentence


def phrase(text: str) -> str:
    """What stands inside a sentence, as a value of it, and is to be translated with it."""
    if isinstance(text, Sentence):
        return text
    kept = Sentence(text)
    kept.wording = Wording(template=text)
    return kept


def wording_of(sentence: object) -> Wording | None:
    """How it was made, also where it is what an error says; None for a text that is its own template."""
    if isinstance(sentence, Exception):
        return wording_of(sentence.args[0]) if sentence.args else None
    return sentence.wording if isinstance(sentence, Sentence) else None


def as_text(value: object) -> str:
    """For msgspec's `enc_hook`, where a sentence is encoded as the text that it is."""
    if isinstance(value, Sentence):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def spoken_duration(seconds: float) -> str:
    """A wait as a person says it, never shorter than it is: `12 s`, `5 min`, `3 h`, `2 days`."""
    if seconds <= 120:
        return f"{math.ceil(seconds)} s"
    if seconds <= 7_200:
        return f"{math.ceil(seconds / 60)} min"
    if seconds <= 172_800:
        return f"{math.ceil(seconds / 3_600)} h"
    return f"{math.ceil(seconds / 86_400)} days"

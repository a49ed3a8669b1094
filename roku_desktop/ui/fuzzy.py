"""How well a few typed letters fit a title. Pure; called by the command palette."""

from __future__ import annotations

_WORD_START = 8
_NEIGHBOUR = 5


def fuzzy_score(typed: str, title: str) -> int | None:
    """A figure to sort by, higher is better; None where the letters don't occur in this order.

    Letters at the start of a word and letters side by side count more, a short title counts a little.
    Spaces in what was typed are not looked for.
    """
    wanted = "".join(typed.casefold().split())
    text = title.casefold()
    score, place = -len(text) // 8, -1
    whole = text.find(" ".join(typed.casefold().split())) if wanted else -1
    if whole >= 0:
        starts_word = whole == 0 or not text[whole - 1].isalnum()
        return score + _NEIGHBOUR * len(wanted) + (2 * _WORD_START if starts_word else 0) + 100
    for letter in wanted:
        found = _best_place(text, letter, place)
        if found < 0:
            return None
        if found == place + 1 and place >= 0:
            score += _NEIGHBOUR
        if found == 0 or not text[found - 1].isalnum():
            score += _WORD_START
        place = found
    return score


def _best_place(text: str, letter: str, after: int) -> int:
    """The neighbour if it fits, else the next start of a word, else the next place, -1 if there is none."""
    first = text.find(letter, after + 1)
    if first < 0 or first == after + 1:
        return first
    place = first
    while place >= 0:
        if place == 0 or not text[place - 1].isalnum():
            return place
        place = text.find(letter, place + 1)
    return first

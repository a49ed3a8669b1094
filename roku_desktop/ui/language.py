"""How a text of the window is written, so that it can be shown in another language.

The English text in the source is the text and the key of its translation in
`resources/translations/`. Owns the three functions that `scripts/dev.py translate` finds texts by, and
nothing else; which language is shown is the business of `look/spoken.py`. Used everywhere in `ui/`.

    tr("New session")                             a text
    tr("{0} today").format(cost)                  with values: never f"…", whose text nobody can look up
    tr("Open", "of a breaker")                    told apart from the other "Open"
    counted(n, "1 answer", "%Ln answers")         with a number, in the plural forms of each language
    marked("New session")                         in a table that is made at import; tr(…) where it is shown
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

CONTEXT: Final = "Roku"

_translate = QCoreApplication.translate


def tr(text: str, about: str = "") -> str:
    """`text` in the language of the window, or as it is where that lacks it."""
    return _translate(CONTEXT, text, about)


def counted(number: int, one: str, many: str) -> str:
    """`one` if `number` is 1, else `many` with the number for its "%Ln", both in the window's language."""
    return tr(one) if number == 1 else _translate(CONTEXT, many, "", number)


def marked(text: str, _about: str = "") -> str:
    """`text` itself, known to be one that `tr` will be asked for."""
    return text

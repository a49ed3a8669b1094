"""Answers that nobody should write: each by what it is. None may hang the window or make it load anything."""

from __future__ import annotations

from typing import Final

_MEGABYTE: Final = 1_000_000
_CONTROLS: Final = "".join(
    map(chr, (*range(1, 32), *range(127, 160), 0x200B, 0x200E, 0x202E, 0x2066, 0xFEFF))
)

HOSTILE: Final = {
    "a line of a megabyte": "x" * _MEGABYTE,
    "a paragraph of a megabyte": "words and " * (_MEGABYTE // 10),
    "a line of code of a megabyte": "```js\n" + "a=1;" * (_MEGABYTE // 4) + "\n```\n",
    "a table of 10 000 rows": "| a | b |\n|---|---|\n" + "| 1 | **two** |\n" * 10_000,
    "a table of 2 000 columns": "|" + " a |" * 2_000 + "\n|" + "---|" * 2_000 + "\n|" + " 1 |" * 2_000 + "\n",
    "quotes in quotes": "\n".join(">" * depth + " deep" for depth in range(0, 3_000, 10)),
    "lists in lists": "\n".join(" " * depth + "- deep" for depth in range(600)),
    "brackets": "[" * 50_000 + "](" * 10_000,
    "marks without a partner": "**a ~~b `c _d [e $f \\(g " * 4_000,
    "marks alone": "*" * 20_000 + "`" * 20_001 + "~" * 20_000 + "$" * 20_000,
    "a fence that never ends": "````\n" + "code\n" * 20_000,
    "many small blocks of code": "```\nx\n```\n\n" * 5_000,
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)><table><tr><td>" * 2_000,
    "control characters": _CONTROLS * 500,
    "stacked accents": "a" + "\u0301" * 20_000,
    "blank lines": "\n" * 50_000,
    "carriage returns": "a\r\nb\rc\r\n" * 5_000,
}

# Addresses that must not be visited. They stand where Markdown or HTML would load something.
IMAGES: Final = (
    "![pixel]({0}/a.png)",
    "<img src='{0}/b.png'>",
    "![file](file://{1})",
    "<img src='{1}'>",
    "[ref]: {0}/c.png\n\n![ref]",
    "<link rel=stylesheet href='{0}/d.css'><style>@import url({0}/e.css)</style>",
    "<iframe src='{0}/f.html'></iframe>",
    "| ![cell]({0}/g.png) |\n|---|\n| <img src='{0}/h.png'> |",
    "```html\n<img src='{0}/i.png'>\n```",
)

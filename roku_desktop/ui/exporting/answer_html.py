"""A model's Markdown as HTML, read line by line as the window reads it (`transcript/markdown_lines.py`).

Everything that was written is escaped text; only our own elements are markup, and only addresses of the web
and of mail are links. Pure; called by `html_document.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import zip_longest
from typing import Final

from roku_desktop.ui.transcript.markdown_lines import Fence, Line, alignments_of, cells_of, read_line
from roku_desktop.ui.transcript.markdown_spans import Mark, Span, spans_of
from roku_desktop.ui.transcript.sections import LONGEST_LINE_CHARS

_ELEMENTS: Final[dict[Mark, str]] = {"bold": "strong", "italic": "em", "struck": "del", "code": "code"}
_CLASSES: Final[dict[Mark, str]] = {
    "added": "added",
    "removed": "removed",
    "place": "place",
    "keyword": "keyword",
    "string": "string",
    "number": "number",
    "comment": "comment",
}


def html_of_answer(text: str) -> str:
    """The elements of one text."""
    return _AnswerHtml().read(text)


class _AnswerHtml:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[str] = []  # the elements that are open, the innermost last
        self._table: list[str] = []
        self._after_blank = False

    def read(self, text: str) -> str:
        fence: Fence | None = None
        for row in text.split("\n"):
            before = fence
            start, *rest = _cut(row.removesuffix("\r"))
            line, fence = read_line(start, before)
            if line is None or line.kind != "table":
                self._end_table()
            if before is None and fence is not None:
                self._begin_code(fence)
            elif before is not None and fence is None:
                self._close_all()
            elif fence is not None:
                fence = self._add_code(line, rest, fence)
            elif line is None:
                self._end_paragraph()
            elif line.kind == "table":
                self._close_all()
                self._table.append(row)
            else:
                self._add(line)
                self._parts += map(_said, rest)
        self._end_table()
        self._close_all()
        return "".join(self._parts)

    # Blocks

    def _add(self, line: Line) -> None:
        said = _spans(line.spans)
        match line.kind:
            case "heading":
                self._close_all()
                # The document's title and its speakers stand above.
                level = min(line.level + 2, 6)
                self._parts.append(f"<h{level}>{said}</h{level}>\n")
            case "rule":
                self._close_all()
                self._parts.append("<hr>\n")
            case "item":
                self._add_item(line, said)
            case "quote":
                self._be_in(["blockquote"] * (line.level + 1) + ["p"])
                self._say(f"{escape(line.marker)} {said}" if line.marker else said)
            case _:
                in_item = bool(self._open) and self._open[-1] == "li" and not self._after_blank
                self._be_in(self._open[:] if in_item else ["p"])
                self._say(said)
        self._after_blank = False

    def _add_item(self, line: Line, said: str) -> None:
        numbered = line.marker[:1].isdigit()
        kind = "ol" if numbered else "ul"
        outer = [name for name in self._open if name in ("ol", "ul")][: line.level]
        outer += ["ul"] * (line.level - len(outer))
        around = [name for each in outer for name in (each, "li")]
        self._be_in([*around, kind])
        number = f' value="{int(line.marker[:-1])}"' if numbered else ""
        task = f"{line.marker} " if line.marker in ("☐", "☑") else ""
        self._parts.append(f"<li{number}>{task}{said}")
        self._open.append("li")

    def _say(self, said: str) -> None:
        """Go on in what is open: lines of one paragraph stand below each other, as they were written."""
        if self._parts and not self._parts[-1].endswith(("<p>", "<li>")):
            self._parts.append("<br>\n")
        self._parts.append(said)

    def _begin_code(self, fence: Fence) -> None:
        self._close_all()
        label = f'<div class="label">{escape(fence.language)}</div>' if fence.language else ""
        self._parts.append(f'<div class="code">{label}<pre>')
        self._open += ["div", "pre"]

    def _add_code(self, line: Line | None, rest: Sequence[str], fence: Fence) -> Fence:
        """Returns what the line leaves open."""
        self._parts.append(_spans(line.spans) if line is not None else "")
        for piece in rest:
            line, after = read_line(piece, fence)
            fence = after or fence
            self._parts.append(_spans(line.spans) if line is not None else escape(piece))
        self._parts.append("\n")
        return fence

    def _end_table(self) -> None:
        lines, self._table = self._table, []
        if not lines:
            return
        alignments = alignments_of(lines[1]) if len(lines) > 1 else None
        self._parts.append("<table>\n")
        for number, line in enumerate(lines):
            if number != 1 or alignments is None:
                name = "th" if number == 0 and alignments is not None else "td"
                cells = zip_longest(cells_of(line), alignments or ())
                self._parts.append(f"<tr>{''.join(_cell(name, *cell) for cell in cells)}</tr>\n")
        self._parts.append("</table>\n")

    # What is open

    def _be_in(self, wanted: Sequence[str]) -> None:
        """Close what is not wanted, and open what is not open yet."""
        same = 0
        while same < min(len(wanted), len(self._open)) and wanted[same] == self._open[same]:
            same += 1
        self._close(len(self._open) - same)
        for name in wanted[same:]:
            self._parts.append(f"<{name}>")
            self._open.append(name)

    def _end_paragraph(self) -> None:
        """A list stays open: another item may follow."""
        if self._open[-1:] != ["li"]:
            self._close_all()
        self._after_blank = True

    def _close_all(self) -> None:
        self._close(len(self._open))

    def _close(self, count: int) -> None:
        for _ in range(count):
            self._parts.append(f"</{self._open.pop()}>")
        if count:
            self._parts.append("\n")


def _cell(name: str, text: str | None, alignment: str | None) -> str:
    side = f' class="{alignment}"' if alignment in ("right", "centre") else ""
    return f"<{name}{side}>{_said(text or '')}</{name}>"


def _cut(text: str) -> list[str]:
    """A line that is overlong in pieces: looks inside of a line take time by the square of its length."""
    return [text[at : at + LONGEST_LINE_CHARS] for at in range(0, max(1, len(text)), LONGEST_LINE_CHARS)]


def _said(text: str) -> str:
    return "".join(_spans(spans_of(piece)) for piece in _cut(text))


def _spans(spans: Iterable[Span]) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    said = escape(span.text)
    if span.target:
        return f'<a href="{escape(span.target)}" rel="noopener noreferrer">{said}</a>'
    if name := _ELEMENTS.get(span.look):
        return f"<{name}>{said}</{name}>"
    if name := _CLASSES.get(span.look):
        return f'<span class="{name}">{said}</span>'
    return said

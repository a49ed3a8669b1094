"""Markdown is read line by line; whatever is not understood is text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.ui.transcript.markdown_lines import Fence, Line, grows_plainly, read_line
from roku_desktop.ui.transcript.markdown_spans import Span, spans_of


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", Line(kind="text", spans=(Span("plain"),))),
        ("# Title #", Line(kind="heading", level=1, spans=(Span("Title"),))),
        ("#hashtag", Line(kind="text", spans=(Span("#hashtag"),))),
        ("- item", Line(kind="item", marker="•", spans=(Span("item"),))),
        ("    * deep", Line(kind="item", level=2, marker="•", spans=(Span("deep"),))),
        ("12) item", Line(kind="item", marker="12)", spans=(Span("item"),))),
        ("- [ ] to do", Line(kind="item", marker="☐", spans=(Span("to do"),))),
        ("- [x] done", Line(kind="item", marker="☑", spans=(Span("done"),))),
        ("> said", Line(kind="quote", spans=(Span("said"),))),
        ("| a | b |", Line(kind="table", spans=(Span("| a | b |"),))),
        ("---", Line(kind="rule")),
        ("<img src='file:///x'>", Line(kind="text", spans=(Span("<img src='file:///x'>"),))),
        ("![x](http://x/y.png)", Line(kind="text", spans=(Span("x", "link", "http://x/y.png"),))),
        ("  ", None),
    ],
)
def test_a_line_outside_code(text: str, line: Line | None):
    assert read_line(text, None) == (line, None)


def test_a_code_block_is_kept_as_it_stands_until_its_own_fence():
    fence, lines = None, []
    for text in ("````py", "  # **not** a title", "```", "", "````", "after"):
        line, fence = read_line(text, fence)
        if line is not None:
            lines.append((line.kind, "".join(span.text for span in line.spans)))
    assert lines == [
        ("code", "py"),
        ("code", "  # **not** a title"),
        ("code", "```"),
        ("code", ""),
        ("text", "after"),
    ]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("a **b** c", (Span("a "), Span("b", "bold"), Span(" c"))),
        ("泡*四分钟*", (Span("泡"), Span("四分钟", "italic"))),
        ("2*3*4", (Span("2*3*4"),)),
        ("*i* and `*c*`", (Span("i", "italic"), Span(" and "), Span("*c*", "code"))),
        ("2 * 3 * 4 and 5*6", (Span("2 * 3 * 4 and 5*6"),)),
        ("a ~~b~~ c", (Span("a "), Span("b", "struck"), Span(" c"))),
        ("open **bold", (Span("open **bold"),)),
        ("``a`b``", (Span("a`b", "code"),)),
    ],
)
def test_looks_inside_a_line(text: str, spans: tuple[Span, ...]):
    assert spans_of(text) == spans


@given(st.text(alphabet="ab *`_~#>-|1.\t", max_size=60))
def test_no_letter_is_lost(text: str):
    line, _ = read_line(text, None)
    if line is not None and line.kind != "rule":
        shown = line.marker + "".join(span.text for span in line.spans)
        for letter in "ab":
            assert shown.count(letter) == text.count(letter)


@given(st.text(alphabet="ab *`#-\n", max_size=60), st.text(alphabet="ab *`#-\n", max_size=20))
def test_what_grows_plainly_reads_the_same_as_read_anew(start: str, more: str):
    if "\n" not in start and grows_plainly(start, more):
        before, _ = read_line(start, None)
        after, _ = read_line(start + more, None)
        if before is not None and before.spans and after is not None:
            assert after.kind == before.kind
            assert after.spans[0].text.startswith(before.spans[0].text)


def test_a_diff_marks_what_was_added_and_removed():
    looks = []
    for text in ("--- a", "@@ -1 +1 @@", "-old", "+new", " same"):
        line, _ = read_line(text, Fence("```", "diff"))
        assert line is not None
        looks.append(line.spans[0].look)
    assert looks == ["place", "place", "removed", "added", "plain"]


@given(
    st.lists(st.text(alphabet="ab/*`'\"#\\\n$>- |", max_size=12), max_size=6),
    st.sampled_from(["js", "py", "sql", ""]),
)
def test_reading_without_the_looks_finds_the_same_blocks(lines: list[str], language: str):
    inside: Fence = Fence("~~~", language)
    outside: Fence | None = None
    for line in lines:
        for fence in (inside, outside):
            read, after = read_line(line, fence)
            plain, after_plain = read_line(line, fence, styled=False)
            assert after_plain == after
            assert (plain and (plain.kind, plain.level, plain.marker)) == (
                read and (read.kind, read.level, read.marker)
            )
        inside = read_line(line, inside)[1] or inside
        outside = read_line(line, outside)[1]

"""What stands on the terminal: columns, widths, visible control characters, sizes."""

from __future__ import annotations

import pytest

from roku_desktop.cli.output import one_line, plain, shorten, size, table, width


def test_wide_characters_take_two_columns_and_marks_none():
    assert width("abc") == 3
    assert width("你好") == 4
    assert width("e\u0301") == 1
    assert width("👩\u200d🔬") == 4


def test_a_cut_text_fits_its_columns_also_between_wide_characters():
    assert shorten("short", 10) == "short"
    assert shorten("a longer text", 8) == "a longe…"
    assert shorten("你好世界", 6) == "你好…"
    assert all(width(shorten("a你b好c世d界", columns)) <= columns for columns in range(1, 14))


def test_columns_line_up_whatever_is_in_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = table(("TITLE", "ID"), [("你好", "a"), ("a title that is far too long for it", "b")], flexible=0)
    starts = {
        width(line.rpartition(last)[0])
        for line, last in zip(lines.split("\n"), ("ID", "a", "b"), strict=True)
    }
    assert len(starts) == 1
    assert all(width(line) <= 40 for line in lines.split("\n"))


def test_nothing_in_a_text_steers_the_terminal():
    assert plain("red \x1b[31m bell \x07 end") == "red \\x1b[31m bell \\x07 end"
    assert plain("over\rwritten\x9b2J") == "overwritten\\x9b2J"
    assert plain("tab\tand\nline") == "tab\tand\nline"
    assert plain("abc\u202edcba") == "abc\\u202edcba"
    assert plain("表 👩\u200d🔬") == "表 👩\u200d🔬"


def test_a_line_is_one_line():
    assert one_line("  a\n\n b\tc ") == "a b c"


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (5_000_000, "4.8 MB"), (3 * 2**40, "3.0 TB")],
)
def test_sizes_read_like_sizes(size_bytes: int, text: str):
    assert size(size_bytes) == text

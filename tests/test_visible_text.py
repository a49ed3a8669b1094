"""What is shown for approval is what is there: nothing hides, moves, or passes for something else."""

from __future__ import annotations

import re
import sys
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from roku_desktop.visible_text import LONGEST_LINE, MARK, visible, visible_line

TRICKY = st.text(
    st.one_of(
        st.characters(categories=("Cc", "Cf", "Zl", "Zp", "Zs", "Co", "Mn", "Me")),
        st.sampled_from(" \t\r\n⟨⟩␣⇥aеоrm-–/∕.;;5０áא٣ع"),
        st.characters(),
    ),
    max_size=60,
)

_MARKED_CHARACTER = re.compile(r".(?=⟨U\+)")
"""A character that looks like another is shown beside its mark."""


@given(TRICKY)
@example("\u202e\u2066\u200b\u00ad\ufeff\x00\x1b[2J\u2028\u2029")
@example(" " * 90 + "\n" * 50 + "rm")
def test_nothing_invisible_is_left(text: str):
    shown = visible(text)
    kinds = {unicodedata.category(character) for character in shown if character != "\n"}
    assert kinds.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    assert "\n" not in visible_line(text)
    assert not any(line.endswith(" ") for line in shown.split("\n"))


@given(TRICKY, TRICKY)
@example("a\n\n\n\n\nb", "a\n\n\n\nb")
@example("a" + " " * 60 + "b", "a⟨60 spaces⟩b")
@example("x ", "x␣")
@example("é", "e\u0301")
@example("\n \n  \n\n", "\n\n \n  \n")
@example("x" * (LONGEST_LINE + 5), "x" * LONGEST_LINE + "⟨line goes on⟩\n" + "x" * 5)
def test_two_different_texts_never_look_the_same(one: str, other: str):
    if one != other:
        assert visible(one) != visible(other)


@given(TRICKY)
@example("\uf900 and \u212b, which are other characters by definition")
def test_what_normalising_would_change_has_its_mark(text: str):
    plain = MARK.sub("", _MARKED_CHARACTER.sub("", visible(text)))
    assert unicodedata.normalize("NFC", plain) == plain


@pytest.mark.parametrize(
    "ordinary",
    [
        "def area(width: float) -> float:\n    return width * 2  # m²\n",
        "echo 你好，世界！（再见）",
        "Привет, как дела",
        "Grüße aus Köln — “ça va”",
        "日本語のテキスト",
        "สวัสดี",
        "ls -la | grep '\\.py$' && rm -rf build/",
        "🙂 done",
    ],
)
def test_ordinary_text_stays_as_it_is(ordinary: str):
    assert visible(ordinary) == ordinary


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rm \u202eftp", "rm ⟨U+202E⟩ftp"),
        ("ad\u200bmin", "ad⟨U+200B⟩min"),
        ("pаypal", "pа⟨U+0430⟩ypal"),
        ("ехре", "е⟨U+0435⟩х⟨U+0445⟩р⟨U+0440⟩е⟨U+0435⟩"),
        ("rм", "rм⟨U+043C⟩"),
        ("rm –rf", "rm –⟨U+2013⟩rf"),
        ("ｒｍ", "ｒ⟨U+FF52⟩ｍ⟨U+FF4D⟩"),
        ("𝐫𝐦", "𝐫⟨U+1D42B⟩𝐦⟨U+1D426⟩"),
        ("a\u00a0b", "a⟨U+00A0⟩b"),
        ("\x1b[31m", "⟨U+001B⟩[31m"),
        ("a\r\nb", "a⟨U+000D⟩\nb"),
        ("\tx \t", "⇥x ⇥"),
        ("end  ", "end␣␣"),
        ("⟨U+202E⟩", "⟨U+27E8⟩U+202E⟨U+27E9⟩"),
        ("e\u0301", "e⟨U+0301⟩"),
        ("rm שלום x", "rm ⟨שלום RTL⟩ x"),
        ("a" + "\n" * 300 + "b", "a\n⟨299 blank lines⟩\nb"),
        ("a" + " " * 500 + "b", "a⟨500 spaces⟩b"),
        ("\u3164", "⟨U+3164⟩"),
        ("☺\ufe0f", "☺⟨U+FE0F⟩"),
        ("\ud800", "⟨U+D800⟩"),
    ],
)
def test_what_deceives_is_marked(text: str, shown: str):
    assert visible(text) == shown


def test_every_control_and_format_character_of_unicode_becomes_its_code():
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        if character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp"):
            assert visible(f"a{character}b") in (f"a⟨U+{number:04X}⟩b", "a⇥b"), hex(number)


@pytest.mark.parametrize("unit", ["a", "е", "⟨", " \t", "\n \n", "ש", "e\u0301", "汉"])
def test_a_million_characters_take_no_more_than_seconds(unit: str):
    began = time.thread_time()
    visible(unit * (1_000_000 // len(unit)))
    assert time.thread_time() - began < 6

"""Line and column of keys and values, in every way TOML lets one write them."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roku_desktop.config.positions import KeyPath, find_places

DOCUMENT = '''\
# a comment with a "quote and [a bracket]
title = "x" # top = 1
"quoted key" . 'an other'."esc\\u0061ped" = 1
multi = """
[not.a.table]
key = 1 \\""" and ""more""""
after = \'\'\'
x = 1
\'\'\'

[ table . inner ] # = comment
  indented   =   { a = 1, "b" = [ 1, { c = 2 } ] }
list = [ # [ "
  "one", # two
  'th]ree',
  [4, 5],
]
when = 1979-05-27 07:32:00
\t[[many]]
name = 1
[[many]]
name = 2
[many.sub]
deep.er = 3
[[many.more]]
z = 1
'''


def at(path: KeyPath) -> tuple[tuple[int, int], tuple[int, int]]:
    places = find_places(DOCUMENT)[path]
    return (places.key.line, places.key.column), (places.value.line, places.value.column)


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (("title",), (2, 1), (2, 9)),
        (("quoted key",), (3, 1), (3, 1)),
        (("quoted key", "an other"), (3, 16), (3, 16)),
        (("quoted key", "an other", "escaped"), (3, 27), (3, 44)),
        (("multi",), (4, 1), (4, 9)),
        (("after",), (7, 1), (7, 9)),
        (("table",), (11, 3), (11, 3)),
        (("table", "inner"), (11, 11), (11, 11)),
        (("table", "inner", "indented"), (12, 3), (12, 18)),
        (("table", "inner", "indented", "a"), (12, 20), (12, 24)),
        (("table", "inner", "indented", "b"), (12, 27), (12, 33)),
        (("table", "inner", "indented", "b", 1, "c"), (12, 40), (12, 44)),
        (("table", "inner", "list", 0), (14, 3), (14, 3)),
        (("table", "inner", "list", 1), (15, 3), (15, 3)),
        (("table", "inner", "list", 2, 1), (16, 7), (16, 7)),
        (("table", "inner", "when"), (18, 1), (18, 8)),
        (("many", 0, "name"), (20, 1), (20, 8)),
        (("many", 1, "name"), (22, 1), (22, 8)),
        (("many", 1, "sub"), (23, 7), (23, 7)),
        (("many", 1, "sub", "deep", "er"), (24, 6), (24, 11)),
        (("many", 1, "more", 0, "z"), (26, 1), (26, 5)),
    ],
)
def test_keys_and_values_are_found(path: KeyPath, key: tuple[int, int], value: tuple[int, int]) -> None:
    assert at(path) == (key, value)


def paths_of(path: KeyPath, value: object) -> set[KeyPath]:
    below: list[tuple[KeyPath, Any]] = []
    if isinstance(value, dict):
        below = [((*path, name), item) for name, item in value.items()]
    elif isinstance(value, list):
        below = [((*path, index), item) for index, item in enumerate(value)]
    return {inner for inner, _ in below}.union(*(paths_of(inner, item) for inner, item in below))


def test_exactly_what_the_parser_reads_has_a_place() -> None:
    assert set(find_places(DOCUMENT)) == paths_of((), tomllib.loads(DOCUMENT))


def test_an_empty_document_has_no_places() -> None:
    assert find_places("") == find_places("\n # nothing\n\t") == {}


PIECES = (
    """a b a.b "a" 'b c' = [ ] [[ ]] { } , 1 "x" 'y' \\ # true 1.5 ''' [a]⏎ [[a]]⏎ a=1⏎ b=[1,2]⏎ c={d=1}⏎"""
)
pieces = st.sampled_from([" ", "\n", '"""', *PIECES.replace("⏎", "\n").split(" ")])


@settings(deadline=None)
@given(st.lists(pieces, max_size=12).map("".join))
def test_every_document_the_parser_accepts_is_walked_to_its_end(text: str) -> None:
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(find_places(text)) == paths_of((), tree)

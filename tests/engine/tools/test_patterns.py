"""A pattern means the same as in a shell, at a bounded cost, and is refused where it makes no sense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.ports import ToolFailure
from roku_desktop.engine.tools.patterns import GlobPattern, expand_braces


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("a", "a", True),
        ("a", "a/b", False),
        ("**", "a/b/c", True),
        ("**/c", "c", True),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/x/y/c", True),
        ("a/**/c", "b/c", False),
        ("a/*/c", "a/x/y/c", False),
        ("**/**/c", "a/c", True),
        ("[ab].txt", "b.txt", True),
        ("[!ab].txt", "b.txt", False),
        ("src\\*.py", "src/a.py", True),
        ("{a,b}/{c,d}.py", "b/d.py", True),
        ("{a}", "{a}", True),
        ("{a,b", "{a,b", True),
    ],
)
def test_patterns_match_as_in_a_shell(pattern: str, path: str, matches: bool):
    assert GlobPattern(pattern).matches(tuple(path.split("/"))) is matches


@given(
    pattern=st.text("ab*?/", min_size=1, max_size=12),
    parts=st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=4),
)
def test_no_folder_above_a_match_is_ever_passed_over(pattern: str, parts: list[str]):
    try:
        glob = GlobPattern(pattern)
    except ToolFailure:
        return
    if glob.matches(tuple(parts)):
        assert all(glob.may_match_below(tuple(parts[:depth])) for depth in range(len(parts)))


def test_a_hostile_pattern_costs_little():
    glob = GlobPattern("**/" * 100 + "*a" * 300 + "b")
    assert not glob.matches(("a" * 250,) * 40)


def test_braces_nest_and_are_bounded():
    assert expand_braces("{a,{b,c}d}x") == ["ax", "bdx", "cdx"]
    with pytest.raises(ToolFailure, match="more than 64 alternatives"):
        expand_braces("{a,b}" * 7)


@pytest.mark.parametrize("pattern", ["", "/", "./", "x" * 1001])
def test_a_pattern_that_means_nothing_is_a_failure(pattern: str):
    with pytest.raises(ToolFailure):
        GlobPattern(pattern)

"""Which error ends the program with which code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from roku_desktop.cli import exits
from roku_desktop.cli.failures import exit_code, report
from roku_desktop.engine import EngineClosingError, RokuError
from roku_desktop.engine.errors import Fatal


def kinds_of(error: type[RokuError]) -> Iterator[type[RokuError]]:
    for kind in error.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def test_no_error_that_we_foresaw_ends_the_program_as_a_bug():
    foreseen = [kind for kind in kinds_of(RokuError) if kind is not Fatal]
    assert [kind.__name__ for kind in foreseen if exit_code(kind) == exits.BUG] == []


def test_a_prompt_that_came_while_the_program_was_ending_is_an_interruption(
    capsys: pytest.CaptureFixture[str],
):
    sentence = "The program is ending: start it again to go on."
    assert report(EngineClosingError(sentence), debug=False) == exits.INTERRUPTED
    assert capsys.readouterr() == ("", f"{sentence}\n")

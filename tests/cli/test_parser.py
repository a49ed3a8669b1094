"""The words of the command line, without running any of them."""

from __future__ import annotations

from importlib import import_module

import pytest

from roku_desktop.cli.parser import build_parser


def test_common_options_count_before_and_after_the_command():
    parser = build_parser("1")
    before = parser.parse_args(["--home", "h", "--config", "c", "--json", "--debug", "sessions", "list"])
    after = parser.parse_args(["sessions", "list", "--home", "h", "--config", "c", "--json", "--debug"])
    assert before == after
    assert (after.home, after.config, after.json, after.debug) == ("h", "c", True, True)


def test_the_option_after_the_command_wins():
    assert build_parser("1").parse_args(["--home", "a", "doctor", "--home", "b"]).home == "b"


def test_without_a_command_the_window_opens_with_all_it_reads():
    arguments = build_parser("1").parse_args([])
    assert arguments.function == "window:run"
    assert arguments == build_parser("1").parse_args([])
    assert {"workspace", "session", "provider", "model", "exit_when_ready"} <= vars(arguments).keys()


WORDS = [
    "gui",
    "ask x",
    "chat",
    "sessions list",
    "sessions show x",
    "sessions search x",
    "sessions export x",
    "sessions delete x",
    "runs list",
    "runs resume x",
    "providers",
    "models",
    "keys set x",
    "keys delete x",
    "config check",
    "config show",
    "config migrate",
    "policy explain x",
    "storage",
    "doctor",
]


@pytest.mark.parametrize("words", WORDS)
def test_every_command_has_a_function_that_runs_it(words: str):
    module, _, name = build_parser("1").parse_args(words.split()).function.partition(":")
    assert callable(getattr(import_module(f"roku_desktop.cli.{module}"), name))


@pytest.mark.parametrize(
    "words", ["sessions", "config", "sessions list --limit 0", "metrics --window 2h", "ask --approve all x"]
)
def test_what_is_not_a_command_is_refused_with_exit_code_2(words: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as leaving:
        build_parser("1").parse_args(words.split())
    assert leaving.value.code == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.endswith(" --help` shows what is possible.")

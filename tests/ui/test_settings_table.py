"""The table of settings, and what a value is: without a window."""

from __future__ import annotations

from pathlib import Path

import pytest

from roku_desktop.config import load
from roku_desktop.config.schema import KEYS, pattern_of
from roku_desktop.paths import HomePaths
from roku_desktop.ui.settings.finding import pages_for
from roku_desktop.ui.settings.kinds import PAGES
from roku_desktop.ui.settings.provider_form import FIELDS
from roku_desktop.ui.settings.states import NotAllowedError, in_field, read, state_at, state_of
from roku_desktop.ui.settings.table import all_settings, settings_of

BUDGET = ("budget", "day_usd")
# A person changes these of one provider by hand.
BY_HAND = {"resilience"}


def test_every_key_of_the_file_can_be_changed_in_the_window():
    shown = {setting.path for setting in (*all_settings(), *FIELDS) if setting.kept == "file"}
    missing = {path for path in KEYS if path not in shown}
    assert all(BY_HAND & set(path[:1] + path[3:4]) for path in missing)
    assert all(pattern_of(path) in KEYS for path in shown)


def test_no_setting_stands_twice_and_each_has_a_page():
    paths = [setting.path for setting in all_settings()]
    assert len(paths) == len(set(paths))
    assert {setting.page for setting in all_settings()} <= {page.name for page in PAGES}


@pytest.mark.parametrize(
    ("typed", "pages"),
    [
        ("proxy", ["network"]),
        ("ollama", ["providers"]),
        ("day_usd", ["defaults"]),
        ("BUDGET", ["defaults"]),
        ("dark", ["appearance"]),
        ("", [page.name for page in PAGES]),
        ("xyzzy", []),
    ],
)
def test_settings_are_found_by_title_hint_or_key(typed: str, pages: list[str]):
    assert [page.name for page in pages_for(typed)] == pages


def test_a_value_says_where_it_comes_from_and_whether_it_can_be_changed(tmp_path: Path):
    paths = HomePaths.locate({}, home=str(tmp_path))
    paths.runtime_toml.write_text("[runtime.budget]\nday_usd = 2.5\n")
    configuration = load(paths, {"ROKU_RUNTIME__BUDGET__SESSION_USD": "1"})
    of_file = state_at(BUDGET, configuration)
    assert (of_file.value, of_file.own, of_file.locked) == (2.5, True, False)
    assert of_file.source == f"From {paths.runtime_toml}:2"
    of_variable = state_at(("budget", "session_usd"), configuration)
    assert (of_variable.value, of_variable.locked) == (1.0, True)
    assert "ROKU_RUNTIME__BUDGET__SESSION_USD" in of_variable.source
    of_nobody = state_at(("budget", "warn_percent"), configuration)
    assert (of_nobody.value, of_nobody.source, of_nobody.own) == (80, "", False)


def test_a_value_that_was_cut_says_so(tmp_path: Path):
    paths = HomePaths.locate({}, home=str(tmp_path))
    paths.runtime_toml.write_text("[runtime.tools]\ndefault_max_bytes = 999999\n")
    state = state_at(("tools", "default_max_bytes"), load(paths, {}))
    assert state.value == 262_144
    assert "cut from 999999" in state.source


def test_a_preference_that_nobody_chose_is_its_first_choice(tmp_path: Path):
    configuration = load(HomePaths.locate({}, home=str(tmp_path)), {})
    (theme, *_) = settings_of("appearance")
    assert state_of(theme, configuration, {}).value == "system"
    assert state_of(theme, configuration, {"language": "en"}).value == "en"


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        (BUDGET, "2.5", 2.5),
        (BUDGET, " ", None),
        (("budget", "day_tokens"), "1,000_000", 1_000_000),
        (("llm", "pin", "failover"), "a, b,,a", ("a", "b")),
        (("network", "proxy"), "http://proxy:1", "http://proxy:1"),
        (("telemetry", "capture_content"), "yes", True),
        (("telemetry", "capture_content"), "", False),
    ],
)
def test_what_is_typed_becomes_a_value_and_back(path: tuple[str, ...], typed: str, value: object):
    assert read(path, typed) == value
    if value is not None:
        assert read(path, in_field(value)) == value


@pytest.mark.parametrize(
    ("path", "typed", "reason"),
    [
        (("budget", "warn_percent"), "0", "from 1 to 100"),
        (("budget", "warn_percent"), "many", "a whole number from 1 to 100"),
        (BUDGET, "nan", "a number from 0 to 1,000,000"),
        (("telemetry", "otlp_endpoint"), "localhost", "a whole address"),
    ],
)
def test_what_cannot_be_the_value_is_refused_with_what_can(path: tuple[str, ...], typed: str, reason: str):
    with pytest.raises(NotAllowedError, match=reason):
        read(path, typed)

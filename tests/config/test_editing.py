"""A change from the settings window leaves the rest of the file as its person wrote it."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.config.editing import Changes, change_file, edited
from roku_desktop.engine.errors import ConfigurationError

MINE = """\
# mine
schema_version = 1

[runtime.budget]      # money
day_usd = 2.5         # enough
future_key = "kept"

[runtime.llm.providers.mylab]
base_url = "http://127.0.0.1:9000/v1"  # the old machine
[someone.elses]
table = 1
"""


def change(content: str, changes: Changes) -> str:
    return edited(Path("runtime.toml"), content.encode(), changes).decode()


def test_a_value_is_replaced_and_its_comment_order_and_unknown_keys_stay():
    assert change(MINE, {("budget", "day_usd"): 4.0}) == MINE.replace("2.5 ", "4.0 ")


def test_a_new_key_goes_into_its_table_and_a_new_table_to_the_end():
    text = change(MINE, {("budget", "day_tokens"): 7, ("network", "proxy"): "http://proxy.example:3128"})
    tree = tomllib.loads(text)["runtime"]
    assert tree["budget"] == {"day_usd": 2.5, "future_key": "kept", "day_tokens": 7}
    assert tree["network"] == {"proxy": "http://proxy.example:3128"}
    assert all(line in text for line in MINE.splitlines())
    assert "[runtime.network]" in text


def test_a_key_that_is_taken_out_leaves_the_others():
    assert change(MINE, {("budget", "day_usd"): None}) == MINE.replace("day_usd = 2.5         # enough\n", "")


def test_a_provider_is_taken_out_with_all_of_its_table():
    tree = tomllib.loads(change(MINE, {("llm", "providers", "mylab"): None}))
    assert tree["runtime"].get("llm", {}).get("providers", {}) == {}
    assert tree["someone"] == {"elses": {"table": 1}}


@pytest.mark.parametrize(
    ("before", "where"),
    [
        ("", ["llm", "openai"]),
        ("[runtime.llm.openai]\n", ["llm", "openai"]),
        ('[runtime.llm.providers.openai]\nprimary_model = "x"\n', ["llm", "providers", "openai"]),
        ('runtime.llm.openai.primary_model = "x"\n', ["llm", "openai"]),
        ('[runtime]\nllm = { openai = { primary_model = "x" } }\n', ["llm", "openai"]),
    ],
)
def test_a_vendor_is_changed_where_it_stands(before: str, where: list[str]):
    tree = tomllib.loads(change(before, {("llm", "providers", "openai", "primary_model"): "new"}))["runtime"]
    for name in where:
        tree = tree[name]
    assert tree["primary_model"] == "new"


def test_windows_line_ends_and_the_byte_order_mark_stay():
    content = b"\xef\xbb\xbf# mine\r\n[runtime.loop]\r\ninitial_step_budget = 3\r\n"
    assert edited(Path("f"), content, {("loop", "initial_step_budget"): 4}) == content.replace(b"3", b"4")


@given(
    day=st.none() | st.floats(0, 100, allow_nan=False),
    steps=st.none() | st.integers(1, 1000),
    model=st.none() | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1),
    fallbacks=st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(tuple),
)
def test_what_was_written_is_read_and_the_rest_is_untouched(
    day: float | None, steps: int | None, model: str | None, fallbacks: tuple[str, ...]
):
    table = ("llm", "providers", "mylab")
    tree = tomllib.loads(
        change(
            MINE,
            {
                ("budget", "day_usd"): day,
                ("loop", "initial_step_budget"): steps,
                (*table, "primary_model"): model,
                (*table, "fallback_models"): fallbacks,
            },
        )
    )
    runtime = tree["runtime"]
    lab = runtime["llm"]["providers"]["mylab"]
    assert runtime["budget"].get("day_usd") == day
    assert runtime.get("loop", {}).get("initial_step_budget") == steps
    assert lab.get("primary_model") == model
    assert tuple(lab["fallback_models"]) == fallbacks
    assert runtime["budget"]["future_key"] == "kept"
    assert lab["base_url"] == "http://127.0.0.1:9000/v1"
    assert tree["someone"] == {"elses": {"table": 1}}


def test_a_file_that_is_not_there_is_made_with_its_version_and_for_its_owner_alone(tmp_path: Path):
    file = tmp_path / "runtime.toml"
    configuration = change_file(file, {("budget", "day_usd"): 1.0}, {})
    assert file.read_text() == "schema_version = 1\n\n[runtime.budget]\nday_usd = 1.0\n"
    assert configuration.settings.budget.day_usd == 1.0
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("content", "changes", "reason"),
    [
        (MINE, {("budget", "warn_percent"): 0}, "a whole number from 1 to 100 percent"),
        (MINE, {("network", "proxy"): "http://me:secret@proxy.example"}, "looks like a secret"),
        (MINE, {("llm", "provider"): "nobody"}, "no provider is called"),
        ("broken = \n", {("budget", "day_usd"): 1.0}, "not valid TOML"),
    ],
)
def test_what_would_be_wrong_is_refused_and_nothing_is_written(
    tmp_path: Path, content: str, changes: Changes, reason: str
):
    file = tmp_path / "runtime.toml"
    file.write_text(content)
    with pytest.raises(ConfigurationError, match=reason):
        change_file(file, changes, {})
    assert file.read_text() == content
    assert [path.name for path in tmp_path.iterdir()] == ["runtime.toml"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_cannot_be_written_is_told(tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigurationError, match="can't be written"):
        change_file(tmp_path / "runtime.toml", {("budget", "day_usd"): 1.0}, {})


@pytest.mark.skipif(os.name != "posix", reason="links need no rights there")
def test_a_link_stays_one(tmp_path: Path):
    real = tmp_path / "dotfiles.toml"
    real.write_text(MINE)
    link = tmp_path / "runtime.toml"
    link.symlink_to(real)
    change_file(link, {("budget", "day_usd"): 9.0}, {})
    assert link.is_symlink()
    assert "day_usd = 9.0" in real.read_text()

"""Bringing an older file up to date loses nothing."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest

from roku_desktop.config import migrate
from roku_desktop.engine.errors import ConfigurationError

OLD = "# mine\n\n[runtime.loop] # budgets\ninitial_step_budget = 3\n[future]\nunknown = nan\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "runtime.toml"
    file.write_bytes(OLD.encode())
    return file


def test_a_file_without_a_version_gets_one_and_keeps_everything_else(file: Path) -> None:
    done = migrate(file)
    assert (done.from_version, done.to_version, len(done.changes)) == (0, 1, 1)
    assert file.read_text() == "schema_version = 1\n" + OLD
    assert done.backup == file.with_name("runtime.toml.bak")
    assert done.backup.read_text() == OLD


@pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")
def test_the_new_file_and_the_backup_are_for_their_owner_alone(file: Path) -> None:
    file.chmod(0o644)
    done = migrate(file)
    assert done.backup
    for path in (file, done.backup):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_touched_where_nothing_is_to_be_done(file: Path) -> None:
    migrate(file)
    before = file.stat()
    done = migrate(file)
    assert (done.changes, done.backup) == ((), None)
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert sorted(path.name for path in file.parent.iterdir()) == ["runtime.toml", "runtime.toml.bak"]


def test_an_earlier_backup_is_never_overwritten(file: Path) -> None:
    file.with_name("runtime.toml.bak").write_text("precious")
    assert migrate(file).backup == file.with_name("runtime.toml.bak2")
    assert file.with_name("runtime.toml.bak").read_text() == "precious"


def test_windows_line_ends_and_the_byte_order_mark_stay(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf# mine\r\n[runtime]\r\n")
    migrate(file)
    assert file.read_bytes() == b"\xef\xbb\xbfschema_version = 1\r\n# mine\r\n[runtime]\r\n"


@pytest.mark.skipif(os.name != "posix", reason="links need no rights there")
def test_a_linked_file_is_rewritten_where_it_lies(file: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    link = tmp_path / "home" / "runtime.toml"
    link.symlink_to(file)
    migrate(link)
    assert link.is_symlink()
    assert tomllib.loads(file.read_text())["schema_version"] == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("schema_version = 9\n", "schema_version 9 is newer than this program"),
        ("schema_version = 'x'\n", "must be a whole number"),
        ("[broken\n", "line 1, column 8"),
        ("api_key = 'hunter2hunter2'\n", "looks like a secret"),
    ],
)
def test_a_file_that_cannot_be_migrated_stays_as_it_is(file: Path, content: str, sentence: str) -> None:
    file.write_text(content)
    with pytest.raises(ConfigurationError, match=sentence):
        migrate(file)
    assert file.read_text() == content
    assert list(file.parent.iterdir()) == [file]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"There is no .*none\.toml"):
        migrate(tmp_path / "none.toml")


def test_where_nothing_can_be_written_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / ("x" * 250)  # a name that leaves no room for that of a backup
    file.write_text(OLD)
    with pytest.raises(ConfigurationError, match=r"can't be rewritten .*: it was left as it is"):
        migrate(file)
    assert file.read_text() == OLD
    assert list(tmp_path.iterdir()) == [file]

"""The layout of a home, and the sentences for homes that can't be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from roku_desktop.engine.errors import ConfigurationError, StorageError
from roku_desktop.paths import HomePaths, resource_folders, resource_path

posix = pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_lies_in_the_default_home(home: Path) -> None:
    paths = HomePaths.locate({})
    assert paths.home == home / ".roku"
    assert paths.runtime_toml == home / ".roku" / "runtime.toml"
    assert paths.config_named_by == ""
    for path in (paths.database, *paths.folders):
        assert path.parent == paths.home


def test_the_command_line_wins_over_variables(tmp_path: Path) -> None:
    environ = {"ROKU_HOME": str(tmp_path / "a"), "ROKU_RUNTIME_CONFIG_PATH": str(tmp_path / "a.toml")}
    by_variable = HomePaths.locate(environ)
    assert by_variable.home == tmp_path / "a"
    assert by_variable.runtime_toml == tmp_path / "a.toml"
    assert by_variable.config_named_by == "ROKU_RUNTIME_CONFIG_PATH"
    by_argument = HomePaths.locate(environ, home=str(tmp_path / "b"), config=str(tmp_path / "b.toml"))
    assert by_argument.home == tmp_path / "b"
    assert by_argument.runtime_toml == tmp_path / "b.toml"
    assert by_argument.config_named_by == "--config"


def test_a_relative_argument_counts_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert HomePaths.locate({}, home="here").home == tmp_path / "here"
    assert HomePaths.locate({}, config="../x.toml").runtime_toml == tmp_path.parent / "x.toml"


@pytest.mark.parametrize("variable", ["ROKU_HOME", "ROKU_RUNTIME_CONFIG_PATH"])
def test_a_relative_variable_is_refused_by_name(variable: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{variable} is the relative path 'here'"):
        HomePaths.locate({variable: "here"})


def test_a_tilde_means_the_persons_home_folder(home: Path) -> None:
    assert HomePaths.locate({"ROKU_HOME": "~/elsewhere"}).home == home / "elsewhere"


def test_an_empty_variable_counts_as_unset_and_an_empty_argument_is_refused(home: Path) -> None:
    assert HomePaths.locate({"ROKU_HOME": " "}).home == home / ".roku"
    with pytest.raises(ConfigurationError, match="--home is empty"):
        HomePaths.locate({}, home="")


def test_a_nul_character_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="NUL"):
        HomePaths.locate({}, home="/tmp/a\0b")


@posix
def test_folders_are_made_for_their_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    paths = HomePaths.locate({}, home=str(tmp_path / "deep" / "home"))
    before = os.umask(0)
    try:
        paths.create()
        paths.create()
    finally:
        os.umask(before)
    assert {mode_of(folder) for folder in (paths.home, *paths.folders)} == {0o700}


@posix
def test_an_empty_or_used_home_that_others_can_read_is_narrowed(tmp_path: Path) -> None:
    paths = HomePaths.locate({}, home=str(tmp_path / "home"))
    paths.home.mkdir()
    paths.home.chmod(0o755)
    paths.create()
    assert mode_of(paths.home) == 0o700
    paths.database.touch()
    (paths.home / "anything").touch()
    paths.home.chmod(0o777)
    paths.create()
    assert mode_of(paths.home) == 0o700


@posix
def test_the_rights_of_a_folder_with_other_things_in_it_stay(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "letters").touch()
    shared.chmod(0o755)
    paths = HomePaths.locate({}, home=str(shared))
    paths.create()
    assert mode_of(shared) == 0o755
    assert mode_of(paths.traces) == 0o700


@pytest.mark.parametrize("inside", ["", "deeper/still"])
def test_a_file_in_place_of_the_home_is_explained(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="is a file"):
        HomePaths.locate({}, home=str(tmp_path / "file" / inside)).create()
    assert (tmp_path / "file").read_text() == ""


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    for home in (locked, locked / "home"):
        with pytest.raises(StorageError, match=r"can't be written .* choose another home"):
            HomePaths.locate({}, home=str(home)).create()


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="a folder nobody can write to, even root")
def test_a_read_only_file_system_is_explained() -> None:
    with pytest.raises(StorageError, match="can't be written"):
        HomePaths.locate({}, home="/proc/roku-home").create()


def test_resources_are_found_in_the_checkout() -> None:
    assert any(folder.name == "resources" and folder.is_dir() for folder in resource_folders())


def test_a_frozen_program_looks_where_it_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    (tmp_path / "resources" / "icons").mkdir(parents=True)
    icon = tmp_path / "resources" / "icons" / "roku.svg"
    icon.touch()
    assert resource_path("icons/roku.svg") == icon


def test_a_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no/such\.svg"):
        resource_path("no/such.svg")

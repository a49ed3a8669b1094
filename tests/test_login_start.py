"""Start at login: an entry that desktops understand, the same however often it is switched."""

from __future__ import annotations

import configparser
import plistlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.login_start import AutostartEntry, LaunchAgent, RunKey, _exec_word, login_start_of

COMMAND = ["/opt/my roku/python", "-m", "roku_desktop", "--home", '/home/a "b" $c/100%', "gui", "--in-tray"]


@pytest.fixture
def entry(tmp_path: Path) -> AutostartEntry:
    return AutostartEntry(tmp_path / "config" / "autostart" / "roku-desktop.desktop", COMMAND)


def fields(path: Path) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # as configparser documents it
    parser.read(path, encoding="utf-8")
    return parser["Desktop Entry"]


def unquoted(exec_line: str) -> list[str]:
    """As a desktop reads it: the string's own escapes, then the quoting of arguments, then field codes."""
    line = exec_line.replace("\\\\", "\\")
    words = re.findall(r'"((?:[^"\\`$]|\\["\\`$])*)"(?: |$)', line)
    assert line == " ".join(f'"{word}"' for word in words), "something stands outside of quotes"
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in words]


def test_switched_on_and_off_again_and_again(entry: AutostartEntry, tmp_path: Path):
    path = tmp_path / "config" / "autostart" / "roku-desktop.desktop"
    assert not entry.is_on()
    for _ in range(2):
        entry.switch(on=True)
        assert entry.is_on()
        written = path.read_bytes()
    entry.switch(on=True)
    assert path.read_bytes() == written
    assert [each.name for each in path.parent.iterdir()] == ["roku-desktop.desktop"]
    for _ in range(2):
        entry.switch(on=False)
        assert not entry.is_on()
        assert not path.exists()


def test_the_entry_starts_exactly_that_command(entry: AutostartEntry, tmp_path: Path):
    entry.switch(on=True)
    found = fields(tmp_path / "config" / "autostart" / "roku-desktop.desktop")
    assert unquoted(found["Exec"]) == COMMAND
    assert (found["Type"], found["Terminal"]) == ("Application", "false")


@given(word=st.text(st.characters(codec="utf-8", exclude_characters="\n\r\0"), min_size=1))
def test_no_folder_name_can_leave_its_quotes(word: str):
    assert unquoted(_exec_word(word)) == [word]


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled = false"])
def test_an_entry_that_a_person_disabled_is_off_and_can_be_switched_on(
    entry: AutostartEntry, tmp_path: Path, line: str
):
    entry.switch(on=True)
    path = tmp_path / "config" / "autostart" / "roku-desktop.desktop"
    path.write_text(path.read_text().replace("X-GNOME-Autostart-enabled=true", line))
    assert not entry.is_on()
    entry.switch(on=True)
    assert entry.is_on()


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    entry = AutostartEntry(tmp_path / "file" / "roku-desktop.desktop", COMMAND)
    with pytest.raises(ConfigurationError, match=r"start at login can't be changed: .*can't be written"):
        entry.switch(on=True)
    entry_in_nothing = AutostartEntry(tmp_path / "nothing" / "roku-desktop.desktop", COMMAND)
    entry_in_nothing.switch(on=False)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the folder of XDG")
def test_the_entry_lies_where_this_persons_desktop_looks(tmp_path: Path):
    for environ, folder in (
        ({"HOME": str(tmp_path)}, tmp_path / ".config"),
        ({"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "other")}, tmp_path / "other"),
    ):
        login_start_of(environ, COMMAND, "roku-desktop").switch(on=True)
        assert (folder / "autostart" / "roku-desktop.desktop").exists()


def test_a_launch_agent_of_macos_is_a_list_of_arguments(tmp_path: Path):
    agent = LaunchAgent(tmp_path / "LaunchAgents" / "io.github.roku-desktop.plist", COMMAND)
    assert not agent.is_on()
    agent.switch(on=True)
    entry = plistlib.loads((tmp_path / "LaunchAgents" / "io.github.roku-desktop.plist").read_bytes())
    assert (entry["ProgramArguments"], entry["RunAtLoad"]) == (COMMAND, True)
    assert agent.is_on()
    agent.switch(on=False)
    assert not agent.is_on()


@pytest.mark.skipif(sys.platform == "win32", reason="it would be this person's own")
def test_a_run_key_touches_nothing_elsewhere():
    RunKey("roku-desktop-test", COMMAND).switch(on=True)
    assert not RunKey("roku-desktop-test", COMMAND).is_on()


def test_nothing_of_it_loads_before_it_is_wanted():
    program = "import sys, roku_desktop.login_start; print('plistlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

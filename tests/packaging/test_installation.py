"""The .deb in dist/, installed on this very system, started from its menu entry, and removed.

Only where that is wanted (ROKU_TEST_INSTALL=1), as root, and where the program isn't installed already.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from roku_desktop import __version__
from tests.packaging.test_frozen_program import DIST

PACKAGE = "roku-desktop"
MENU = Path("/usr/share/applications/roku-desktop.desktop")
DEBS = sorted(DIST.glob(f"{PACKAGE}_*.deb"))

pytestmark = [
    pytest.mark.skipif(os.environ.get("ROKU_TEST_INSTALL") != "1", reason="changes the system: opt-in"),
    pytest.mark.skipif(not DEBS, reason="no .deb in dist/: run scripts/build_installers.py"),
    pytest.mark.skipif(shutil.which("dpkg") is None, reason="needs Debian or Ubuntu"),
]


def dpkg(*words: str | Path) -> str:
    return subprocess.run(["dpkg", *words], capture_output=True, encoding="utf-8", check=True).stdout


@pytest.fixture
def installed():
    """The files that the package brought, without the folders that it shares."""
    assert not MENU.exists(), "the program is installed here: remove it first"
    dpkg("--install", DEBS[-1])
    try:
        yield [Path(line) for line in dpkg("--listfiles", PACKAGE).splitlines() if Path(line).is_file()]
    finally:
        subprocess.run(["dpkg", "--purge", PACKAGE], capture_output=True, check=False)


def menu_command() -> list[str]:
    entry = ConfigParser(interpolation=None, delimiters="=")
    entry.read(MENU, encoding="utf-8")
    return shlex.split(entry["Desktop Entry"]["Exec"])


@pytest.mark.window
def test_it_starts_from_its_menu_entry_and_leaves_nothing_but_the_home_when_removed(installed, tmp_path):
    home = tmp_path / "a person"
    home.mkdir()
    environment = {name: os.environ[name] for name in ("PATH", "DISPLAY", "LANG") if name in os.environ}
    environment |= {"HOME": str(home), "TMPDIR": str(tmp_path)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, env=environment, capture_output=True, encoding="utf-8", check=False)

    shown = run(*menu_command(), "--exit-when-ready")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert run("/usr/bin/roku-desktop", "--version").stdout.split()[-1] == __version__
    assert run("/usr/bin/roku-desktop", "sessions", "list").returncode == 0

    dpkg("--remove", PACKAGE)
    assert installed
    assert [path for path in installed if path.exists()] == []
    assert not Path("/usr/share/doc/roku-desktop").exists()
    assert (home / ".roku" / "roku.db").exists()
    assert {path.name for path in home.iterdir()} <= {".roku", ".cache", ".config"}
    assert list(tmp_path.iterdir()) == [home]

"""A test that hangs names itself and ends, whatever it hangs in."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HANGING = """
from PySide6.QtCore import QCoreApplication
def test_that_waits_for_ever():
    QCoreApplication([]).exec()
"""


def test_what_hangs_inside_qt_shows_where_and_ends(tmp_path: Path):
    """There no signal is heard, and no Python runs that could fail the test."""
    file = tmp_path / "test_hanging.py"
    file.write_text(HANGING, encoding="utf-8")
    settings = ("-c", str(ROOT / "pyproject.toml"), "-p", "no:xdist", "-o", "faulthandler_timeout=1")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *settings, str(file)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode != 0
    assert "in test_that_waits_for_ever" in done.stderr, done.stdout

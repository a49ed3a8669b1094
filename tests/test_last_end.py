"""A process that did not end in order is told of at the next start; the report holds no content."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from roku_desktop.last_end import MOST_REPORTS, LastEnd, marked

by_signal = pytest.mark.skipif(sys.platform == "win32", reason="signals end a process on POSIX")
CANARY = "sk-canary-0123456789"
LIFE = """
import os, sys, faulthandler
from pathlib import Path
from roku_desktop.last_end import LastEnd, marked
with marked(LastEnd(Path(sys.argv[1]), Path(sys.argv[2]))):
    print(os.getpid(), flush=True)
    sys.stdin.readline()
    if sys.argv[3] == "fault":
        faulthandler._sigsegv()
    if sys.argv[3] == "bug":
        raise SystemError("bug")
"""


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("instances", "logs"):
        (tmp_path / name).mkdir()
    return tmp_path / "instances", tmp_path / "logs"


def live(folders: tuple[Path, Path], how: str) -> int:
    """Run a process to its end; returns its number. "kill", "fault" or "bug" is no end in order."""
    words = [sys.executable, "-c", LIFE, *map(str, folders), how]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        number = int(process.stdout.readline())
        write_log(folders[1], number)
        if how == "kill":
            process.send_signal(signal.SIGKILL)
        else:
            process.stdin.write("\n")
            process.stdin.flush()
        process.wait(20)
    return number


def write_log(logs: Path, process: int) -> None:
    line = {
        "at": time.time(),
        "level": "warning",
        "component": "engine.routing",
        "message": f"{CANARY} said the person",
        "error": "ServerError < ConnectError",
        "stack": ["route.py:12 stream", f"{Path.home()}/roku/sse.py:8 decode"],
        "attributes": {"prompt": CANARY},
    }
    path = logs / f"2026-01-01-{process}-1.jsonl"
    path.write_text(f"not json {CANARY}\n{json.dumps(line)}\n", encoding="utf-8")


def next_start(folders: tuple[Path, Path]) -> LastEnd:
    end = LastEnd(*folders)
    end.begin()
    end.end()
    return end


def report_after(folders: tuple[Path, Path], how: str) -> str:
    live(folders, how)
    report = next_start(folders).report
    assert report is not None
    return report.read_text(encoding="utf-8")


@by_signal
def test_an_end_in_order_leaves_nothing(folders: tuple[Path, Path]):
    live(folders, "in order")
    assert next_start(folders).report is None
    assert list(folders[0].iterdir()) == []


@by_signal
def test_a_killed_process_is_reported_once(folders: tuple[Path, Path]):
    text = report_after(folders, "kill")
    assert "it was ended from outside" in text
    assert "engine.routing  error ServerError < ConnectError  at ~/roku/sse.py:8 decode < route.py:12" in text
    assert next_start(folders).report is None


@by_signal
def test_a_fault_is_reported_with_the_place_where_it_happened(folders: tuple[Path, Path]):
    text = report_after(folders, "fault")
    assert "Segmentation fault" in text
    assert "most recent call first" in text


@by_signal
def test_a_bug_that_ends_the_window_is_reported(folders: tuple[Path, Path]):
    assert "did not end in order" in report_after(folders, "bug")


@by_signal
def test_no_content_no_key_and_no_name_of_the_person_is_in_a_report(folders: tuple[Path, Path]):
    text = report_after(folders, "kill")
    assert CANARY not in text
    assert str(Path.home()) not in text
    (report,) = folders[1].glob("crash-*.txt")
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_only_the_newest_reports_are_kept(folders: tuple[Path, Path]):
    for number in range(MOST_REPORTS + 3):
        (folders[1] / f"crash-2020010{number}T000000.txt").write_text("old")
    (folders[0] / "window-running").write_text("1700000000 0.1.0 1\n")
    assert next_start(folders).report is not None
    assert len(list(folders[1].glob("crash-*.txt"))) == MOST_REPORTS


@pytest.mark.parametrize("mark", ["", "nonsense", "nan inf -1", "9" * 400])
def test_a_mark_that_says_nothing_is_no_trouble(folders: tuple[Path, Path], mark: str):
    (folders[0] / "window-running").write_text(mark)
    report = next_start(folders).report
    assert report is not None
    assert "started    unknown" in report.read_text(encoding="utf-8")


def test_a_home_that_can_not_be_written_starts_all_the_same(tmp_path: Path):
    with marked(LastEnd(tmp_path / "nowhere", tmp_path / "nowhere")) as end:
        assert end.report is None


def test_pythons_faults_go_to_the_file_only_while_the_window_runs(folders: tuple[Path, Path]):
    with marked(LastEnd(*folders)):
        assert sorted(each.name for each in folders[0].iterdir()) == ["window-faults", "window-running"]
    assert list(folders[0].iterdir()) == []

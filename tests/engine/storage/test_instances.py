"""Who is alive: locks that the system gives back, whatever happened to their holder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from roku_desktop.engine.storage.instances import FileLock, Instances
from roku_desktop.engine.storage.layout import Layout

REPOSITORY = Path(__file__).resolve().parents[3]

HOLDER = """
import sys
from pathlib import Path
from roku_desktop.engine.storage.instances import Instances
from roku_desktop.engine.storage.layout import Layout
Instances(Layout.of(Path(sys.argv[1])), "other").enter()
print("alive", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout.of(tmp_path)
    layout.instances.mkdir()
    return layout


def test_a_killed_process_is_gone_and_its_file_is_removed(layout: Layout) -> None:
    arguments = [sys.executable, "-c", HOLDER, str(layout.home)]
    with subprocess.Popen(arguments, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        mine = Instances(layout, "mine")
        mine.enter()
        assert mine.others_alive() == ["other"]
        other.kill()
        other.wait()
        assert not mine.is_alive("other")
        assert mine.others_alive() == []
        assert [path.name for path in layout.instances.iterdir()] == ["mine.lock"]
        mine.leave()
    assert list(layout.instances.iterdir()) == []


def test_a_process_is_alive_to_itself_and_an_unknown_one_is_not(layout: Layout) -> None:
    mine = Instances(layout, "mine")
    mine.enter()
    assert mine.is_alive("mine")
    assert not mine.is_alive("nobody")
    mine.leave()
    mine.leave()


@pytest.mark.skipif(os.name != "posix", reason="an open file can't be removed on Windows")
def test_a_file_removed_between_making_and_locking_is_made_again(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process took it for a left-over just before it was locked."""
    path = layout.instances / "mine.lock"
    real_open = os.open
    removals = iter([True])

    def open_then_lose(*arguments: object) -> int:
        descriptor = real_open(*arguments)  # type: ignore[arg-type]  # passed on
        if next(removals, False):
            path.unlink()
        return descriptor

    monkeypatch.setattr("roku_desktop.engine.storage.instances.os.open", open_then_lose)
    lock = FileLock(path)
    assert lock.acquire(wait=False)
    assert path.exists()
    assert not FileLock(path).acquire(wait=False)
    lock.release(remove=True)
    assert not path.exists()

"""What the single-file program does with the folder it runs in, without building one."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import pytest
from PyInstaller.archive.writers import CArchiveWriter

from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.frozen import MARK, LateParts, hold, remove_left_behind

pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="folders are locked, and late parts kept, on POSIX"
)

CONTENT = {
    "window/PySide6/Qt/lib/libQt6Core.so.6": b"core" * 5000,
    "window/PySide6/QtCore.abi3.so": b"binding" * 3000,
    "window/libxcb-cursor.so.0": b"cursor",
    "keyring/cryptography/hazmat/bindings/_rust.abi3.so": b"rust" * 100,
}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program as PyInstaller writes it: its archive stands in the midst of the file."""
    entries = []
    for name, content in CONTENT.items():
        packed = tmp_path / "packed" / name
        packed.parent.mkdir(parents=True, exist_ok=True)
        packed.write_bytes(zlib.compress(content))
        entries.append((name, str(packed), False, "a"))
    early = tmp_path / "early"
    early.write_bytes(b"unpacked by the loader")
    entries.append(("window/early", str(early), True, "x"))
    archive = tmp_path / "archive"
    CArchiveWriter(str(archive), entries, pylib_name="libpython3.so")
    path = tmp_path / "program"
    path.write_bytes(b"the loader" * 999 + archive.read_bytes() + b"section headers" * 99)
    return path


def unpacked(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def part(name: str) -> dict[str, bytes]:
    return {
        path.removeprefix(f"{name}/"): content
        for path, content in CONTENT.items()
        if path.startswith(f"{name}/")
    }


def test_a_part_is_unpacked_when_its_package_is_looked_for(program, tmp_path):
    folder = tmp_path / "_MEIown"
    finder = LateParts(program, folder)
    finder.find_spec("roku_desktop.cli")
    assert not folder.exists()
    finder.find_spec("PySide6")
    assert unpacked(folder) == part("window")
    finder.find_spec("cryptography")
    assert unpacked(folder) == part("window") | part("keyring")


def test_threads_that_import_the_same_part_at_once_all_find_it_whole(program, tmp_path):
    folder = tmp_path / "_MEIown"
    finder = LateParts(program, folder)
    together = threading.Barrier(4)
    seen = []

    def look(name: str) -> None:
        together.wait()
        finder.find_spec(name)
        seen.append(unpacked(folder) == part("window"))

    threads = [threading.Thread(target=look, args=(name,)) for name in ("PySide6", "shiboken6") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 4


def test_a_program_without_late_parts_imports_as_ever(tmp_path):
    program = tmp_path / "program"
    program.write_bytes(b"no archive in here")
    LateParts(program, tmp_path / "_MEIown").find_spec("PySide6")
    assert not (tmp_path / "_MEIown").exists()


def test_where_it_cannot_unpack_it_says_what_helps(program, tmp_path):
    (tmp_path / "_MEIown").write_text("in the way")
    finder = LateParts(program, tmp_path / "_MEIown")
    with pytest.raises(ConfigurationError, match="make room there, or set TMPDIR"):
        finder.find_spec("PySide6")


def folder_of_ours(parent: Path, name: str, *, age_s: float = 3600) -> Path:
    folder = parent / name
    (folder / MARK).parent.mkdir(parents=True)
    (folder / MARK).touch()
    then = time.time() - age_s
    os.utime(folder, (then, then))
    return folder


def test_what_killed_programs_left_is_removed(tmp_path):
    own = folder_of_ours(tmp_path, "_MEIown")
    left = folder_of_ours(tmp_path, "_MEIleft")
    assert list(remove_left_behind(own)) == [left]
    assert sorted(tmp_path.iterdir()) == [own]


def test_the_folders_of_living_young_and_foreign_programs_stay(tmp_path):
    own = folder_of_ours(tmp_path, "_MEIown")
    living = folder_of_ours(tmp_path, "_MEIliving")
    young = folder_of_ours(tmp_path, "_MEIyoung", age_s=5)
    foreign = tmp_path / "_MEIforeign"
    foreign.mkdir()
    os.utime(foreign, (0, 0))
    elsewhere = folder_of_ours(tmp_path / "elsewhere", "_MEIold")
    (tmp_path / "_MEIlink").symlink_to(elsewhere)
    descriptor = hold(living)
    try:
        assert list(remove_left_behind(own)) == []
    finally:
        os.close(descriptor)
    assert all(folder.exists() for folder in (own, living, young, foreign, elsewhere))
    assert list(remove_left_behind(own)) == [living]


LOADER = """
import subprocess, sys
subprocess.run([sys.executable, "-c", sys.argv[1]])
"""
PROGRAM = """
import time
from roku_desktop.frozen import _end_with_loader
_end_with_loader()
print("ready", flush=True)
time.sleep(10)
print("survived", flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_program_ends_with_its_loader():
    command = [sys.executable, "-c", LOADER, PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as loader:
        assert loader.stdout
        assert loader.stdout.readline() == b"ready\n"
        loader.kill()
        assert loader.stdout.read() == b""

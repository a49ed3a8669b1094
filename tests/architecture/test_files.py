"""What every file of the project promises: its size, its opening, and no machine's private names."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Made here, not written: the same folders as in .gitignore, and git's own.
MADE_FOLDERS = {"build", "dist", "__pycache__"}
HIDDEN_BUT_OURS = {".ci", ".github"}
TEXT_ENDINGS = {".py", ".md", ".toml", ".txt", ".in", ".yml", ".yaml", ".cfg", ".json", ""}
# Past this, two ideas share a file. A file of tests may be a little longer: it is read test by test.
MAX_LINES = 400
MAX_LINES_OF_TESTS = 450

# Hosts of package indexes, and links into one machine's folders, tie the project to one workplace.
# Put together here so that this file does not name them itself.
FORBIDDEN = re.compile(
    "|".join(
        (
            re.escape("pypi" + ".org"),
            re.escape("pythonhosted" + ".org"),
            re.escape("deb.debian" + ".org"),
            re.escape("npmjs" + ".org"),
            "--find" + "-links",
            "--extra-index" + "-url",
            "/opt/" + "pypi",
            "/opt/" + "wheels",
            "/work/" + "(?:main|shared)",
        )
    )
)


def project_files(*endings: str) -> Iterator[Path]:
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if _is_ours(name)]
        ours = (name for name in files if name != ".git")  # in a worktree: a file that tells where it lies
        yield from (Path(folder, name) for name in ours if Path(name).suffix in (endings or TEXT_ENDINGS))


def _is_ours(folder: str) -> bool:
    return folder not in MADE_FOLDERS and (folder in HIDDEN_BUT_OURS or not folder.startswith("."))


def python_files() -> Iterator[Path]:
    return project_files(".py")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_module_is_longer_than_400_lines():
    long = {}
    for path in python_files():
        lines = path.read_bytes().count(b"\n")
        if lines > (MAX_LINES_OF_TESTS if path.name.startswith("test_") else MAX_LINES):
            long[relative(path)] = lines
    assert long == {}


def test_every_module_opens_with_what_it_owns():
    silent = []
    for path in python_files():
        source = path.read_text(encoding="utf-8")
        if source.strip() and ast.get_docstring(ast.parse(source)) is None:
            silent.append(relative(path))
    assert silent == []


def test_no_file_names_a_package_host_or_a_folder_of_one_machine():
    found = {}
    for path in project_files():
        hit = FORBIDDEN.search(path.read_text(encoding="utf-8", errors="replace"))
        if hit:
            found[relative(path)] = hit.group()
    assert found == {}


def test_nothing_is_left_for_later_in_the_product():
    mark = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    product = [path for path in python_files() if path.relative_to(ROOT).parts[0] != "tests"]
    assert [relative(path) for path in product if mark.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt", "uv.txt"])
def test_every_locked_package_has_a_hash(name: str):
    entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / "requirements" / name).read_text(encoding="utf-8"))
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_a_person_runs_the_versions_that_were_tested():
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        return set(re.findall(r"^[A-Za-z0-9][^ ]*", text, re.MULTILINE))

    assert pins("runtime.txt") <= pins("dev.txt")

"""The layers of docs/architecture.md hold, and the contracts that say so can fail."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

# One line that each contract must refuse: (contract, module, line).
BREACHES = (
    ("Layers: who stands on whom", "engine/loop.py", "import roku_desktop.paths"),
    ("No cycles among siblings", "engine/errors.py", "import roku_desktop.engine.events"),
    ("The engine knows no window", "engine/messages.py", "import PySide6"),
    (
        "The engine's rooms are entered through its facade",
        "ui/__init__.py",
        "import roku_desktop.engine.ports",
    ),
    ("HTTP is spoken in engine/providers alone", "engine/tools/__init__.py", "import httpx"),
    ("The database is touched in engine/storage alone", "config/__init__.py", "import sqlite3"),
    ("The keyring is touched in system_keyring alone", "engine/identity.py", "import keyring"),
    ("Qt is used by the window alone", "cli/__init__.py", "import qasync"),
)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINT_IMPORTS), "--no-logo", "--no-cache", "--config", str(folder / "pyproject.toml")]
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_layers_hold():
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def report_on_breaches(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("breached")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(
        ROOT / "roku_desktop", folder / "roku_desktop", ignore=shutil.ignore_patterns("__pycache__")
    )
    for _, module, line in BREACHES:
        file = folder / "roku_desktop" / module
        file.write_text(f"{file.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    return lint_imports(folder).stdout


@pytest.mark.parametrize("contract", [contract for contract, _, _ in BREACHES])
def test_a_breach_is_found(report_on_breaches: str, contract: str):
    assert re.search(rf"^{re.escape(contract)}.* BROKEN", report_on_breaches, re.MULTILINE)

"""A home, a workspace and the program on them, without a display and with keys in the environment."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import CommandLine
from tests.support.setups import KEY


@pytest.fixture(autouse=True, scope="session")
def heeded_interrupts() -> Iterator[None]:
    """Under a shell's `&` the tests ignore Ctrl+C, and the programs they start would inherit that."""
    former = signal.getsignal(signal.SIGINT)
    if former is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.fixture
def program(tmp_path: Path) -> CommandLine:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    keys = {"ROKU_ANTHROPIC_API_KEY": KEY, "ROKU_MYLAB_API_KEY": KEY}
    nowhere = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "QT_QPA_PLATFORM": None}
    return CommandLine(tmp_path / "home", workspace, {**keys, **nowhere})

"""A home, a workspace and the program on them, without a display and with keys in the environment."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import CommandLine
from tests.support.setups import KEY

KEYS = {"ROKU_ANTHROPIC_API_KEY": KEY, "ROKU_MYLAB_API_KEY": KEY}
NO_DISPLAY = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "QT_QPA_PLATFORM": None}


@pytest.fixture(autouse=True, scope="session")
def heeded_interrupts() -> Iterator[None]:
    """Under a shell's `&` the tests ignore Ctrl+C, and the programs they start would inherit that."""
    former = signal.getsignal(signal.SIGINT)
    if former is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


def program_in(folder: Path) -> CommandLine:
    workspace = folder / "workspace"
    workspace.mkdir()
    return CommandLine(folder / "home", workspace, {**KEYS, **NO_DISPLAY})


@pytest.fixture
def program(tmp_path: Path) -> CommandLine:
    """The program on an empty home."""
    return program_in(tmp_path)


@pytest.fixture(scope="module")
def shared_program(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The program on one home for all tests of a module, which only read it."""
    return program_in(tmp_path_factory.mktemp("shared"))

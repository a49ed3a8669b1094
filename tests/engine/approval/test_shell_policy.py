"""What runs, what asks and what never runs, told from the text of a shell command."""

from __future__ import annotations

from pathlib import Path

import pytest
from tree_sitter import Tree

from roku_desktop.engine.approval.shell.policy import ShellPolicy
from roku_desktop.engine.approval.shell.search import DenySearch
from roku_desktop.engine.approval.shell.syntax import Syntax

DENIED = [
    "rm -rf /",
    r"r\m -rf /",
    "X=rm; $X -rf /",
    "{rm,-rf,/}",
    "bash -c 'bash -c \"rm -rf /\"'",
    "echo cm0gLXJmIC8= | base64 -d | sh",
    "sudo env A=1 timeout 5 rm -rf ~",
    "bomb() { bomb | bomb & }; bomb",
    "dd if=/dev/zero of=/dev/sda",
    "Remove-Item -Recurse -Force C:\\",
]
ASKS = [
    "rm -rf build",
    "cd build && rm -rf *",
    "ls > x",
    "cat .env",
    "cat ../x",
    "git status",
    "date 0101",
    "'",
]
SAFE = ["ls -la", "echo 'rm -rf /'", "date +%s", "pwd"]


@pytest.fixture
def policy(tmp_path: Path) -> ShellPolicy:
    return ShellPolicy(tmp_path, environ={"PATH": "/usr/local/bin:/usr/bin:/bin"}, windows=False)


@pytest.mark.parametrize("command", DENIED)
def test_destruction_is_denied_however_it_is_wrapped(policy: ShellPolicy, command: str):
    assert policy.classify(command).tier == "denied"


@pytest.mark.parametrize("command", ASKS)
def test_what_may_change_or_reveal_something_asks(policy: ShellPolicy, command: str):
    assert policy.classify(command).tier == "requires_approval"


@pytest.mark.parametrize("command", SAFE)
def test_plain_reading_is_safe(policy: ShellPolicy, command: str):
    assert policy.classify(command).tier == "safe"


class _FaultySyntax(Syntax):
    def parse(self, source: bytes) -> Tree | None:
        if b"fault" in source:
            raise ValueError("a fault")
        return super().parse(source)


def test_a_fault_in_reading_one_piece_hides_nothing_beside_it():
    search = DenySearch(_FaultySyntax())
    denial = search.run("echo fault; rm -rf /")
    assert denial is not None
    assert denial.segment == "rm -rf /"
    assert search.faulty


def test_ten_thousand_segments_ask(policy: ShellPolicy):
    """How long that takes is a benchmark."""
    text = ";".join(f"echo {number}" for number in range(10_000))
    assert policy.classify(text).tier == "requires_approval"

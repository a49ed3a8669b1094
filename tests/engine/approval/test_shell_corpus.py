"""Several hundred commands, each with what is to happen to it, alone and wrapped."""

from __future__ import annotations

from pathlib import Path

import pytest

from roku_desktop.engine.approval.shell.policy import ShellPolicy

CORPUS = Path(__file__).parent / "corpus"
WRAPPERS = [
    "bash -c {!r}",
    "sudo {}",
    "env A=1 {}",
    "timeout 5 {}",
    "({})",
    "ls\n{}",
    "ls && {}",
    "echo $({})",
]
MARKS = ";|&<>`$(){}*?[]~\\!#^\n\r\0\u200b\u202e\xa0"


def commands(name: str) -> list[str]:
    lines = (CORPUS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [
        _unescaped(line[1:]) if line.startswith("!") else line for line in lines if not line.startswith("#")
    ]


def _unescaped(line: str) -> str:
    return line.replace("\\\\\\n", "\\\n").replace("\\n", "\n").replace("\\r", "\r")


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> ShellPolicy:
    workspace = tmp_path_factory.mktemp("workspace")
    (workspace / "roku_desktop").mkdir()
    for name in ("README.md", "CHANGELOG.md"):
        (workspace / name).write_text("text\n", encoding="utf-8")
    return ShellPolicy(workspace, environ={"PATH": "/usr/local/bin:/usr/bin:/bin"}, windows=False)


@pytest.mark.parametrize("command", commands("denied"))
def test_destruction_never_runs(policy: ShellPolicy, command: str):
    assert policy.classify(command).tier == "denied"


@pytest.mark.parametrize("command", commands("asks"))
def test_what_changes_something_asks(policy: ShellPolicy, command: str):
    assert policy.classify(command).tier == "requires_approval"


@pytest.mark.parametrize("command", commands("safe"))
def test_what_only_reads_is_safe(policy: ShellPolicy, command: str):
    assert policy.classify(command).tier == "safe"


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_no_wrapping_makes_destruction_safe(policy: ShellPolicy, wrapper: str):
    for command in commands("denied"):
        assert policy.classify(wrapper.format(command)).tier != "safe"


def test_no_mark_outside_of_quotes_is_safe(policy: ShellPolicy):
    for command in commands("safe"):
        for mark in MARKS:
            assert policy.classify(f"{command}{mark}").tier != "safe", (command, mark)


@pytest.mark.parametrize("piece", ["{", "[", "<", "$(", "<<a\n", "a|", "'", "`", "{a,"])
def test_hostile_text_is_answered_in_time(policy: ShellPolicy, piece: str):
    assert policy.classify(piece * (100_000 // len(piece))).tier == "requires_approval"


def test_destruction_behind_ten_thousand_shells_is_denied(policy: ShellPolicy):
    padding = ";".join(f'bash -c "echo {number}"' for number in range(10_000))
    assert policy.classify(f"{padding};bash -c 'rm -rf /'").tier == "denied"

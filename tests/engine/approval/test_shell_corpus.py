"""Five thousand commands with what is to happen to each, alone, wrapped and run for real."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from roku_desktop.engine.approval.shell.policy import ShellPolicy
from tests.support.harmless_runs import problems_of
from tests.support.shell_corpus import commands, corpus, workspace_in

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
MARKS = ";|&<>`$(){}*?[]~\\!#^\n\r\0\u200b\u202e\xa0\u3164"
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="orphans and namespaces are Linux's")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace_in(tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="module")
def policy(workspace: Path) -> ShellPolicy:
    return ShellPolicy(workspace, environ={"PATH": "/usr/local/bin:/usr/bin:/bin"}, windows=False)


@pytest.mark.parametrize("reason", corpus("denied"))
def test_destruction_never_runs(policy: ShellPolicy, reason: str):
    assert [c for c in corpus("denied")[reason] if policy.classify(c).tier != "denied"] == []


@pytest.mark.parametrize("reason", corpus("asks"))
def test_what_changes_something_asks(policy: ShellPolicy, reason: str):
    assert [c for c in corpus("asks")[reason] if policy.classify(c).tier != "requires_approval"] == []


@pytest.mark.parametrize("reason", corpus("safe"))
def test_what_only_reads_is_safe(policy: ShellPolicy, reason: str):
    here = [c for c in corpus("safe")[reason] if shutil.which(c.split()[0])]
    assert [c for c in here if policy.classify(c).tier != "safe"] == []


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_no_wrapping_makes_destruction_safe(policy: ShellPolicy, wrapper: str):
    some = commands("denied")[WRAPPERS.index(wrapper) :: len(WRAPPERS)]
    assert [c for c in some if policy.classify(wrapper.format(c)).tier == "safe"] == []


def test_no_mark_outside_of_quotes_is_safe(policy: ShellPolicy):
    for at, command in enumerate(commands("safe")):
        mark = MARKS[at % len(MARKS)]
        assert policy.classify(f"{command}{mark}").tier != "safe", (command, mark)


@LINUX
def test_what_is_safe_changes_nothing_shows_no_secret_and_needs_no_network(
    policy: ShellPolicy, workspace: Path
):
    verdicts = [policy.classify(command) for command in commands("safe")]
    argvs = [[verdict.program, *verdict.argv[1:]] for verdict in verdicts if verdict.tier == "safe"]
    assert len(argvs) > 250
    assert problems_of(argvs, workspace) == []


@LINUX
def test_what_is_not_safe_would_be_noticed(tmp_path: Path):
    workspace = workspace_in(tmp_path)
    argvs = [["sort", "-o", "out", "README.md"], ["cat", ".env"], ["ls"]]
    noticed = {problem for _, problem in problems_of(argvs, workspace)}
    assert noticed == {"shows a secret", "change something"}


@pytest.mark.parametrize("piece", ["{", "[", "<", "$(", "<<a\n", "a|", "'", "`", "{a,", "set x=%x%%x%&"])
def test_hostile_text_is_answered(policy: ShellPolicy, piece: str):
    assert policy.classify(piece * (100_000 // len(piece))).tier == "requires_approval"


def test_destruction_behind_ten_thousand_shells_is_denied(policy: ShellPolicy):
    padding = ";".join(f'bash -c "echo {number}"' for number in range(10_000))
    assert policy.classify(f"{padding};bash -c 'rm -rf /'").tier == "denied"

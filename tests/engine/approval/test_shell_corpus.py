"""Two and a half thousand commands with what is to happen to each, alone, wrapped and run for real."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from roku_desktop.engine.approval.shell.policy import ShellPolicy
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
RUNNER = """
import ctypes, json, os, subprocess, sys
from subprocess import DEVNULL
ctypes.CDLL(None).prctl(36, 1)  # orphans become children of this process, so that none is overlooked
failed = []
for argv in json.load(sys.stdin):
    try:
        subprocess.run(argv, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, timeout=20)
    except subprocess.TimeoutExpired:
        failed.append([argv, "never ends"])
    try:
        os.waitpid(-1, os.WNOHANG)
        failed.append([argv, "leaves a child"])
    except ChildProcessError:
        pass
print(json.dumps(failed))
"""


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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="orphans and namespaces are Linux's")
def test_what_is_safe_changes_nothing_leaves_nothing_and_needs_no_network(
    policy: ShellPolicy, workspace: Path
):
    verdicts = [policy.classify(command) for command in commands("safe")]
    argvs = [[verdict.program, *verdict.argv[1:]] for verdict in verdicts if verdict.tier == "safe"]
    alone = (
        ["unshare", "-rn"] if subprocess.run(["unshare", "-rn", "true"], check=False).returncode == 0 else []
    )
    before = _snapshot(workspace)

    done = subprocess.run(
        [*alone, sys.executable, "-c", RUNNER],
        input=json.dumps(argvs),
        cwd=workspace,
        capture_output=True,
        text=True,
        check=True,
    )

    assert len(argvs) > 250
    assert json.loads(done.stdout) == []
    assert _snapshot(workspace) == before


def _snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Mode, time of change and content of everything below a folder."""
    return {
        str(path): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in (folder, *sorted(folder.rglob("*")))
    }


@pytest.mark.parametrize("piece", ["{", "[", "<", "$(", "<<a\n", "a|", "'", "`", "{a,"])
def test_hostile_text_is_answered(policy: ShellPolicy, piece: str):
    assert policy.classify(piece * (100_000 // len(piece))).tier == "requires_approval"


def test_destruction_behind_ten_thousand_shells_is_denied(policy: ShellPolicy):
    padding = ";".join(f'bash -c "echo {number}"' for number in range(10_000))
    assert policy.classify(f"{padding};bash -c 'rm -rf /'").tier == "denied"

"""What commands do when they are run: without a network, watched for changes, leftovers and secrets.

Owns the running and the watching, on Linux; which commands may be run at all is the caller's to know.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.support.shell_corpus import SECRET

_RUNNER: Final = """
import ctypes, json, os, subprocess, sys
from subprocess import DEVNULL, STDOUT
ctypes.CDLL(None).prctl(36, 1)  # orphans become children of this process, so that none is overlooked
secret, user, argvs = json.load(sys.stdin)
as_user = {"user": user, "group": user, "extra_groups": []} if user else {}
problems = []
for argv in argvs:
    with open("/dev/shm/printed-%d" % os.getpid(), "w+b") as printed:
        os.unlink(printed.name)
        try:
            subprocess.run(argv, stdin=DEVNULL, stdout=printed, stderr=STDOUT, timeout=10, **as_user)
        except subprocess.TimeoutExpired:
            problems.append([argv, "never ends"])
        if os.fstat(printed.fileno()).st_size > 4_000_000:
            problems.append([argv, "prints without end"])
        printed.seek(0)
        if secret.encode() in printed.read(4_000_000):
            problems.append([argv, "shows a secret"])
    try:
        os.waitpid(-1, os.WNOHANG)
        problems.append([argv, "leaves a child"])
    except ChildProcessError:
        pass
print(json.dumps(problems))
"""


def problems_of(argvs: Sequence[Sequence[str]], workspace: Path, *, user: int = 0) -> list[tuple[str, str]]:
    """Run each in the workspace, as that user if one is given; return commands with what they did wrong.

    What changes the workspace is told of all of them together.
    """
    before = _snapshot(workspace)
    done = subprocess.run(
        [*_without_network(user), sys.executable, "-c", _RUNNER],
        input=json.dumps([SECRET, user, [list(argv) for argv in argvs]]),
        cwd=workspace,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(workspace), "CANARY": SECRET},
        capture_output=True,
        text=True,
        check=True,
    )
    problems = [(" ".join(argv), problem) for argv, problem in json.loads(done.stdout)]
    if _snapshot(workspace) != before:
        problems.append((" | ".join(" ".join(argv) for argv in argvs), "change something"))
    return problems


def _without_network(user: int) -> list[str]:
    """A network namespace of their own where that may be made; another user needs the real root for it."""
    apart = ["unshare", "-n" if user else "-rn"]
    return apart if subprocess.run([*apart, "true"], check=False, capture_output=True).returncode == 0 else []


def _snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Mode, time of change and content of everything below a folder and beside it."""
    found: dict[str, tuple[int, int, bytes]] = {}
    for path in (folder.parent, *sorted(folder.parent.rglob("*"))):
        state = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[os.fspath(path)] = (state.st_mode, state.st_mtime_ns, content)
    return found

"""Bends commands for as long as it is told to, and runs what is called safe, to see that it is.

Run as `python -m tests.benchmarks.fuzz_policy [SECONDS] [SEED]`, on Linux; as root it runs them as a user
without rights. Each command that is called safe for the first time is run in a folder with secrets,
links that lead out and a pipe. It must change nothing, show no secret, leave nothing behind, and end.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from roku_desktop.engine.approval.shell.policy import FAULT, ShellPolicy, ShellVerdict
from tests.support.harmless_runs import problems_of
from tests.support.shell_corpus import commands, workspace_in
from tests.support.shell_mutations import mutated

NOBODY = 65_534
BATCH = 50
SLOW_S = 0.5


def main(seconds: float, seed: int) -> int:
    source = random.Random(seed)
    sources = [*commands("safe")] * 4 + [*commands("asks"), *commands("denied")]
    folder = Path(tempfile.mkdtemp()).resolve()
    workspace = workspace_in(folder)
    user = _hand_over(folder)
    policy = ShellPolicy(workspace, windows=False)
    counts: Counter[str] = Counter()
    seen: dict[tuple[str, ...], ShellVerdict] = {}
    waiting: list[list[str]] = []
    problems: list[tuple[str, str]] = []
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        command = mutated(source, sources)
        started = time.thread_time()
        verdict = policy.classify(command)
        counts["tried"] += 1
        counts[verdict.tier] += 1
        if verdict.reason == FAULT:
            problems.append((repr(command), "can't be read"))
        if time.thread_time() - started > SLOW_S:
            problems.append((repr(command[:200]), "takes long"))
        if verdict.tier == "safe" and verdict.argv not in seen:
            seen[verdict.argv] = verdict
            waiting.append([verdict.program, *verdict.argv[1:]])
        if len(waiting) >= BATCH:
            problems += _run(waiting, workspace, user)
            waiting.clear()
    problems += _run(waiting, workspace, user)
    shutil.rmtree(folder)
    for command, problem in problems:
        print(f"{problem}: {command}")
    print(f"seed {seed}: {dict(counts)}, {len(seen)} safe ones run, {len(problems)} problems")
    return int(bool(problems))


def _hand_over(folder: Path) -> int:
    """Give the folder to a user without rights, if this is root; 0 if it isn't."""
    if os.geteuid() != 0:
        return 0
    for path in (folder, *folder.rglob("*")):
        os.lchown(path, NOBODY, NOBODY)
    return NOBODY


def _run(argvs: list[list[str]], workspace: Path, user: int) -> list[tuple[str, str]]:
    problems = problems_of(argvs, workspace, user=user) if argvs else []
    if len(argvs) > 1 and any("change" in problem for _, problem in problems):
        return [problem for argv in argvs for problem in problems_of([argv], workspace, user=user)]
    return problems


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main(float(words[0]) if words else 60.0, int(words[1]) if len(words) > 1 else 1))

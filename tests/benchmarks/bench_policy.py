"""What a command costs before it is shown or run: classified, made canonical and digested within 1 ms.

The commands are what an agent asks for all day, safe ones and ones that ask. Canonical means what the
Shell tool derives for the approval: the program found, its content hashed, the files that it names.
A text of ten thousand commands is to be answered within a second, with a question.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from roku_desktop.engine.approval.shell.policy import ShellPolicy
from roku_desktop.engine.execution import digest_of
from roku_desktop.engine.settings import ToolSettings
from roku_desktop.engine.tools.shell import ShellTool
from tests.benchmarks.harness import Report
from tests.support.shell_corpus import commands, workspace_in

ROUNDS = 5
EVERYDAY = [
    "ls -la",
    "cat README.md",
    "grep -n foo README.md",
    "git status",
    "git diff HEAD~1 -- roku_desktop | head -50",
    "python3 -m pytest -q tests/engine 2>&1 | tail -20",
    "rm -rf build && mkdir -p build/out && cp README.md build/out/",
    "find . -name '*.pyc' -print0 | xargs -0 rm -f",
    'for f in *.py; do python3 -m py_compile "$f" || echo "bad: $f"; done',
    "npm ci && npm run build -- --mode production > build.log 2>&1",
    "sed -n '1,80p' roku_desktop/app.py",
    "curl -fsS https://example.com/api | python3 -m json.tool",
]


def main() -> int:
    report = Report("policy")
    with tempfile.TemporaryDirectory() as folder:
        workspace = workspace_in(Path(folder).resolve())
        policy = ShellPolicy(workspace, windows=False)
        report.limit(
            "classify, an everyday command",
            [_ms(policy.classify, command) for command in EVERYDAY * ROUNDS],
            unit="ms",
            at_most=1,
        )
        report.limit(
            "classify, a command of the corpus",
            [_ms(policy.classify, command) for command in _corpus()],
            unit="ms",
            at_most=1,
        )
        report.limit(
            "classify, make canonical, digest", asyncio.run(_canonical(workspace)), unit="ms", at_most=1
        )
        many = ";".join(f"echo {number}" for number in range(10_000))
        report.limit(
            "classify ten thousand commands in one text",
            [_ms(policy.classify, many) for _ in range(ROUNDS)],
            unit="ms",
            at_most=1_000,
        )
    return report.finish()


async def _canonical(workspace: Path) -> list[float]:
    tool = ShellTool(ToolSettings())
    times_ms: list[float] = []
    for command in EVERYDAY * ROUNDS:
        arguments = json.dumps({"command": command}).encode()
        started = time.perf_counter()
        await tool.risk(arguments, workspace)
        digest_of(await tool.execution(arguments, workspace))
        times_ms.append((time.perf_counter() - started) * 1e3)
    return times_ms


def _corpus() -> list[str]:
    return [*commands("safe"), *commands("asks"), *commands("denied")]


def _ms(work: Callable[[str], object], command: str) -> float:
    started = time.perf_counter()
    work(command)
    return (time.perf_counter() - started) * 1e3


if __name__ == "__main__":
    sys.exit(main())

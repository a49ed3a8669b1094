"""What has to hold before a change is good: style, types, layer contracts, the suite, the speed.

Owns: which checks there are, their order, the summary with the time of each. Called by
`commands.py`; `.ci/run` and the CI workflow run the same through `dev.py test`.
"""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from devtools.checkout import ROOT, call, say, venv_program

Check = tuple[str, list[str | Path]]
# Tests of one file mostly stay together, and a worker that has nothing left takes some of another's.
# On macOS and Windows all would share one desktop, where windows take the keyboard from each other.
WORKERS = ("-n", "logical", "--maxprocesses", "4", "--dist", "worksteal") if sys.platform == "linux" else ()


def lint_checks() -> list[Check]:
    python, ruff = venv_program("python"), venv_program("ruff")
    return [
        ("style", [ruff, "check", "."]),
        ("format", [ruff, "format", "--check", "."]),
        ("types", [python, "-m", "mypy"]),
        ("contracts", [venv_program("lint-imports"), "--no-logo"]),
    ]


def suite_check(arguments: Sequence[str]) -> Check:
    """All tests by a worker for each core, or those that are named in one process."""
    return "suite", [venv_program("python"), "-m", "pytest", *(arguments or WORKERS)]


def run_checks(checks: Sequence[Check]) -> int:
    """Run all of them, also after one failed, so that one run shows everything; 0 if all held."""
    results: list[tuple[str, int, float]] = []
    for name, command in checks:
        say(f"--- {name}: {' '.join([Path(command[0]).name, *map(str, command[1:])])}")
        started = time.monotonic()
        results.append((name, call(command), time.monotonic() - started))
    say("")
    for name, code, seconds in results:
        say(f"{name:<10} {'ok' if code == 0 else f'FAILED (exit code {code})':<24} {seconds:6.1f} s")
    return int(any(code for _, code, _ in results))


def run_benchmarks(names: Sequence[str]) -> int:
    """Each `tests/benchmarks/bench_NAME.py` as a program; 0 if all that were named reached their targets."""
    folder = ROOT / "tests" / "benchmarks"
    known = {path.stem.removeprefix("bench_"): path for path in sorted(folder.glob("bench_*.py"))}
    unknown = [name for name in names if name not in known]
    if unknown:
        say(f"There is no benchmark named {', '.join(unknown)}. There are: {', '.join(known)}.")
        return 2
    path = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "scripts")])}
    missed = [name for name in names or known if call([venv_program("python"), known[name]], env=path) != 0]
    say(f"Missed: {', '.join(missed)}." if missed else "All targets reached.")
    return int(bool(missed))

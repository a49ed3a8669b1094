"""Where things are in this checkout, and how programs are started in it.

Owns: paths, the progress lines, running a program with a readable failure. Knows nothing of what
the programs are for. Called by every other module here.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
REQUIREMENTS = ROOT / "requirements"
WINDOWS = sys.platform == "win32"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
Command = Sequence[str | Path]


class DevError(Exception):
    """Something a person has to know or do; the message is the whole of what they read."""


def executable(folder: Path, name: str) -> Path:
    """The program `name` in `folder`, with the ending this system gives it."""
    return folder / f"{name}.exe" if WINDOWS else folder / name


def venv_program(name: str) -> Path:
    return executable(SCRIPTS, name)


def base_python() -> str:
    """The Python outside of any virtual environment: `.venv` may be the one that is running."""
    return str(getattr(sys, "_base_executable", "") or sys.executable)


def say(text: str) -> None:
    print(text, flush=True)


def tell(text: str) -> None:
    """Progress goes to stderr: stdout belongs to the program that `run` starts."""
    print(text, file=sys.stderr, flush=True)


def call(command: Command, *, env: Mapping[str, str] | None = None) -> int:
    """Run in the checkout's folder, output straight to the person; returns the exit code."""
    return subprocess.run(command, cwd=ROOT, env=environment(env), check=False).returncode


def run_quietly(command: Command, *, env: Mapping[str, str] | None = None, failing: str) -> str:
    """Run and return what it printed; on failure raise `failing` with the program's last words.

    A person at a terminal sees the program's own progress bars (they come on stderr) as it goes.
    """
    watching = sys.stderr.isatty()
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if watching else subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise DevError(f"{failing}\n{command[0]} could not be started: {error.strerror}.") from error
    if done.returncode != 0:
        words = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise DevError(f"{failing}\n{words}".rstrip())
    return done.stdout


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The person's own variables and `extra`, without an activated environment or a foreign path."""
    kept = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONHOME"}}
    return kept | dict(extra or {})

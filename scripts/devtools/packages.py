"""What is made from the checkout: the distributions in `dist/`, and the lock in `requirements/`.

Called by `commands.py`. How the single-file program is made is `single_file`'s business.
"""

import shutil
from pathlib import Path

from devtools.checkout import REQUIREMENTS, ROOT, base_python, executable, run_quietly, say, venv_program
from devtools.environment import run_uv
from devtools.single_file import Flavour, build_single_file

DIST = ROOT / "dist"
PROJECT = ["pyproject.toml", "--extra", "embedded"]
# Each file with what it locks; later ones take the versions of earlier ones.
LOCKS: tuple[tuple[str, list[str]], ...] = (
    ("runtime.txt", [*PROJECT, "--group", "build"]),
    ("dev.txt", [*PROJECT, "--group", "dev", "-c", "requirements/runtime.txt"]),
    ("uv.txt", ["requirements/uv.in"]),
)


def build() -> None:
    """Make sdist, wheel and the single-file program; prove the wheel by installing it alone."""
    shutil.rmtree(DIST, ignore_errors=True)
    run_quietly([venv_program("hatchling"), "build", "-d", DIST], failing="hatchling could not build:")
    wheel = next(DIST.glob("*.whl"))
    say(f"{_try_wheel(wheel)}: " + ", ".join(f"dist/{file.name}" for file in sorted(DIST.iterdir())))
    build_single_file(DIST, Flavour())


def _try_wheel(wheel: Path) -> str:
    """Install the wheel and its locked packages into a fresh environment; returns `--version`'s answer."""
    scratch = ROOT / "build" / "wheel check"  # a space, because people's folders have them
    python = executable(scratch / venv_program("python").parent.name, "python")
    say("Trying the wheel in a fresh environment …")
    failing = "The wheel was built, but can't be used:"
    into = ("--python", python, "--no-build")
    locked = ("--require-hashes", "--requirement", REQUIREMENTS / "runtime.txt")
    run_uv("venv", "--clear", "--no-project", "--python", base_python(), scratch, failing=failing)
    run_uv("pip", "install", *into, *locked, failing=failing)
    run_uv("pip", "install", *into, "--no-deps", wheel, failing=failing)
    answer = run_quietly([executable(python.parent, "roku-desktop"), "--version"], failing=failing)
    shutil.rmtree(scratch)
    return answer.strip()


def lock(*, upgrade: bool) -> None:
    """Re-make the hashed requirement files; versions stay unless `upgrade` or pyproject.toml moves them."""
    for name, sources in LOCKS:
        target = REQUIREMENTS / name
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"]
        options += ["--no-header", "--no-emit-index-url", "--no-emit-find-links"]
        options += ["--output-file", f"requirements/{name}", *(["--upgrade"] if upgrade else [])]
        failing = f"requirements/{name} could not be locked."
        run_uv("pip", "compile", *sources, *options, failing=failing)
        pinned = sum(line[:1].isalnum() for line in target.read_text(encoding="utf-8").splitlines())
        say(f"requirements/{name}: {pinned} pins")

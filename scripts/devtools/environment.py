"""`.venv`: made from nothing, and found ready at once the next time.

Owns: bringing uv into `.tools`, making `.venv` with the running Python, installing the locked
packages by hash and the project itself. A stamp in `.venv` holds a digest of everything that went
into it, so that a second start costs a few milliseconds. Called by `commands.py`.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

from devtools import debian, translations
from devtools.checkout import (
    REQUIREMENTS,
    ROOT,
    TOOLS,
    VENV,
    Command,
    DevError,
    base_python,
    environment,
    executable,
    run_quietly,
    tell,
    venv_program,
)

Kind = Literal["runtime", "dev"]
Step = tuple[str, Callable[[], None]]
STAMP = VENV / "setup.json"
NETWORK_HINT = "Check the network (and the proxy, if there is one) and run the same command again."


def prepare(kind: Kind, *debian_lists: str) -> None:
    """Make the checkout ready; does and says nothing where it is already.

    `kind` is the least that must be there: an environment for development also runs the program.
    """
    steps: list[Step] = []
    absent = debian.missing(*debian_lists)
    if absent:
        doing = "Installing" if debian.may_install() else "Looking for"
        packages = "1 Debian package" if len(absent) == 1 else f"{len(absent)} Debian packages"
        steps.append((f"{doing} {packages}", partial(debian.install, absent)))
    stamp = _read_stamp()
    if stamp.get("kind") == "dev":
        kind = "dev"
    wanted = {"kind": kind, "root": str(ROOT), "digest": _digest(kind)}
    if stamp != wanted or not venv_program("roku-desktop").exists():
        # Scripts in .venv name their folder, so a checkout that was moved needs a new one.
        moved = stamp.get("root", str(ROOT)) != str(ROOT)
        steps += _environment_steps(kind, moved=moved, stamp=wanted)
    for number, (title, step) in enumerate(steps, 1):
        tell(f"[{number}/{len(steps)}] {title} …")
        step()
    translations.compile_outdated()


def _environment_steps(kind: Kind, *, moved: bool, stamp: dict[str, str]) -> list[Step]:
    steps: list[Step] = []
    if _own_uv() is None:
        steps.append(("Fetching uv, the package installer", _fetch_uv))
    if moved or not _venv_is_sound():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        steps.append((f"Making .venv with Python {version}", _make_venv))
    steps.append((f"Installing {_count(kind)} packages", partial(_install_packages, kind)))
    steps.append(("Installing Roku Desktop from this folder", partial(_install_project, stamp)))
    return steps


def run_uv(*words: str | Path, failing: str) -> None:
    """Run the private uv; it trusts the system's certificates and asks the index pip is set up for."""
    run_quietly([_uv(), *words], env=_uv_environment(), failing=f"{failing} uv said:")


def _uv() -> Path:
    """The private uv, or the person's own where pip could not bring one."""
    found = _own_uv() or shutil.which("uv")
    if found is None:
        raise DevError("uv is missing; run `python3 scripts/dev.py setup` first.")
    return Path(found)


def _uv_environment() -> dict[str, str]:
    settings = {
        "UV_SYSTEM_CERTS": "1",  # company networks have certificates of their own
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_HTTP_TIMEOUT": "120",  # seconds without a byte; slow lines are common
    }
    index = _index_of_pip()
    if index and not any(os.environ.get(name) for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")):
        settings["UV_DEFAULT_INDEX"] = index
    return {name: value for name, value in settings.items() if name not in os.environ}


def _own_uv() -> Path | None:
    folder = _uv_folder()
    found = (executable(folder / name, "uv") for name in ("bin", "Scripts"))
    return next((path for path in found if path.exists()), None)


def _uv_folder() -> Path:
    """One folder for each locked version, so that a new lock brings its own uv."""
    locked = (REQUIREMENTS / "uv.txt").read_text(encoding="utf-8")
    return TOOLS / locked.split(maxsplit=1)[0].replace("==", "-")


def _fetch_uv() -> None:
    """`pip install --target` is allowed even where pip is kept from the system's own packages (PEP 668)."""
    unfinished = TOOLS / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [base_python(), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += [
        "--require-hashes",
        "--requirement",
        str(REQUIREMENTS / "uv.txt"),
        "--target",
        str(unfinished),
    ]
    try:
        run_quietly(
            command,
            env={"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"},
            failing=f"pip could not fetch uv. {NETWORK_HINT} If this Python has no pip, install it first "
            "(Debian: sudo apt-get install python3-pip). pip said:",
        )
    except DevError:
        if shutil.which("uv") is None:
            raise
        tell("  pip could not fetch it; using the uv that is installed here.")
        return
    unfinished.rename(_uv_folder())


def _venv_is_sound() -> bool:
    """Whether `.venv` exists, starts, and is of the Python that runs now."""
    python = venv_program("python")
    if not python.exists():
        return False
    ask = "import sys; print(*sys.version_info[:2], sys.base_prefix)"
    try:
        answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False).stdout
    except OSError:
        return False
    return answer.strip() == f"{sys.version_info.major} {sys.version_info.minor} {sys.base_prefix}"


def _make_venv() -> None:
    if VENV.exists() and any(VENV.iterdir()) and not (VENV / "pyvenv.cfg").exists():
        raise DevError(f"{VENV} is not a Python environment; move it away and run the same command again.")
    failing = "The environment .venv could not be made."
    run_uv("venv", "--clear", "--no-project", "--python", base_python(), VENV, failing=failing)


def _install_packages(kind: Kind) -> None:
    """Exactly the locked packages, as wheels, each checked against its hash, compiled for a quick start."""
    options = ("--python", venv_program("python"), "--require-hashes", "--no-build", "--compile-bytecode")
    failing = f"The packages could not be installed. {NETWORK_HINT}"
    # Until the last step is done, nothing may take the environment for whole.
    STAMP.write_text(json.dumps({"kind": kind, "root": str(ROOT)}), encoding="utf-8")
    run_uv("pip", "sync", *options, _locked(kind), failing=failing)


def _install_project(stamp: dict[str, str]) -> None:
    """The last step: with it the environment is whole, and the stamp says so."""
    options = ("--python", venv_program("python"), "--no-deps", "--no-build-isolation", "--offline")
    failing = "Roku Desktop could not be installed into .venv."
    run_uv("pip", "install", *options, "--editable", ROOT, failing=failing)
    compile_sources()
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")


def compile_sources() -> None:
    """Byte-code for our own modules: also where PYTHONDONTWRITEBYTECODE keeps Python from making it."""
    command: Command = [venv_program("python"), "-m", "compileall", "-q", ROOT / "roku_desktop"]
    subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, check=False)


def _locked(kind: Kind) -> Path:
    """Both have the build backend too: the project is installed from source, without build isolation."""
    return REQUIREMENTS / f"{kind}.txt"


def _count(kind: Kind) -> int:
    """How many packages the lock names, including those for other systems."""
    lines = _locked(kind).read_text(encoding="utf-8").splitlines()
    return len({line.split("==")[0] for line in lines if line[:1].isalnum()})


def _index_of_pip() -> str:
    """The package index of pip's configuration (a mirror, in many companies), or nothing."""
    listed = subprocess.run(
        [base_python(), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        if name.strip() in {"global.index-url", "install.index-url", ":env:.index-url"}:
            return value.strip().strip("'\"")
    return ""


def _digest(kind: Kind) -> str:
    """Of everything that decides what is in `.venv`: Python, the lock, the project's metadata."""
    digest = hashlib.sha256(f"{sys.version} {sys.base_prefix}".encode())
    for file in (ROOT / "pyproject.toml", _locked(kind)):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _read_stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}

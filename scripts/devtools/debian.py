"""The Debian packages that the embedded model, the window and its tests need.

Owns: reading `requirements/debian-*.txt`, finding what is missing, installing it. On any system
without dpkg there is nothing to do. Called by `environment.py`.
"""

import os
import shutil
import subprocess

from devtools.checkout import REQUIREMENTS, DevError, run_quietly, tell

MODEL = "debian-model.txt"
WINDOW = "debian-window.txt"
TEST = "debian-test.txt"
ALL = (MODEL, WINDOW, TEST)


def a_window_can_open() -> bool:
    """Whether there is a display, or the person chose a way to draw without one."""
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def missing(*lists: str) -> list[str]:
    """The packages of these lists that are not installed; always empty where there is no dpkg."""
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        return []
    wanted = sorted({name for file in lists for name in _names(file)})
    installed = {line.split()[1] for line in _installed("${Package}", wanted)}
    absent = [name for name in wanted if name not in installed]
    if not absent:
        return []
    # Ubuntu 24.04 has renamed some (libglib2.0-0t64), and the new ones say what they stand for.
    provided = {word for line in _installed("${Provides}", []) for word in line.replace(",", " ").split()}
    return [name for name in absent if name not in provided]


def _installed(field: str, packages: list[str]) -> list[str]:
    """Lines "installed FIELD" of these packages, or of all."""
    listed = subprocess.run(
        ["dpkg-query", "--show", f"--showformat=${{db:Status-Status}} {field}\n", *packages],
        capture_output=True,
        text=True,
        check=False,  # it fails where one of them was never heard of, and still lists the others
    ).stdout
    return [line for line in listed.splitlines() if line.startswith("installed ")]


def may_install() -> bool:
    return os.geteuid() == 0


def remind(packages: list[str]) -> None:
    """Print the one line that a person who may become root has to run."""
    by_hand = f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"
    tell(f"  {len(packages)} are missing, and only root can install them. Please run:\n  {by_hand}")


def install(packages: list[str]) -> None:
    """Install as root; otherwise say what to run and go on: much works without them."""
    if not may_install():
        remind(packages)
        return
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run_quietly(["apt-get", "update"], env=quiet, failing="apt-get update failed:")
    except DevError as error:
        # One broken source among many must not stop us: what is needed may still be there.
        tell(f"  {error}\n  Going on with the lists that are there.")
    run_quietly(
        ["apt-get", "install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", *packages],
        env=quiet,
        failing=f"apt-get could not install {' '.join(packages)}:",
    )


def _names(file: str) -> list[str]:
    lines = (REQUIREMENTS / file).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]

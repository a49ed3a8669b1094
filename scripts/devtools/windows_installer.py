"""The installer for Windows: Inno Setup around the single-file program, for one person, without rights.

Both are signed where ROKU_SIGN_THUMBPRINT names a certificate of the person's store; without it a sentence
says so. Written with care and never run by us: the CI workflow is the first. Called by `installers.py`.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from devtools import windows_resources
from devtools.checkout import ROOT, DevError, run_quietly, say
from devtools.debian_package import document
from devtools.inventory import Part, version_of_the_program
from devtools.single_file import Flavour

SCRIPT = ROOT / "packaging" / "windows" / "roku-desktop.iss"
TIME_STAMPS = "http://timestamp.digicert.com"


def package(program: Path, target: Path, parts: Sequence[Part], flavour: Flavour) -> Path:
    """Write the setup program into the folder `target`, and return it. Raises DevError."""
    compiler = find_compiler(os.environ)
    version = version_of_the_program()
    sign(program, os.environ)
    with tempfile.TemporaryDirectory(prefix="roku setup ") as folder:
        documents = Path(folder, "doc")
        document(documents, parts)
        icon = windows_resources.icon(ROOT / "resources" / "icons" / "roku.png", Path(folder))
        names = {"Name": flavour.name, "Version": version, "Program": program, "Documents": documents}
        names |= {"Icon": icon, "Target": target}
        run_quietly(
            [compiler, "/Qp", *(f"/D{name}={value}" for name, value in names.items()), SCRIPT],
            failing="Inno Setup could not make the installer:",
        )
    setup = target / f"{flavour.name}-{version}-setup.exe"
    sign(setup, os.environ)
    return setup


def find_compiler(environ: Mapping[str, str]) -> Path:
    """Inno Setup's, from PATH or where its own installer puts it. Raises DevError."""
    found = shutil.which("iscc", path=environ.get("PATH", ""))
    usual = Path(environ.get("ProgramFiles(x86)", "C:/Program Files (x86)"), "Inno Setup 6", "ISCC.exe")
    if found is None and not usual.exists():
        raise DevError(
            "The installer is made by Inno Setup 6, which is not here: `choco install innosetup`, then again."
        )
    return Path(found or usual)


def sign(file: Path, environ: Mapping[str, str]) -> None:
    """Raises DevError where a certificate is named and can't be used."""
    thumbprint = environ.get("ROKU_SIGN_THUMBPRINT", "")
    if not thumbprint:
        say(f"{file.name} is not signed: ROKU_SIGN_THUMBPRINT names no certificate. Windows will warn.")
        return
    command = ["signtool", "sign", "/sha1", thumbprint, "/fd", "sha256", "/tr", TIME_STAMPS, "/td", "sha256"]
    run_quietly([*command, file], failing=f"{file.name} could not be signed:")

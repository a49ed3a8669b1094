"""What a built program is made of, with versions and licences, and the SBOM that says so.

The same list as the window's About page (`roku_desktop/parts.py`), and on Debian the libraries of the
system that the program carries. Owns: asking for both, comparing with the lock, writing CycloneDX.
Called by `installers.py` and the modules of the three systems.
"""

import json
import platform
import re
import shutil
import subprocess
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from devtools.bundle import absent_packages
from devtools.checkout import REQUIREMENTS, ROOT, DevError, run_quietly, venv_program
from devtools.single_file import SOURCE_DATE_EPOCH

_PYTHON_PARTS = """\
import json, sys
from roku_desktop.parts import installed_parts, licence_files
for part in installed_parts(sys.argv[1:]):
    texts = {file.name: file.read_text("utf-8", "replace") for file in licence_files(part.name)}
    print(json.dumps([part.name, part.version, part.licence, texts]))
"""
_LIBRARIES = """\
import sys
from PyInstaller.archive.readers import CArchiveReader
for name in CArchiveReader(sys.argv[1]).toc:
    print(name)
"""
_LIBRARY_OF_THE_SYSTEM = re.compile(r"(?:window/|keyring/)?(lib[^/]+\.so[^/]*)")
_EXPRESSION = re.compile(r"[A-Za-z0-9.+-]+(?: (?:OR|AND|WITH) [A-Za-z0-9.+-]+)*")
_NAMESPACE = uuid.UUID("0f6d6f0e-5a35-4d0c-9f0e-0b6c8a2f7a11")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One thing in the program that others wrote. `licence` is their own word; texts are by file name."""

    name: str
    version: str
    licence: str
    source: Literal["pypi", "deb", "generic"]
    texts: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def purl(self) -> str:
        kind = "deb/debian" if self.source == "deb" else self.source
        return f"pkg:{kind}/{self.name}@{self.version}"


def version_of_the_program() -> str:
    source = (ROOT / "roku_desktop" / "__init__.py").read_text(encoding="utf-8")
    found: list[str] = re.findall(r'__version__ = "(.+)"', source)
    return found[0]


def parts_of(program: Path, *, with_model: bool) -> list[Part]:
    """Everything in `program`, by name. Raises DevError where a version is not the locked one."""
    found = python_parts(with_model=with_model)
    check_locked(found, (REQUIREMENTS / "runtime.txt").read_text(encoding="utf-8"))
    return [_python_itself(), *found, *_libraries_of_debian(program)]


def python_parts(*, with_model: bool) -> list[Part]:
    absent = absent_packages(embedded_model=with_model)
    told = run_quietly(
        [venv_program("python"), "-c", _PYTHON_PARTS, *absent], failing="The parts can't be listed:"
    )
    return [
        Part(name=name, version=version, licence=licence, source="pypi", texts=texts)
        for name, version, licence, texts in map(json.loads, told.splitlines())
    ]


def check_locked(parts: Sequence[Part], lock: str) -> None:
    """Raises DevError: what is shipped has to be what was locked, hash by hash."""
    locked = set(re.findall(r"^([a-z0-9.-]+)==([^\s;\\]+)", lock, re.MULTILINE))
    wrong = [part.name for part in parts if (part.name, part.version) not in locked]
    if wrong:
        raise DevError(
            f"Not as in requirements/runtime.txt: {', '.join(wrong)}. Run `python3 scripts/dev.py setup`."
        )


def cyclonedx(parts: Sequence[Part], version: str) -> str:
    """The SBOM, in CycloneDX 1.6; the same parts give the same bytes."""
    components = [_component(part) for part in parts]
    said = json.dumps(components, sort_keys=True)
    when = datetime.fromtimestamp(int(SOURCE_DATE_EPOCH), UTC)
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, version + said)}",
        "version": 1,
        "metadata": {
            "timestamp": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": "roku-desktop",
                "name": "roku-desktop",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": components,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _component(part: Part) -> dict[str, Any]:
    known: list[dict[str, Any]] = []
    if _EXPRESSION.fullmatch(part.licence):
        known = [{"expression": part.licence}]
    elif part.licence:
        known = [{"license": {"name": part.licence}}]
    return {
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
        "licenses": known,
    }


def _python_itself() -> Part:
    """The interpreter with its library; what it links with is the system's."""
    version = run_quietly(
        [venv_program("python"), "-c", "import platform; print(platform.python_version())"],
        failing="Python can't be asked for its version:",
    )
    return Part(name="python", version=version.strip(), licence="PSF-2.0", source="generic")


def _libraries_of_debian(program: Path) -> list[Part]:
    """The packages whose libraries lie in the program; none where there is no dpkg to ask."""
    dpkg = shutil.which("dpkg-query")
    if dpkg is None or platform.system() != "Linux":
        return []
    listed = run_quietly(
        [venv_program("python"), "-c", _LIBRARIES, program], failing="The program can't be read:"
    )
    found = {match[1] for line in listed.splitlines() if (match := _LIBRARY_OF_THE_SYSTEM.fullmatch(line))}
    files = [f"*/{name}" for name in sorted(found) if not name.startswith(("libpython", "libQt6"))]
    owners = subprocess.run([dpkg, "-S", *files], capture_output=True, encoding="utf-8", check=False).stdout
    # One file may stand in several packages, or architectures; a library comes from one in /usr/lib.
    names = {line.split(":")[0] for line in owners.splitlines() if ": /usr/lib/" in line or ": /lib/" in line}
    return [_package_of_debian(name, dpkg) for name in sorted(names)]


def _package_of_debian(name: str, dpkg: str) -> Part:
    version = run_quietly(
        [dpkg, "-W", "-f", "${Version}\n", name], failing=f"The package {name} can't be read:"
    ).splitlines()[0]
    text = Path("/usr/share/doc", name, "copyright")
    texts = {"copyright": text.read_text(encoding="utf-8", errors="replace")} if text.exists() else {}
    return Part(name=name, version=version, licence="see its copyright file", source="deb", texts=texts)

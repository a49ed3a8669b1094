"""What the program is built on, and under which licences: one list for About, the installers and the SBOM.

From a checkout or a wheel the list is what is installed for `roku-desktop`; a built program has it as a
file, made from the same, because it carries the metadata of few packages. Owns nothing but the list.
Called by the window's About page and by `scripts/devtools/`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

import msgspec

from roku_desktop.paths import resource_folders

PROGRAM: Final = "roku-desktop"
LIST: Final = "parts.json"
"""The file among the resources of a built program."""

_SAID_ELSEWHERE: Final = {"peewee": "MIT"}
"""Licences of those whose metadata has none, as their sources say."""
_LICENCE_LINE_CHARS: Final = 60
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_LICENCE_FILE: Final = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One installed package. `licence` is an SPDX expression or its authors' words; empty = unknown."""

    name: str
    version: str
    licence: str


def parts() -> list[Part]:
    """Those of the running program, by name. Reads disk."""
    for folder in resource_folders():
        file = folder / LIST
        if file.is_file():
            return msgspec.json.decode(file.read_bytes(), type=list[Part])
    return installed_parts()


def installed_parts(without: Collection[str] = ()) -> list[Part]:
    """All that the program asks for, and what these ask for, by name; never `without`. Reads disk."""
    return [
        Part(name=name, version=found.version, licence=_SAID_ELSEWHERE.get(name) or _licence(found))
        for name, found in sorted(_installed(frozenset(without)).items())
    ]


def licence_files(name: str) -> list[Path]:
    """The texts that an installed package brings, by name of file."""
    found = distribution(name)
    named = (file for file in found.files or () if ".dist-info" in file.parts[0])
    return sorted(Path(str(found.locate_file(file))) for file in named if _LICENCE_FILE.search(file.name))


def _installed(without: frozenset[str]) -> dict[str, Distribution]:
    """Optional packages count where they are installed, if it is we who name them."""
    found: dict[str, Distribution] = {}
    wanted = _asked_by(distribution(PROGRAM), with_extras=True)
    seen = {PROGRAM, *without}
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # of another system, or left out by an override
            continue
        wanted += _asked_by(found[name], with_extras=False)
    return found


def _asked_by(package: Distribution, *, with_extras: bool) -> list[str]:
    lines = [line for line in package.requires or () if with_extras or "extra ==" not in line]
    names = [match[0] for line in lines if (match := _NAME.match(line))]
    return [re.sub(r"[-_.]+", "-", name).lower() for name in names]


def _licence(package: Distribution) -> str:
    """The SPDX expression; older packages say it in a line of text or in a classifier."""
    about = package.metadata
    for field in ("License-Expression", "License"):
        said = next(iter(about.get_all(field) or ()), "")
        if said and "\n" not in said and len(said) < _LICENCE_LINE_CHARS:
            return str(said)
    classifiers = [one for one in about.get_all("Classifier") or () if one.startswith("License ::")]
    return classifiers[0].rpartition(" :: ")[2] if classifiers else ""

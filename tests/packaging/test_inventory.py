"""One list of what others wrote: About shows it, the installers carry its licences, the SBOM states it."""

import json

import pytest
from devtools.bundle import EMBEDDED_MODEL, PACKAGES_OF_EXTRAS, absent_packages
from devtools.checkout import DevError
from devtools.inventory import Part, check_locked, cyclonedx
from msgspec.json import encode

from roku_desktop import parts

PARTS = [
    Part(name="httpx", version="0.28.1", licence="BSD-3-Clause", source="pypi"),
    Part(name="tree-sitter", version="0.26.1", licence="MIT License", source="pypi"),
    Part(name="libssl3", version="3.0.1+deb12u1", licence="", source="deb"),
]
LOCK = """\
httpx==0.28.1 \\
    --hash=sha256:00
tree-sitter==0.26.1 ; python_version < '4'
tree-sitter==0.27 ; python_version >= '4'
"""


def test_every_part_that_the_program_asks_for_is_listed_with_what_it_brings():
    found = {part.name: part for part in parts.installed_parts()}
    assert {"httpx", "httpcore", "certifi", "pyside6-essentials", "shiboken6", "pydantic-core"} <= set(found)
    assert {"pytest", "pyinstaller", "roku-desktop", "ruff"}.isdisjoint(found)
    assert all(part.version and part.licence for part in found.values())


def test_every_part_but_qt_brings_the_text_of_its_licence():
    bare = {part.name for part in parts.installed_parts() if not parts.licence_files(part.name)}
    assert bare <= {"pyside6-essentials", "shiboken6", *PACKAGES_OF_EXTRAS}


def test_what_is_left_out_of_the_single_file_is_not_among_its_parts():
    model = {name.replace("_", "-") for name in EMBEDDED_MODEL}
    without = parts.installed_parts(absent_packages(embedded_model=False))
    assert {part.name for part in without}.isdisjoint({*PACKAGES_OF_EXTRAS, *model})
    assert set(absent_packages(embedded_model=True)) == set(PACKAGES_OF_EXTRAS)


def test_a_built_program_shows_the_list_it_was_built_with(tmp_path, monkeypatch):
    listed = [parts.Part(name="left-pad", version="1.0", licence="MIT")]
    resources = tmp_path / "roku_desktop" / "resources"
    resources.mkdir(parents=True)
    (resources / parts.LIST).write_bytes(encode(listed))
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert parts.parts() == listed


def test_what_is_shipped_is_what_was_locked():
    check_locked(PARTS[:2], LOCK)
    other = Part(name="httpx", version="0.29.0", licence="", source="pypi")
    with pytest.raises(DevError, match=r"httpx, left-pad.*dev\.py setup"):
        check_locked([other, Part(name="left-pad", version="1", licence="", source="pypi")], LOCK)


def test_the_sbom_names_each_part_and_is_the_same_for_the_same_parts():
    text = cyclonedx(PARTS, "1.2.3")
    assert text == cyclonedx(list(PARTS), "1.2.3")
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["version"] == "1.2.3"
    shown = {one["purl"]: one["licenses"] for one in bill["components"]}
    assert shown == {
        "pkg:pypi/httpx@0.28.1": [{"expression": "BSD-3-Clause"}],
        "pkg:pypi/tree-sitter@0.26.1": [{"license": {"name": "MIT License"}}],
        "pkg:deb/debian/libssl3@3.0.1+deb12u1": [],
    }
    other = json.loads(cyclonedx(PARTS[:1], "1.2.3"))
    assert other["serialNumber"] != bill["serialNumber"]

"""The installers, made around a stand-in: what is in them, the same bytes twice, words where a tool lacks."""

import contextlib
import os
import plistlib
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from build_installers import main
from devtools import debian_package, mac_image, windows_installer
from devtools.checkout import ROOT, DevError
from devtools.installers import SUMS, write_sums
from devtools.inventory import Part
from devtools.single_file import Flavour

from roku_desktop import __version__

PARTS = [
    Part(name="httpx", version="0.28.1", licence="BSD-3-Clause", source="pypi", texts={"LICENSE": "Use it."}),
    Part(name="unheard-of", version="1", licence="", source="pypi"),
]
with_dpkg = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None or not (ROOT / ".venv").exists(), reason="needs dpkg-deb and .venv"
)


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    program = tmp_path_factory.mktemp("a program") / "roku-desktop"
    program.write_bytes(b"#!/bin/sh\necho 1\n")
    program.chmod(0o700)  # as a careful umask leaves it
    return program


@pytest.fixture(scope="module")
def deb(program, tmp_path_factory) -> Path:
    return debian_package.package(program, tmp_path_factory.mktemp("a dist"), PARTS, Flavour())


@pytest.fixture(scope="module")
def tree(deb, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked") / "tree"
    subprocess.run(["dpkg-deb", "--raw-extract", deb, folder], check=True)
    return folder


@with_dpkg
def test_the_package_holds_the_program_its_menu_entry_icons_and_metadata_and_nothing_else(tree):
    files = {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()}
    icons = {f"usr/share/icons/hicolor/{size}x{size}/apps/roku-desktop.png" for size in (16, 48, 256, 512)}
    assert icons <= files
    assert {file for file in files if "/icons/" not in file} == {
        "DEBIAN/control",
        "usr/bin/roku-desktop",
        "usr/share/applications/roku-desktop.desktop",
        "usr/share/metainfo/io.github.roku_desktop.metainfo.xml",
        "usr/share/doc/roku-desktop/LICENSE",
        "usr/share/doc/roku-desktop/changelog.gz",
        "usr/share/doc/roku-desktop/copyright",
        "usr/share/doc/roku-desktop/licences/httpx/LICENSE",
        "usr/share/doc/roku-desktop/licences/qt/GPL-3.0.txt",
        "usr/share/doc/roku-desktop/licences/qt/LGPL-3.0.txt",
    }


@with_dpkg
def test_everything_belongs_to_root_and_can_be_read_by_all(deb):
    listed = subprocess.run(
        ["dpkg-deb", "--contents", deb], capture_output=True, encoding="utf-8", check=True
    )
    lines = [line.split() for line in listed.stdout.splitlines()]
    assert {words[1] for words in lines} == {"root/root"}
    assert {words[0] for words in lines} == {"drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x"}
    assert [words[5] for words in lines if words[0] == "-rwxr-xr-x"] == ["./usr/bin/roku-desktop"]


@with_dpkg
def test_the_same_program_gives_the_same_bytes(deb, program, tmp_path):
    os.utime(program)
    assert debian_package.package(program, tmp_path, PARTS, Flavour()).read_bytes() == deb.read_bytes()


@with_dpkg
def test_the_two_flavours_take_each_others_place(deb, program, tmp_path):
    other = debian_package.package(program, tmp_path, PARTS, Flavour(with_model=True))

    def field(package: Path, name: str) -> str:
        told = subprocess.run(["dpkg-deb", "--field", package, name], capture_output=True, check=True)
        return told.stdout.decode().strip()

    assert (field(deb, "Package"), field(deb, "Version")) == ("roku-desktop", __version__)
    assert (field(other, "Conflicts"), field(deb, "Conflicts")) == ("roku-desktop", "roku-desktop-with-model")
    assert "libgomp1" in field(other, "Depends")
    assert "libgomp1" not in field(deb, "Depends")


@with_dpkg
def test_the_menu_entry_starts_what_the_package_installs(tree):
    entry = ConfigParser(interpolation=None, delimiters="=")
    entry.optionxform = str  # type: ignore[assignment, method-assign]  # as its documentation has it
    entry.read(tree / "usr/share/applications/roku-desktop.desktop", encoding="utf-8")
    about = entry["Desktop Entry"]
    assert (tree / about["Exec"].split()[0].removeprefix("/")).exists()
    assert about["Icon"] == "roku-desktop"
    assert about["Name"]
    assert about["Comment[zh_CN]"]


@with_dpkg
def test_software_centres_can_read_the_metadata(tree):
    file = tree / "usr/share/metainfo/io.github.roku_desktop.metainfo.xml"
    about = ET.parse(file).getroot()
    assert about.findtext("launchable") == "roku-desktop.desktop"
    release = about.find("releases/release")
    assert release is not None
    assert release.get("version") == __version__
    if validator := shutil.which("appstreamcli"):
        told = subprocess.run([validator, "validate", "--no-net", file], capture_output=True, check=False)
        assert told.returncode == 0, told.stdout.decode()


@with_dpkg
def test_the_copyright_file_names_every_part_with_its_licence(tree):
    text = (tree / "usr/share/doc/roku-desktop/copyright").read_text(encoding="utf-8")
    assert " httpx 0.28.1: BSD-3-Clause\n" in text
    assert " unheard-of 1: see its own page\n" in text
    assert "licences/qt" in text


def test_the_app_for_macos_knows_its_program_and_version(program, tmp_path):
    app = mac_image.fill(tmp_path / "Roku Desktop.app", program, PARTS, __version__)
    about = plistlib.loads((app / "Contents" / "Info.plist").read_bytes())
    assert os.access(app / "Contents" / "MacOS" / about["CFBundleExecutable"], os.X_OK)
    assert about["CFBundleShortVersionString"] == __version__
    assert (app / "Contents/Resources/doc/licences/httpx/LICENSE").exists()
    assert plistlib.loads(mac_image.ENTITLEMENTS.read_bytes())


def test_without_a_certificate_nothing_is_signed_and_it_is_said(program, capsys):
    with contextlib.suppress(DevError):  # sealed by nobody in particular, which only macOS can
        mac_image.sign(program, {})
    mac_image.notarise(program, {"ROKU_SIGN_IDENTITY": "Somebody"})
    windows_installer.sign(program, {})
    told = capsys.readouterr().out
    for name in ("ROKU_SIGN_IDENTITY", "ROKU_NOTARY_PROFILE", "ROKU_SIGN_THUMBPRINT"):
        assert name in told


@pytest.mark.skipif(shutil.which("hdiutil") is not None, reason="where it can be done")
def test_on_another_system_an_installer_names_the_tool_it_lacks(program, tmp_path):
    with pytest.raises(DevError, match=r"hdiutil.*on macOS"):
        mac_image.package(program, tmp_path, PARTS, Flavour())
    with pytest.raises(DevError, match="Inno Setup 6"):
        windows_installer.find_compiler({"PATH": str(tmp_path), "ProgramFiles(x86)": str(tmp_path)})


def test_the_setup_program_asks_for_nothing_that_is_not_given():
    script = windows_installer.SCRIPT.read_text(encoding="utf-8")
    source = Path(windows_installer.__file__).read_text(encoding="utf-8")
    for name in ("Name", "Version", "Program", "Documents", "Icon", "Target"):
        assert f"{{#{name}}}" in script
        assert f'"{name}": ' in source


def test_the_setup_program_takes_the_start_at_login_away_again():
    script = windows_installer.SCRIPT.read_text(encoding="utf-8")
    entry = next(line for line in script.splitlines() if line.startswith("Root: HKCU"))
    key = entry.split('"')[1]
    assert key in (ROOT / "roku_desktop" / "login_start.py").read_text(encoding="utf-8")
    assert entry.endswith('ValueName: "roku-desktop"; Flags: dontcreatekey uninsdeletevalue')


def test_sums_of_other_flavours_stay_as_long_as_their_files(tmp_path):
    first, second, gone = (tmp_path / name for name in ("one.deb", "two.deb", "gone.deb"))
    for file in (first, second, gone):
        file.write_bytes(b"")
    write_sums(tmp_path / SUMS, [first, gone])
    gone.unlink()
    second.write_bytes(b"2")
    write_sums(tmp_path / SUMS, [second])
    done = subprocess.run(
        ["sha256sum", "--check", SUMS], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout == "one.deb: OK\ntwo.deb: OK\n"


def test_there_is_nothing_to_package_before_a_program_is_built(tmp_path, capsys):
    assert main(["--package-only"], tmp_path) == 1
    assert "leave --package-only out" in capsys.readouterr().err

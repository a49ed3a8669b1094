"""The steps of a build, tried on stand-ins: each failure is a sentence that names what failed."""

import os
from pathlib import Path

import pytest
from build_installers import main
from devtools.checkout import ROOT, DevError
from devtools.single_file import Flavour, smoke, verify

only_posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")


def stand_in(folder: Path, script: str) -> Path:
    program = folder / "roku-desktop"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def test_the_program_with_the_model_lies_beside_the_one_without():
    assert Flavour().name != Flavour(with_model=True).name


@pytest.mark.skipif(not (ROOT / ".venv").exists(), reason="reads archives with the checkout's PyInstaller")
def test_a_file_without_an_archive_is_not_accepted(tmp_path):
    program = tmp_path / "roku-desktop"
    program.write_bytes(b"no archive")
    with pytest.raises(DevError, match="can't be read"):
        verify(program, Flavour())


@only_posix
def test_a_program_that_starts_passes_the_smoke(tmp_path):
    words = tmp_path / "words"
    smoke(stand_in(tmp_path, f'echo "$@" >> "{words}"'))
    version, sessions = words.read_text(encoding="utf-8").splitlines()
    assert version == "--version"
    assert sessions.endswith("my home sessions list")


@only_posix
def test_a_program_whose_storage_fails_does_not_pass(tmp_path):
    with pytest.raises(DevError, match=r"(?s)`list` fails.*no module named peewee"):
        smoke(stand_in(tmp_path, '[ "$1" = --version ] || { echo "no module named peewee"; exit 1; }'))


def test_help_names_every_flavour(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert "--with-model" in told
    assert "--check-reproducible" in told

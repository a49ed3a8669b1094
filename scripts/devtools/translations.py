"""The window's languages: where their texts lie, and the compiled form that the program reads.

    roku_desktop/**/*.py ─ texts.update ─→ roku_LANGUAGE.ts ─ compile_outdated ─→ ….qm, not committed

Called by `environment.py` before every command, so it is light where nothing is to be done.
"""

from pathlib import Path

from devtools.checkout import ROOT, run_quietly, venv_program

FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("zh_CN",)


def file_of(language: str) -> Path:
    return FOLDER / f"roku_{language}.ts"


def compile_outdated() -> None:
    """Make each .qm that is older than its .ts. Needs PySide6 in `.venv`."""
    for language in LANGUAGES:
        source = file_of(language)
        compiled = source.with_suffix(".qm")
        if source.exists() and (not compiled.exists() or compiled.stat().st_mtime <= source.stat().st_mtime):
            lrelease = venv_program("pyside6-lrelease")
            run_quietly(
                [lrelease, "-silent", source, "-qm", compiled],
                failing=f"{source.name} could not be compiled. lrelease said:",
            )

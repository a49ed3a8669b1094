"""The texts of the window in other languages: found in the sources and kept as Qt Linguist files.

Owns which calls mark a text (`roku_desktop/ui/language.py` has them; Qt's own lupdate would give each
text the class around it as context) and what a .ts file looks like: in the order of the sources, without
line numbers, so that only what a change touches moves. Called by `commands.py`.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from devtools.checkout import ROOT
from devtools.translations import FOLDER, LANGUAGES, file_of

SOURCES = ROOT / "roku_desktop"
# What marks a text, in each room that has any: the command line speaks English.
MARKS = {
    "ui/**/*.py": {"tr", "marked", "counted"},
    "engine/**/*.py": {"said", "say", "phrase"},
    "telemetry/*.py": {"said"},
    "*.py": {"said", "phrase"},
}
ALL_MARKS = frozenset[str]().union(*MARKS.values())
CONTEXT = "Roku"


@dataclass(frozen=True)
class Text:
    """What is looked up: the English text, what tells it from an equal one, whether a number decides."""

    source: str
    about: str = ""
    counted: bool = False


def texts_of(code: str, marks: frozenset[str] | set[str] = ALL_MARKS) -> Iterator[Text]:
    """The texts that a module marks with one of `marks`, in its order."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if _name_of(call.func) not in marks:
            continue
        words = [_literal(argument) for argument in call.args]
        match _name_of(call.func), words:
            case "tr" | "marked", [str(source), str(about)]:
                yield Text(source, about)
            case "tr" | "marked" | "said" | "say" | "phrase", [str(source)]:
                yield Text(source)
            case "counted", [_, str(one), str(many)]:
                yield Text(one)
                yield Text(many, counted=True)
            case _:
                pass


def _name_of(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else ""


def _literal(argument: ast.expr) -> str | None:
    value = argument.value if isinstance(argument, ast.Constant) else None
    return value if isinstance(value, str) else None


def texts_of_sources() -> dict[Text, str]:
    """All texts, each with the file where it stands first, in a stable order."""
    found: dict[Text, str] = {}
    for room, marks in MARKS.items():
        for path in sorted(SOURCES.glob(room)):
            for text in texts_of(path.read_text(encoding="utf-8"), marks):
                found.setdefault(text, path.relative_to(ROOT).as_posix())
    return found


def read(file: Path) -> dict[Text, tuple[str, ...]]:
    """The translations of a .ts file; () for one that is not finished.

    After a merge a message may be there twice, or twice translated: what is finished counts.
    """
    known: dict[Text, tuple[str, ...]] = {}
    if file.exists():
        for message in ET.parse(file).getroot().iter("message"):
            text, forms = _entry(message)
            known[text] = known.get(text) or forms
    return known


def _entry(message: ET.Element) -> tuple[Text, tuple[str, ...]]:
    counts = message.get("numerus") == "yes"
    text = Text(message.findtext("source", ""), message.findtext("comment", ""), counts)
    finished = (it for it in message.iter("translation") if it.get("type") != "unfinished")
    translation = next(finished, None)
    if translation is None:
        return text, ()
    forms = translation.iter("numerusform") if counts else [translation]
    return text, tuple(form.text or "" for form in forms)


def update() -> list[str]:
    """Bring every .ts file up to the sources; returns a line for each text that has no translation."""
    texts = texts_of_sources()
    missing: list[str] = []
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        known = read(file_of(language))
        file_of(language).write_text(written(language, texts, known), encoding="utf-8", newline="\n")
        missing += [
            f"{language}: {where}: {text.source!r}" for text, where in texts.items() if not known.get(text)
        ]
    return missing


def written(language: str, texts: Mapping[Text, str], known: Mapping[Text, tuple[str, ...]]) -> str:
    """A .ts file with those texts, those of them that are not `known` unfinished."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        f'<TS version="2.1" language="{language}" sourcelanguage="en">',
        "<context>",
        f"    <name>{CONTEXT}</name>",
    ]
    for text, where in texts.items():
        lines += _message(text, where, known.get(text, ()))
    return "\n".join([*lines, "</context>", "</TS>", ""])


def _message(text: Text, where: str, forms: Iterable[str]) -> list[str]:
    finished = tuple(forms)
    shown = [_escaped(form) for form in finished or ("",)]
    inside = "".join(f"<numerusform>{form}</numerusform>" for form in shown) if text.counted else shown[0]
    state = "" if finished else ' type="unfinished"'
    return [
        '    <message numerus="yes">' if text.counted else "    <message>",
        f'        <location filename="../../{where}"/>',
        f"        <source>{_escaped(text.source)}</source>",
        *([f"        <comment>{_escaped(text.about)}</comment>"] if text.about else []),
        f"        <translation{state}>{inside}</translation>",
        "    </message>",
    ]


def _escaped(text: str) -> str:
    return escape(text, {'"': "&quot;", "'": "&apos;"})

"""Whatever the window says can be said in each of its languages."""

from __future__ import annotations

import ast
import builtins
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from devtools.checkout import ROOT
from devtools.texts import MARKS, Text, read, texts_of_sources
from devtools.translations import LANGUAGES, file_of

from roku_desktop.engine import errors

PACKAGE = ROOT / "roku_desktop"
UI_MARKS = MARKS["ui/**/*.py"]
ERRORS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)
}

# Modules whose words nobody reads as such: fonts, languages of code, letters that look alike and the names
# that Unicode gives them, the markup of a web page.
NO_TEXTS = (
    "look/fonts.py",
    "transcript/code_colours.py",
    "approving/visible_text.py",
    "exporting/answer_html.py",
    "exporting/html_document.py",
)
# Names that are the same in every language, and names by which programs call things.
NAMES = {
    *("Roku", "Roku Desktop"),
    "English",
    *("Anthropic", "OpenAI", "OpenRouter", "Ollama", "LM Studio"),
    *("Python, Qt", "PySide6-Essentials", "License-Expression", "License", "License ::", "Classifier"),
    *("CreateSession", "BindShortcuts", "Register", "Response", "Activated", "global shortcut"),
    *("Notify", "CloseNotification", "NotificationClosed", "ActionInvoked"),
}
KEYS = re.compile(
    r"(?:(?:Ctrl|Alt|Shift|Meta)\+?)*"
    r"(?:Esc|Tab|Left|Right|Up|Down|Backspace|Space|Return|Enter|F\d+|[A-Z0-9+=,./-])?"
)
IDENTIFIER = re.compile(r"[\w/]*[./][\w./]*")
READ = re.compile(r"[A-Za-z]{2,} [A-Za-z]|[A-Z][a-z]+|[a-z]{2,}…")
# Calls whose literals are marked, or are read by programs.
NOT_READ = UI_MARKS | {"Literal", "TypeVar", "cast", "BusError"}
DESCRIPTION = "run `python3 scripts/dev.py translate`, and see CONTRIBUTING, Texts of the window"


def said_to_a_person(tree: ast.AST) -> Iterator[ast.Constant]:
    """The literals of a module that look like words and are in no place where only programs read them."""
    hidden: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case (
                ast.Expr(value=ast.Constant())  # a docstring
                | ast.Call(func=ast.Attribute(value=ast.Name(id="_log" | "re")))
                | ast.Compare()
                | ast.MatchValue()
                | ast.Subscript()
                | ast.keyword(arg="kind")
            ):
                hidden |= {id(inner) for inner in ast.walk(node)}
            case ast.Call(func=ast.Name(id=name)) if name in NOT_READ:
                hidden |= {id(inner) for inner in ast.walk(node)}
            # Python's own errors are for the log; those that people read are ours.
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name))) if hasattr(builtins, name):
                hidden |= {id(inner) for inner in ast.walk(node)}
            case ast.Dict(keys=keys):
                hidden |= {id(key) for key in keys}
            case _:
                pass
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hidden:
            text = node.value
            if (
                READ.search(text)
                and text not in NAMES
                and not (KEYS.fullmatch(text) or IDENTIFIER.fullmatch(text))
            ):
                yield node


def fields(text: str) -> list[str]:
    """What is filled in, in any order: {0}, {name}, and the number's place."""
    return sorted([str(name) for _, name, _, _ in string.Formatter().parse(text) if name is not None]) + (
        ["%Ln"] * text.count("%Ln")
    )


def modules(room: str) -> list[Path]:
    return sorted((PACKAGE / room).rglob("*.py"))


def test_no_words_stand_in_the_window_that_can_not_be_translated():
    found = [
        f"{path.relative_to(PACKAGE)}:{literal.lineno}: {literal.value!r}"
        for path in modules("ui")
        if not path.as_posix().endswith(NO_TEXTS)
        for literal in said_to_a_person(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == [], DESCRIPTION


def test_a_marked_text_is_a_literal_so_that_it_can_be_found():
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in modules("ui")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in UI_MARKS
        for argument in node.args
        if isinstance(argument, ast.JoinedStr | ast.BinOp | ast.IfExp)
    ]
    assert found == [], DESCRIPTION


def test_an_error_of_the_engine_remembers_how_its_sentence_was_made():
    """Tools speak to the model, not to people, and the model reads English."""
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in modules("engine")
        if "tools" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS
        if node.args and isinstance(node.args[0], ast.JoinedStr)
    ]
    assert found == [], 'raise it as said("…{name}…", name=name)'


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str):
    known, texts = read(file_of(language)), texts_of_sources()
    assert [text for text in texts if not any(known.get(text, ()))] == [], DESCRIPTION
    assert [text for text in known if text not in texts] == [], DESCRIPTION


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_a_place_for_each_value_and_no_other(language: str):
    def differs(text: Text, form: str) -> bool:
        return fields(text.source) != fields(form)

    translated = read(file_of(language)).items()
    assert [(text.source, form) for text, forms in translated for form in forms if differs(text, form)] == []

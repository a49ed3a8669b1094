"""A provider's own settings: name, protocol, address, models. One small window, never modal.

Made by the page of providers; it says which changes of `runtime.toml` a person wants.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from roku_desktop.config import Configuration
from roku_desktop.ui.language import marked, tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.settings.kinds import KeyPath, Setting
from roku_desktop.ui.settings.presets import KIND_TITLES
from roku_desktop.ui.settings.rows import Note, SettingRow
from roku_desktop.ui.settings.states import NotAllowedError, Value, read, state_at

NAME: Final = "name"


def _setting(name: str, title: str, **more: object) -> Setting:
    return Setting(page="providers", path=("llm", "providers", "*", name), title=title, **more)  # type: ignore[arg-type]  # fields of Setting


FIELDS: Final = (
    _setting("kind", marked("Protocol"), kind="choice", choices=KIND_TITLES),
    _setting(
        "base_url",
        marked("Address"),
        kind="address",
        hint=marked("What the vendor's own tools would be given: with /v1, except for Anthropic's API."),
    ),
    _setting(
        "primary_model",
        marked("Model"),
        hint=marked("The one that is asked first."),
        absent=marked("what the service lists first"),
    ),
    _setting(
        "fallback_models",
        marked("Asked next"),
        kind="texts",
        hint=marked("Models that stand in for it, with commas between."),
        absent=marked("none"),
    ),
    _setting(
        "context_window_tokens",
        marked("Context window"),
        kind="whole",
        unit=marked("tokens"),
        absent=marked("what the service tells"),
    ),
    _setting(
        "max_output_tokens",
        marked("Longest answer"),
        kind="whole",
        unit=marked("tokens"),
        absent=marked("the model's own limit"),
    ),
    _setting(
        "risk_tier",
        marked("May stand in"),
        kind="choice",
        choices=(
            ("safe", marked("By itself")),
            ("requires_approval", marked("Only if you say so")),
            ("denied", marked("Never")),
        ),
        hint=marked("Whether another provider's questions may go to it."),
    ),
    _setting(
        "priority",
        marked("Stands in for others"),
        kind="whole",
        hint=marked("The lowest number is asked first."),
    ),
    _setting(
        "region",
        marked("Region"),
        hint=marked("Only a provider of the same region stands in for it."),
        absent=marked("none"),
    ),
)


class ProviderForm(QDialog):
    """Signals:
    saved: the provider's name, and the changes (path to value).
    """

    saved = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.resize(theme.grown(640), theme.grown(620))
        self._taken: set[str] = set()
        self._original = ""
        self._shown: dict[str, str] = {}
        self.name = SettingRow(
            _setting(NAME, marked("Name"), hint=marked("Letters and digits, with . - _ between."))
        )
        self.rows = {setting.path[-1]: SettingRow(setting) for setting in FIELDS}
        self._given: dict[str, str] = {}
        for name, row in (*self.rows.items(), (NAME, self.name)):
            row.field.given.disconnect()
            row.field.given.connect(lambda text, name=name: self._note(name, text))
        self.problem = Note()
        self.problem.hide()
        self.save = FlatButton(tr("Save and test"), rank="primary")
        self.save.clicked.connect(self._save)
        cancel = FlatButton(tr("Cancel"))
        cancel.clicked.connect(self.close)
        content = QWidget()
        column = QVBoxLayout(content)
        for row in (self.name, *self.rows.values()):
            column.addWidget(row)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        whole = QVBoxLayout(self)
        whole.addWidget(area, 1)
        whole.addWidget(self.problem)
        whole.addLayout(buttons)

    def open_new(self, name: str, kind: str, base_url: str, taken: set[str]) -> None:
        self._open("", taken)
        self.setWindowTitle(tr("Add a provider"))
        self._show({NAME: name, "kind": kind, "base_url": base_url, "priority": "100"})
        self._shown["kind"] = self._shown["base_url"] = ""  # to be written, though not typed
        (self.rows["base_url"] if name else self.name).field.setFocus()

    def open_existing(self, name: str, configuration: Configuration) -> None:
        self._open(name, set())
        self.setWindowTitle(tr("Settings of {0}").format(name))
        for field, row in self.rows.items():
            row.show_state(state_at(("llm", "providers", name, field), configuration))
            row.back.hide()
        self._shown = {field: row.field.text for field, row in self.rows.items()}
        self.name.field.show_text(name)
        self.rows["primary_model"].field.setFocus()

    def show_problem(self, paths: tuple[KeyPath, ...], sentence: str) -> bool:
        """Whether the refused change is one of this form."""
        mine = self.isVisible() and any(path[:2] == ("llm", "providers") for path in paths)
        if mine:
            self.problem.show_text(sentence, danger=True)
        return mine

    def _open(self, original: str, taken: set[str]) -> None:
        self._original, self._taken, self._given = original, taken, {}
        self.problem.hide()
        for row in (self.name, *self.rows.values()):
            row.problem.hide()
            row.source.hide()
            row.field.setEnabled(True)
            row.field.show_text("")
        self.name.setVisible(not original)
        self.show()
        self.raise_()
        self.activateWindow()

    def _show(self, texts: Mapping[str, str]) -> None:
        self._shown = dict.fromkeys(self.rows, "") | dict(texts)
        self._given = dict(texts)
        for name, text in texts.items():
            (self.name if name == NAME else self.rows[name]).field.show_text(text)

    def _note(self, name: str, text: str) -> None:
        self._given[name] = text

    def _save(self) -> None:
        for row in (self.name, *self.rows.values()):
            row.problem.hide()
        self.problem.hide()
        name = self._original or self.name.field.text.strip()
        if not name or name in self._taken:
            words = tr("Type a name.") if not name else tr("There is a provider called {0} already.")
            self.name.show_problem(words.format(name))
            self.name.field.setFocus()
            return
        changes: dict[KeyPath, Value] = {}
        for field, row in self.rows.items():
            typed = row.field.text
            if typed == self._shown.get(field, ""):
                continue
            path = ("llm", "providers", name, field)
            try:
                changes[path] = read(path, typed)
            except NotAllowedError as refusal:
                row.show_problem(str(refusal))
                row.field.setFocus()
                return
        if changes:
            self.saved.emit(name, changes)
        else:
            self.close()

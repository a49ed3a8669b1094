"""What a value is typed or chosen in: one widget for each kind of setting, all with the same face.

Each emits `given` with the text of the new value when a person is done with it, not at each key. Used by
`rows.py` and the provider's form.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from roku_desktop.ui.language import tr
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.look.fields import ChoiceBox, TickBox
from roku_desktop.ui.look.framed_line import FramedLine


class Field(QWidget):
    """Each kind of it has a `text`, shows a value and says its name.

    Signals:
        given: what the person made of it, as `states.read` takes it.
    """

    given = Signal(str)

    @property
    def text(self) -> str:
        """What stands in it now."""
        return ""

    def show_text(self, text: str) -> None:
        """Show a value; a field that is being typed in keeps what was typed."""

    def say_name(self, name: str, hint: str) -> None:
        """For those who listen."""


class LineField(Field):
    """`absent` stands in an empty field. `picks_file` adds the button for it."""

    def __init__(self, *, absent: str = "", picks_file: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self._dialog: QFileDialog | None = None
        self.line = FramedLine()
        self.line.setPlaceholderText(absent)
        self.line.setMinimumWidth(160)
        self.line.editingFinished.connect(self._finished)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(self.line, 1)
        self.setFocusProxy(self.line)
        if picks_file:
            button = FlatButton(tr("Choose…"))
            button.clicked.connect(self._pick)
            across.addWidget(button)

    @property
    def text(self) -> str:
        return self.line.text()

    def show_text(self, text: str) -> None:
        being_typed = self.line.hasFocus() and self.line.isModified()
        self._shown = text
        if not being_typed:
            self.line.setText(text)

    def say_name(self, name: str, hint: str) -> None:
        self.line.setAccessibleName(name)
        self.line.setAccessibleDescription(hint)

    def _finished(self) -> None:
        if self.line.text() != self._shown:
            self._shown = self.line.text()
            self.line.setModified(False)
            self.given.emit(self.line.text())

    def _pick(self) -> None:
        dialog = QFileDialog(self.window(), tr("Choose a file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._picked)
        dialog.finished.connect(dialog.deleteLater)
        self._dialog = dialog
        dialog.open()  # never executed: no loop is nested

    def _picked(self, path: str) -> None:
        self.line.setText(path)
        self._finished()


class ChoiceField(Field):
    """`choices` are values with their titles; a value that is none of them is shown as itself."""

    def __init__(self, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = CalmComboBox()
        for value, title in choices:
            self.box.addItem(title, value)
        self.box.activated.connect(lambda _index: self.given.emit(self.text))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(self.box, 1)
        self.setFocusProxy(self.box)

    @property
    def text(self) -> str:
        return str(self.box.currentData())

    def show_text(self, text: str) -> None:
        place = self.box.findData(text)
        if place < 0:
            self.box.addItem(text, text)
            place = self.box.count() - 1
        self.box.setCurrentIndex(place)

    def say_name(self, name: str, hint: str) -> None:
        self.box.setAccessibleName(name)
        self.box.setAccessibleDescription(hint)


class CalmComboBox(ChoiceBox):
    """One that the wheel does not change while a page is scrolled past it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class SeveralField(Field):
    """Any of the choices, as "a, b"."""

    def __init__(self, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes = {value: TickBox(title) for value, title in choices}
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        for box in self.boxes.values():
            box.clicked.connect(lambda _checked: self.given.emit(self.text))
            across.addWidget(box)
        across.addStretch(1)
        self.setFocusProxy(next(iter(self.boxes.values())))

    @property
    def text(self) -> str:
        return ", ".join(value for value, box in self.boxes.items() if box.isChecked())

    def show_text(self, text: str) -> None:
        chosen = {part.strip() for part in text.split(",")}
        for value, box in self.boxes.items():
            box.setChecked(value in chosen)

    def say_name(self, name: str, hint: str) -> None:
        for box in self.boxes.values():
            box.setAccessibleName(f"{name}: {box.text()}")
            box.setAccessibleDescription(hint)


class SwitchField(Field):
    """On = "yes", off = ""."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = TickBox(tr("On", "of a switch"))
        self.box.clicked.connect(lambda _checked: self.given.emit(self.text))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(self.box)
        across.addStretch(1)
        self.setFocusProxy(self.box)

    @property
    def text(self) -> str:
        return "yes" if self.box.isChecked() else ""

    def show_text(self, text: str) -> None:
        self.box.setChecked(text == "yes")

    def say_name(self, name: str, hint: str) -> None:
        self.box.setAccessibleName(name)
        self.box.setAccessibleDescription(hint)

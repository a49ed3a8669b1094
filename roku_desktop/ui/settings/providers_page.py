"""The page of providers: who there is, with address and key; adding, testing, changing, removing one.

Fed by `steering/settings.py`; says what a person wants by signals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from roku_desktop.config import KeyringStatus
from roku_desktop.engine import ProviderStatus
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.banner import Banner
from roku_desktop.ui.look.controls import FlatButton
from roku_desktop.ui.retelling import retold
from roku_desktop.ui.settings.kinds import SettingsPage
from roku_desktop.ui.settings.page import Page, indented
from roku_desktop.ui.settings.presets import PRESETS, Preset
from roku_desktop.ui.settings.rows import Note, heading


class ProviderCard(QWidget):
    """One provider. Signals as of the page, without the name."""

    key_wanted = Signal()
    test_wanted = Signal()
    edit_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, status: ProviderStatus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.status = status
        self._asks = False
        self.setAccessibleName(status.name)
        name = heading(status.name)
        name.setIndent(20)  # for the lamp
        self.result = Note()
        self.result.hide()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(4)
        self._add(tr("Test"), self.test_wanted)
        if status.kind != "local" and status.key != "not needed":
            self._add(tr("Key…"), self.key_wanted)
        elif status.kind != "local":
            self._add(tr("Add a key…"), self.key_wanted)
        if status.origin in ("configured", "builtin"):
            self._add(tr("Change…"), self.edit_wanted)
        if status.origin == "configured":
            self._add(tr("Remove"), self.remove_wanted)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(name)
        about = Note(_about(status), quiet=True)
        about.setIndent(20)
        left.addWidget(about)
        across = QHBoxLayout()
        across.addLayout(left, 1)
        across.addLayout(self._buttons)
        self.result.setIndent(20)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 10, 10)
        column.addLayout(across)
        column.addWidget(self.result)

    def _add(self, text: str, wanted: SignalInstance) -> None:
        button = FlatButton(text, rank="quiet")
        button.setAccessibleName(f"{text} ({self.status.name})")
        button.clicked.connect(wanted)
        self._buttons.addWidget(button)

    def show_asking(self) -> None:
        self.result.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.result.show_text(tr("Asking {0}…").format(self.status.name))

    def show_result(self, answered: bool, words: str) -> None:
        self.result.setForegroundRole(QPalette.ColorRole.Text)
        self.result.show_text(words, danger=not answered)

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, status = self.palette(), self.status
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.line(palette), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 9, 9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent(palette) if status.usable else theme.line(palette))
        painter.drawEllipse(QRectF(14, 17, 8, 8))


class ProvidersPage(Page):
    """Signals:
    key_wanted, test_wanted, edit_wanted, remove_wanted, take_over_wanted: a provider.
    preset_wanted: a `Preset` to be added.
    """

    key_wanted = Signal(str)
    test_wanted = Signal(str)
    edit_wanted = Signal(str)
    remove_wanted = Signal(str)
    take_over_wanted = Signal(str)
    preset_wanted = Signal(object)

    def __init__(self, about: SettingsPage, parent: QWidget | None = None) -> None:
        super().__init__(about, parent)
        self.cards: dict[str, ProviderCard] = {}
        self._results: dict[str, tuple[bool, str]] = {}
        self.keyring = indented(Note(quiet=True))
        self.top.addWidget(self.keyring)
        self.banner = Banner()
        self.top.addWidget(self.banner)
        self._offers = QVBoxLayout()
        self.top.addLayout(self._offers)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.bottom.addLayout(self._list)
        self.add = FlatButton(tr("Add a provider"), rank="plain", glyph="plus", opens_menu=True)
        self.add.clicked.connect(self._open_menu)
        self.menu = QMenu(self)
        for preset in PRESETS:
            action = QAction(tr(preset.title), self.menu)
            action.triggered.connect(partial(self._choose, preset))
            self.menu.addAction(action)
        self.bottom.addWidget(self.add)
        self.note = indented(Note(quiet=True))
        self.note.show_text(
            tr("Test asks a service for its models: that needs its address and key, and costs nothing.")
        )
        self.bottom.addWidget(self.note)

    def show_keyring(self, status: KeyringStatus) -> None:
        words = (
            tr("Keys are kept in the system keyring ({0}), never in a file.").format(status.name)
            if status.available
            else retold(status.reason)
        )
        self.keyring.show_text(words)

    def show_importable(self, variables: Mapping[str, str]) -> None:
        _clear(self._offers)
        for provider, variable in variables.items():
            words = Note(tr("There is a key for {0} in the variable {1}.").format(provider, variable))
            use = FlatButton(tr("Keep it and use it"), rank="plain")
            use.setAccessibleName(f"{use.text()} ({provider})")
            use.clicked.connect(partial(self._take_over, provider))
            offer = QWidget()
            across = QHBoxLayout(offer)
            across.setContentsMargins(10, 0, 0, 0)
            across.addWidget(words, 1)
            across.addWidget(use)
            self._offers.addWidget(offer)

    def show_providers(self, statuses: Sequence[ProviderStatus]) -> None:
        if [card.status for card in self.cards.values()] == list(statuses):
            return
        focused = self.focusWidget()
        in_focus = next((name for name, card in self.cards.items() if card.isAncestorOf(focused)), "")
        _clear(self._list)
        self.cards = {status.name: self._card(status) for status in statuses}
        for name, card in self.cards.items():
            self._list.addWidget(card)
            if name in self._results:
                card.show_result(*self._results[name])
        if in_focus in self.cards:
            self.cards[in_focus].findChildren(FlatButton)[0].setFocus()

    def show_asking(self, provider: str) -> None:
        if provider in self.cards:
            self.cards[provider].show_asking()

    def show_result(self, provider: str, answered: bool, words: str) -> None:
        self._results[provider] = (answered, words)
        if provider in self.cards:
            self.cards[provider].show_result(answered, words)

    def _card(self, status: ProviderStatus) -> ProviderCard:
        card = ProviderCard(status)
        name = status.name
        card.key_wanted.connect(partial(self.key_wanted.emit, name))
        card.test_wanted.connect(partial(self.test_wanted.emit, name))
        card.edit_wanted.connect(partial(self.edit_wanted.emit, name))
        card.remove_wanted.connect(partial(self.remove_wanted.emit, name))
        return card

    def _open_menu(self) -> None:
        self.menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))

    def _choose(self, preset: Preset, _checked: bool = False) -> None:
        self.preset_wanted.emit(preset)

    def _take_over(self, provider: str, _checked: bool = False) -> None:
        self.take_over_wanted.emit(provider)


def _about(status: ProviderStatus) -> str:
    """Where it is, what answers, where its key is."""
    where = status.base_url or (tr("runs inside the program") if status.origin == "embedded" else "")
    found = tr("found on this computer") if status.origin == "discovered" else ""
    parts = [part for part in (where, found, status.primary_model, _key_in_words(status)) if part]
    return " · ".join(parts)


def _key_in_words(status: ProviderStatus) -> str:
    match status.key:
        case "environment":
            return tr("key from the environment")
        case "keyring":
            return tr("key in the keyring")
        case "missing":
            return tr("no key")
        case "not needed":
            return "" if status.kind == "local" else tr("asked without a key")
        case "unknown":
            return ""  # known only by asking a person for the keyring's password


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()  # it may be the one whose click is being handled

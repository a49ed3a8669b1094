"""The settings window: pages at the left, a field that finds settings above them, the page at the right.

A window of its own, never modal. Pages are made when they are first shown. Made at its first use by
`steering/settings.py`, which feeds the pages and hears them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from roku_desktop.config import Configuration
from roku_desktop.ui.language import tr
from roku_desktop.ui.look import theme
from roku_desktop.ui.look.banner import Banner
from roku_desktop.ui.look.framed_line import FramedLine
from roku_desktop.ui.look.glyphs import glyph_icon
from roku_desktop.ui.look.scroll_bar import SlimScrollBar
from roku_desktop.ui.settings.finding import pages_for
from roku_desktop.ui.settings.kinds import PAGES, KeyPath, SettingsPage
from roku_desktop.ui.settings.page import Page

_SIDE_PX: Final = 210
_USUAL_LINE_PX: Final = 17
_BESIDE_TITLE_PX: Final = 56  # the sign, and room at both sides

MakePage = Callable[[SettingsPage], Page]


class SettingsWindow(QDialog):
    """`make_page` is asked for each page once, when it is first shown.

    Signals:
        wanted: path and value of a setting that is to be changed.
        page_shown: its name, each time.
    """

    wanted = Signal(object, object)
    page_shown = Signal(str)

    def __init__(self, make_page: MakePage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setWindowTitle(tr("Settings"))
        self._take_size()
        self._make_page = make_page
        self._configuration: Configuration | None = None
        self._preferences: Mapping[str, str | None] = {}
        self.pages: dict[str, Page] = {}
        self.field = FramedLine()
        self.field.setPlaceholderText(tr("Find a setting"))
        self.field.setAccessibleName(tr("Find a setting"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._find)
        self.list = _PageList()
        self.banner = Banner()
        self.stack = QStackedWidget()
        self._fill(PAGES)
        self.list.currentItemChanged.connect(self._chosen)
        side = QVBoxLayout()
        side.setContentsMargins(10, 10, 6, 10)
        side.addWidget(self.field)
        side.addWidget(self.list, 1)
        side_widget = QWidget()
        side_widget.setLayout(side)
        widest = max(self.list.fontMetrics().horizontalAdvance(tr(page.title)) for page in PAGES)
        side_widget.setFixedWidth(max(_SIDE_PX, widest + _BESIDE_TITLE_PX))
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self.banner)
        right.addWidget(self.stack, 1)
        right_widget = QWidget()
        right_widget.setBackgroundRole(QPalette.ColorRole.Base)
        right_widget.setAutoFillBackground(True)
        right_widget.setLayout(right)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(side_widget)
        across.addWidget(right_widget, 1)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.field.setFocus)

    def _take_size(self) -> None:
        """Larger for larger text, as far as the screen goes."""
        scale = max(1.0, self.fontMetrics().height() / _USUAL_LINE_PX)
        room = self.screen().availableSize()
        width = min(round(920 * scale), room.width() - 40)
        height = min(round(660 * scale), room.height() - 60)
        self.setMinimumSize(min(640, width), min(420, height))
        self.resize(width, height)

    # Pages

    def open_at(self, page: str = "") -> None:
        self.show()
        self.raise_()
        self.activateWindow()
        if page and self.field.text():
            self.field.clear()
        self._select(page or self.current or PAGES[0].name)
        self.list.setFocus()

    @property
    def current(self) -> str:
        """The page that is shown, "" before there is one."""
        item = self.list.currentItem()
        return _name_of(item)

    def _select(self, name: str) -> None:
        for row in range(self.list.count()):
            if _name_of(self.list.item(row)) == name:
                self.list.setCurrentRow(row)
        if self.current:
            self._show_page(self.current)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and self.isVisible():
            self._show_page(_name_of(item))

    def _show_page(self, name: str) -> None:
        if name not in self.pages:
            about = next(page for page in PAGES if page.name == name)
            page = self.pages[name] = self._make_page(about)
            page.wanted.connect(self.wanted)
            self.stack.addWidget(page)
            if self._configuration is not None:
                page.show_values(self._configuration, self._preferences)
        self.stack.setCurrentWidget(self.pages[name])
        self.pages[name].light(self.field.text())
        self.page_shown.emit(name)

    # Values

    def show_values(self, configuration: Configuration, preferences: Mapping[str, str | None]) -> None:
        self._configuration, self._preferences = configuration, preferences
        for page in self.pages.values():
            page.show_values(configuration, preferences)

    def show_file_problem(self, problem: str) -> None:
        """The file as it stands can't be used, so nothing can be changed in it either; "" = it can."""
        if problem:
            words = tr("What is in force is older than the file: {0}").format(problem)
            self.banner.show_message(words, tone="danger")
        else:
            self.banner.clear()

    def show_problem(self, paths: tuple[KeyPath, ...], sentence: str) -> None:
        """Beside the settings that were refused, else above the page."""
        shown = [page.show_problem(path, sentence) for page in self.pages.values() for path in paths]
        if not any(shown):
            self.banner.show_message(sentence, actions=[(tr("OK"), self.banner.clear)], tone="danger")

    # Finding

    def _fill(self, pages: tuple[SettingsPage, ...]) -> None:
        colour = self.palette().color(QPalette.ColorRole.Text)
        for page in pages:
            item = QListWidgetItem(glyph_icon(page.glyph, colour), tr(page.title))
            item.setData(Qt.ItemDataRole.UserRole, page.name)
            item.setSizeHint(QSize(0, self.fontMetrics().height() + 16))
            self.list.addItem(item)

    def _find(self, typed: str) -> None:
        shown = self.current
        found = pages_for(typed)
        self.list.blockSignals(True)  # the page is shown once, below
        self.list.clear()
        self._fill(found)
        self.list.blockSignals(False)
        names = [page.name for page in found]
        if names:
            self._select(shown if shown in names else names[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties the field first; Enter in a field of a page is that field's, and closes nothing."""
        if event.key() == Qt.Key.Key_Escape and self.field.text():
            self.field.clear()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
        elif event.key() == Qt.Key.Key_Down and self.field.hasFocus():
            self.list.setFocus()
        else:
            super().keyPressEvent(event)


def _name_of(item: QListWidgetItem | None) -> str:
    return "" if item is None else str(item.data(Qt.ItemDataRole.UserRole))


class _PageList(QListWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.setAccessibleName(tr("Pages"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(SlimScrollBar(self))
        self.setFont(theme.scaled_font(1.0))

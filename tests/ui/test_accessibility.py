"""Every window can be used by keyboard alone, and by who can't see it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget

from roku_desktop.ui.look.appearance import Appearance, Language, write
from roku_desktop.ui.look.controls import FlatButton
from tests.support.surfaces import SURFACES, close, furnished_window
from tests.ui.conftest import Run

pytestmark = pytest.mark.window

MOST_CHILDREN = 40
Role = QAccessible.Role
ALWAYS_NAMED = {
    Role.Button,
    Role.CheckBox,
    Role.RadioButton,
    Role.EditableText,
    Role.ComboBox,
    Role.List,
    Role.ListItem,
    Role.Tree,
    Role.Table,
    Role.SpinBox,
    Role.PageTab,
    Role.MenuItem,
    Role.Link,
}


@pytest.fixture(autouse=True)
def screen_reader(app: QApplication) -> Iterator[None]:
    """As if one ran: Qt asks the system, which has none here."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def parts_of(tree: QAccessibleInterface | None) -> Iterator[QAccessibleInterface]:
    """What is shown, from the top down."""
    if tree is None or not tree.isValid() or tree.state().invisible:
        return
    yield tree
    for number in range(min(tree.childCount(), MOST_CHILDREN)):
        yield from parts_of(tree.child(number))


def without_a_name(shown: QWidget) -> list[str]:
    """What a person would meet without being told what it is."""
    return [
        f"{part.role().name} {type(part.object()).__name__}"
        for part in parts_of(QAccessible.queryAccessibleInterface(shown))
        if part.role() in ALWAYS_NAMED or (part.state().focusable and part.role() != Role.Window)
        if not part.text(QAccessible.Text.Name).strip()
    ]


def wants_focus(shown: QWidget) -> list[QWidget]:
    """Of buttons of which one is chosen, Tab goes to that one, and arrows to the others."""
    return [
        part
        for part in shown.findChildren(QWidget)
        if part.isVisible() and part.isEnabled() and part.focusPolicy() & Qt.FocusPolicy.TabFocus
        if part.focusProxy() is None
        if not (isinstance(part, QAbstractButton) and part.isCheckable() and part.group() is not None)
        or part.isChecked()
    ]


def out_of_reach_of_tab(shown: QWidget) -> list[str]:
    wanted = wants_focus(shown)
    met: list[QWidget] = []
    for _ in range(2 * len(wants_focus(shown.window())) + 20):
        focused = QApplication.focusWidget()
        if focused is not None:
            met.append(focused)
            QTest.keyClick(focused, Qt.Key.Key_Tab)
    return [described(part) for part in wanted if part not in met]


def without_visible_focus(shown: QWidget) -> list[str]:
    """What looks the same whether keys go to it or not."""
    found = []
    for part in wants_focus(shown):
        around = part.parentWidget() or part
        part.clearFocus()
        part.setFocus(Qt.FocusReason.ShortcutFocusReason)
        with_focus = around.grab().toImage()
        part.clearFocus()
        if around.grab().toImage() == with_focus:
            found.append(described(part))
    return found


def described(part: QWidget) -> str:
    return f"{type(part).__name__} {part.accessibleName() or part.objectName()}"


def test_everything_has_a_name_and_a_place_on_the_way_of_tab_that_is_seen(qt_run: Run, home: Path):
    found: dict[str, list[str]] = {}

    async def walk() -> None:
        async with furnished_window(home) as opened:
            for name, show in SURFACES.items():
                shown = await show(opened)
                while not shown.window().isActiveWindow():  # the window manager says so in its own time
                    await asyncio.sleep(0.01)
                trouble = [f"no name: {it}" for it in without_a_name(shown)]
                trouble += [f"not by Tab: {it}" for it in out_of_reach_of_tab(shown)]
                trouble += [f"focus not seen: {it}" for it in without_visible_focus(shown)]
                if trouble:
                    found[name] = trouble
                await close(opened, shown)

    qt_run(walk())
    assert found == {}


def cut_in(shown: QWidget) -> list[str]:
    """Buttons and lines of plain text that have less room than their words."""
    buttons = [
        f"{type(part).__name__} {part.text()}"
        for part in shown.findChildren(FlatButton)
        if part.isVisible()
        and (part.width() < part.sizeHint().width() or part.height() < part.fontMetrics().height())
    ]
    lines = [
        f"QLabel {part.text()}"
        for part in shown.findChildren(QLabel)
        if part.isVisible() and part.text() and part.height() < part.fontMetrics().height()
    ]
    return buttons + lines + wider_than_its_frame(shown)


def wider_than_its_frame(shown: QWidget) -> list[str]:
    """Pages that can't be moved sideways, and whose right edge is out of sight."""
    return [
        f"{type(area).__name__} {area.accessibleName()}"
        for area in shown.findChildren(QScrollArea)
        if area.isVisible()
        and area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        and (page := area.widget()) is not None
        and page.width() > area.viewport().width()
    ]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_text_of_twice_the_size_is_cut_nowhere(qt_run: Run, home: Path, language: Language):
    found: dict[str, list[str]] = {}
    write(home / "appearance.json", Appearance(language=language, text_percent=200))

    async def walk() -> None:
        async with furnished_window(home) as opened:
            for name, show in SURFACES.items():
                shown = await show(opened)
                await asyncio.sleep(0)
                QApplication.sendPostedEvents()  # so that it is laid out
                if cut := cut_in(shown):
                    found[name] = cut
                await close(opened, shown)

    qt_run(walk())
    assert found == {}

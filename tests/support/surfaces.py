"""Every window and part of the window that a person can see, opened one after the other.

Used by what has to hold for all of them: names for screen readers, the way of the keyboard, pictures in
both languages and at twice the size of text. A new window is given its line in `SURFACES`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from roku_desktop.engine import Failure, said
from roku_desktop.engine.errors import RateLimit
from roku_desktop.ui.approving.dialog import ApprovalDialog
from roku_desktop.ui.approving.rules import ApprovalRules
from roku_desktop.ui.crash_report import CrashReport
from roku_desktop.ui.palette.keys_page import KeysPage
from roku_desktop.ui.settings.kinds import PAGES
from roku_desktop.ui.telemetry.lists import Lines
from roku_desktop.ui.telemetry.panel import TelemetryPanel
from roku_desktop.ui.telemetry.trace_view import TraceView
from roku_desktop.ui.transcript.link_question import LinkQuestion
from tests.support.appending import append_call, with_append
from tests.support.desks import desk_on
from tests.support.engines import engine_on, scripted
from tests.support.windows import OpenedWindow, window_on

ANSWER = """Two loaves for Saturday. A list, a table and some code:

- flour, water, salt
- a [recipe](https://example.org/bread) to follow

| Day | Loaves |
|---|---|
| Saturday | 2 |

```python
def bake(loaves: int) -> str:
    return f"{loaves} loaves"
```
"""
Open = Callable[[OpenedWindow], Awaitable[QWidget]]
"""Shows one surface and returns the widget that holds it."""


@asynccontextmanager
async def furnished_window(home: Path) -> AsyncIterator[OpenedWindow]:
    """A window with a conversation, a second session, and a call that waits for approval."""
    (home / "notes.txt").write_text("tomatoes", encoding="utf-8")
    provider = scripted([ANSWER], ["I append.", append_call()], ["Done."])
    async with (
        engine_on(home, provider, tools=with_append) as engine,
        window_on(engine, home, desk_on(home)) as opened,
    ):
        opened.window.resize(1180, 860)
        opened.send("How many loaves for Saturday?")
        await opened.until_idle()
        yield opened


def _command(name: str, kind: type[QWidget]) -> Open:
    async def show(opened: OpenedWindow) -> QWidget:
        opened.window.commands[name].trigger()
        return await _seen(kind)

    return show


async def _main(opened: OpenedWindow) -> QWidget:
    opened.steering.show_notice("Something to be known.")
    return opened.window


async def _find(opened: OpenedWindow) -> QWidget:
    opened.window.commands["find"].trigger()
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "loaves")
    return opened.window


def _in_window(name: str, ready: str) -> Open:
    """What opens over the window or beside the conversation; `ready` is its class."""

    async def show(opened: OpenedWindow) -> QWidget:
        opened.window.commands[name].trigger()
        while not (found := [part for part in _parts(opened.window) if type(part).__name__ == ready]):
            await asyncio.sleep(0.005)
        return found[0]

    return show


async def _telemetry(opened: OpenedWindow) -> QWidget:
    panel = await _in_window("telemetry", "TelemetryPanel")(opened)
    while not all(lines.value for lines in panel.findChildren(Lines)):
        await asyncio.sleep(0.01)
    return panel


def _page(name: str) -> Open:
    async def show(opened: OpenedWindow) -> QWidget:
        assert opened.steering.settings is not None
        opened.steering.settings.open(name)
        await opened.bridge.finish()
        return opened.steering.settings.shown

    return show


async def _approval(opened: OpenedWindow) -> QWidget:
    opened.window.commands["new_session"].trigger()
    opened.send("Append a line")
    dialog = await _seen(ApprovalDialog)
    assert isinstance(dialog, ApprovalDialog)
    while not dialog.once.isEnabled():
        await asyncio.sleep(0.02)
    return dialog


async def _link(opened: OpenedWindow) -> QWidget:
    question = LinkQuestion("https://example.org/bread", opened.window)
    question.show()
    return question


async def _crash(opened: OpenedWindow) -> QWidget:
    file = Path(opened.conversation.workspace, "report.txt")
    file.write_text("It ended without being asked to.\n", encoding="utf-8")
    report = CrashReport(file, opened.window)
    report.show()
    return report


async def _trouble(opened: OpenedWindow) -> QWidget:
    opened.window.show_trouble(trouble())
    return opened.window.trouble


def trouble() -> Failure:
    sentence = said(
        "{provider} is limiting requests; it asks to wait {wait_s}.", provider="mylab", wait_s=90.0
    )
    return RateLimit(sentence, provider="mylab").failure()


SURFACES: dict[str, Open] = {
    "main": _main,
    "find": _find,
    "palette": _in_window("palette", "CommandPalette"),
    "models": _in_window("choose_model", "ModelSwitcher"),
    "costs": _in_window("show_costs", "CostsPopup"),
    "telemetry": _telemetry,
    "keys": _command("shortcuts", KeysPage),
    "trace": _command("trace", TraceView),
    **{f"settings-{page.name}": _page(page.name) for page in PAGES},
    "rules": _command("approval_rules", ApprovalRules),
    "link": _link,
    "crash": _crash,
    "approval": _approval,
    "trouble": _trouble,
}


async def close(opened: OpenedWindow, shown: QWidget) -> None:
    """Put it away, so that the next one stands alone."""
    if isinstance(shown, QDialog):
        shown.close()
    elif isinstance(shown, TelemetryPanel):
        opened.window.commands["telemetry"].trigger()
    elif shown is not opened.window:
        QTest.keyClick(QApplication.focusWidget() or shown, Qt.Key.Key_Escape)
        await asyncio.sleep(0)
        if shown.isVisible():
            shown.hide()
    opened.window.activateWindow()
    opened.window.composer.edit.setFocus()
    await asyncio.sleep(0)


async def _seen(kind: type[QWidget]) -> QWidget:
    while True:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, kind) and widget.isVisible():
                return widget
        await asyncio.sleep(0.005)


def _parts(window: QWidget) -> list[QWidget]:
    return [part for part in window.findChildren(QWidget) if part.isVisible()]

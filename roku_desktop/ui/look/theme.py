"""The colours of the window, light and dark, as Qt palettes.

Owns which colour means what; every widget reads its colours from its palette, through the names
below where Qt has no role for the meaning. No style sheets: they would cost more at start than the
whole window. Called by `looks.py`, which knows the wanted scheme, and by every part of the window.
"""

from __future__ import annotations

from typing import Final

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication


class Colours(msgspec.Struct, frozen=True, kw_only=True):
    """One scheme, as #rrggbb. Text on its background keeps a contrast of 4.5 : 1 (WCAG 2.2 AA)."""

    side: str
    page: str
    panel: str
    line: str
    frame: str
    text: str
    muted: str
    accent: str
    on_accent: str
    selection: str
    warning: str
    danger: str


LIGHT = Colours(
    side="#f5f6f6",
    page="#ffffff",
    panel="#eff2f2",
    line="#dde2e2",
    frame="#7f8a8d",
    text="#1c2426",
    muted="#5f6b6e",
    accent="#0b6e6e",
    on_accent="#ffffff",
    selection="#cfe5e4",
    warning="#8a5a00",
    danger="#b3261e",
)
DARK = Colours(
    side="#14181a",
    page="#1a1f21",
    panel="#252b2e",
    line="#343c3f",
    frame="#7b888b",
    text="#e4e8e8",
    muted="#98a4a6",
    accent="#5cc2b8",
    on_accent="#06201e",
    selection="#2c5452",
    warning="#e2b25a",
    danger="#f28b82",
)


# The style that draws from our palette alike on every system. Named on the command line because
# `setStyle` hands the style back, whose Python class would cost 4 ms at every start.
ARGUMENTS: Final = ("-style", "fusion")
TEXT_PERCENT: Final = "text_percent"
"""A property of the application."""


def dress(app: QApplication, scheme: Qt.ColorScheme = Qt.ColorScheme.Unknown) -> None:
    """Draw in our colours; of an unknown scheme, in those that the system wants now."""
    unknown = scheme == Qt.ColorScheme.Unknown
    app.setPalette(palette_of(app.styleHints().colorScheme() if unknown else scheme))


def show_chinese(app: QApplication) -> None:
    """Let text that the person's own font lacks come in a Chinese one.

    After the first prompt can be typed: Qt's list of languages, which tells where that would be wrong,
    takes 10 ms to load, and no letter that the own font has moves.
    """
    from roku_desktop.ui.look.fonts import with_chinese

    app.setFont(with_chinese(app.font(), "text"))


def palette_of(scheme: Qt.ColorScheme) -> QPalette:
    """The palette for a scheme; an unknown one is shown light."""
    colours = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    role = QPalette.ColorRole
    palette = QPalette(QColor(colours.side))
    for target, colour in {
        role.Window: colours.side,
        role.WindowText: colours.text,
        role.Base: colours.page,
        role.AlternateBase: colours.panel,
        role.Text: colours.text,
        role.PlaceholderText: colours.muted,
        role.Button: colours.panel,
        role.ButtonText: colours.text,
        role.ToolTipBase: colours.panel,
        role.ToolTipText: colours.text,
        role.Mid: colours.line,
        role.Dark: colours.frame,
        role.Accent: colours.accent,
        role.Highlight: colours.selection,
        role.HighlightedText: colours.text,
        role.Link: colours.accent,
        role.LinkVisited: colours.warning,
        role.BrightText: colours.danger,
        role.Light: colours.on_accent,
    }.items():
        palette.setColor(target, QColor(colour))
    for target in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(colours.muted))
    return palette


def muted(palette: QPalette) -> QColor:
    return palette.color(QPalette.ColorRole.PlaceholderText)


def line(palette: QPalette) -> QColor:
    return palette.color(QPalette.ColorRole.Mid)


def frame(palette: QPalette) -> QColor:
    """Around what one types or chooses in: with a contrast of 3 : 1, which a line need not have."""
    return palette.color(QPalette.ColorRole.Dark)


def panel(palette: QPalette) -> QColor:
    return palette.color(QPalette.ColorRole.AlternateBase)


def accent(palette: QPalette) -> QColor:
    return palette.color(QPalette.ColorRole.Accent)


def on_accent(palette: QPalette) -> QColor:
    return palette.color(QPalette.ColorRole.Light)


def warning(palette: QPalette) -> QColor:
    return palette.color(QPalette.ColorRole.LinkVisited)


def danger(palette: QPalette) -> QColor:
    return palette.color(QPalette.ColorRole.BrightText)


def found(palette: QPalette) -> QColor:
    """Behind a text that was looked for: a marker's colour through which the text is read."""
    colour = warning(palette)
    colour.setAlpha(60)
    return colour


def scaled_font(scale: float, *, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The person's own font, at a multiple of its size: the window's text scales with the system's."""
    font = enlarged(QGuiApplication.font(), scale)
    font.setWeight(weight)
    return font


def grown(size_px: float) -> int:
    """A size that belongs to text of the system's size, for the size that is wanted of it."""
    app = QGuiApplication.instance()
    percent = app.property(TEXT_PERCENT) if app is not None else None
    return round(size_px * percent / 100) if isinstance(percent, int) else round(size_px)


def enlarged(font: QFont, scale: float) -> QFont:
    """The same font at a multiple of its size."""
    larger = QFont(font)
    if font.pointSizeF() > 0:
        larger.setPointSizeF(font.pointSizeF() * scale)
    else:
        larger.setPixelSize(round(font.pixelSize() * scale))
    return larger


def fixed_font(scale: float) -> QFont:
    """The system's monospaced font, sized to go with `scaled_font(scale)`."""
    from roku_desktop.ui.look.fonts import with_chinese

    font = with_chinese(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont), "code")
    beside = scaled_font(scale)
    if beside.pointSizeF() > 0:
        font.setPointSizeF(beside.pointSizeF())
    else:
        font.setPixelSize(beside.pixelSize())
    return font

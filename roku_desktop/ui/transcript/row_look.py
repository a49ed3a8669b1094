"""How entries look: text and block formats made from the palette and the person's font.

Called by `row_document.py` (formats) and `row_backdrop.py` (the panels behind prompts and code,
which QTextDocument can't draw round).
"""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPalette,
    QTextBlockFormat,
    QTextCharFormat,
    QTextFormat,
)

from roku_desktop.ui.look import theme
from roku_desktop.ui.transcript.markdown_lines import Line
from roku_desktop.ui.transcript.markdown_spans import Mark

BACKDROP_PROPERTY = QTextFormat.Property.UserProperty
LEVEL_PROPERTY = QTextFormat.Property.UserProperty + 2
GROUP_PROPERTY = QTextFormat.Property.UserProperty + 1


class Backdrop(IntEnum):
    """What the view paints behind a block. Neighbouring blocks of one group share one shape."""

    NONE = 0
    BUBBLE = 1
    CODE = 2
    BAR = 3
    RULE = 4
    CARD = 5
    ROW = 6  # the first cell of a table's row: a line above it


_PANELS = (Backdrop.BUBBLE, Backdrop.CODE, Backdrop.CARD)


class Look:
    """All formats of one palette and font; distances are multiples of the line's height."""

    def __init__(self, palette: QPalette) -> None:
        body = theme.scaled_font(1.08)
        small = theme.scaled_font(0.9)
        self._blocks: dict[tuple[float, float, float, Backdrop], QTextBlockFormat] = {}
        self._marked: dict[tuple[Mark, int], QTextCharFormat] = {}
        self._metrics: dict[str, QFontMetricsF] = {}
        self._marker_widths: dict[str, float] = {}
        self.line_height = QFontMetricsF(body).lineSpacing()
        self.average_char_width = QFontMetricsF(body).averageCharWidth()
        self.text = _char_format(body, palette.color(QPalette.ColorRole.Text))
        self.bold_mark = QTextCharFormat()
        self.bold_mark.setFontWeight(QFont.Weight.Bold)
        self.italic_mark = QTextCharFormat()
        self.italic_mark.setFontItalic(True)
        self.bold = _merged(self.text, self.bold_mark)
        self.code = _char_format(theme.fixed_font(1.0), palette.color(QPalette.ColorRole.Text))
        self.inline_code = QTextCharFormat(self.code)
        self.inline_code.setBackground(theme.panel(palette))
        self.heading = _char_format(
            theme.scaled_font(1.25, weight=QFont.Weight.DemiBold), palette.color(QPalette.ColorRole.Text)
        )
        self.muted = _char_format(theme.scaled_font(1.0), theme.muted(palette))
        self.small = _char_format(small, theme.muted(palette))
        self.small_code = _char_format(theme.fixed_font(0.9), theme.muted(palette))
        self.small_bold = _merged(self.small, self.bold_mark)
        self.small_bold.setForeground(palette.color(QPalette.ColorRole.Text))
        self.accent = _char_format(small, theme.accent(palette))
        self.danger_code = _char_format(theme.fixed_font(0.9), theme.danger(palette))
        self.line_colour = theme.line(palette)
        # The block that Qt puts behind a table, for as long as nothing else stands there.
        self.nothing = QTextBlockFormat()
        self.nothing.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        self.warning = _char_format(small, theme.warning(palette))
        self.danger = _char_format(small, theme.danger(palette))
        struck = QTextCharFormat()
        struck.setFontStrikeOut(True)
        comment = _coloured(theme.muted(palette))
        comment.setFontItalic(True)
        link = _coloured(theme.accent(palette))
        link.setFontUnderline(True)
        # What a mark inside a line changes; one that is missing here changes nothing.
        self.marks: dict[Mark, QTextCharFormat] = {
            "bold": self.bold_mark,
            "italic": self.italic_mark,
            "struck": struck,
            "code": self.inline_code,
            "label": self.small,
            "added": _coloured(theme.accent(palette)),
            "removed": _coloured(theme.danger(palette)),
            "place": _coloured(theme.muted(palette)),
            "keyword": _coloured(theme.accent(palette)),
            "string": _coloured(theme.warning(palette)),
            "number": _coloured(theme.accent(palette)),
            "comment": comment,
            "link": link,
        }

    def block(
        self,
        *,
        above: float = 0.0,
        below: float = 0.0,
        indent: float = 0.0,
        backdrop: Backdrop = Backdrop.NONE,
        group: int = 0,
    ) -> QTextBlockFormat:
        """A block with distances in lines; `group` joins neighbours on one backdrop."""
        known = (above, below, indent, backdrop)
        if known not in self._blocks:
            self._blocks[known] = self._make_block(above, below, indent, backdrop)
        block = QTextBlockFormat(self._blocks[known])
        block.setProperty(GROUP_PROPERTY, group)
        return block

    def _make_block(self, above: float, below: float, indent: float, backdrop: Backdrop) -> QTextBlockFormat:
        block = QTextBlockFormat()
        block.setTopMargin(above * self.line_height)
        block.setBottomMargin(below * self.line_height)
        block.setLeftMargin(indent * self.line_height)
        block.setRightMargin(self.line_height if backdrop in _PANELS else 0)
        block.setLineHeight(122, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        block.setProperty(BACKDROP_PROPERTY, int(backdrop))
        return block

    def block_of_line(self, line: Line, *, gap: float, group: int) -> QTextBlockFormat:
        """The block of a line of Markdown; `gap` is the distance to what stands above."""
        match line.kind:
            case "heading":
                return self.block(above=max(gap, 0.7), below=0.1)
            case "item":
                block = self.block(above=max(gap, 0.12), indent=1.4 + 1.2 * line.level)
                block.setTextIndent(-self.marker_width(line))
                return block
            case "quote":
                block = self.block(
                    above=gap, indent=0.9 + 0.9 * line.level, backdrop=Backdrop.BAR, group=group
                )
                block.setProperty(LEVEL_PROPERTY, line.level)
                return block
            case "code" | "table":
                return self.block(above=gap, indent=0.8, backdrop=Backdrop.CODE, group=group)
            case "rule":
                return self.block(above=max(gap, 0.4), below=0.4, backdrop=Backdrop.RULE)
            case "text":
                return self.block(above=gap)

    def marked(self, look: Mark, base: QTextCharFormat) -> QTextCharFormat:
        """One of our own formats with what a mark changes in it."""
        known = (look, id(base))
        if known not in self._marked:
            marked = QTextCharFormat(base)
            marked.merge(self.marks.get(look, QTextCharFormat()))
            self._marked[known] = marked
        return self._marked[known]

    def marker_width(self, line: Line) -> float:
        if line.marker not in self._marker_widths:
            self._marker_widths[line.marker] = self.width_of(f"{line.marker}  ", self.text)
        return self._marker_widths[line.marker]

    def width_of(self, text: str, char_format: QTextCharFormat) -> float:
        """In pixels. `char_format` is one of ours, or one made from it that has its font."""
        font = char_format.font()
        key = font.key()
        if key not in self._metrics:
            self._metrics[key] = QFontMetricsF(font)
        return self._metrics[key].horizontalAdvance(text)

    def button_size(self, label: str) -> tuple[float, float]:
        """What a button with that label takes, in pixels."""
        metrics = QFontMetricsF(QGuiApplication.font())
        return metrics.horizontalAdvance(label) + 26, metrics.height() + 12

    def of_line(self, line: Line) -> QTextCharFormat:
        match line.kind:
            case "heading":
                return self.heading if line.level <= 2 else self.bold
            case "code" | "table":
                return self.code
            case "quote":
                return self.muted
            case _:
                return self.text


def _char_format(font: QFont, colour: QColor) -> QTextCharFormat:
    char_format = QTextCharFormat()
    char_format.setFont(font)
    char_format.setForeground(colour)
    return char_format


def _coloured(colour: QColor) -> QTextCharFormat:
    char_format = QTextCharFormat()
    char_format.setForeground(colour)
    return char_format


def _merged(base: QTextCharFormat, mark: QTextCharFormat) -> QTextCharFormat:
    merged = QTextCharFormat(base)
    merged.merge(mark)
    return merged

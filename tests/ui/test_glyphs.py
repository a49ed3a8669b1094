"""The signs of the window: one file each, drawn in the colour asked for, sharp at any scale."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter
from PySide6.QtWidgets import QApplication

from roku_desktop.paths import resource_path
from roku_desktop.ui.look.glyphs import Glyph, glyph_image, paint_glyph

pytestmark = pytest.mark.window
GLYPHS: tuple[Glyph, ...] = get_args(Glyph)
RED = QColor("#b3261e")


def painted(glyph: Glyph, box: QRectF, *, scale: float) -> QImage:
    image = QImage(round(32 * scale), round(32 * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_glyph(painter, glyph, box, RED)
    painter.end()
    return image


def opaque(image: QImage) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }


def test_every_sign_has_a_file_and_every_file_is_a_sign():
    files = {path.stem for path in resource_path("icons/roku.svg").parent.glob("*.svg")}
    assert files == {*GLYPHS, "roku"}


@pytest.mark.parametrize("glyph", GLYPHS)
def test_a_sign_is_of_one_set_and_refers_to_nothing_outside(glyph: Glyph):
    source = resource_path(f"icons/{glyph}.svg").read_text(encoding="utf-8")
    assert 'viewBox="0 0 16 16"' in source
    assert 'stroke-width="1.5"' in source
    assert set(re.findall(r"#\w+", source)) == {"#000"}
    assert "href" not in source


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("glyph", GLYPHS)
def test_a_sign_is_drawn_inside_its_box_in_the_colour_asked_for(
    app: QApplication, glyph: Glyph, scale: float
):
    image = painted(glyph, QRectF(8, 8, 16, 16), scale=scale)
    drawn = opaque(image)
    assert drawn
    assert {image.pixelColor(x, y).name() for x, y in drawn} == {RED.name()}
    edge = 8 * scale
    assert all(edge <= x < 3 * edge and edge <= y < 3 * edge for x, y in drawn)


def test_a_sign_on_a_screen_of_double_scale_is_drawn_and_not_enlarged(app: QApplication):
    large, small = glyph_image("check", 32, RED.rgba()), glyph_image("check", 16, RED.rgba())
    assert painted("check", QRectF(8, 8, 16, 16), scale=2.0).copy(16, 16, 32, 32) == large
    assert small.scaled(32, 32) != large


def test_a_box_between_two_pixels_blurs_nothing(app: QApplication):
    between = painted("stop", QRectF(8.4, 7.6, 16, 16), scale=1.0)
    assert between == painted("stop", QRectF(8, 8, 16, 16), scale=1.0)


def test_the_programs_own_icon_can_be_read_at_any_size(app: QApplication):
    icon = QIcon(str(resource_path("icons/roku.svg")))
    assert {icon.pixmap(size).width() for size in (16, 48, 256)} == {16, 48, 256}

"""Draws an SVG as PNGs: `python render_icons.py FILE.svg FOLDER SIZE…` makes FOLDER/SIZE.png, in pixels.

A program of its own, because it needs PySide6, which only `.venv` has.
"""

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer


def main(source: str, folder: str, *sizes: str) -> int:
    renderer = QSvgRenderer(source)
    if not renderer.isValid():
        print(f"{source} is no picture.", file=sys.stderr)
        return 1
    for size in map(int, sizes):
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        if not image.save(str(Path(folder, f"{size}.png"))):
            print(f"{folder} can't be written.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Start of the window to "the first prompt could be typed and sent", against a bare PySide6 window.

Both open on a real X server of their own, to their first paint: at most 1.6 times the wall time and
1.5 times the memory of a window with nothing but a text edit.
"""

import sys
from pathlib import Path

from tests.benchmarks.harness import Report, paired, program
from tests.benchmarks.stream_server import stream_server
from tests.support.display import VirtualDisplay

BARE_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QTextEdit
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, QApplication.quit)
application = QApplication(sys.argv)
window = Window()
window.setCentralWidget(QTextEdit())
window.resize(1000, 700)
window.show()
sys.exit(application.exec())
"""


def main() -> int:
    roku_desktop = Path(sys.executable).with_name("roku-desktop")
    with stream_server(chunks=5) as server, VirtualDisplay() as display:
        home = server.home()
        env = {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}
        gui = program([roku_desktop, "--home", home, "gui", "--exit-when-ready"], env=env)
        bare = program([sys.executable, "-c", BARE_WINDOW], env=env)
        pair = paired(gui, bare, rounds=15)
    report = Report("window")
    report.compare(
        "start to first prompt ready", pair.wall(), unit="ms", at_most=1.6, against="a bare window"
    )
    report.compare("peak memory", pair.rss(), unit="MB", at_most=1.5, against="a bare window")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())

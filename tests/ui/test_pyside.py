"""PySide as the window loads it behaves as PySide does, and has compiled no text of its signatures."""

import subprocess
import sys

import pytest

LOAD = """
import sys
if sys.argv[1] == "put off":
    from roku_desktop.ui.pyside import load_pyside
    load_pyside()
from PySide6.QtCore import QObject, QSize, QTimer
def put_off():
    return sorted(name for name, module in sys.modules.items() if "_put_off" in vars(module))
"""
WRONG_USES = (
    'QSize("a", 1)',
    'QTimer().start("x")',
    "QObject(foo=1)",
    "QObject().setObjectName(3)",
    "QSize(1, 2, 3)",
    "QObject.blockSignals.nothing",
)


def outcome(how: str, program: str) -> str:
    command = [sys.executable, "-c", LOAD + program, how]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


@pytest.mark.parametrize("wrong", WRONG_USES)
def test_what_is_wrong_with_a_call_is_said_as_pyside_says_it(wrong: str) -> None:
    program = f"try:\n    {wrong}\nexcept Exception as error:\n    print(type(error), error)\n"
    said = outcome("put off", program)
    assert "Error" in said
    assert said == outcome("as it comes", program)


def test_documentation_is_that_of_pyside() -> None:
    program = "print(QObject.blockSignals.__doc__, QTimer.__doc__)\n"
    assert "blockSignals(self, b: bool" in outcome("put off", program)
    assert outcome("put off", program) == outcome("as it comes", program)


def test_the_modules_are_where_pyside_publishes_them() -> None:
    program = (
        "import PySide6.support.signature.parser as parser\n"
        "print(parser.__name__, parser.__spec__.name, parser.pyside_type_init.__name__)\n"
    )
    assert outcome("put off", program) == outcome("as it comes", program)


def test_no_text_of_signatures_is_compiled_until_one_is_asked_for() -> None:
    at_start, in_the_end = outcome(
        "put off", "print(put_off())\nQObject.blockSignals.__doc__\nprint(put_off())\n"
    ).splitlines()
    for module in ("parser", "layout", "errorhandler", "lib.pyi_generator", "lib.enum_sig"):
        assert f"'shibokensupport.signature.{module}'" in at_start
    assert "signature.parser" not in in_the_end


def test_a_window_comes_on_screen_without_classes_of_qt_that_it_has_no_use_for() -> None:
    """PySide makes a class, with its enums, when it is first named. Asked for a widget that Qt made itself,
    it makes all there are, to find out which of them it is.
    """
    program = """
from PySide6 import QtGui, QtWidgets
from roku_desktop.ui.look import theme
application = QtWidgets.QApplication([*sys.argv[:1], *theme.ARGUMENTS, "-platform", "offscreen"])
theme.dress(application)
from roku_desktop.ui.main_window import MainWindow
window = MainWindow()
painted = []
window.painted.connect(lambda: painted.append(True))
window.show()
while not painted:
    application.processEvents()
window.grab()
made = {name for module in (QtGui, QtWidgets) for name in vars(module) if name.startswith("Q")}
print(*sorted(made))
"""
    made = outcome("put off", program).split()
    assert "QPlainTextEdit" in made
    assert {"QGradient", "QHeaderView", "QTabWidget", "QWizard"}.isdisjoint(made)

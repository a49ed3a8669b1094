"""What every test stands on: an environment of its own, and a screen where it opens windows.

Tests marked `window` get a real X server with a window manager (Linux) or the native display;
other Qt tests draw offscreen. A process has one Qt platform, so one window test in a run puts the
whole run on the screen. A missing Xvfb is an error, never a skip.

`SCREENSHOT_DIR=folder python3 scripts/dev.py test` keeps the pictures that tests take.
"""

from __future__ import annotations

import gc
import itertools
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.support.display import PictureTaker, VirtualDisplay
from tests.support.isolation import home_variables, private_names, refuse_outside_connections

# How many objects more than before a test may leave before they are looked through.
GARBAGE_AT_MOST = 50_000


def pytest_configure() -> None:
    sys.addaudithook(refuse_outside_connections)
    # A busy machine is no failure, so examples have no deadline. In CI hypothesis loads a profile of its
    # own that also repeats the same examples.
    if "CI" not in os.environ:
        hypothesis.settings.register_profile("suite", deadline=None)
        hypothesis.settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """What was imported for the tests stays: no collection of garbage searches it again."""
    gc.collect()
    gc.freeze()
    gc.disable()  # see `pytest_runtest_protocol`


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Garbage is collected between tests, on this thread.

    A collection of Python's own may run on the thread of a database, where Qt's timers and windows in a
    cycle can't be ended.
    """
    result = yield
    if "qapp" in getattr(item, "fixturenames", ()) or gc.get_count()[0] > GARBAGE_AT_MOST:
        gc.collect()
    return result


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """Takes away what the developer's session would lend to tests: keys, proxies, buses, themes."""
    with (
        # Its sockets have paths of some 100 bytes at most: pytest's own folders are too deep for that.
        tempfile.TemporaryDirectory(prefix="runtime-") as runtime_dir,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name in private_names(os.environ):
            patch.delenv(name)
        patch.setenv("XDG_RUNTIME_DIR", runtime_dir)
        # The person's own keyring is out of reach; a test that wants one brings its own backend.
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        yield


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An endless row of empty home folders, outside any test's `tmp_path`."""
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in itertools.count(1))


@pytest.fixture(autouse=True)
def home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's home folder, empty and of this test alone; ROKU_HOME lies in it, not yet made."""
    folder = next(homes)
    folder.mkdir()
    for name, value in home_variables(folder).items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture(scope="session", autouse=True)
def display(request: pytest.FixtureRequest, clean_environment: None) -> Iterator[VirtualDisplay | None]:
    """The screen of this run; None where windows are drawn offscreen or natively."""
    wanted = any(item.get_closest_marker("window") for item in request.session.items)
    with pytest.MonkeyPatch.context() as patch:
        if not wanted:
            patch.setenv("QT_QPA_PLATFORM", "offscreen")
            yield None
        elif sys.platform != "linux":
            yield None
        else:
            with VirtualDisplay() as screen:
                patch.setenv("DISPLAY", screen.name)
                patch.setenv("QT_QPA_PLATFORM", "xcb")
                yield screen


@pytest.fixture
def screenshot(display: VirtualDisplay | None) -> PictureTaker:
    """`screenshot("name")` keeps a picture of the screen in SCREENSHOT_DIR, if that is set."""
    folder = os.environ.get("SCREENSHOT_DIR")
    return PictureTaker(Path(folder).resolve() if folder else None, display)

"""httpx is loaded without its command line, and nothing is left behind that another user would trip over."""

import subprocess
import sys

PROGRAM = """
import sys
from threading import Thread
from roku_desktop.engine.providers.http_library import is_loaded, load_httpx
assert not is_loaded()
threads = [Thread(target=load_httpx) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert is_loaded()
assert "httpx._main" not in sys.modules
import httpx, importlib
importlib.import_module("httpx._main").main
"""


def test_several_threads_may_load_it_at_once_and_its_command_line_still_can_be_imported():
    subprocess.run([sys.executable, "-W", "error", "-c", PROGRAM], check=True)

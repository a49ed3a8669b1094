"""The age of the process is that of its creation, not of its first line of Python."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from roku_desktop.process_age import process_age_s


@pytest.mark.skipif(sys.platform not in {"linux", "win32"}, reason="the system does not say")
def test_a_process_is_older_than_its_code_and_younger_than_its_parent():
    code = "from roku_desktop.process_age import process_age_s; print(process_age_s())"
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    age_s = float(done.stdout)
    assert 0 <= age_s <= time.monotonic() - began + 0.02  # a clock tick is 0.01 s
    own_age_s = process_age_s()
    assert own_age_s is not None
    assert own_age_s > age_s

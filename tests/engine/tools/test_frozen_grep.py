"""A frozen build has no interpreter for Grep's script: the program itself answers to a hidden word."""

from __future__ import annotations

import json
import subprocess
import sys


def test_the_program_itself_matches_for_grep() -> None:
    text = b"alpha\nbeta\n"
    talk = [{"pattern": "^be", "time_limit_s": 10}, {"size": len(text), "most": 5}]
    given = b"".join(json.dumps(line).encode() + b"\n" for line in talk) + text
    done = subprocess.run(
        [sys.executable, "-m", "roku_desktop", "grep-worker"], input=given, capture_output=True, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers == [{"error": ""}, {"matches": [[2, "beta"]], "more": False}]

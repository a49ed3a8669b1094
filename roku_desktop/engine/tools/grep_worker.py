"""The child process of Grep: gets texts over a pipe, answers which lines match. Stands alone.

Owns regular expressions, because a hostile one can spin for ever while it holds Python's global
lock: here it holds only this process, which ends itself at its time limit, also when its parent was
killed (docs/decisions/0010-grep.md). It opens no file and knows no path. Run by its own path with
`python -I -S`, so it imports nothing of ours.

The talk, one JSON object a line: first `{"pattern", "time_limit_s"}`, answered by `{"error"}`; then
any number of `{"size", "most"}` + that many bytes of UTF-8, each answered by
`{"matches": [[line number, excerpt], …], "more": bool}`. The end of input ends the process.
"""

from __future__ import annotations

import faulthandler
import json
import os
import re
import sys
from typing import BinaryIO

# Characters of a matching line that are shown, and how many of them stand before the match.
EXCERPT_CHARACTERS = 300
BEFORE_CHARACTERS = 80


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until they end."""
    first = json.loads(requests.readline())
    # A thread in C that ends the process, whether or not Python code can run then.
    faulthandler.dump_traceback_later(first["time_limit_s"], exit=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123 (stays open for the watchdog)
    pattern, error = compiled(first["pattern"])
    answer(answers, {"error": error})
    if pattern is None:
        return
    for line in requests:
        request = json.loads(line)
        text = requests.read(request["size"]).decode("utf-8", "replace")
        matches, more = search(pattern, text, request["most"])
        answer(answers, {"matches": matches, "more": more})


def compiled(pattern: str) -> tuple[re.Pattern[str] | None, str]:
    """Return the pattern, or what is wrong with it."""
    try:
        return re.compile(pattern), ""
    except (re.error, OverflowError, RecursionError) as error:
        return None, str(error) or type(error).__name__


def search(pattern: re.Pattern[str], text: str, most: int) -> tuple[list[tuple[int, str]], bool]:
    """Return up to `most` matching lines, and whether there are more."""
    matches: list[tuple[int, str]] = []
    for number, ended in enumerate(text.removesuffix("\n").split("\n"), start=1):
        line = ended.removesuffix("\r")
        found = pattern.search(line)
        if found is None:
            continue
        if len(matches) == most:
            return matches, True
        matches.append((number, excerpt(line, found.start())))
    return matches, False


def excerpt(line: str, at: int) -> str:
    """Return the line, or of a long one the part around its match."""
    if len(line) <= EXCERPT_CHARACTERS:
        return line
    start = max(0, min(at - BEFORE_CHARACTERS, len(line) - EXCERPT_CHARACTERS))
    end = start + EXCERPT_CHARACTERS
    return ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")


def answer(answers: BinaryIO, value: object) -> None:
    answers.write(json.dumps(value).encode("ascii") + b"\n")
    answers.flush()


def main() -> None:
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()

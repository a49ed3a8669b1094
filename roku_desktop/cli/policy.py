"""`policy explain`: how a shell command would be treated, and why. Runs nothing, asks nobody.

One command as an argument, or one JSON string per line on stdin, each answered by one line in order,
so that thousands can be checked by a script. Relative paths count from the current folder.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from roku_desktop.cli import exits
from roku_desktop.cli.output import colour, print_json
from roku_desktop.engine import RiskTier, ShellPolicy, ShellVerdict, as_text
from roku_desktop.engine.errors import ConfigurationError
from roku_desktop.visible_text import visible_line

_MAX_LINE_BYTES: Final = 8 * 1024 * 1024
_DECODER: Final = msgspec.json.Decoder(str)
_SAID: Final[dict[RiskTier, tuple[str, str]]] = {
    "safe": ("runs without asking", "green"),
    "requires_approval": ("asks first", "yellow"),
    "denied": ("never runs", "red"),
}


class _Refused(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a line that holds no command."""

    tier: RiskTier = "requires_approval"
    reason: str = "The line is not one JSON string, so there is no command to look at."
    error: str


def explain(arguments: argparse.Namespace) -> int:
    """Print the verdict on one command, or on each line of stdin."""
    if (arguments.shell_command is None) != arguments.stdin:
        raise ConfigurationError(
            "Give one COMMAND in quotation marks, or --stdin with one JSON string a line."
        )
    policy = ShellPolicy(Path.cwd())
    if arguments.stdin:
        return _explain_lines(policy, as_json=arguments.json)
    verdict = policy.classify(arguments.shell_command)
    if arguments.json:
        print_json(verdict)
    else:
        print(_text(verdict))
    return exits.DONE


def _explain_lines(policy: ShellPolicy, *, as_json: bool) -> int:
    if sys.stdin is None:
        raise ConfigurationError("There is nothing on stdin: send one JSON string a line.")
    encoder, out = msgspec.json.Encoder(enc_hook=as_text), sys.stdout.buffer
    for line in _lines():
        answer = _answer(policy, line)
        if as_json:
            out.write(encoder.encode(answer) + b"\n")
        else:
            out.write(f"{answer.tier}\t{visible_line(answer.reason)}\n".encode("utf-8", "replace"))
        out.flush()  # whoever sends one line at a time waits for its answer
    return exits.DONE


def _lines() -> Iterator[bytes]:
    """Yield the lines of stdin, the longest ones cut so that they can't be taken for a command."""
    stream = sys.stdin.buffer
    while line := stream.readline(_MAX_LINE_BYTES):
        if len(line) == _MAX_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(_MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
        yield line.strip()


def _answer(policy: ShellPolicy, line: bytes) -> ShellVerdict | _Refused:
    try:
        return policy.classify(_DECODER.decode(line))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        command = _lenient(line)
        return _Refused(error=str(error)) if command is None else policy.classify(command)


def _lenient(line: bytes) -> str | None:
    """Read what the strict decoder does not take though scripts write it: half of a surrogate pair."""
    import json

    try:
        command = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return command if isinstance(command, str) else None


def _text(verdict: ShellVerdict) -> str:
    said, name = _SAID[verdict.tier]
    lines = [f"{colour(verdict.tier, name)}: {said}. {visible_line(verdict.reason)}"]
    if verdict.program:
        lines.append(f"Program: {visible_line(verdict.program)}")
    elif verdict.tier == "denied":
        lines += [f"Because of: {visible_line(segment)}" for segment in verdict.segments]
    return "\n".join(lines)

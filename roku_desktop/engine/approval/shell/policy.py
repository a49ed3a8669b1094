"""What may happen with a shell command: safe, to be approved, or denied.

Owns the order of questions and their limits: first the search for what is denied, in every corner of
the text; then the proof that the command is harmless, which a single plain command from a short list
alone can give. Whatever is not understood, too large, or in doubt asks. Nothing is run; the disk is
looked at only to see what a path of a command from the list really is. Called by the shell tool and
by `policy explain`.
"""

from __future__ import annotations

import logging
import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from roku_desktop.engine.events import RiskTier
from roku_desktop.engine.sentences import said

if TYPE_CHECKING:
    from roku_desktop.engine.approval.shell.harmless import Proof

MAX_COMMAND_BYTES: Final = 512 * 1024
"""Longer commands are not read; Linux itself takes 128 KiB in one argument."""

FAULT: Final = said(
    "The command can't be read because of a fault in this program, so a person has to look at it."
)

_log = logging.getLogger(__name__)
_MAX_SEGMENT_CHARS: Final = 200


class ShellVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """How a command is treated, and why, in one sentence.

    `segments` holds the command, cut to 200 characters; of a denied one the piece that is denied.
    `program` is the absolute path and `argv` the words that a safe command is run with, without any
    shell; both are empty otherwise.
    """

    tier: RiskTier
    reason: str
    segments: tuple[str, ...] = ()
    program: str = ""
    argv: tuple[str, ...] = ()


class ShellPolicy:
    """Classifies commands for one workspace. Not for several threads at once.

    `path` is the PATH that programs are looked up in; `windows` says that commands go to cmd or
    PowerShell, where nothing is safe.
    """

    def __init__(
        self, workspace: Path, *, environ: Mapping[str, str] = os.environ, windows: bool = os.name == "nt"
    ) -> None:
        from roku_desktop.engine.approval.shell.harmless import HarmlessCommands
        from roku_desktop.engine.approval.shell.syntax import Syntax

        self._syntax = Syntax()
        self._windows = windows
        self._harmless = HarmlessCommands(workspace, environ.get("PATH", os.defpath))

    def proof_of(self, command: str) -> Proof:
        """Whether a command is harmless, without the search for what is denied: what a safe one runs.

        For what was classified already; never raises, like `classify`.
        """
        from roku_desktop.engine.approval.shell.harmless import Proof

        if self._windows:
            return Proof(doubt=said("Commands for cmd and PowerShell always need approval."))
        try:
            return self._harmless.prove(command, self._syntax)
        except Exception:  # noqa: BLE001 (as in `classify`)
            _log.exception("a command could not be proven harmless")
            return Proof(doubt=FAULT)

    def classify(self, command: str) -> ShellVerdict:
        """Return the verdict on a command's text; never raises for a text, whatever it holds."""
        try:
            return self._classified(command)
        except Exception:  # noqa: BLE001 (a fault in the reading lets nothing pass, and doesn't end the turn)
            _log.exception("a command could not be classified")
            return _asks(FAULT, command)

    def _classified(self, command: str) -> ShellVerdict:
        from roku_desktop.engine.approval.shell.search import DenySearch

        size_bytes = len(command.encode("utf-8", "surrogatepass"))
        if size_bytes > MAX_COMMAND_BYTES:
            return _asks(
                said(
                    "The command is too long to be checked ({size} KB): put it into a script file.",
                    size=size_bytes // 1024,
                )
            )
        search = DenySearch(self._syntax)
        for text in _readings(command):
            if denial := search.run(text):
                return ShellVerdict(tier="denied", reason=denial.reason, segments=(_shown(denial.segment),))
        if search.faulty:
            return _asks(FAULT, command)
        if not search.complete:
            return _asks(
                said("The command can't be read completely, so a person has to look at it."), command
            )
        proof = self.proof_of(command)
        if proof.doubt:
            return _asks(proof.doubt, command)
        return ShellVerdict(
            tier="safe",
            reason=said("`{program}` with these words only reads and prints.", program=proof.argv[0]),
            segments=(_shown(command),),
            program=proof.program,
            argv=proof.argv,
        )


def _asks(reason: str, command: str = "") -> ShellVerdict:
    return ShellVerdict(
        tier="requires_approval", reason=reason, segments=(_shown(command),) if command else ()
    )


def _readings(command: str) -> list[str]:
    """The text itself and, where it holds odd characters, what it would be without them."""
    text = command.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    if text.isascii():
        return [text]
    folded = "".join(
        char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) not in {"Cf", "Co"}
    )
    return list(dict.fromkeys([text, folded]))


def _shown(segment: str) -> str:
    segment = segment.encode("utf-8", "replace").decode("utf-8")
    return segment if len(segment) <= _MAX_SEGMENT_CHARS else segment[: _MAX_SEGMENT_CHARS - 1] + "…"

"""What a call would do, exactly: the canonical execution, its digest, and what changed since.

A person is shown and approves an `Execution`; only one with the same digest may start. It is derived
from a call and the world at a moment (which program the name finds, what the script says, what the
file to be changed holds), so it is derived again just before the start and compared. The preview is
made from it and is never the source of truth.

Owns the value, its digest and the comparison. Stands below `ports` and `events`, which name it, and
outside `approval/`, which stands on those. Each tool derives its own (`tools/`); the journal keeps it.
Pure, except for `identity_of`, which looks at a file and remembers the hashes of the system's programs.
"""

from __future__ import annotations

import os
import stat
import time
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import msgspec

from roku_desktop.engine.sentences import said

VERSION: Final = 1
"""Of the digest: raised when a field is added or its meaning changes, so old approvals ask again."""

Mode = Literal["in_process", "direct", "shell"]
"""Done by this program itself; a program started with its argv; a text handed to a shell."""

ActionClass = Literal["read", "write", "exec", "network", "mixed"]
FileKind = Literal["file", "folder", "missing", "other"]

MAX_HASHED_BYTES: Final = 64 * 1024 * 1024
"""Larger files are known by size, time and inode alone; hashing this much takes 0.1 s."""

_CHUNK_BYTES: Final = 1024 * 1024
_RESTS_AFTER_S: Final = 5.0


class FileIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was when the execution was derived.

    `path` is what was named, made absolute; `real_path` where it leads through symlinks. `sha256` is
    hexadecimal, empty for what is no file or too large; then size, time and inode stand for it.
    """

    path: str
    real_path: str
    kind: FileKind
    sha256: str = ""
    size_bytes: int = 0
    mtime_ns: int = 0
    inode: int = 0


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What it reaches: absolute paths, and `host:port` for the network. `root` is the workspace."""

    root: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


class Execution(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what happens; every field is part of the digest.

    `program` is an absolute path, empty where the tool works inside this process. `argv` is complete
    (argv[0] included), or the arguments of a tool that starts nothing, as `name=value`. `environment`
    names the variables that are handed on. `content` is the text that is written, run or sent; with
    `depends_on` (program, scripts, files to be changed, working directory) it says what was approved.
    """

    tool: str
    mode: Mode
    action: ActionClass
    cwd: str
    scope: Scope
    program: str = ""
    argv: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    content: str = ""
    timeout_ms: int = 0
    depends_on: tuple[FileIdentity, ...] = ()
    version: int = VERSION


PreviewKind = Literal["diff", "command", "code", "address", "text"]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """An execution in a form that people read; made from it, never the source of truth.

    `title` is one line ("Edit src/main.py"); `text` a unified diff, the command, the code, the
    address, as `kind` says. Plain text, however it looks.
    """

    kind: PreviewKind
    title: str
    text: str = ""


def digest_of(execution: Execution) -> str:
    """SHA-256 over the canonical JSON of all fields (keys sorted, no blanks), hexadecimal."""
    import hashlib  # at the first call: 2 ms that a start does without

    return hashlib.sha256(msgspec.json.encode(execution, order="sorted")).hexdigest()


def changes(approved: Execution, now: Execution) -> list[str]:
    """What is different, a clause each, for a person: "the file /w/build.sh has other contents"."""
    found = [clause for field, clause in _CLAUSES.items() if getattr(approved, field) != getattr(now, field)]
    before = {identity.path: identity for identity in approved.depends_on}
    after = {identity.path: identity for identity in now.depends_on}
    for path in sorted(before.keys() | after.keys()):
        clause = _change_of_file(before.get(path), after.get(path))
        if clause:
            found.append(clause)
    return found


_CLAUSES: Final = {
    "version": said("this version of the program describes calls in another way"),
    "tool": said("another tool would run"),
    "mode": said("it would be started in another way"),
    "action": said("it would do another kind of thing"),
    "cwd": said("the working directory is another one"),
    "scope": said("it would reach other files or hosts"),
    "program": said("the name finds another program"),
    "argv": said("the arguments are others"),
    "environment": said("other environment variables would be handed on"),
    "content": said("the text is another one"),
    "timeout_ms": said("the time limit is another one"),
}


def _change_of_file(before: FileIdentity | None, after: FileIdentity | None) -> str:
    if before == after:
        return ""
    if before is None or after is None:
        present = before or after
        assert present is not None
        return f"{present.path} plays a part only {'before' if after is None else 'now'}"
    if before.real_path != after.real_path:
        return f"{before.path} leads to {after.real_path} instead of {before.real_path}"
    if before.kind != after.kind:
        words = {"missing": "is gone", "file": "is a file now", "folder": "is a folder now"}
        return f"{before.path} {words.get(after.kind, 'is something else now')}"
    return f"{before.path} has other contents"


def identity_of(path: Path) -> FileIdentity:
    """Look at a file and read it. Blocks: call it in a thread. Raises OSError where it can't be read."""
    real = Path(os.path.realpath(path))
    try:
        found = real.stat()
    except FileNotFoundError:
        return FileIdentity(path=str(path), real_path=str(real), kind="missing")
    if stat.S_ISDIR(found.st_mode):
        # A folder's time and size change with every file in it; which folder it is does not.
        return FileIdentity(path=str(path), real_path=str(real), kind="folder", inode=found.st_ino)
    if not stat.S_ISREG(found.st_mode):
        return FileIdentity(path=str(path), real_path=str(real), kind="other", inode=found.st_ino)
    if found.st_size <= MAX_HASHED_BYTES:
        return FileIdentity(path=str(path), real_path=str(real), kind="file", sha256=_digest(real, found))
    return FileIdentity(
        path=str(path),
        real_path=str(real),
        kind="file",
        size_bytes=found.st_size,
        mtime_ns=found.st_mtime_ns,
        inode=found.st_ino,
    )


def _digest(path: Path, found: os.stat_result) -> str:
    """Hash a file; what belongs to the system and rests is hashed once, because each command asks for bash.

    A change of such a file changes its ctime, which nobody can set; one that is only seconds old may
    hide a second change.
    """
    is_the_systems = os.name == "posix" and found.st_uid == 0 and not found.st_mode & 0o022
    if not is_the_systems or time.time() - found.st_ctime < _RESTS_AFTER_S:
        return _sha256(path)
    return _resting_sha256(
        path, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
    )


@lru_cache(maxsize=256)
def _resting_sha256(path: Path, *state: int) -> str:
    return _sha256(path)


def _sha256(path: Path) -> str:
    import hashlib

    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()

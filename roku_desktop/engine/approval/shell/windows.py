"""The same destruction in the words of cmd and PowerShell.

Owns their forms: deleting a drive or a system folder, formatting, partitions, raw disks, fork bombs.
Checked on every system, because a model writes them anywhere; nothing of cmd or PowerShell is ever
Safe. Called by `search`.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from roku_desktop.engine.approval.shell.batch import as_cmd_reads
from roku_desktop.engine.approval.shell.bombs import SENTENCE, is_windows_bomb
from roku_desktop.engine.approval.shell.code import with_literals_joined
from roku_desktop.engine.approval.shell.words import listed
from roku_desktop.engine.sentences import said

_MAX_CHARS: Final = 65_536
_MAX_WORDS: Final = 200
_MAX_DEPTH: Final = 3
_WORTH_A_LOOK: Final = re.compile(
    r"format|del|robocopy|wmic|fsutil|erase|rd|rmdir|remove|ri|rm|diskpart|clear|initialize|physicaldrive|%~?0|start|goto|-e|cipher|sdelete"
    r"|takeown|icacls|wbadmin|vssadmin",
    re.IGNORECASE,
)
_STATEMENTS: Final = re.compile(r"\"[^\"]*\"|'[^']*'|[&|;\r\n(){}]+")
_WORDS: Final = re.compile(r"(?:\"[^\"]*\"|'[^']*'|[^\s,\"'])+")
_INERT: Final = listed(
    """
    echo @echo rem write-host write-output write-verbose git grep findstr select-string printf cat
    type get-help help man
    """
)
_ALL: Final = r"(?:\*(?:\.\*)?)?"
_VARIABLES: Final = (
    "systemdrive|systemroot|windir|userprofile|homepath|homedrive|programfiles|programdata|allusersprofile"
    "|public"
)
_SYSTEM: Final = (
    r"windows|winnt|users|program ?files(?: ?\(x86\))?|programdata|documents and settings|boot|efi"
)
_TARGET: Final = re.compile(
    rf"(?:\\\\[.?]\\)?[a-z]:[\\/]*{_ALL}"  # a drive
    rf"|[\\/]+{_ALL}|\*(?:\.\*)?|\.[\\/]?{_ALL}|\.\.(?:[\\/]\.\.)*[\\/]?{_ALL}|~[\\/]?\*?"
    rf"|(?:[a-z]:)?[\\/]+(?:{_SYSTEM})(?:[\\/]+(?:system32|syswow64)?[\\/]*)?{_ALL}"
    rf"|(?:[a-z]:)?[\\/]+users[\\/][^\\/]+[\\/]*{_ALL}"
    rf"|%(?:{_VARIABLES}|homedrive%%homepath)%[\\/]*{_ALL}"
    rf"|(?:\$\{{?env:(?:{_VARIABLES})\}}?|\$home|\$\{{home\}})[\\/]*{_ALL}"
    r"|\$_\.root[\\/]*\*?|hk(?:lm|cu|cr|u):[\\/]*(?:software|system)?[\\/]*\*?",  # the registry as a drive
    re.IGNORECASE,
)
_RECURSIVE: Final = re.compile(
    r"(?:/[a-z])*/s(?:/[a-z])*|-r(?:e(?:c(?:u(?:r(?:se?)?)?)?)?)?(?::\$true)?|-recurse.*"
)
_BRACKETED_NAME: Final = re.compile(r"\$\{(env:\w{1,60}|home)\}", re.IGNORECASE)
_GIVEN: Final = re.compile(r"\$(\w{1,60})\s{0,9}=\s{0,9}(['\"])([^'\"\r\n]{1,200})\2")
"""`$p = 'C:\\'`."""
_MAX_GIVEN: Final = 20
_CALLED: Final = re.compile(r"[&.]\s{0,9}\(\s{0,9}(['\"])([\w-]{1,60})\1\s{0,9}\)")
"""`& ('Remove-Item')`."""
_LISTERS: Final = frozenset(["get-childitem", "gci", "dir", "ls"])
_DELETERS: Final = frozenset(["remove-item", "ri", "rm", "rd", "rmdir", "del", "erase", "deltree", "rni"])
_METHOD: Final = re.compile(
    r"(?:IO\.Directory\]::Delete\(\s*[\"']?([^\"',)]+)[\"']?|Get-Item\s+[\"']?([^\s\"')]+)[\"']?\s*\)\.Delete\()",
    re.IGNORECASE,
)
_DISK_CMDLETS: Final = listed(
    """
    clear-disk format-volume initialize-disk remove-partition diskpart diskpart.exe
    reset-physicaldisk
    """
)


def denied_windows(text: str, *, depth: int = 0) -> str:
    """Return why the text is denied, read as cmd or PowerShell would; empty where nothing in it is."""
    text = _as_powershell_reads(as_cmd_reads(text[:_MAX_CHARS]))
    if not _WORTH_A_LOOK.search(text):
        return ""
    if is_windows_bomb(text):
        return SENTENCE
    listing = ""
    for found in _METHOD.finditer(text):
        if _TARGET.fullmatch(found[1] or found[2]):
            return said("It deletes everything in {path}.", path=(found[1] or found[2])[:80])
    for statement in _split(text):
        words = [_unquoted(word) for word in _WORDS.findall(statement)]
        if not words or words[0].lower() in _INERT:
            continue
        for at, word in enumerate(words[:_MAX_WORDS]):
            if word.lower() in _LISTERS:  # also behind `powershell -Command`
                listing = _listed_whole(words[at:], text)
        if reason := _denied_statement(words, listing, depth):
            return reason
    return ""


def _denied_statement(words: Sequence[str], listing: str, depth: int) -> str:
    """Look at each word as a command's name, and at each that holds blanks as a text of its own."""
    for at, word in enumerate(words[:_MAX_WORDS]):
        if reason := _denied(word.lower(), words[at + 1 :], listing):
            return reason
    if depth < _MAX_DEPTH:
        for text in (*(word for word in words if " " in word), _encoded(words)):
            if text and (reason := denied_windows(text, depth=depth + 1)):
                return reason
    return ""


def _as_powershell_reads(text: str) -> str:
    """Return the text with joined literals as one, its own variables put in, names and calls bare."""
    if "+" in text:
        text = with_literals_joined(text)
    for found in list(itertools.islice(_GIVEN.finditer(text), _MAX_GIVEN)):
        value = found[3].replace("\\", r"\\")
        text = re.sub(rf"(?:[&.]\s{{1,9}})?\${found[1]}(?!\w|\s{{0,9}}=)", value, text, flags=re.IGNORECASE)[
            :_MAX_CHARS
        ]
    return _BRACKETED_NAME.sub(r"$\1", _CALLED.sub(r"\2", text))


def _split(text: str) -> Iterator[str]:
    start = 0
    for found in _STATEMENTS.finditer(text):
        if found[0][0] not in "\"'":
            yield text[start : found.start()]
            start = found.end()
    yield text[start:]


def _unquoted(word: str) -> str:
    return word.replace('"', "") if word[:1] != "'" else word.strip("'")


def _listed_whole(words: Sequence[str], text: str) -> str:
    """What a listing goes through, if it does so to the last file, or if that is left to the deletion."""
    target = next((word for word in words[1:] if _TARGET.fullmatch(word)), "")
    if any(word.lower().startswith("-r") or word.lower() == "/s" for word in words):
        return target
    handed_on = re.match(r"[A-Za-z]:", target) is not None or "$_" in text
    return target if handed_on and any(_RECURSIVE.fullmatch(word.lower()) for word in text.split()) else ""


def _denied(name: str, words: Sequence[str], listing: str) -> str:
    name = name.rpartition("\\")[2].removesuffix(".exe").removesuffix(".com").lstrip("@")
    lower = [word.lower() for word in words]
    if name == "format" and lower and re.fullmatch(r"[a-z]:[\\/]?", lower[0]):
        return said("It formats the drive {path}, and what is on it is lost.", path=words[0])
    if name in _DISK_CMDLETS and not {"-whatif", "/?"}.intersection(lower):
        return said("`{program}` formats or erases disks and their partitions.", program=name)
    if name in _DELETERS:
        return _deletion(name, words, lower, listing)
    if name in {"out-file", "set-content", "dd", "fsutil"} or "openwrite" in name:
        for word in (name, *lower):
            if "physicaldrive" in word:
                return said("It overwrites a whole disk.")
    return _tool(name, words, lower)


def _tool(name: str, words: Sequence[str], lower: Sequence[str]) -> str:
    """Programs of Windows that empty a drive, or take away everyone's access to it."""
    targets = [word for word in words if _TARGET.fullmatch(word)]
    match name:
        case "robocopy" if {"/mir", "/purge"} & set(lower) and _TARGET.fullmatch("".join(words[1:2])):
            return said(
                "It deletes everything in {path} that is not in {other}.",
                path=words[1][:80],
                other=words[0][:80],
            )
        case "cipher" if any(word.startswith("/w") for word in lower):
            return said("It overwrites all free space of a drive, so that nothing deleted comes back.")
        case "sdelete" | "sdelete64" if targets:
            return said("It deletes everything in {path} beyond recovery.", path=targets[0][:80])
        case "wmic" if "delete" in lower and any(_TARGET.fullmatch(word.partition("=")[2]) for word in words):
            return said("It deletes a drive's or the system's folders.")
        case "vssadmin" | "wmic" if "delete" in lower and {"shadows", "shadowcopy"} & set(lower):
            return said("It deletes the copies from which Windows restores files.")
        case "icacls" if targets and "/t" in lower and {"/deny", "/remove", "/inheritance:r"} & set(lower):
            return said("It takes away access to {path}, down to its last file.", path=targets[0][:80])
        case "forfiles" if (
            targets and "/s" in lower and re.search(r"\b(?:del|erase|rd|rmdir)\b", " ".join(lower))
        ):
            return said("It deletes everything in {path}.", path=targets[0][:80])
    return ""


def _deletion(name: str, words: Sequence[str], lower: Sequence[str], listing: str) -> str:
    recursive = bool(listing) or name == "deltree" or any(_RECURSIVE.fullmatch(word) for word in lower)
    if not recursive or (not listing and name in {"rm", "rmdir"} and lower[:1] in (["-r"], ["-rf"], ["-fr"])):
        return _emptying(name, words)  # `rm -r` is for the rules of the POSIX program
    for word in words:
        options = re.fullmatch(r"(/[a-z])+", word.lower())
        if not options and not word.startswith("-") and _TARGET.fullmatch(word):
            return said("It deletes everything in {path}.", path=word[:80])
    if listing and name != "rni":
        return said("It deletes everything in {path}.", path=listing[:80])
    return ""


def _emptying(name: str, words: Sequence[str]) -> str:
    """All files at the top of a drive, a home or a folder of the system; here they ask."""
    for word in words if name in {"del", "erase", "remove-item", "ri"} else ():
        if word.endswith("*") and word[0] not in "*." and _TARGET.fullmatch(word):
            return said("It deletes every file in {path}.", path=word[:80])
    return ""


def _encoded(words: Sequence[str]) -> str:
    """Return what `powershell -EncodedCommand` hides: base64 of UTF-16."""
    for option, value in itertools.pairwise(words):
        if re.fullmatch(r"[-/]e(c|nc|ncodedcommand)?|[-/]enco\w*", option.lower()):
            try:
                return base64.b64decode(value, validate=True).decode("utf-16-le", "ignore")
            except (binascii.Error, ValueError):
                return ""
    return ""

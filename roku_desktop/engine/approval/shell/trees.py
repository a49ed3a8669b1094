"""Commands that wipe file trees: `rm -r /` and its many relatives.

Owns which options and operands of which program destroy a tree that nobody means to lose: the root, a
home, a folder of the system, the whole current folder. Ordinary deletion (`rm -rf build`) is none of
its business. Called by `search` through `RULES`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from typing import Final

from roku_desktop.engine.approval.shell.places import (
    UNKNOWN,
    is_disk,
    is_root_glob,
    is_vital_file,
    ruinous,
)
from roku_desktop.engine.approval.shell.words import listed
from roku_desktop.engine.sentences import said

Rule = Callable[[Sequence[str], str], str]
"""From the words of a command and the folder it runs in to the reason why it is denied, or nothing."""

_NARROWING: Final = listed(
    """
    -name -iname -path -ipath -wholename -iwholename -regex -iregex -newer -mtime -mmin -atime -amin
    -ctime -cmin -size -user -group -perm -empty -inum -samefile -links -lname -ilname -nouser
    -nogroup -used -anewer -cnewer
    """
)
_DESTROYERS: Final = listed("rm unlink shred rmdir srm wipe truncate mv dd trash gio")
_ALWAYS_RECURSIVE: Final = listed("trash rimraf rmtree del-cli srm wipe")
_RUNS_EACH: Final = listed("-exec -execdir -ok -okdir -x -X --exec --exec-batch")
_FIND_VALUE_OPTIONS: Final = frozenset(["-maxdepth", "-mindepth", "-D"])


def remove(argv: Sequence[str], folder: str) -> str:
    """`rm`, `srm`, `wipe`, `trash`: recursive on a precious tree, or everything at its top."""
    options, operands = _parted(argv)
    recursive = argv[0] in _ALWAYS_RECURSIVE or _has(options, "rR", "recursive", "no-preserve-root", "dir")
    for operand in operands:
        if recursive and (tree := ruinous(operand, folder)):
            return _wipes(tree)
        if is_vital_file(operand, folder) or is_disk(operand):
            return said("It removes {path}, without which the system doesn't start.", path=_shown(operand))
        if is_root_glob(operand, folder):
            return _wipes(ruinous(operand, folder))
    if recursive and any(option == "--no-preserve-root" for option in options):
        return said("It switches off the guard that keeps the whole file system from being deleted.")
    return ""


def shred(argv: Sequence[str], folder: str) -> str:
    """`shred` on a disk, on what the system lives on, or on everything in a precious tree."""
    for operand in _parted(argv)[1]:
        if is_disk(operand):
            return said("It overwrites the disk {path}.", path=_shown(operand))
        if is_vital_file(operand, folder) or ruinous(operand, folder):
            return said("It destroys {path} beyond recovery.", path=_shown(operand))
    return ""


def find(argv: Sequence[str], folder: str) -> str:
    """`find` that deletes whatever it finds below a precious tree."""
    starts, expression = _find_parts(argv)
    destroys = "-delete" in expression or any(
        (word in _RUNS_EACH and _program(following) == "cp" and "/dev/null" in expression)
        or (
            word in _RUNS_EACH
            and _program(following) in _DESTROYERS | {"sh", "bash", "xargs", "sudo", "env", "busybox"}
            and (
                _program(following) in _DESTROYERS
                or any(re.search(r"\b(rm|unlink|shred|truncate)\b|>\s*[\"']?\$", w) for w in expression)
            )
        )
        for word, following in itertools.pairwise(expression)
    )
    if not destroys:
        return ""
    for start in starts:
        tree = ruinous(start, folder)
        if tree and (not _narrows(expression) or _is_system(start, folder)):
            return _wipes(tree)
    return ""


def found_everything(argv: Sequence[str], folder: str, *, deep: bool = False) -> list[str]:
    """Return the precious trees that `find` or `ls` lists in full, for a pipe into `xargs rm`.

    With `deep` only what lists every file in them, so that no `-r` is needed.
    """
    if not deep and _program(argv[0]) in {"ls", "dir", "gci", "du", "tree"}:
        operands = _parted(argv)[1] or ["."]
        return [operand for operand in operands if ruinous(operand, folder)]
    if _program(argv[0]) not in {"find", "fd", "fdfind", "gfind"}:
        return []
    starts, expression = _find_parts(argv)
    return [
        start
        for start in starts
        if ruinous(start, folder) and (not _narrows(expression) or _is_system(start, folder))
    ]


def removes_unknown(argv: Sequence[str]) -> bool:
    """Whether it destroys files whose names can't be told: from a variable, a substitution, `xargs`."""
    for at, word in enumerate(argv):
        if _program(word) in {"rm", "unlink", "shred", "truncate"} and (
            at or any(UNKNOWN in operand for operand in argv)
        ):
            return True
    return False


def move(argv: Sequence[str], folder: str) -> str:
    """`mv` that takes a precious tree away, or puts something over a disk or a vital file."""
    _, operands = _parted(argv)
    for operand in operands[:-1] or operands:
        tree = ruinous(operand, folder)
        if tree and tree != "the whole current folder" and not tree.startswith("the folders above"):
            return said("It moves {tree} away.", tree=tree)
    if len(operands) > 1 and operands[-1] == "/dev/null":
        for operand in operands[:-1]:
            if tree := ruinous(operand, folder):
                return _wipes(tree)
    return copy(argv, folder)


def copy(argv: Sequence[str], folder: str) -> str:
    """`cp`, `install`, `ln`, `tee`: onto a disk or a vital file."""
    options, operands = _parted(argv)
    targets = operands if _program(argv[0]) in {"tee", "truncate", "sponge"} else operands[-1:]
    targets += [option.partition("=")[2] for option in options if option.startswith("--target-directory=")]
    for target in targets:
        if is_disk(target):
            return said("It overwrites the disk {path}.", path=_shown(target))
        if _program(argv[0]) == "truncate" and is_root_glob(target, folder):
            return said("It empties {tree}.", tree=ruinous(target, folder))
        if (
            is_vital_file(target, folder)
            and "-a" not in options
            and len(operands) > (_program(argv[0]) not in {"tee", "truncate", "sponge"})
        ):
            return said("It overwrites {path}, without which the system doesn't work.", path=_shown(target))
    return ""


def synchronise(argv: Sequence[str], folder: str) -> str:
    """`rsync --delete` into a precious tree, `--remove-source-files` from one."""
    options, operands = _parted(argv)
    if operands and any(option.startswith(("--del", "--remove-source")) for option in options):
        concerned = operands[-1:] if any(option.startswith("--del") for option in options) else operands[:-1]
        for operand in concerned:
            tree = ruinous(operand, folder)
            if tree and tree != "the whole current folder":
                return _wipes(tree)
    return ""


def change_mode(argv: Sequence[str], folder: str) -> str:
    """`chmod`, `chown`, `chgrp`, `chattr`, `setfacl`: recursive on the system."""
    options, operands = _parted(argv)
    recursive = _has(options, "R", "recursive")
    for operand in operands:
        tree = ruinous(operand, folder)
        mode = next(iter(operands), "")
        takes_all = _program(argv[0]) == "chmod" and re.fullmatch(r"0*|a?[-=]r?w?x?|ugo[-=].*", mode)
        if recursive and tree and (_is_system(operand, folder) or (takes_all and "home" in tree)):
            return said(
                "It changes who may use {tree}, down to its last file, which breaks the system.", tree=tree
            )
        if operand == "/" and operand is not operands[0] and takes_all:
            return said("It takes away everyone's access to the whole file system.")
    return ""


def kill(argv: Sequence[str], _folder: str) -> str:
    """`kill -9 -1`: every process of this person, the program itself included."""
    words = list(argv[1:])
    signal_given = False
    while words:
        word = words.pop(0)
        if word in {"-s", "-n", "--signal"} and words:
            words.pop(0)
            signal_given = True
        elif word == "--":
            signal_given = True
        elif word == "-1" and signal_given:
            return said("It kills every process that it can reach.")
        elif word.startswith("-"):
            signal_given = True
    return ""


def kill_all(argv: Sequence[str], _folder: str) -> str:
    """`killall5 -9`."""
    return said("It kills every process that it can reach.") if re.fullmatch(r"-\w+", argv[-1]) else ""


def archive(argv: Sequence[str], folder: str) -> str:
    """`tar --remove-files`, `zip -m`: on a precious tree; `tar cf` onto a disk."""
    options, operands = _parted(argv)
    if re.match(r"-?[A-Za-z]*c[A-Za-z]*f", argv[1] if len(argv) > 1 else ""):
        for operand in operands[:2]:
            if is_disk(operand) and not operand.startswith("/dev/st"):
                return said("It overwrites the disk {path}.", path=_shown(operand))
    if "--remove-files" in options or (_program(argv[0]) == "zip" and _has(options, "m", "move")):
        for operand in operands:
            tree = ruinous(operand, folder)
            if tree and tree != "the whole current folder":
                return _wipes(tree)
    return ""


def git(argv: Sequence[str], folder: str) -> str:
    """`git clean -f` in a precious tree other than the current folder."""
    options, operands = _parted(argv)
    if "clean" not in operands or not _has(options, "f", "force"):
        return ""
    places = [option.partition("=")[2] for option in options if option.startswith("--work-tree=")]
    for place in (*places, *operands, *([folder] if folder not in {".", UNKNOWN} else [])):
        tree = ruinous(place, folder)
        if tree and tree != "the whole current folder":
            return _wipes(tree)
    return ""


def trash(argv: Sequence[str], folder: str) -> str:
    """`gio trash`, `gio remove`."""
    return remove(["trash", *argv[2:]], folder) if argv[1:2] in (["trash"], ["remove"]) else ""


def delete_volume(argv: Sequence[str], folder: str) -> str:
    """`btrfs subvolume delete` of a precious tree."""
    if "delete" in argv:
        for operand in argv[1:]:
            if tree := ruinous(operand, folder):
                return _wipes(tree)
    return ""


def unknown_program(argv: Sequence[str], folder: str) -> str:
    """A program whose name can't be told, with the words that only a recursive deletion has."""
    options, operands = _parted(argv)
    if _has(options, "rR", "recursive") and _has(options, "f", "force"):
        for operand in operands:
            if tree := ruinous(operand, folder):
                return said("Whatever runs here, `-rf` on {tree} can only mean to wipe it.", tree=tree)
    return ""


RULES: Final[dict[str, Rule]] = {
    **dict.fromkeys(["rm", "grm", *_ALWAYS_RECURSIVE], remove),
    "btrfs": delete_volume,
    "gio": trash,
    "shred": shred,
    "gshred": shred,
    **dict.fromkeys(["find", "gfind", "fd", "fdfind"], find),
    "mv": move,
    "gmv": move,
    **dict.fromkeys(["cp", "install", "tee", "truncate", "sponge", "ln", "gcp"], copy),
    "rsync": synchronise,
    **dict.fromkeys(
        ["chmod", "chown", "chgrp", "chattr", "setfacl", "chflags", "gchmod", "gchown"], change_mode
    ),
    "kill": kill,
    "killall5": kill_all,
    **dict.fromkeys(["tar", "bsdtar", "gtar", "zip"], archive),
    "git": git,
}


def _parted(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Options and operands; GNU programs take options after operands too."""
    options: list[str] = []
    operands: list[str] = []
    for at, word in enumerate(argv[1:], start=1):
        if word == "--":
            operands += argv[at + 1 :]
            break
        (options if len(word) > 1 and word[0] == "-" else operands).append(word)
    return options, operands


def _has(options: Sequence[str], letters: str, *long_names: str) -> bool:
    """Whether an option is given, in a cluster (`-fr`) or long, also shortened (`--recurs`)."""
    for option in options:
        if option.startswith("--"):
            name = option[2:].partition("=")[0]
            if name and any(long_name.startswith(name) for long_name in long_names):
                return True
        elif any(letter in letters for letter in option[1:]):
            return True
    return False


def _find_parts(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    words = list(argv[1:])
    at = 0
    starts: list[str] = []
    if _program(argv[0]).startswith("fd"):
        return _fd_parts(words)
    while at < len(words):
        word = words[at]
        if word in {"-H", "-L", "-P"} or word.startswith("-O"):
            at += 1
        elif word in _FIND_VALUE_OPTIONS:
            at += 2
        elif word.startswith(("-", "(", "!", "\\")):
            break
        else:
            starts.append(word)
            at += 1
    return starts or ["."], words[at:]


def _fd_parts(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """`fd PATTERN FOLDER … -x COMMAND`, in the words of `find`."""
    at = next((at for at, word in enumerate(words) if word in _RUNS_EACH), len(words))
    operands = [word for word in words[:at] if not word.startswith("-")]
    narrow = operands[:1] not in ([], ["."], [".*"], ["*"]) or any(
        re.match(r"-[eEdSo]|--(?:ext|size|change|exclude|max|min|exact|owner)", word) for word in words[:at]
    )
    return operands[1:] or ["."], [*(["-name", "x"] if narrow else []), *words[at:]]


def _narrows(expression: Sequence[str]) -> bool:
    """Whether a test leaves most files alone; `-name '*'` does not."""
    for word, value in itertools.zip_longest(expression, expression[1:], fillvalue=""):
        if word in _NARROWING and value.strip("*?.") != "":
            return True
        if word == "-empty":
            return True
    return False


def _is_system(path: str, folder: str) -> bool:
    tree = ruinous(path, folder)
    return tree.startswith(("the whole file system", "the system", "folders of the system", "a whole drive"))


def _program(word: str) -> str:
    return word.rpartition("/")[2]


def _wipes(tree: str) -> str:
    return said("It wipes {tree}.", tree=tree)


def _shown(path: str) -> str:
    return path.replace(UNKNOWN, "…")[:80]

"""Commands that format or overwrite disks, partitions and volumes.

Owns which programs do that, with which options, and on what; a disk image in a file is an ordinary
file (`mkfs.ext4 disk.img` asks). Called by `search` through `RULES` and `rule_of`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from roku_desktop.engine.approval.shell.places import UNKNOWN, is_disk, is_vital_file
from roku_desktop.engine.approval.shell.trees import Rule
from roku_desktop.engine.approval.shell.words import listed
from roku_desktop.engine.sentences import said

_LOOKS_ONLY: Final = listed(
    """
    -l --list -s --getsz --show-size -v --version -V -h --help --dump -d -J --json -x -p print
    --verify
    """
)
_DEVICE: Final = re.compile(r"/dev/(?!null|zero|full|tty|std|fd/|pts/|shm|random|urandom|loop)")
_ERASING: Final = {
    "cryptsetup": frozenset(["luksFormat", "erase", "luksErase", "reencrypt", "plainOpen"]),
    "zpool": frozenset(["create", "destroy", "labelclear"]),
    "zfs": frozenset(["destroy"]),
    "nvme": frozenset(["format", "sanitize", "write-zeroes"]),
    "diskutil": listed(
        "erasedisk erasevolume zerodisk randomdisk secureerase partitiondisk reformat "
        "deletevolume deletecontainer"
    ),
    "apfs": frozenset(["deletecontainer", "deletevolume"]),
    "mdadm": frozenset(["--zero-superblock"]),
    "dmsetup": frozenset(["remove_all", "wipe_table"]),
    "hdparm": frozenset(
        [
            "--security-erase",
            "--security-erase-enhanced",
            "--trim-sector-ranges",
            "--make-bad-sector",
            "--write-sector",
        ]
    ),
    "sg_format": frozenset(["--format", "-F"]),
    "sg_sanitize": frozenset(["--overwrite", "--block", "--crypto", "-O", "-B", "-C"]),
    "gpart": frozenset(["destroy", "delete"]),
    "asr": frozenset(["--erase", "-erase"]),
    "mmc": frozenset(["erase"]),
    "vgremove": frozenset(["-f", "--force", "-ff", "-y", "--yes"]),
    "lvremove": frozenset(["-f", "--force", "-ff", "-y", "--yes"]),
    "storcli": frozenset(["erase", "start"]),
}


def overwrite(argv: Sequence[str], folder: str) -> str:
    """`dd`, `dcfldd`: onto a disk or a vital file."""
    for word in argv[1:]:
        key, _, target = word.partition("=")
        if key in {"of", "wipe", "hof"} and (is_disk(target) or _unknown_device(target)):
            return said("It overwrites the disk {path}.", path=_shown(target))
        if key == "of" and is_vital_file(target, folder):
            return said("It overwrites {path}, without which the system doesn't work.", path=_shown(target))
    return ""


def make_file_system(argv: Sequence[str], _folder: str) -> str:
    """`mkfs.*`, `newfs_*`, `mkswap` and the like: on a device."""
    for word in argv[1:]:
        if _is_device(word) or word.startswith(UNKNOWN) or re.fullmatch(r"r?disk\d\S*", word):
            return said("It formats {path}, and what is on it is lost.", path=_shown(word))
    return ""


def partition(argv: Sequence[str], _folder: str) -> str:
    """`fdisk`, `parted`, `wipefs` and others: on a device, unless they only look."""
    words = argv[1:]
    devices = [word for word in words if _is_device(word)]
    program = argv[0].rpartition("/")[2]
    if program == "nwipe" and "--autonuke" in words:
        return said("`nwipe` erases every disk here.")
    looks = program != "blkdiscard" and _LOOKS_ONLY.intersection(words) and not _destroys(program, words)
    if not devices or looks:
        return ""
    if program == "wipefs" and not any(
        word.startswith(("-a", "-o", "--all", "--offset", "-f", "--force")) for word in words
    ):
        return ""
    if program == "debugfs" and "-w" not in words:
        return ""
    if program == "badblocks" and not any(re.match(r"-[a-z]*w", word) for word in words):
        return ""
    if program == "parted" and len(words) == len(devices):
        return ""
    return said("It rewrites the partitions or the content of {path}.", path=_shown(devices[0]))


def erase(argv: Sequence[str], _folder: str) -> str:
    """Programs for disks and volumes with one word that destroys."""
    program = argv[0].rpartition("/")[2]
    words = set(argv[1:]) | {word.partition("=")[0] for word in argv[1:]}
    if program == "diskutil":
        words = {word.lower() for word in words}
    if _ERASING[program] & words:
        return said(
            "`{program}` destroys a disk or a volume here, and what is on it is lost.", program=program
        )
    return ""


RULES: Final[dict[str, Rule]] = {
    **dict.fromkeys(["dd", "dcfldd", "dc3dd", "gdd"], overwrite),
    **dict.fromkeys(
        ["mkswap", "mke2fs", "mkdosfs", "mkntfs", "mkudffs", "newfs", "pvcreate", "pvremove", "mformat"],
        make_file_system,
    ),
    **dict.fromkeys(
        listed(
            """
    fdisk gdisk sgdisk sfdisk cfdisk cgdisk parted wipefs blkdiscard badblocks scrub partx partprobe
    ddrescue nwipe debugfs flash_erase flash_eraseall flashcp nandwrite
    """
        ),
        partition,
    ),
    **dict.fromkeys(_ERASING, erase),
}


def rule_of(program: str) -> Rule | None:
    """Return the rule of a program by its exact name, or by a family such as `mkfs.ext4`."""
    if program.startswith(("mkfs", "newfs_")):
        return make_file_system
    return RULES.get(program)


def _destroys(program: str, words: Sequence[str]) -> bool:
    """Options that look harmless to `_LOOKS_ONLY` but come together with ones that write."""
    writing = (
        "-Z",
        "--zap",
        "-o",
        "--clear",
        "--delete",
        "mklabel",
        "mktable",
        "mkpart",
        "rm",
        "resizepart",
        "-n",
        "-g",
    )
    return program != "fdisk" and any(word.startswith(writing) for word in words)


def _is_device(word: str) -> bool:
    return is_disk(word) or _unknown_device(word) or _DEVICE.match(word) is not None


def _unknown_device(word: str) -> bool:
    return word.startswith("/dev/") and (UNKNOWN in word or "{}" in word)


def _shown(path: str) -> str:
    return path.replace(UNKNOWN, "…")[:80]

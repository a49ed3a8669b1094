"""Places that a command must not ruin: roots of file trees, disks, files the system can't do without.

Owns the meaning of a path in a command's text, before anything is looked up on disk. A path may hold
`UNKNOWN` where its value can't be told; then it names a place only if every possible value would.
Called by the rules of this package.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Final

from roku_desktop.engine.approval.shell.words import listed
from roku_desktop.engine.sentences import phrase, said

UNKNOWN: Final = "\0"
"""Stands in a word for a piece whose value can't be told from the text."""

HOME: Final = "~"
ANY_HOME: Final = "/home/~"
"""The value of `$HOME`: a home folder, whosever, in a form that quoting does not change."""

_SYSTEM_TREES: Final = listed(
    """
    / /bin /boot /boot/efi /dev /etc /home /lib /lib32 /lib64 /libx32 /media /mnt /opt /proc /root
    /run /sbin /snap /srv /sys /usr /usr/bin /usr/include /usr/lib /usr/lib64 /usr/libexec
    /usr/local /usr/local/bin /usr/local/lib /usr/sbin /usr/share /var /var/lib /var/lib/docker
    /var/lib/mysql /var/lib/postgresql /var/mail /var/spool /var/www /nix /nix/store /proc/self/root
    /proc/1/root /efi /Applications /Library /Network /System /Users /Volumes /cores /private
    /private/etc /private/var /opt/homebrew /mnt/c /mnt/d /c /d /cygdrive /cygdrive/c /sdcard
    /var/backups /var/db /etc/ssl /etc/ssh /etc/systemd /etc/init.d /etc/apt /lib/modules
    /usr/lib/modules /usr/lib/systemd /mnt/c/Windows /mnt/c/Users /c/Windows /c/Users
    /cygdrive/c/Windows /cygdrive/c/Users
    """
)
_HOME_PARTS: Final = listed(
    """
    Desktop Documents Downloads Library Movies Music Pictures Public Videos Dropbox OneDrive .ssh
    .gnupg .config .local .local/share .aws .kube .mozilla .thunderbird .password-store
    """
)
_VITAL_FILES: Final = re.compile(
    r"/etc/(passwd|shadow|group|gshadow|sudoers|fstab|crypttab|ld\.so\.preload|ld\.so\.conf"
    r"|pam\.d/.*|inittab|securetty|nsswitch\.conf|master\.passwd)|/boot/.*"
    r"|/proc/sysrq-trigger|/proc/sys/kernel/sysrq|/(vmlinuz|initrd).*|/usr/lib/systemd/systemd|/sbin/init"
    r"|(?:/usr)?/lib(?:64|/[\w-]+)?/(?:libc|ld-linux)[^/]*\.so.*"
)
_DISKS: Final = re.compile(
    r"/dev/(?:(?:sd|hd|vd|xvd)[a-z\0].*|(?:sd|hd|vd|xvd)|nvme.*|mmcblk.*|r?disk[\d\0].*|disk/.+|md[\d\0/].*|dm-.*"
    r"|mapper/(?!control).*|nbd.*|pmem.*|zram.*|dasd.*|root|mem|kmem|port|sg[\d\0].*|st\d.*|block/.+|ada\d.*|da\d.*"
    r"|wd\d.*|bcache.*|drbd.*|ubi.*|mtd.*)"
)
_DISK_SAMPLES: Final = tuple(
    f"/dev/{name}"
    for name in (
        "sda",
        "sda1",
        "hda1",
        "vda1",
        "xvda1",
        "nvme0n1",
        "nvme0n1p1",
        "mmcblk0",
        "disk0",
        "rdisk0",
        "md0",
        "mem",
    )
)
_WINDOWS_DISK: Final = re.compile(r"[\\/]{2}[.?][\\/](?:physicaldrive|harddisk|[a-z]:?$)", re.IGNORECASE)
_DRIVE: Final = re.compile(
    r"[a-z]:[\\/]*(?:$|(?:windows|users|program ?files(?: \(x86\))?|programdata)(?:[\\/]+\*?(?:\.\*)?)?$"
    r"|windows[\\/]+system32|users[\\/]+[^\\/]+[\\/]*$)",
    re.IGNORECASE,
)
_ANY_FOLDER_OF_ROOT: Final = re.compile(rf"/+{UNKNOWN}/*\*?")
_GLOB: Final = re.compile(r"[*?\[]")
_BRACKETS: Final = re.compile(r"\[[^\]]*\]|\[.*$")


def ruinous(path: str, folder: str = ".") -> str:
    """Say which precious tree the path is, in words; empty where it is none.

    `folder` is where a relative path starts: `.` for the one the command starts in, `UNKNOWN`, or a
    path. A trailing `*` means all that is in a folder, which is as bad as the folder.
    """
    if _ANY_FOLDER_OF_ROOT.fullmatch(path):
        return phrase("folders of the system")
    place = _absolute(path, folder)
    if place is None:
        return ""
    if place in {"", "."}:
        return phrase("the whole current folder")
    if set(place.split("/")) == {".."}:
        return phrase("the folders above the current one")
    if not place.startswith("/"):
        return phrase("a whole drive or a system folder") if _DRIVE.match(path) else ""
    if place == "/var/log":
        return phrase("all logs of this machine")
    if place in _SYSTEM_TREES:
        whole = phrase("the whole file system")
        return whole if place == "/" else said("the system's folder {path}", path=place)
    if _is_home(place):
        return phrase("a home folder")
    if _GLOB.search(place) and _may_match_system(place):
        return phrase("folders of the system")
    return ""


def is_root_glob(path: str, folder: str = ".") -> bool:
    """Whether it names everything directly under a precious tree other than the current folder."""
    return bool(_is_everything(path.rstrip("/").rpartition("/")[2])) and ruinous(path, folder) not in {
        "",
        "the whole current folder",
    }


def is_disk(path: str) -> bool:
    """Whether writing there overwrites a disk, a partition or memory itself."""
    if _WINDOWS_DISK.match(path):
        return True
    place = _clean(path)
    if not place.startswith("/dev/"):
        return False
    if _DISKS.fullmatch(place):
        return True
    return bool(_GLOB.search(place)) and any(_matches(sample, place) for sample in _DISK_SAMPLES)


def is_vital_file(path: str, folder: str = ".") -> bool:
    """Whether overwriting that file alone makes the system unusable."""
    place = _absolute(path, folder)
    return place is not None and _VITAL_FILES.fullmatch(place) is not None


def _absolute(path: str, folder: str) -> str | None:
    """Clean the path and join it to its folder; None where what matters is unknown."""
    if not path:
        return None
    if path.startswith(HOME):
        user, _, rest = path.partition("/")
        path = f"/home/{user}/{rest}"
    elif not path.startswith("/"):
        if folder == UNKNOWN and not path.startswith(".."):
            return None
        path = path if folder in {".", UNKNOWN} else f"{folder}/{path}"
        if path.startswith(HOME):
            path = f"/home/{path}"
    parts = _clean(path).split("/")
    while len(parts) > 1 and _is_everything(parts[-1]):
        parts.pop()
    if len(parts) == 1 and _is_everything(parts[0]):
        return "."
    place = "/".join(parts) or ("/" if path.startswith("/") else ".")
    return None if UNKNOWN in place else place


def _clean(path: str) -> str:
    """Take out `.`, `..`, double slashes; a leading `..` of a relative path stays."""
    rooted = path.startswith("/")
    parts: list[str] = []
    for part in path.split("/"):
        if part in {"", "."}:
            continue
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".." or not rooted:
            parts.append(part)
    return ("/" if rooted else "") + "/".join(parts)


def _is_everything(part: str) -> bool:
    """Whether a pattern takes nearly all names: `*`, `.*`, `*.*`, `.[!.]*`, `?*`."""
    return "*" in part and not _BRACKETS.sub("", part).strip("*?.")


def _is_home(place: str) -> bool:
    for base in ("/home/", "/Users/", "/root/", "/mnt/c/Users/"):
        if place.startswith(base):
            rest = place[len(base) :]
            owner, _, below = (HOME, "", rest) if base == "/root/" else rest.partition("/")
            return bool(owner) and (not below or below in _HOME_PARTS)
    return False


def _may_match_system(place: str) -> bool:
    return any(_matches(tree, place) for tree in _SYSTEM_TREES if tree != "/") or _matches("/home/x", place)


def _matches(path: str, pattern: str) -> bool:
    """Match part by part, as a shell does: `*` does not cross a slash."""
    parts, patterns = path.split("/"), pattern.split("/")
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))

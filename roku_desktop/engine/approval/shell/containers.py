"""Folders of this machine that a container sees under another name: `docker run -v /:/host … rm -rf /host`.

Owns the translation of a container's paths back to this machine's, so that the rules judge what is
really there. Called by `search`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from roku_desktop.engine.approval.shell.words import listed

_RUNNERS: Final = listed("docker podman nerdctl")
_VOLUME: Final = re.compile(r"([^:]+):(/[^:]*)(?::[\w,]+)?")
_MOUNT: Final = re.compile(r"(source|src|target|dst|destination)=([^,]+)")


def with_mounts_resolved(argv: Sequence[str]) -> list[str]:
    """Return the words with each path below a mounted folder as this machine knows it."""
    words = list(argv)
    if not _RUNNERS.intersection(word.rpartition("/")[2] for word in words[:8]):
        return words
    for source, target in _mounts(argv):
        inside = re.compile(rf"(?<![\w./:-]){re.escape(target.rstrip('/') or '/')}(?=[/\s'\";*]|$)")
        here = (source.rstrip("/") or "/").replace("\\", r"\\")
        words = [inside.sub(here, word) for word in words]
    return words


def _mounts(argv: Sequence[str]) -> Iterator[tuple[str, str]]:
    for option, following in itertools.pairwise([*argv, ""]):
        name, given, attached = option.partition("=")
        value = attached if given else following
        if name.startswith("-v"):
            value = option[2:] or following
        if name.startswith("-v") or name == "--volume":
            if volume := _VOLUME.fullmatch(value):
                yield volume[1], volume[2]
        elif name == "--mount":
            parts = {found[1][0]: found[2] for found in _MOUNT.finditer(value)}
            if "s" in parts and (target := parts.get("t") or parts.get("d")):
                yield parts["s"], target

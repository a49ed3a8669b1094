"""`storage`: bytes under the home by kind, what limits them, and giving space back."""

from __future__ import annotations

import argparse
import asyncio
from typing import Final

from roku_desktop.cli import exits
from roku_desktop.cli.output import print_json, size, table
from roku_desktop.cli.place import engine_of, home_of, show_log
from roku_desktop.engine import DiskRoom, StorageUse

MIB: Final = 1024 * 1024


def run(arguments: argparse.Namespace) -> int:
    """Print what is used, with --prune after dropping what is past its time."""
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    show_log(arguments)
    async with engine_of(arguments) as engine:
        freed = await engine.prune_storage() if arguments.prune else None
        used = await engine.storage_usage()
        room = DiskRoom(home_of(arguments).home, engine.settings.storage.min_free_mb * MIB)
    room.has_room()
    if arguments.json:
        document: dict[str, object] = {"storage": used, "disk": _disk(room)}
        if freed is not None:
            document["freed"] = freed
        print_json(document)
        return exits.DONE
    if freed is not None:
        print(_freed(freed) + "\n")
    print(table(("KIND", "SIZE", "ITEMS", "CAP", "KEPT", "PRUNABLE"), [_row(use) for use in used]))
    print(f"\n{size(sum(use.size_bytes for use in used))} in all.")
    if room.free_bytes is not None:
        kept_free, free = size(room.kept_free_bytes), size(room.free_bytes)
        low = disk_line(room.free_bytes)
        print(
            low
            if room.is_low
            else f"{free} are free on this disk; below {kept_free} only what matters grows."
        )
    return exits.DONE


def disk_line(free_bytes: int, *, is_over: bool = False) -> str:
    """What a disk without room means for a person, and what to do."""
    if is_over:
        return "The disk has room again: traces, the log and long outputs of tools are kept."
    return (
        f"The disk of the home has only {size(free_bytes)} left, so traces, the log and long outputs of "
        f"tools are not kept: free some space; `roku-desktop storage` shows what lies in the home."
    )


def _disk(room: DiskRoom) -> dict[str, object]:
    return {"free_bytes": room.free_bytes, "kept_free_bytes": room.kept_free_bytes, "low": room.is_low}


def _row(use: StorageUse) -> tuple[str, ...]:
    return (
        use.kind,
        size(use.size_bytes),
        str(use.items),
        size(use.cap_bytes) if use.cap_bytes is not None else "–",
        f"{use.ttl_days:g} days" if use.ttl_days is not None else "–",
        size(use.prunable_bytes),
    )


def _freed(freed: list[StorageUse]) -> str:
    parts = [f"{size(use.size_bytes)} of {use.kind}" for use in freed if use.size_bytes]
    return f"Freed {', '.join(parts)}." if parts else "There was nothing to free."

"""`storage`: bytes under the home by kind, what limits them, and giving space back."""

from __future__ import annotations

import argparse
import asyncio

from roku_desktop.cli import exits
from roku_desktop.cli.output import print_json, size, table
from roku_desktop.cli.place import engine_of, show_log
from roku_desktop.engine import StorageUse


def run(arguments: argparse.Namespace) -> int:
    """Print what is used, with --prune after dropping what is past its time."""
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    show_log(arguments)
    async with engine_of(arguments) as engine:
        freed = await engine.prune_storage() if arguments.prune else None
        used = await engine.storage_usage()
    if arguments.json:
        document: dict[str, object] = {"storage": used}
        if freed is not None:
            document["freed"] = freed
        print_json(document)
        return exits.DONE
    if freed is not None:
        print(_freed(freed) + "\n")
    print(table(("KIND", "SIZE", "ITEMS", "CAP", "KEPT", "PRUNABLE"), [_row(use) for use in used]))
    print(f"\n{size(sum(use.size_bytes for use in used))} in all.")
    return exits.DONE


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

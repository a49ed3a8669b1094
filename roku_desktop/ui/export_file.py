"""Writes a session to a file: beside its place first, then into it, so that it is whole or not there.

An existing file is replaced only where that was asked for. Every touch of the disk runs on a thread.
Called by `archive.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Self

from roku_desktop.engine import (
    ExportFormat,
    SessionSummary,
    StoredMessage,
    export_head,
    export_message,
    export_tail,
)


class AlreadyThereError(Exception):
    """There is a file of that name; it was left as it is."""


class NotWrittenError(Exception):
    """A sentence for a person: what kept the file from being written."""


class ExportFile:
    """`async with` it and `write` once; leaving with an error leaves nothing behind."""

    def __init__(self, path: Path, form: ExportFormat, *, replace: bool) -> None:
        self._path = path
        self._form: ExportFormat = form
        self._replace = replace
        self._beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")

    async def __aenter__(self) -> Self:
        if not self._replace and await asyncio.to_thread(os.path.lexists, self._path):
            raise AlreadyThereError
        await self._on_disk(self._create)
        return self

    async def __aexit__(self, _kind: object, error: object, _trace: object) -> None:
        if error is None:
            await self._on_disk(self._put_in_place)
        else:
            await asyncio.to_thread(self._remove)

    async def write(self, summary: SessionSummary, pages: AsyncIterator[Sequence[StoredMessage]]) -> None:
        await self._append(export_head(summary, self._form))
        first = True
        async for page in pages:
            form = self._form
            texts = [
                export_message(stored, form, first=first and number == 0)
                for number, stored in enumerate(page)
            ]
            first = first and not page
            await self._append("".join(texts))
        await self._append(export_tail(self._form))

    async def _append(self, text: str) -> None:
        def append() -> None:
            with self._beside.open("a", encoding="utf-8", errors="replace", newline="\n") as file:
                file.write(text)

        await self._on_disk(append)

    def _create(self) -> None:
        os.close(os.open(self._beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    def _put_in_place(self) -> None:
        if self._replace:
            self._beside.replace(self._path)
            return
        try:
            # A file that appeared meanwhile is kept: a hard link never replaces.
            os.link(self._beside, self._path)
        except FileExistsError:
            self._remove()
            raise AlreadyThereError from None
        except OSError:  # a file system without hard links
            if os.path.lexists(self._path):
                self._remove()
                raise AlreadyThereError from None
            self._beside.replace(self._path)
        else:
            self._remove()

    def _remove(self) -> None:
        with contextlib.suppress(OSError):
            self._beside.unlink()

    async def _on_disk(self, work: Callable[[], object]) -> None:
        try:
            await asyncio.to_thread(work)
        except OSError as error:
            await asyncio.to_thread(self._remove)
            reason = error.strerror or type(error).__name__
            raise NotWrittenError(
                f"“{self._path.name}” could not be written ({reason}): choose another folder."
            ) from None

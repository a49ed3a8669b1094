"""Writes an export to a file: beside its place first, then into it, so that it is whole or not there.

An existing file is replaced only where that was asked for. Every touch of the disk runs on a thread.
Called by `archive.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import IO, Self

from roku_desktop.ui.language import tr


class AlreadyThereError(Exception):
    """There is a file of that name; it was left as it is."""


class NotWrittenError(Exception):
    """A sentence for a person: what kept the file from being written."""


class ExportFile:
    """`async with` it and `write` once; leaving with an error, or cancelled, leaves nothing behind.

    A thread can't be cancelled: a step that nobody awaits any more still runs to its end. So steps and
    the removal take turns, and after the removal no step does anything.
    """

    def __init__(self, path: Path, *, replace: bool) -> None:
        self._path = path
        self._replace = replace
        self._beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        self._file: IO[bytes] | None = None
        self._turn = threading.Lock()
        self._given_up = False

    async def __aenter__(self) -> Self:
        await self._on_disk(self._create)
        return self

    async def __aexit__(self, _kind: object, error: object, _trace: object) -> None:
        if error is None:
            await self._on_disk(self._put_in_place)
        else:
            await self._give_up()

    async def write(self, pieces: AsyncIterator[bytes]) -> None:
        async for piece in pieces:
            await self._on_disk(partial(self._append, piece))

    def _append(self, piece: bytes) -> None:
        assert self._file is not None
        self._file.write(piece)

    def _create(self) -> None:
        if not self._replace and os.path.lexists(self._path):
            raise AlreadyThereError
        handle = os.open(self._beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb")

    def _put_in_place(self) -> None:
        self._close()
        if self._replace:
            self._beside.replace(self._path)
            return
        try:
            # A file that appeared meanwhile is kept: a hard link never replaces.
            os.link(self._beside, self._path)
        except FileExistsError:
            raise AlreadyThereError from None
        except OSError:  # a file system without hard links
            if os.path.lexists(self._path):
                raise AlreadyThereError from None
            self._beside.replace(self._path)
        else:
            self._beside.unlink()

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    async def _on_disk(self, work: Callable[[], object]) -> None:
        def step() -> None:
            with self._turn:
                if not self._given_up:
                    work()

        try:
            await asyncio.to_thread(step)
        except OSError as error:
            await self._give_up()
            reason = error.strerror or type(error).__name__
            sentence = tr("“{0}” could not be written ({1}): choose another folder.")
            raise NotWrittenError(sentence.format(self._path.name, reason)) from None
        except (AlreadyThereError, asyncio.CancelledError):
            await self._give_up()
            raise

    async def _give_up(self) -> None:
        """Shielded: a second cancellation does not keep the removal from running."""

        def remove() -> None:
            with self._turn:
                self._given_up = True
                with contextlib.suppress(OSError):
                    self._close()
                with contextlib.suppress(OSError):
                    self._beside.unlink()

        await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, remove))

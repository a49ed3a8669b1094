"""The forms a session is exported in, as bytes in the order they are written. Called by `archive.py`."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Literal

from roku_desktop.engine import (
    ExportFormat,
    ImageRef,
    SessionSummary,
    StoredMessage,
    export_head,
    export_message,
    export_tail,
)

ExportForm = Literal["markdown", "json", "html", "pdf"]
SUFFIXES: Final[dict[ExportForm, str]] = {"markdown": ".md", "json": ".json", "html": ".html", "pdf": ".pdf"}

Pages = AsyncIterator[Sequence[StoredMessage]]


MAX_EMBEDDED_BYTES: Final = 1024 * 1024
"""A larger image is named in a web page and not put into it."""
PathOf = Callable[[ImageRef], Path | None]


async def pieces_of(
    summary: SessionSummary, pages: Pages, form: ExportForm, path_of: PathOf = lambda _image: None
) -> AsyncIterator[bytes]:
    """The whole document. Text is made on threads; a PDF is painted here, in short steps.

    `path_of` says where an image of the session lies.
    """
    if form == "pdf":
        from roku_desktop.ui.exporting.pdf_document import pdf_of

        yield await pdf_of(summary, pages)
        return
    texts = _html(summary, pages, path_of) if form == "html" else _texts(summary, pages, form)
    async for text in texts:
        yield text.encode("utf-8", errors="replace")


async def _texts(summary: SessionSummary, pages: Pages, form: ExportFormat) -> AsyncIterator[str]:
    yield export_head(summary, form)
    first = True
    async for page in pages:
        numbers = range(len(page))
        yield "".join(export_message(page[at], form, first=first and at == 0) for at in numbers)
        first = first and not page
    yield export_tail(form)


async def _html(summary: SessionSummary, pages: Pages, path_of: PathOf) -> AsyncIterator[str]:
    from roku_desktop.ui.exporting.html_document import html_head, html_message, html_tail

    yield html_head(summary)
    async for page in pages:
        yield await asyncio.to_thread(
            _joined, partial(html_message, embedded=partial(_embedded, path_of)), page
        )
    yield html_tail()


def _embedded(path_of: PathOf, image: ImageRef) -> str:
    """The image as a data URL; "" for one that is large, or no longer there. Blocks."""
    path = path_of(image)
    if path is None or image.size_bytes > MAX_EMBEDDED_BYTES:
        return ""
    try:
        data = base64.b64encode(path.read_bytes()).decode()
    except OSError:
        return ""
    return f"data:{image.media_type};base64,{data}"


def _joined(said: Callable[[StoredMessage], str], page: Sequence[StoredMessage]) -> str:
    return "".join(said(stored) for stored in page)

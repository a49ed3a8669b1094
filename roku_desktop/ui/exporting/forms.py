"""The forms a session is exported in, as bytes in the order they are written. Called by `archive.py`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final, Literal

from roku_desktop.engine import (
    ExportFormat,
    SessionSummary,
    StoredMessage,
    export_head,
    export_message,
    export_tail,
)

ExportForm = Literal["markdown", "json", "html", "pdf"]
SUFFIXES: Final[dict[ExportForm, str]] = {"markdown": ".md", "json": ".json", "html": ".html", "pdf": ".pdf"}

Pages = AsyncIterator[Sequence[StoredMessage]]


async def pieces_of(summary: SessionSummary, pages: Pages, form: ExportForm) -> AsyncIterator[bytes]:
    """The whole document. Text is made on threads; a PDF is painted here, in short steps."""
    if form == "pdf":
        from roku_desktop.ui.exporting.pdf_document import pdf_of

        yield await pdf_of(summary, pages)
        return
    texts = _html(summary, pages) if form == "html" else _texts(summary, pages, form)
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


async def _html(summary: SessionSummary, pages: Pages) -> AsyncIterator[str]:
    from roku_desktop.ui.exporting.html_document import html_head, html_message, html_tail

    yield html_head(summary)
    async for page in pages:
        yield await asyncio.to_thread(_joined, html_message, page)
    yield html_tail()


def _joined(said: Callable[[StoredMessage], str], page: Sequence[StoredMessage]) -> str:
    return "".join(said(stored) for stored in page)

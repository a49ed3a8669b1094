"""What a model reads of a page: the text of HTML, or the body as it is. Pure; called by `web_fetch.py`."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_NOT_READ: Final = frozenset({"script", "style", "noscript", "template", "svg", "head"})
# fmt: off
_BLOCKS: Final = frozenset((
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
))
# fmt: on
_READABLE: Final = ("text/", "application/json", "application/xml", "application/javascript")
_READABLE_SUFFIXES: Final = ("+json", "+xml")
_CHARSET_IN_HEAD: Final = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([a-zA-Z0-9_\-]{1,40})", re.IGNORECASE)
_SNIFFED_BYTES: Final = 4096


def is_readable(media_type: str) -> bool:
    """Whether a body of that type is text; nothing said counts as text."""
    return not media_type or media_type.startswith(_READABLE) or media_type.endswith(_READABLE_SUFFIXES)


def text_of(body: bytes, media_type: str, charset: str) -> str:
    """Decode, and take the text out of HTML. What can't be decoded becomes U+FFFD."""
    is_html = "html" in media_type or body[:256].lstrip().lower().startswith((b"<!doctype html", b"<html"))
    if is_html and not charset:
        told = _CHARSET_IN_HEAD.search(body[:_SNIFFED_BYTES])
        charset = told[1].decode() if told else ""
    try:
        text = body.decode(charset or "utf-8-sig", "replace")
    except LookupError:  # an encoding nobody knows
        text = body.decode("utf-8", "replace")
    return _plain(text) if is_html else text


def _plain(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return f"{reader.title}\n\n{text}" if reader.title else text


class _Reader(HTMLParser):
    """Collects text; links keep their address, since a model may want to go on there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.title = ""
        self._skipped = 0
        self._in_title = False
        self._targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_READ:
            self._skipped += 1
        elif tag == "title":
            self._in_title = True
        elif tag in _BLOCKS:
            self.pieces.append("\n- " if tag == "li" else "\n")
        elif tag == "a":
            self._targets.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _NOT_READ:
            self._skipped = max(self._skipped - 1, 0)
        elif tag == "title":
            self._in_title = False
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag == "a" and self._targets:
            target = self._targets.pop()
            if target.startswith(("http://", "https://")) and not self._skipped:
                self.pieces.append(f" <{target}>")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title = " ".join((self.title + data).split())
        elif not self._skipped:
            self.pieces.append(data)

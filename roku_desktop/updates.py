"""Whether there is a newer version: asked of a feed that a person names, and of nobody without it.

The feed is a JSON object: `{"version": "1.2.0", "url": "https://…", "notes": "one line"}`. Nothing is
downloaded or changed, and the request says nothing of who asks: a person gets a sentence and a link. Owns
that one question. Called by the window (`ui/settings/calls.py`) and by `doctor`.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

import msgspec

from roku_desktop import __version__
from roku_desktop.engine.errors import MalformedResponse
from roku_desktop.engine.providers.transport import Transport
from roku_desktop.engine.sentences import phrase, said
from roku_desktop.engine.settings import NetworkSettings, Resilience
from roku_desktop.visible_text import visible_line

_NAME: Final = phrase("The release feed")
_LIMITS: Final = Resilience(
    connect_timeout_s=10.0,
    first_byte_timeout_s=10.0,
    idle_timeout_s=10.0,
    progress_timeout_s=10.0,
    stream_timeout_s=20.0,
)
_MAX_BYTES: Final = 65_536
_MAX_NOTES_CHARS: Final = 200
_VERSION: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9}){0,3})([A-Za-z0-9.+-]{0,20})")


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A version that can be had at `url`. `notes` is one line, with what hides in it made visible."""

    version: str
    url: str
    notes: str = ""


async def newer_release(feed: str, network: NetworkSettings, running: str = __version__) -> Release | None:
    """Ask `feed`; None where it names nothing newer. An empty `feed` asks nobody. Raises `ProviderError`."""
    if not feed:
        return None
    release = _read(await _fetch(feed, network))
    return release if _order(release.version) > _order(running) else None


async def _fetch(feed: str, network: NetworkSettings) -> bytes:
    transport = Transport(provider=_NAME, base_url=feed, network=network, limits=_LIMITS)
    try:
        headers = {"Accept": "application/json", "User-Agent": "roku-desktop"}
        async with transport.exchange("GET", feed, headers=headers) as exchange:
            status = (await exchange.head()).status_code
            if status != 200:
                raise _wrong(said("The release feed answers with status {status}.", status=status))
            body = b""
            while piece := await exchange.read():
                body += piece
                if len(body) > _MAX_BYTES:
                    raise _wrong(said("The release feed is longer than any release feed."))
            return body
    finally:
        await transport.aclose()


def _read(body: bytes) -> Release:
    try:
        release = msgspec.json.decode(body, type=Release)
    except msgspec.DecodeError:
        raise _wrong(said("The release feed is not of the form that is expected.")) from None
    if not _VERSION.fullmatch(release.version):
        raise _wrong(said("The release feed names no version."))
    parts = urlsplit(release.url)
    if parts.scheme not in {"https", "http"} or not parts.netloc or not release.url.isprintable():
        raise _wrong(said("The release feed has no address of a page."))
    return msgspec.structs.replace(release, notes=visible_line(release.notes.strip()[:_MAX_NOTES_CHARS]))


def _wrong(sentence: str) -> MalformedResponse:
    return MalformedResponse(
        sentence,
        provider=_NAME,
        next_step=said("Check the address in runtime.updates.feed, or remove it to ask nobody."),
    )


def _order(version: str) -> tuple[list[int], bool]:
    """What decides which of two is newer: 1.10 before 1.9, and 1.0 before 1.0rc1."""
    found = _VERSION.match(version)
    if found is None:
        return [0] * 4, False
    numbers = [int(number) for number in found[1].split(".")]
    return numbers + [0] * (4 - len(numbers)), not found[2] or found[2].startswith("+")

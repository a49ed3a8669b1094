"""HTTP for one provider: the client, its trust and its proxies.

Owns one `httpx.AsyncClient` (HTTP/1.1, keep-alive, no redirects). Knows no vendor's format; what goes wrong
with a connection is translated by `connection_failures`. Made by `chat`; tests of networks go through a
provider.

TLS is verified against the system's store, plus `ca_file`, and can't be switched off. Building that
context costs up to 100 ms, so it happens in a thread, and not at all for plain http, which gets a
context that trusts nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from roku_desktop.engine.errors import ConnectionFailed, TlsFailed
from roku_desktop.engine.providers.connection_failures import ConnectionFailures
from roku_desktop.engine.providers.exchange import Exchange
from roku_desktop.engine.providers.http_library import is_loaded, load_httpx
from roku_desktop.engine.providers.proxies import bypasses_proxy, has_tls_proxy, system_proxy
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import NetworkSettings, Resilience

if TYPE_CHECKING:
    import httpx

# A long answer of 128 000 tokens at 250 bytes an event is 32 MB.
MAX_BODY_BYTES: Final = 64 * 1024 * 1024
# Servers close idle connections after 5 to 75 s; httpcore notices before it reuses one.
KEEPALIVE_S: Final = 30.0
# What httpx decodes by itself; the others need packages that only such servers would need.
_DECODED: Final = frozenset({"", "identity", "gzip", "deflate"})


class Transport:
    """Sends requests for one provider. The client is built at the first one.

    `direct` leaves every proxy out: for servers that the program itself started or found here.
    """

    def __init__(
        self,
        *,
        provider: str,
        base_url: str,
        network: NetworkSettings,
        limits: Resilience,
        direct: bool = False,
    ) -> None:
        self._provider = provider
        self._base_url = base_url
        self._network = network
        self._limits = limits
        self._direct = direct
        self._client: httpx.AsyncClient | None = None
        self._failures = ConnectionFailures(provider=provider, base_url=base_url)
        self._building = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
        patience_s: float = 0.0,
    ) -> AsyncIterator[Exchange]:
        """Send a request and hold its answer; leaving the block closes what is still open.

        `patience_s` is added to the limits of what waits for content, where the request asks for
        much before any can come.
        Everything that goes wrong with the connection, inside the block too, leaves it as one of
        `ConnectionFailed`, `TlsFailed`, `Timeout`, `StreamInterrupted`, `MalformedResponse`,
        `InvalidRequest`.
        """
        if not _is_http_url(self._base_url):
            raise self._failures.bad_url()
        client = await self._ready_client()
        import httpx

        try:
            request = client.build_request(method, url, headers=headers, content=content)
        except (httpx.InvalidURL, UnicodeError):
            raise self._failures.bad_url() from None
        limits = _with_patience(self._limits, patience_s) if patience_s else self._limits
        exchange = Exchange(client, request, limits, max_body_bytes=MAX_BODY_BYTES)
        with self._failures.translated(exchange):
            async with exchange:
                yield exchange

    async def aclose(self) -> None:
        """Close all connections. A later request would build a new client."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _ready_client(self) -> httpx.AsyncClient:
        async with self._building:
            if self._client is None:
                self._client = await self._built()
            return self._client

    async def _built(self) -> httpx.AsyncClient:
        # What blocks: the first import, reading the authorities, and the system's settings elsewhere.
        needs_thread = not is_loaded() or self._needs_tls() or sys.platform in {"win32", "darwin"}
        try:
            if needs_thread:
                context, bypass = await asyncio.to_thread(self._surroundings)
            else:
                context, bypass = self._surroundings()
        except (OSError, ssl.SSLError):
            raise TlsFailed(
                said(
                    "The ca_file {ca_file} can't be read as a PEM certificate.", ca_file=self._network.ca_file
                ),
                provider=self._provider,
            ) from None
        import httpx

        try:
            return httpx.AsyncClient(
                verify=context,
                trust_env=not (bypass or self._network.proxy),
                proxy=None if bypass else self._network.proxy or None,
                timeout=None,  # noqa: S113 — the exchange has five limits of its own
                follow_redirects=False,
                limits=httpx.Limits(keepalive_expiry=KEEPALIVE_S),
            )
        except (ValueError, ImportError, httpx.InvalidURL):
            raise ConnectionFailed(
                said("The proxy setting is not an http:// or https:// address."), provider=self._provider
            ) from None

    def _surroundings(self) -> tuple[ssl.SSLContext, bool]:
        """The TLS context, and whether the environment's proxies are to be left out."""
        load_httpx()
        bypass = self._direct or bypasses_proxy(self._base_url, configured=self._network.proxy)
        if not bypass:
            self._failures.proxy = self._network.proxy or system_proxy(self._base_url)
        return self._tls_context(), bypass

    def _needs_tls(self) -> bool:
        return self._base_url.startswith("https:") or self._network.proxy.startswith("https:")

    def _tls_context(self) -> ssl.SSLContext:
        if not self._needs_tls() and not has_tls_proxy():
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # no authority loaded: trusts nobody
        import truststore

        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._network.ca_file:
            context.load_verify_locations(cafile=self._network.ca_file)
        return context


def _with_patience(limits: Resilience, patience_s: float) -> Resilience:
    return msgspec.structs.replace(
        limits,
        first_byte_timeout_s=limits.first_byte_timeout_s + patience_s,
        progress_timeout_s=limits.progress_timeout_s + patience_s,
        stream_timeout_s=limits.stream_timeout_s + patience_s,
    )


def _is_http_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # unbalanced brackets of an IPv6 address
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def can_decode(encoding: str) -> bool:
    """Whether a body with that `Content-Encoding` can be read here. None is asked for."""
    return all(part.strip() in _DECODED for part in encoding.split(","))


def header_value(key: str) -> str | None:
    """The key as it can stand in a header, or None if it can't: an encoder's error would quote it."""
    key = key.strip()
    return key if key.isascii() and key.isprintable() else None

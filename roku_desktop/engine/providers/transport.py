"""HTTP for one provider: the client, its trust and proxies, and the translation of its failures.

Owns one `httpx.AsyncClient` (HTTP/1.1, keep-alive, no redirects) and the only place where exceptions of
httpx, ssl and sockets become those of `engine.errors`. Knows no vendor's format. Made by `chat`; tests
of networks go through a provider.

TLS is verified against the system's store, plus `ca_file`, and can't be switched off. Building that
context costs up to 100 ms, so it happens in a thread, and not at all for plain http, which gets a
context that trusts nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import ipaddress
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from roku_desktop.engine.errors import (
    ConnectionFailed,
    InvalidRequest,
    MalformedResponse,
    ProviderError,
    StreamInterrupted,
    Timeout,
    TlsFailed,
)
from roku_desktop.engine.providers.exchange import BodyTooLargeError, DeadlinePassedError, Exchange
from roku_desktop.engine.settings import NetworkSettings, Resilience

if TYPE_CHECKING:
    import httpx

# A long answer of 128 000 tokens at 250 bytes an event is 32 MB.
MAX_BODY_BYTES: Final = 64 * 1024 * 1024
# Servers close idle connections after 5 to 75 s; httpcore notices before it reuses one.
KEEPALIVE_S: Final = 30.0


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
        self._proxy = ""
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
            raise self._bad_url()
        client = await self._ready_client()
        import httpx

        try:
            request = client.build_request(method, url, headers=headers, content=content)
        except (httpx.InvalidURL, UnicodeError):
            raise self._bad_url() from None
        limits = _with_patience(self._limits, patience_s) if patience_s else self._limits
        exchange = Exchange(client, request, limits, max_body_bytes=MAX_BODY_BYTES)
        with self._translated(exchange):
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
        needs_thread = "httpx" not in sys.modules or self._needs_tls() or sys.platform in {"win32", "darwin"}
        try:
            if needs_thread:
                context, bypass = await asyncio.to_thread(self._surroundings)
            else:
                context, bypass = self._surroundings()
        except (OSError, ssl.SSLError):
            raise TlsFailed(
                f"The ca_file {self._network.ca_file} can't be read as a PEM certificate.",
                provider=self._provider,
            ) from None
        import httpx

        try:
            return httpx.AsyncClient(
                verify=context,
                trust_env=not (bypass or self._network.proxy),
                proxy=None if self._direct else self._network.proxy or None,
                timeout=None,  # noqa: S113 — the exchange has five limits of its own
                follow_redirects=False,
                limits=httpx.Limits(keepalive_expiry=KEEPALIVE_S),
            )
        except (ValueError, ImportError, httpx.InvalidURL):
            raise ConnectionFailed(
                "The proxy setting is not an http:// or https:// address.", provider=self._provider
            ) from None

    def _surroundings(self) -> tuple[ssl.SSLContext, bool]:
        """The TLS context, and whether the environment's proxies are to be left out."""
        for name in ("httpx", "httpcore", "anyio._backends._asyncio"):  # else loaded later, on the loop
            importlib.import_module(name)
        bypass = self._direct or bypasses_proxy(self._base_url)
        if not self._direct:
            self._proxy = self._network.proxy or ("" if bypass else _system_proxy(self._base_url))
        return self._tls_context(), bypass

    def _needs_tls(self) -> bool:
        return self._base_url.startswith("https:") or self._network.proxy.startswith("https:")

    def _tls_context(self) -> ssl.SSLContext:
        if not self._needs_tls() and not _has_tls_proxy():
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # no authority loaded: trusts nobody
        import truststore

        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._network.ca_file:
            context.load_verify_locations(cafile=self._network.ca_file)
        return context

    @contextlib.contextmanager
    def _translated(self, exchange: Exchange) -> Iterator[None]:
        import httpx

        try:
            yield
        except DeadlinePassedError as passed:
            raise self._timeout(passed) from None
        except BodyTooLargeError:
            raise self._failed(MalformedResponse, "sends more than any answer can hold") from None
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL):
            # httpcore's words may quote a header, and so the key: nothing of them is passed on.
            raise self._bad_url() from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise self._network_error(error, in_answer=exchange.has_head) from error

    def _network_error(self, error: httpx.HTTPError, *, in_answer: bool) -> ProviderError:
        import httpx

        causes = list(_causes(error))
        if any(isinstance(cause, ssl.SSLError) for cause in causes) and not in_answer:
            return self._failed(TlsFailed, "did not show a certificate that this computer trusts")
        if isinstance(error, httpx.ProxyError):
            return self._failed(ConnectionFailed, "can't be reached: the proxy refuses the way")
        hung_up = str(error).startswith(("Server disconnected", "peer closed"))
        if isinstance(error, httpx.DecodingError):
            return self._failed(MalformedResponse, "sent an answer whose compression is broken")
        if isinstance(error, httpx.RemoteProtocolError) and not hung_up:
            return self._failed(MalformedResponse, "did not answer with valid HTTP")
        if in_answer:
            return self._failed(StreamInterrupted, "broke off in the middle of its answer")
        return self._failed(ConnectionFailed, self._unreachable(causes))

    def _unreachable(self, causes: list[BaseException]) -> str:
        """Names the proxy where that is what could not be reached."""
        import httpx

        host = urlsplit(self._proxy or self._base_url).netloc.rpartition("@")[2]
        what = "the proxy " if self._proxy else ""
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            return f"can't be reached: no computer named {host.partition(':')[0]} was found" + (
                ", which is the proxy" if self._proxy else ""
            )
        if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
            return f"can't be reached: nothing answers at {what}{host}"
        if any(isinstance(cause, httpx.ConnectError) for cause in causes):
            return f"can't be reached: there is no way to {what}{host} from here"
        return "closed the connection before it answered"

    def _timeout(self, passed: DeadlinePassedError) -> Timeout:
        seconds = f"{passed.limit_s:g} s"
        sentence = {
            "connect": f"{self._provider} could not be reached within {seconds}.",
            "first_byte": f"{self._provider} did not begin to answer within {seconds}.",
            "idle": f"{self._provider} fell silent for {seconds} in the middle of its answer.",
            "progress": f"{self._provider} kept the connection open for {seconds} without answering.",
            "whole": f"{self._provider} did not finish its answer within {seconds}.",
        }[passed.phase]
        key = "stream_timeout_s" if passed.phase == "whole" else f"{passed.phase}_timeout_s"
        return Timeout(
            sentence,
            provider=self._provider,
            phase=passed.phase,
            next_step=f"Try again; if it needs longer, raise {key} of this provider in runtime.toml.",
        )

    def _failed(self, kind: type[ProviderError], what: str) -> ProviderError:
        return kind(f"{self._provider} {what}.", provider=self._provider)

    def _bad_url(self) -> InvalidRequest:
        return InvalidRequest(
            f"The base_url of {self._provider} is not an http:// or https:// address.",
            provider=self._provider,
        )


def _with_patience(limits: Resilience, patience_s: float) -> Resilience:
    return msgspec.structs.replace(
        limits,
        first_byte_timeout_s=limits.first_byte_timeout_s + patience_s,
        progress_timeout_s=limits.progress_timeout_s + patience_s,
        stream_timeout_s=limits.stream_timeout_s + patience_s,
    )


def bypasses_proxy(url: str) -> bool:
    """Whether the system wants no proxy for this address. May ask the registry or the DNS.

    The variables of the environment are followed to the letter; a proxy from the system's settings
    is never meant for this computer itself.
    """
    from urllib.request import getproxies, getproxies_environment, proxy_bypass

    host = urlsplit(url).hostname or ""
    if not getproxies():
        return False
    if proxy_bypass(host):
        return True
    return not getproxies_environment() and _is_loopback(host)


def _system_proxy(url: str) -> str:
    """The proxy that the environment or the system names for this address, or nothing."""
    from urllib.request import getproxies

    proxies = getproxies()
    return proxies.get(urlsplit(url).scheme) or proxies.get("all", "")


def _is_http_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # unbalanced brackets of an IPv6 address
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _has_tls_proxy() -> bool:
    from urllib.request import getproxies

    return any(proxy.startswith("https:") for proxy in getproxies().values())


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, and what is inside exception groups."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions


def header_value(key: str) -> str | None:
    """The key as it can stand in a header, or None if it can't: an encoder's error would quote it."""
    key = key.strip()
    return key if key.isascii() and key.isprintable() else None

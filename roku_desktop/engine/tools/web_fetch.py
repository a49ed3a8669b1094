"""WebFetch: a page of the public web, as text.

Owns which addresses may be asked. Only http and https; never this computer, its network, or a
service that machines of a data centre keep for themselves (metadata): the name is resolved here, every
address it has must be public, and the connection goes to the very address that was looked at, so that
a name which changes its mind in between gains nothing. A redirect stays with the host that was
approved; to another one the model has to ask again. No cookie, no key and no login is ever sent.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec
from msgspec import Meta

from roku_desktop.engine.execution import Execution, Preview, Scope
from roku_desktop.engine.ports import CallContext, ToolFailure, ToolRefusal
from roku_desktop.engine.tools.arguments import Arguments, decode
from roku_desktop.engine.tools.changing_tool import ApprovedTool
from roku_desktop.engine.tools.output import shown_size

if TYPE_CHECKING:
    import httpx

MAX_BODY_BYTES: Final = 2 * 1024 * 1024
MAX_REDIRECTS: Final = 5
TIMEOUT_S: Final = 30.0
_PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HEADERS: Final = {"User-Agent": "roku-desktop", "Accept": "text/html, text/*, application/json, */*;q=0.1"}

Resolve = Callable[[str, int], Awaitable[list[str]]]


class WebFetchArguments(Arguments, frozen=True, kw_only=True):
    url: Annotated[str, Meta(description="Address of the page, beginning with http:// or https://.")]


class _Target(msgspec.Struct, frozen=True, kw_only=True):
    """An address that may be asked, taken apart."""

    url: str
    scheme: str
    host: str
    port: int
    path: str


class WebFetchTool(ApprovedTool[WebFetchArguments]):
    """`resolve` gives the addresses of a name; `is_allowed` says of each whether it may be asked."""

    name = "WebFetch"
    description = (
        "Fetch a page of the public web and return its text. Pages of this computer or its network can't be "
        "fetched. A page that redirects to another host is not followed; the result names the address."
    )
    arguments_type = WebFetchArguments

    def __init__(
        self,
        *,
        resolve: Resolve | None = None,
        is_allowed: Callable[[str], bool] | None = None,
    ) -> None:
        self._resolve = resolve or _resolved
        self._is_allowed = is_allowed or is_public

    async def execution(self, arguments: bytes, workspace: Path) -> Execution:
        target = _target(decode(arguments, WebFetchArguments).url)
        self._refuse_literal(target.host)
        root = str(workspace)
        return Execution(
            tool=self.name,
            mode="in_process",
            action="network",
            cwd=root,
            scope=Scope(root=root, hosts=(f"{target.host}:{target.port}",)),
            argv=(f"url={target.url}",),
            content=target.url,
            timeout_ms=round(TIMEOUT_S * 1000),
        )

    async def preview(self, execution: Execution, arguments: bytes, workspace: Path) -> Preview:
        return Preview(kind="address", title=f"Fetch from {execution.scope.hosts[0]}", text=execution.content)

    async def perform(
        self, execution: Execution, arguments: bytes, workspace: Path, context: CallContext
    ) -> str:
        import httpx

        try:
            async with asyncio.timeout(TIMEOUT_S), await _client() as client:
                return await self._fetched(client, _target(execution.content))
        except TimeoutError:
            raise ToolFailure(f"The page did not come within {TIMEOUT_S:.0f} seconds.") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise ToolFailure(f"The page can't be fetched ({str(error) or type(error).__name__}).") from error

    async def _fetched(self, client: httpx.AsyncClient, target: _Target) -> str:
        approved_host = target.host
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._asked(client, target)
            try:
                location = response.headers.get("location")
                if response.status_code not in _REDIRECTS or not location:
                    return await _read(response, target)
            finally:
                await response.aclose()
            target = _target(urljoin(target.url, location))
            if target.host != approved_host:
                return f"It redirects to {target.url}, which is another host: fetch that if you want it."
        raise ToolFailure(f"The page redirects more than {MAX_REDIRECTS} times.")

    async def _asked(self, client: httpx.AsyncClient, target: _Target) -> httpx.Response:
        """Send the request to an address of the host that was looked at, and to no other."""
        self._refuse_literal(target.host)
        addresses = await self._resolve(target.host, target.port)
        for address in addresses:
            self._refuse_private(address, target.host)
        shown = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
        own_port = "" if target.port == _PORTS[target.scheme] else f":{target.port}"
        request = client.build_request(
            "GET",
            f"{target.scheme}://{shown}:{target.port}{target.path}",
            headers={"Host": f"{target.host}{own_port}"},
            extensions={"sni_hostname": target.host},  # whose certificate it has to be
        )
        return await client.send(request, stream=True)

    def _refuse_literal(self, host: str) -> None:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return
        self._refuse_private(host, host)

    def _refuse_private(self, address: str, host: str) -> None:
        if not self._is_allowed(address):
            raise ToolRefusal(
                f"{host} is this computer or a machine of its network ({address}); "
                "only the public web can be fetched."
            )


def is_public(address: str) -> bool:
    """Whether an address belongs to the internet at large, also where it is written inside another one.

    IPv6 can carry an IPv4 address (mapped, 6to4, Teredo, NAT64): the one inside counts too.
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner: list[ipaddress.IPv4Address | None] = []
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = [parsed.ipv4_mapped, parsed.sixtofour, *(parsed.teredo or ())]
        if parsed in ipaddress.ip_network("64:ff9b::/96"):
            inner.append(ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF))
    return all(one.is_global and not one.is_multicast for one in (parsed, *inner) if one is not None)


async def _client() -> httpx.AsyncClient:
    import ssl

    import httpx
    import truststore

    context = await asyncio.to_thread(truststore.SSLContext, ssl.PROTOCOL_TLS_CLIENT)
    return httpx.AsyncClient(
        verify=context,
        headers=_HEADERS,
        follow_redirects=False,
        timeout=None,  # noqa: S113  # the caller's covers the whole
    )


async def _resolved(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ToolFailure(f"There is no host called {host!r}, or its name can't be looked up now.") from error
    return [str(entry[4][0]) for entry in found]


async def _read(response: httpx.Response, target: _Target) -> str:
    from roku_desktop.engine.tools.web_page import is_readable, text_of  # with the first page

    if response.status_code >= 400:
        raise ToolFailure(f"{target.host} answered with status {response.status_code}.")
    media_type, _, parameters = response.headers.get("content-type", "").lower().partition(";")
    if not is_readable(media_type.strip()):
        return f"{target.url} is {media_type.strip()}, which is no text and is not shown."
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            break
    charset = parameters.partition("charset=")[2].strip("\"' ;")
    text = await asyncio.to_thread(text_of, bytes(body[:MAX_BODY_BYTES]), media_type, charset)
    if len(body) > MAX_BODY_BYTES:
        text += f"\n… cut here: the page has more than {shown_size(MAX_BODY_BYTES)}."
    return text or "The page is empty."


def _target(url: str) -> _Target:
    """Take an address apart. Raises `ToolFailure` where it is none that can be fetched."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ToolFailure(f"{url[:200]!r} is no address.") from None
    if parts.scheme not in _PORTS or not host:
        raise ToolFailure(f"{url[:200]!r} does not begin with http:// or https:// and a host.")
    if parts.username or parts.password:
        raise ToolRefusal("An address with a name and a password in it is not fetched.")
    host = _ascii(host)
    port = port or _PORTS[parts.scheme]
    path = _path(parts)
    shown_port = "" if port == _PORTS[parts.scheme] else f":{port}"
    shown_host = f"[{host}]" if ":" in host else host
    whole = f"{parts.scheme}://{shown_host}{shown_port}{path}"
    return _Target(url=whole, scheme=parts.scheme, host=host, port=port, path=path)


def _path(parts: SplitResult) -> str:
    """Path and query in ASCII; the fragment never leaves a browser."""
    from urllib.parse import quote

    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    return f"{path}?{query}" if query else path


def _ascii(host: str) -> str:
    """A name as it is looked up; what looks like another one is then visible to whoever approves."""
    try:
        return host.encode("idna").decode() if not host.isascii() else host.rstrip(".")
    except UnicodeError:
        raise ToolFailure(f"{host!r} is no name of a host.") from None

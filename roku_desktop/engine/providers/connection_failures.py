"""From a failure of the connection to one class of `engine.errors`, with what a person can do about it.

Owns the only place where exceptions of httpx, ssl and sockets become ours. Knows no vendor's format; what
a server says in words is read in `failures`. Made and called by `transport`.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

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

if TYPE_CHECKING:
    import httpx

PROXY_LOGIN_STEP: Final = (
    "Put the proxy with its login into the variable HTTPS_PROXY: http://name:password@host:port."
)

# What is wrong with a certificate, by the words that OpenSSL, Windows and macOS have for it.
_CERTIFICATE_PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    r"expired": (
        "shows a certificate that has expired",
        "Check the date of this computer; if it is right, whoever runs the service has to renew it.",
    ),
    r"not yet valid": (
        "shows a certificate that is not valid yet",
        "Check the date of this computer.",
    ),
    r"mismatch|not valid for|does not match|doesn't match|CN name": (
        "shows a certificate of another name than {host}",
        "Check the host in its base_url; a login page of the network may be answering in its place.",
    ),
    r"revoked": (
        "shows a certificate that was revoked",
        "Do not trust this server; ask whoever runs it.",
    ),
}
_UNKNOWN_ISSUER: Final = "shows a certificate whose issuer this computer does not trust"
_NO_TLS: Final = re.compile(r"WRONG_VERSION_NUMBER|RECORD_LAYER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG")


class ConnectionFailures:
    """The failures of one provider's connections. `proxy` is the one in use, empty = none."""

    def __init__(self, *, provider: str, base_url: str) -> None:
        self._provider = provider
        self._base_url = base_url
        self.proxy = ""

    @contextlib.contextmanager
    def translated(self, exchange: Exchange) -> Iterator[None]:
        import httpx

        try:
            yield
        except DeadlinePassedError as passed:
            raise self._timeout(passed) from None
        except BodyTooLargeError:
            raise self._failed(MalformedResponse, "sends more than any answer can hold") from None
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL):
            # httpcore's words may quote a header, and so the key: nothing of them is passed on.
            raise self.bad_url() from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise self._network_error(error, in_answer=exchange.has_head) from error

    def bad_url(self) -> InvalidRequest:
        return InvalidRequest(
            f"The base_url of {self._provider} is not an http:// or https:// address.",
            provider=self._provider,
        )

    def _network_error(self, error: httpx.HTTPError, *, in_answer: bool) -> ProviderError:
        import httpx

        causes = list(_causes(error))
        tls = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
        if tls is not None and not in_answer:
            return self._tls_error(tls)
        if isinstance(error, httpx.ProxyError):
            return self._proxy_error(error)
        hung_up = str(error).startswith(("Server disconnected", "peer closed"))
        if isinstance(error, httpx.DecodingError):
            return self._failed(MalformedResponse, "sent an answer whose compression is broken")
        if isinstance(error, httpx.RemoteProtocolError) and not hung_up:
            return self._failed(MalformedResponse, "did not answer with valid HTTP")
        if in_answer:
            return self._failed(StreamInterrupted, "broke off in the middle of its answer")
        return self._failed(ConnectionFailed, self._unreachable(causes))

    def _tls_error(self, error: ssl.SSLError) -> TlsFailed:
        """Verification is never switched off; a person is told what would make it succeed."""
        if isinstance(error, ssl.SSLCertVerificationError):
            words = f"{error.verify_message} {error}"
            host = urlsplit(self._base_url).hostname or ""
            for pattern, (what, next_step) in _CERTIFICATE_PROBLEMS.items():
                if re.search(pattern, words, re.IGNORECASE):
                    return self._tls_failed(what.format(host=host), next_step)
            return self._tls_failed(_UNKNOWN_ISSUER)
        if _NO_TLS.search(str(error)):
            return self._tls_failed(
                "does not speak TLS at this address",
                "Check the port in its base_url, or write http:// if this server really has no TLS.",
            )
        return self._tls_failed(
            "could not agree with this computer on a secure connection",
            "Something between here and the server may forbid it; try from another network.",
        )

    def _tls_failed(self, what: str, next_step: str = "") -> TlsFailed:
        return TlsFailed(f"{self._provider} {what}.", provider=self._provider, next_step=next_step)

    def _proxy_error(self, error: httpx.ProxyError) -> ConnectionFailed:
        """httpcore says the status of a refused tunnel as the first word."""
        status = str(error).partition(" ")[0]
        proxy = f"the proxy {_address(self.proxy)}".rstrip()
        said = f" (HTTP {status})" if status.isdigit() else ""
        if status == "407":
            what, next_step = f"{proxy} wants a login{said}", PROXY_LOGIN_STEP
        else:
            what, next_step = (
                f"{proxy} refuses the way there{said}",
                "Ask whoever runs the proxy to allow it.",
            )
        return ConnectionFailed(
            f"{self._provider} can't be reached: {what}.", provider=self._provider, next_step=next_step
        )

    def _unreachable(self, causes: list[BaseException]) -> str:
        """Names the proxy where that is what could not be reached."""
        import httpx

        host = _address(self.proxy or self._base_url)
        what = "the proxy " if self.proxy else ""
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            return f"can't be reached: no computer named {host.partition(':')[0]} was found" + (
                ", which is the proxy" if self.proxy else ""
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


def _address(url: str) -> str:
    """Host and port, without the login that a proxy's address may hold."""
    return urlsplit(url).netloc.rpartition("@")[2]


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

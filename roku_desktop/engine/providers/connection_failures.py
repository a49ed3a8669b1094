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
from typing import TYPE_CHECKING, Final, Literal
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
from roku_desktop.engine.sentences import said

if TYPE_CHECKING:
    import httpx

PROXY_LOGIN_STEP: Final = said(
    "Put the proxy with its login into the variable HTTPS_PROXY: http://name:password@host:port."
)

# What is wrong with a certificate, by the words that OpenSSL, Windows and macOS have for it.
_CertificateProblem = Literal["expired", "not yet valid", "of another name", "revoked"]
_CERTIFICATE_PROBLEMS: Final[Mapping[str, _CertificateProblem]] = {
    r"expired": "expired",
    r"not yet valid": "not yet valid",
    r"mismatch|not valid for|does not match|doesn't match|CN name": "of another name",
    r"revoked": "revoked",
}
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
            raise self._failed(
                MalformedResponse,
                said("{provider} sends more than any answer can hold.", provider=self._provider),
            ) from None
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL):
            # httpcore's words may quote a header, and so the key: nothing of them is passed on.
            raise self.bad_url() from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise self._network_error(error, in_answer=exchange.has_head) from error

    def bad_url(self) -> InvalidRequest:
        return InvalidRequest(
            said(
                "The base_url of {provider} is not an http:// or https:// address.", provider=self._provider
            ),
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
            return self._failed(
                MalformedResponse,
                said("{provider} sent an answer whose compression is broken.", provider=self._provider),
            )
        if isinstance(error, httpx.RemoteProtocolError) and not hung_up:
            return self._failed(
                MalformedResponse, said("{provider} did not answer with valid HTTP.", provider=self._provider)
            )
        if in_answer:
            return self._failed(
                StreamInterrupted,
                said("{provider} broke off in the middle of its answer.", provider=self._provider),
            )
        return self._failed(ConnectionFailed, self._unreachable(causes))

    def _tls_error(self, error: ssl.SSLError) -> TlsFailed:
        """Verification is never switched off; a person is told what would make it succeed."""
        provider = self._provider
        if isinstance(error, ssl.SSLCertVerificationError):
            return self._certificate_error(f"{error.verify_message} {error}")
        if _NO_TLS.search(str(error)):
            return self._tls_failed(
                said("{provider} does not speak TLS at this address.", provider=provider),
                said("Check the port in its base_url, or write http:// if this server really has no TLS."),
            )
        return self._tls_failed(
            said(
                "{provider} could not agree with this computer on a secure connection.",
                provider=provider,
            ),
            said("Something between here and the server may forbid it; try from another network."),
        )

    def _certificate_error(self, words: str) -> TlsFailed:
        provider, host = self._provider, urlsplit(self._base_url).hostname or ""
        found = (
            it for pattern, it in _CERTIFICATE_PROBLEMS.items() if re.search(pattern, words, re.IGNORECASE)
        )
        match next(found, None):
            case "expired":
                return self._tls_failed(
                    said("{provider} shows a certificate that has expired.", provider=provider),
                    said(
                        "Check the date of this computer; if it is right, whoever runs the service has to "
                        "renew it."
                    ),
                )
            case "not yet valid":
                return self._tls_failed(
                    said("{provider} shows a certificate that is not valid yet.", provider=provider),
                    said("Check the date of this computer."),
                )
            case "of another name":
                return self._tls_failed(
                    said(
                        "{provider} shows a certificate of another name than {host}.",
                        provider=provider,
                        host=host,
                    ),
                    said(
                        "Check the host in its base_url; a login page of the network may be answering in "
                        "its place."
                    ),
                )
            case "revoked":
                return self._tls_failed(
                    said("{provider} shows a certificate that was revoked.", provider=provider),
                    said("Do not trust this server; ask whoever runs it."),
                )
            case None:
                return self._tls_failed(
                    said(
                        "{provider} shows a certificate whose issuer this computer does not trust.",
                        provider=provider,
                    )
                )

    def _tls_failed(self, sentence: str, next_step: str = "") -> TlsFailed:
        return TlsFailed(sentence, provider=self._provider, next_step=next_step)

    def _proxy_error(self, error: httpx.ProxyError) -> ConnectionFailed:
        """httpcore says the status of a refused tunnel as the first word."""
        status = str(error).partition(" ")[0]
        provider, proxy = self._provider, _address(self.proxy)
        code = f" (HTTP {status})" if status.isdigit() else ""
        if status == "407":
            sentence = said(
                "{provider} can't be reached: the proxy {proxy} wants a login{code}.",
                provider=provider,
                proxy=proxy,
                code=code,
            )
            return ConnectionFailed(sentence, provider=provider, next_step=PROXY_LOGIN_STEP)
        sentence = said(
            "{provider} can't be reached: the proxy {proxy} refuses the way there{code}.",
            provider=provider,
            proxy=proxy,
            code=code,
        )
        next_step = said("Ask whoever runs the proxy to allow it.")
        return ConnectionFailed(sentence, provider=provider, next_step=next_step)

    def _unreachable(self, causes: list[BaseException]) -> str:
        """Names the proxy where that is what could not be reached."""
        import httpx

        provider, host = self._provider, _address(self._base_url)
        no_way = (socket.gaierror, ConnectionRefusedError, httpx.ConnectError)
        if self.proxy and any(isinstance(cause, no_way) for cause in causes):
            return self._unreachable_proxy(causes)
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            name = host.partition(":")[0]
            return said(
                "{provider} can't be reached: no computer named {name} was found.",
                provider=provider,
                name=name,
            )
        if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
            return said(
                "{provider} can't be reached: nothing answers at {host}.", provider=provider, host=host
            )
        if any(isinstance(cause, httpx.ConnectError) for cause in causes):
            return said(
                "{provider} can't be reached: there is no way to {host} from here.",
                provider=provider,
                host=host,
            )
        return said("{provider} closed the connection before it answered.", provider=provider)

    def _unreachable_proxy(self, causes: list[BaseException]) -> str:
        provider, proxy = self._provider, _address(self.proxy)
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            name = proxy.partition(":")[0]
            return said(
                "{provider} can't be reached: no computer named {name} was found, which is the proxy.",
                provider=provider,
                name=name,
            )
        if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
            return said(
                "{provider} can't be reached: nothing answers at the proxy {proxy}.",
                provider=provider,
                proxy=proxy,
            )
        return said(
            "{provider} can't be reached: there is no way to the proxy {proxy} from here.",
            provider=provider,
            proxy=proxy,
        )

    def _timeout(self, passed: DeadlinePassedError) -> Timeout:
        template = {
            "connect": said("{provider} could not be reached within {limit} s."),
            "first_byte": said("{provider} did not begin to answer within {limit} s."),
            "idle": said("{provider} fell silent for {limit} s in the middle of its answer."),
            "progress": said("{provider} kept the connection open for {limit} s without answering."),
            "whole": said("{provider} did not finish its answer within {limit} s."),
        }[passed.phase]
        sentence = said(template, provider=self._provider, limit=f"{passed.limit_s:g}")
        key = "stream_timeout_s" if passed.phase == "whole" else f"{passed.phase}_timeout_s"
        return Timeout(
            sentence,
            provider=self._provider,
            phase=passed.phase,
            next_step=said(
                "Try again; if it needs longer, raise {key} of this provider in runtime.toml.", key=key
            ),
        )

    def _failed(self, kind: type[ProviderError], sentence: str) -> ProviderError:
        return kind(sentence, provider=self._provider)


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

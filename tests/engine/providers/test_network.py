"""Corporate networks: private authorities and proxies (promise 23). TLS is never off."""

from __future__ import annotations

import asyncio
import ssl
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from roku_desktop.engine.errors import ConnectionFailed, TlsFailed
from roku_desktop.engine.providers.connection_failures import ConnectionFailures
from roku_desktop.engine.providers.proxies import bypasses_proxy
from roku_desktop.engine.settings import NetworkSettings
from tests.support.fault_server import FaultServer, Reply
from tests.support.tunnel import TunnelProxy
from tests.support.wires import Wire, answer, failure


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost", "model.example.test").configure_cert(context)
    return context


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


async def test_a_private_authority_is_accepted_with_its_file(
    wire: Wire, server_tls: ssl.SSLContext, ca_file: str
) -> None:
    async with FaultServer([Reply(wire.stream(["safe"]))], tls=server_tls) as server:
        network = NetworkSettings(ca_file=ca_file)
        async with wire.provider(wire.url(server), network=network) as provider:
            assert (await answer(provider)).message.text == "safe"


async def test_a_private_authority_is_refused_without_its_file(
    wire: Wire, server_tls: ssl.SSLContext
) -> None:
    async with FaultServer([Reply(wire.stream(["safe"]))], tls=server_tls) as server:
        async with wire.provider(wire.url(server)) as provider:
            error, items = await failure(provider)
        assert server.requests == []
    assert isinstance(error, TlsFailed)
    assert items == []
    assert "ca_file" in error.next_step


async def test_the_systems_store_is_trusted(
    wire: Wire, server_tls: ssl.SSLContext, ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform != "linux":
        pytest.skip("elsewhere the store is the system's own and not ours to change")
    monkeypatch.setenv("SSL_CERT_FILE", ca_file)  # what OpenSSL takes for the system's store
    async with (
        FaultServer([Reply(wire.stream(["safe"]))], tls=server_tls) as server,
        wire.provider(wire.url(server)) as provider,
    ):
        assert (await answer(provider)).message.text == "safe"


NOW = datetime.now(UTC)
YEAR = timedelta(days=365)
CERTIFICATES = {
    "expired": (
        {"identities": ("127.0.0.1",), "not_before": NOW - 2 * YEAR, "not_after": NOW - YEAR},
        "lab shows a certificate that has expired.",
        "date of this computer",
    ),
    "of tomorrow": (
        {"identities": ("127.0.0.1",), "not_before": NOW + YEAR, "not_after": NOW + 2 * YEAR},
        "lab shows a certificate that is not valid yet.",
        "date of this computer",
    ),
    "of another address": (
        {"identities": ("127.0.0.2",)},
        "lab shows a certificate of another name than 127.0.0.1.",
        "Check the host in its base_url",
    ),
    "of another name": (
        {"identities": ("other.example",)},
        "lab shows a certificate of another name than 127.0.0.1.",
        "Check the host in its base_url",
    ),
}


@pytest.mark.parametrize(("issued", "sentence", "advice"), CERTIFICATES.values(), ids=CERTIFICATES)
async def test_a_certificate_that_is_wrong_is_explained(
    wire: Wire, authority: trustme.CA, ca_file: str, issued: dict[str, Any], sentence: str, advice: str
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    dates = {name: value for name, value in issued.items() if name != "identities"}
    authority.issue_cert(*issued["identities"], **dates).configure_cert(context)
    async with FaultServer([Reply(wire.stream(["safe"]))], tls=context) as server:
        async with wire.provider(wire.url(server), network=NetworkSettings(ca_file=ca_file)) as provider:
            error, items = await failure(provider)
        assert server.requests == []
    assert isinstance(error, TlsFailed)
    assert (str(error), items) == (sentence, [])
    assert advice in error.next_step


async def test_a_server_without_tls_is_refused_on_https(wire: Wire) -> None:
    async def plain_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(plain_http, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with wire.provider(f"https://127.0.0.1:{port}") as provider:
            error, _ = await failure(provider)
    assert isinstance(error, TlsFailed)
    assert str(error) == "lab does not speak TLS at this address."
    assert "port" in error.next_step


def test_windows_and_macos_words_for_a_certificate_are_understood() -> None:
    failures = ConnectionFailures(provider="lab", base_url="https://model.example/v1")
    said = {
        "“model.example” certificate name does not match input": "of another name than model.example",
        "“model.example” certificate is expired": "has expired",
        "“model.example” certificate is not trusted": "issuer this computer does not trust",
        "The certificate's CN name does not match the passed value.": "of another name",
        "A required certificate is not within its validity period when verifying; expired": "has expired",
        "A certificate chain could not be built to a trusted root authority.": "does not trust",
    }
    for words, sentence in said.items():
        error = ssl.SSLCertVerificationError(words)
        error.verify_message, error.verify_code = words, -1
        assert sentence in str(failures._tls_error(error))


@pytest.mark.parametrize("content", [None, "not a certificate"])
async def test_a_ca_file_that_is_none_is_named(wire: Wire, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    async with wire.provider("https://127.0.0.1:9", network=NetworkSettings(ca_file=str(path))) as provider:
        error, _ = await failure(provider)
    assert isinstance(error, TlsFailed)
    assert str(path) in str(error)


async def test_the_proxy_of_the_settings_is_used(wire: Wire) -> None:
    async with FaultServer([Reply(wire.stream(["via proxy"]))]) as proxy:
        network = NetworkSettings(proxy=proxy.url)
        async with wire.provider("http://model.example.test" + wire.url_suffix, network=network) as provider:
            assert (await answer(provider)).message.text == "via proxy"
        assert proxy.requests[0].target.startswith("http://model.example.test/v1/")


async def test_the_proxy_of_the_environment_is_used(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    async with FaultServer([Reply(wire.stream(["via proxy"]))]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        async with wire.provider("http://model.example.test" + wire.url_suffix) as provider:
            assert (await answer(provider)).message.text == "via proxy"


async def test_no_proxy_and_direct_leave_the_proxy_out(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with FaultServer([Reply(wire.stream(["direct"]))]) as server:
        async with wire.provider(wire.url(server), direct=True) as provider:
            assert (await answer(provider)).message.text == "direct"
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with wire.provider(wire.url(server)) as provider:
            assert (await answer(provider)).message.text == "direct"


async def test_tls_goes_through_a_proxys_tunnel_and_is_verified_inside(
    wire: Wire, server_tls: ssl.SSLContext, ca_file: str
) -> None:
    async with (
        FaultServer([Reply(wire.stream(["inside"]))], tls=server_tls) as server,
        TunnelProxy() as proxy,
    ):
        url = f"https://model.example.test:{server.port}{wire.url_suffix}"
        trusting = NetworkSettings(ca_file=ca_file, proxy=proxy.url)
        async with wire.provider(url, network=trusting) as provider:
            assert (await answer(provider)).message.text == "inside"
        async with wire.provider(url, network=NetworkSettings(proxy=proxy.url)) as provider:
            error, _ = await failure(provider)
    assert isinstance(error, TlsFailed)
    assert proxy.targets == [f"model.example.test:{server.port}"] * 2


async def test_a_proxy_with_a_login_is_passed_with_the_one_of_the_environment(
    wire: Wire, server_tls: ssl.SSLContext, ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = NetworkSettings(ca_file=ca_file)
    async with (
        FaultServer([Reply(wire.stream(["inside"]))], tls=server_tls) as server,
        TunnelProxy(login="someone:s3cret-word") as proxy,
    ):
        url = f"https://model.example.test:{server.port}{wire.url_suffix}"
        monkeypatch.setenv("HTTPS_PROXY", proxy.url_with("someone:s3cret-word"))
        async with wire.provider(url, network=network) as provider:
            assert (await answer(provider)).message.text == "inside"
        monkeypatch.setenv("HTTPS_PROXY", proxy.url_with("someone:wrong-word"))
        async with wire.provider(url, network=network) as provider:
            error, _ = await failure(provider)
        host = proxy.url.removeprefix("http://")
    assert isinstance(error, ConnectionFailed)
    assert str(error) == f"lab can't be reached: the proxy {host} wants a login (HTTP 407)."
    assert "HTTPS_PROXY" in error.next_step
    assert "wrong-word" not in repr(error.failure())


async def test_a_proxy_that_forbids_the_way_is_named(wire: Wire) -> None:
    async with TunnelProxy(status=403) as proxy:
        network = NetworkSettings(proxy=proxy.url)
        async with wire.provider("https://model.example.test", network=network) as provider:
            error, _ = await failure(provider)
        host = proxy.url.removeprefix("http://")
    assert isinstance(error, ConnectionFailed)
    assert str(error) == f"lab can't be reached: the proxy {host} refuses the way there (HTTP 403)."


async def test_a_proxy_of_the_settings_is_not_meant_for_this_computer(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = NetworkSettings(proxy="http://127.0.0.1:9")
    async with FaultServer([Reply(wire.stream(["direct"]))]) as server:
        async with wire.provider(wire.url(server), network=network) as provider:
            assert (await answer(provider)).message.text == "direct"
        named = wire.url(server).replace("127.0.0.1", "localhost.localdomain")
        assert not bypasses_proxy(named, configured=network.proxy)
        monkeypatch.setenv("NO_PROXY", "localdomain")
        assert bypasses_proxy(named, configured=network.proxy)


async def test_a_proxy_that_is_not_there_is_named_instead_of_the_provider(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = "127.0.0.1:9"
    for network in (NetworkSettings(proxy=f"http://someone:secret@{closed}"), NetworkSettings()):
        async with wire.provider("http://model.example.test", network=network) as provider:
            error, _ = await failure(provider)
        assert isinstance(error, ConnectionFailed)
        assert f"the proxy {closed}" in str(error)
        assert "secret" not in str(error)
        monkeypatch.setenv("http_proxy", f"http://someone:secret@{closed}")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere this address is refused or no loopback")
async def test_a_network_without_a_way_is_no_hang_up(wire: Wire) -> None:
    async with wire.provider("http://127.255.255.255:9") as provider:  # a broadcast address takes no TCP
        error, _ = await failure(provider)
    assert isinstance(error, ConnectionFailed)
    assert "can't be reached" in str(error)


async def test_a_proxy_that_is_no_address_is_named(wire: Wire) -> None:
    network = NetworkSettings(proxy="nonsense")
    async with wire.provider("http://model.example.test", network=network) as provider:
        error, _ = await failure(provider)
    assert isinstance(error, ConnectionFailed)
    assert "proxy" in str(error)


def test_a_proxy_of_the_environment_is_followed_to_the_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not bypasses_proxy("http://localhost:11434/v1")
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    assert not bypasses_proxy("http://localhost:11434/v1")
    monkeypatch.setenv("no_proxy", "localhost,.corp.example")
    assert bypasses_proxy("http://localhost:11434/v1")
    assert bypasses_proxy("https://llm.corp.example/v1")
    assert not bypasses_proxy("https://api.example/v1")


async def test_redirects_to_another_server_are_not_followed(wire: Wire) -> None:
    async with FaultServer([Reply(wire.stream(["stolen"]))]) as other:
        moved = Reply((), 307, {"Location": other.url + "/v1/x"}, "length")
        async with wire.serving(moved) as (_, provider):
            await failure(provider)
        assert other.requests == []


@pytest.mark.parametrize(
    ("no_proxy", "url", "is_bypassed"),
    [
        ("*", "https://llm.example/v1", True),
        ("llm.example", "https://llm.example/v1", True),
        ("llm.example", "https://other.example/v1", False),
        ("corp.example", "https://llm.corp.example/v1", True),
        ("a.example, llm.example:8443", "https://llm.example:8443/v1", True),
        ("llm.example:8443", "https://llm.example/v1", False),
        ("llm.example:443", "https://llm.example/v1", True),
        ("10.0.0.0/8", "http://10.1.2.3:8000/v1", True),
        ("10.0.0.0/8", "http://11.1.2.3:8000/v1", False),
        ("10.0.0.0/99, fd00::/8", "http://[fd00::1]:8000/v1", True),
        ("10.0.0.0/8", "https://llm.example/v1", False),
    ],
)
def test_no_proxy_is_understood_in_the_forms_that_companies_write(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, url: str, is_bypassed: bool
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert bypasses_proxy(url) is is_bypassed

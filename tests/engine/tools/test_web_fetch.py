"""WebFetch reaches the public web and nothing else, at the address that was looked at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roku_desktop.engine.ports import CallContext, ToolFailure, ToolRefusal
from roku_desktop.engine.tools.web_fetch import MAX_BODY_BYTES, WebFetchTool, is_public
from roku_desktop.engine.tools.web_page import text_of
from tests.support.fault_replies import Repeat, Reply
from tests.support.fault_server import FaultServer

CONTEXT = CallContext(session_id="ses", run_id="run", call_id="call")


def page(body: bytes, *, status: int = 200, kind: str = "text/html", **headers: str) -> Reply:
    return Reply([body], status, {"Content-Type": kind, **headers}, "length")


def tool(*, addresses: dict[str, list[str]] | None = None) -> WebFetchTool:
    """The tool in a world where test servers of this computer are public, and names are as given."""

    async def resolve(host: str, _port: int) -> list[str]:
        return (addresses or {}).get(host, ["127.0.0.1"])

    return WebFetchTool(resolve=resolve, is_allowed=lambda one: one == "127.0.0.1" or is_public(one))


async def fetch(tool: WebFetchTool, url: str, workspace: Path) -> str:
    arguments = json.dumps({"url": url}).encode()
    tool.validate(arguments)
    execution = await tool.execution(arguments, workspace)
    return await tool.perform(execution, arguments, workspace, CONTEXT)


async def test_the_text_of_a_page_is_returned_and_nothing_of_ours_is_sent(workspace: Path):
    html = (
        b"<html><head><title>Hi</title><script>bad()</script></head><body><p>One &amp; two</p>"
        b"<ul><li><a href='https://a.example/x'>link</a></ul></body></html>"
    )
    async with FaultServer([], routes={"/a%20b": page(html)}) as server:
        text = await fetch(tool(), f"http://pages.example:{server.port}/a b?q=1#part", workspace)
        (request,) = server.gets
    assert text == "Hi\n\nOne & two\n\n- link <https://a.example/x>"
    assert request.path == "/a%20b?q=1"
    assert request.headers["host"] == f"pages.example:{server.port}"
    assert not {"authorization", "cookie"} & {name.lower() for name in request.headers}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://0.0.0.0/",
        "http://user:secret@example.com/",
    ],
)
async def test_addresses_of_this_computer_and_its_network_are_refused_before_anybody_is_asked(
    workspace: Path, url: str
):
    with pytest.raises(ToolRefusal):
        await WebFetchTool().execution(json.dumps({"url": url}).encode(), workspace)


async def test_a_public_name_with_a_private_address_is_refused(workspace: Path):
    for addresses in (["10.1.2.3"], ["93.184.216.34", "192.168.1.1"]):
        inside = tool(addresses={"rebound.example": addresses})
        with pytest.raises(ToolRefusal, match="only the public web"):
            await fetch(inside, "http://rebound.example/", workspace)


async def test_a_redirect_to_the_inside_is_never_followed_and_one_to_another_host_is_told(workspace: Path):
    routes = {
        "/inside": page(b"", status=302, Location="http://169.254.169.254/keys"),
        "/other": page(b"", status=302, Location="https://other.example/there"),
        "/old": page(b"", status=301, Location="/new"),
        "/new": page(b"here", kind="text/plain"),
    }
    async with FaultServer([], routes=routes) as server:
        start = f"http://pages.example:{server.port}"
        told = await fetch(tool(), f"{start}/inside", workspace)
        assert told.startswith("It redirects to http://169.254.169.254/keys, which is another host")
        assert "other.example/there" in await fetch(tool(), f"{start}/other", workspace)
        assert await fetch(tool(), f"{start}/old", workspace) == "here"
        assert [request.path for request in server.gets] == ["/inside", "/other", "/old", "/new"]


async def test_a_circle_of_redirects_ends(workspace: Path):
    async with FaultServer([], routes={"/": page(b"", status=302, Location="/")}) as server:
        with pytest.raises(ToolFailure, match="more than 5 times"):
            await fetch(tool(), f"http://a.example:{server.port}/", workspace)
        assert len(server.gets) == 6


async def test_an_endless_page_is_cut(workspace: Path):
    endless = Reply([Repeat(b"x" * 65_536)], 200, {"Content-Type": "text/plain"})
    async with FaultServer([], routes={"/": endless}) as server:
        text = await fetch(tool(), f"http://a.example:{server.port}/", workspace)
    assert text.endswith("\n… cut here: the page has more than 2.1 MB.")
    assert len(text) < MAX_BODY_BYTES + 100


async def test_what_is_no_text_is_named_and_a_failure_is_told(workspace: Path):
    async with FaultServer([], routes={"/": page(b"\x89PNG", kind="image/png")}) as server:
        url = f"http://a.example:{server.port}/"
        assert "is image/png, which is no text" in await fetch(tool(), url, workspace)
        with pytest.raises(ToolFailure, match="status 404"):
            await fetch(tool(), f"{url}absent", workspace)


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "file:///etc/passwd", "a.example", "http://", "http://[x"]
)
async def test_what_is_no_address_of_the_web_is_said(workspace: Path, url: str):
    with pytest.raises(ToolFailure):
        await WebFetchTool().execution(json.dumps({"url": url}).encode(), workspace)


async def test_what_is_approved_names_the_host_as_it_is_looked_up(workspace: Path):
    execution = await WebFetchTool().execution('{"url": "https://exämple.com/"}'.encode(), workspace)
    assert execution.scope.hosts == ("xn--exmple-cua.com:443",)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_one_counts(address):
    assert is_public(f"::ffff:{address}") == is_public(str(address))


@given(st.text(max_size=200))
def test_any_page_becomes_text(text: str):
    text_of(text.encode("utf-8", "replace"), "text/html", "")
    text_of(b"<html>" + text.encode("utf-8", "replace"), "", "no-such-charset")

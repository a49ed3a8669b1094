"""Whether there is a newer version: nobody is asked without a feed, and no feed can do more than tell."""

import pytest

from roku_desktop.engine.errors import ProviderError
from roku_desktop.engine.settings import NetworkSettings
from roku_desktop.updates import Release, newer_release
from tests.support.fault_replies import json_reply
from tests.support.fault_server import FaultServer, Reply

PAGE = "https://example.org/releases/1.10"


async def asked(feed: Reply, running: str = "1.9.0") -> Release | None:
    async with FaultServer([], routes={"/feed.json": feed}) as server:
        try:
            return await newer_release(f"{server.url}/feed.json", NetworkSettings(), running)
        finally:
            (request,) = server.gets
            sent = {name.lower(): value for name, value in dict(request.headers).items()}
            assert sent["user-agent"] == "roku-desktop"
            assert "authorization" not in sent


def named(version: str, **more: object) -> Reply:
    return json_reply(200, {"version": version, "url": PAGE, **more})


async def test_without_a_feed_nobody_is_asked():
    assert await newer_release("", NetworkSettings()) is None


@pytest.mark.parametrize(
    ("offered", "running"), [("1.10.0", "1.9.0"), ("2", "1.9.9"), ("1.0", "1.0rc1"), ("0.1.1", "0.1.0")]
)
async def test_a_newer_version_is_told_with_its_page(offered, running):
    release = await asked(named(offered, notes=" Faster. ", further="ignored"), running)
    assert release == Release(version=offered, url=PAGE, notes="Faster.")


@pytest.mark.parametrize(
    ("offered", "running"), [("1.9.0", "1.10.0"), ("1.9", "1.9.0"), ("1.0rc1", "1.0"), ("0.0.9", "0.1.0")]
)
async def test_the_same_and_an_older_one_are_not(offered, running):
    assert await asked(named(offered), running) is None


async def test_what_hides_in_the_notes_is_seen_and_they_stay_one_line():
    release = await asked(named("2.0", notes="one\ntwo\u202e" + "x" * 5_000))
    assert release is not None
    assert "\n" not in release.notes
    assert "\u202e" not in release.notes
    assert len(release.notes) < 400


@pytest.mark.parametrize(
    ("feed", "words"),
    [
        (json_reply(404, {}), "status 404"),
        (json_reply(302, {}, {"Location": "http://elsewhere/"}), "status 302"),
        (json_reply(200, ["1.0"]), "not of the form"),
        (Reply((b"<html>",), 200, {}, "length"), "not of the form"),
        (named("newest"), "names no version"),
        (json_reply(200, {"version": "2.0", "url": "file:///etc/passwd"}), "no address of a page"),
        (json_reply(200, {"version": "2.0", "url": "https://a\u202eb/"}), "no address of a page"),
        (named("2.0", notes="x" * 100_000), "longer than any"),
    ],
)
async def test_a_feed_that_is_none_is_told_in_a_sentence(feed, words):
    with pytest.raises(ProviderError, match=words) as caught:
        await asked(feed)
    assert "runtime.updates.feed" in str(caught.value.next_step)

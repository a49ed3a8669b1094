"""Images on the three wires: where they stand, and the words in place of what is not sent."""

from __future__ import annotations

from typing import Any

import msgspec

from roku_desktop.engine.messages import ImageRef, UserMessage
from tests.support.fault_server import Reply
from tests.support.wires import ANTHROPIC, OPENAI, RESPONSES, Wire, answer, chat_request

IMAGE = ImageRef(file="a.png", media_type="image/png", width_px=4, height_px=3, size_bytes=70, name="cat.png")
URL = "data:image/png;base64,QUJD"


async def content_of(wire: Wire, *messages: UserMessage, images: dict[str, str]) -> Any:
    """What the wire is sent as the newest prompt."""
    request = msgspec.structs.replace(chat_request(*messages), images=images)
    async with wire.serving(Reply(wire.stream(["ok"]))) as (server, provider):
        await answer(provider, request)
        body = server.requests[0].json()
    content = body["input" if wire is RESPONSES else "messages"][-1]["content"]
    for block in content if isinstance(content, list) else ():
        block.pop("cache_control", None)
    return content


IN_PLACE: dict[str, list[Any]] = {
    OPENAI.name: [
        {"type": "image_url", "image_url": {"url": URL}},
        {"type": "text", "text": "What is it?"},
    ],
    RESPONSES.name: [
        {"type": "input_image", "image_url": URL},
        {"type": "input_text", "text": "What is it?"},
    ],
    ANTHROPIC.name: [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "QUJD"}},
        {"type": "text", "text": "What is it?"},
    ],
}


async def test_an_image_stands_before_the_text_as_the_wire_has_it(wire: Wire) -> None:
    prompt = UserMessage(text="What is it?", images=(IMAGE,))
    assert await content_of(wire, prompt, images={"a.png": "QUJD"}) == IN_PLACE[wire.name]


async def test_an_image_alone_needs_no_words(wire: Wire) -> None:
    prompt = UserMessage(text="", images=(IMAGE,))
    assert await content_of(wire, prompt, images={"a.png": "QUJD"}) == IN_PLACE[wire.name][:1]


async def test_a_model_that_gets_no_image_is_told_so(wire: Wire) -> None:
    content = await content_of(wire, UserMessage(text="What is it?", images=(IMAGE,)), images={})
    text = content if isinstance(content, str) else content[0]["text"]
    assert text == "(Image attached, which you can't see: cat.png, 4×3)\n\nWhat is it?"


async def test_prompts_that_become_one_message_keep_their_images(wire: Wire) -> None:
    """After a turn that failed."""
    prompts = (UserMessage(text="What is it?", images=(IMAGE,)), UserMessage(text="Well?"))
    content = await content_of(wire, *prompts, images={"a.png": "QUJD"})
    assert content[0] == IN_PLACE[wire.name][0]
    assert content[1]["text"] == "What is it?\n\nWell?"

"""Images from the prompt to the model, and what becomes of them later."""

from __future__ import annotations

import base64
from pathlib import Path

import msgspec
import pytest

from roku_desktop.engine import Engine, ModelInfo, SessionSummary, UserMessage
from roku_desktop.engine.context.digest import story
from roku_desktop.engine.context.estimate import IMAGE_TOKENS, message_tokens
from roku_desktop.engine.errors import ImageRefusedError, TlsFailed
from roku_desktop.engine.messages import ImageRef, Message
from roku_desktop.engine.providers.scripted import ScriptedAnswer, ScriptedProvider
from roku_desktop.engine.routing.selection import ModelChoice
from roku_desktop.engine.routing.sight import MAX_SENT_IMAGES, newest_images
from tests.support.engines import engine_on
from tests.support.pictures import png

OK = ScriptedAnswer(steps=("I see.",))
ENCODED = base64.b64encode(png()).decode()


class Blind(ScriptedProvider):
    """Says that its models can't see."""

    async def list_models(self) -> list[ModelInfo]:
        return [msgspec.structs.replace(info, supports_images=False) for info in await super().list_models()]


async def session_in(engine: Engine, tmp_path: Path) -> SessionSummary:
    return await engine.create_session(tmp_path)


def sent(provider: ScriptedProvider, place: int = -1) -> list[str]:
    return list(provider.requests[place].images.values())


async def test_a_model_gets_the_image_also_with_later_prompts_and_after_a_start(tmp_path: Path) -> None:
    eyes = ScriptedProvider([OK], name="eyes")
    async with engine_on(tmp_path, eyes) as engine:
        session = await session_in(engine, tmp_path)
        await (await engine.ask(session.session_id, "What is it?", images=[png()])).result()
    async with engine_on(tmp_path, eyes) as engine:
        await (await engine.ask(session.session_id, "Sure?")).result()
        stored = (await engine.messages(session.session_id))[0].message
    assert sent(eyes, 0) == sent(eyes, 1) == [ENCODED]
    assert isinstance(stored, UserMessage)
    assert [(image.width_px, image.height_px, image.name) for image in stored.images] == [(4, 3, "")]


async def test_a_model_that_cannot_see_is_not_asked_and_nothing_is_stored(tmp_path: Path) -> None:
    async with engine_on(tmp_path, Blind([OK], name="mole", models=["mole-1"])) as engine:
        session = await session_in(engine, tmp_path)
        with pytest.raises(ImageRefusedError, match="mole-1 can't see images: choose a model that can"):
            await engine.ask(session.session_id, "What is it?", images=[png()])
        assert await engine.messages(session.session_id) == []
        assert engine.turn(session.session_id) is None
    assert not (tmp_path / "images").exists()


async def test_a_later_model_that_cannot_see_goes_on_with_words(tmp_path: Path) -> None:
    eyes, mole = ScriptedProvider([OK], name="eyes"), Blind([OK], name="mole", models=["mole-1"])
    async with engine_on(tmp_path, eyes, mole) as engine:
        session = await session_in(engine, tmp_path)
        await (await engine.ask(session.session_id, "What is it?", images=[png()])).result()
        turn = await engine.ask(session.session_id, "And now?", choice=ModelChoice("mole", "mole-1"))
        assert (await turn.result()).outcome == "completed"
    assert sent(mole) == []


async def test_nobody_who_cannot_see_stands_in_for_a_question_about_an_image(tmp_path: Path) -> None:
    eyes = ScriptedProvider([ScriptedAnswer(steps=(TlsFailed("Down.", provider="eyes"),))], name="eyes")
    mole, owl = Blind([OK], name="mole", models=["mole-1"]), ScriptedProvider([OK], name="owl")
    async with engine_on(tmp_path, eyes, mole, owl, spread=lambda low, _high: low) as engine:
        session = await session_in(engine, tmp_path)
        await (await engine.ask(session.session_id, "What is it?", images=[png()])).result()
    assert mole.requests == []
    assert sent(owl) == [ENCODED]


async def test_images_go_with_their_session_and_a_fork_keeps_its_own(tmp_path: Path) -> None:
    eyes = ScriptedProvider([OK], name="eyes")
    async with engine_on(tmp_path, eyes) as engine:
        session = await session_in(engine, tmp_path)
        turn = await engine.ask(session.session_id, "What is it?", images=[png()])
        await turn.result()
        fork = await engine.fork_session(session.session_id, turn.run_id)
        await engine.delete_session(session.session_id)
        assert not (tmp_path / "images" / session.session_id).exists()
        await (await engine.ask(fork.session_id, "Sure?")).result()
        assert sent(eyes) == [ENCODED]
        await engine.delete_session(fork.session_id)
    assert list((tmp_path / "images").iterdir()) == []


async def test_an_image_that_was_deleted_by_hand_does_not_end_the_conversation(tmp_path: Path) -> None:
    eyes = ScriptedProvider([OK], name="eyes")
    async with engine_on(tmp_path, eyes) as engine:
        session = await session_in(engine, tmp_path)
        await (await engine.ask(session.session_id, "What is it?", images=[png()])).result()
        for path in (tmp_path / "images" / session.session_id).iterdir():
            path.unlink()
        assert (await (await engine.ask(session.session_id, "Sure?")).result()).outcome == "completed"
    assert sent(eyes) == []


def test_prompts_of_earlier_versions_have_no_images() -> None:
    assert msgspec.json.decode(b'{"type":"user","text":"Hi","origin":"person"}', type=Message) == UserMessage(
        text="Hi"
    )


def image(number: int, size_bytes: int = 100) -> ImageRef:
    return ImageRef(
        file=f"{number}.png", media_type="image/png", width_px=9, height_px=9, size_bytes=size_bytes
    )


def test_of_many_images_the_newest_are_sent() -> None:
    prompts = [UserMessage(text="?", images=(image(number),)) for number in range(30)]
    assert {one.file for one in newest_images(prompts)} == {
        f"{n}.png" for n in range(30 - MAX_SENT_IMAGES, 30)
    }
    large = [UserMessage(text="?", images=(image(number, 6 * 1024 * 1024),)) for number in range(4)]
    assert {one.file for one in newest_images(large)} == {"2.png", "3.png"}


def test_an_image_counts_in_the_estimate_and_leaves_a_note_where_its_prompt_is_shortened() -> None:
    prompt = UserMessage(text="What is it?", images=(image(1),))
    assert message_tokens(prompt) >= IMAGE_TOKENS
    assert "Image attached: 9×9" in story([prompt], 500)

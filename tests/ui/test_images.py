"""Images in the window: attached to a prompt, sent, seen in the transcript, opened."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage

from roku_desktop.engine import ImageRef, StoredMessage, UserMessage
from roku_desktop.engine.providers.scripted import ScriptedAnswer, ScriptedProvider
from roku_desktop.ui.composing.image_files import attached_file, attached_picture
from roku_desktop.ui.exporting.forms import MAX_EMBEDDED_BYTES, pieces_of
from roku_desktop.ui.transcript.picture_button import PictureButton
from roku_desktop.ui.transcript.picture_places import picture_places
from roku_desktop.ui.transcript.picture_viewer import PictureViewer
from tests.support.display import PictureTaker
from tests.support.pictures import png
from tests.support.windows import OpenedWindow, opened_window
from tests.ui.conftest import Run
from tests.ui.test_models import session

OK = ScriptedAnswer(steps=("Two cats.",))


def pasted(width_px: int = 40, height_px: int = 30) -> QMimeData:
    image = QImage(width_px, height_px, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    data = QMimeData()
    data.setImageData(image)
    return data


def dropped(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def pictures(opened: OpenedWindow) -> list[PictureButton]:
    return [button for button in opened.row_buttons("Show the image") if isinstance(button, PictureButton)]


@pytest.mark.window
def test_what_is_pasted_and_dropped_goes_with_the_prompt_and_is_seen_in_its_row(
    tmp_path: Path, qt_run: Run, screenshot: PictureTaker
) -> None:
    (tmp_path / "cat.png").write_bytes(png(60, 40))
    (tmp_path / "notes.txt").write_text("Read me")
    eyes = ScriptedProvider([OK], name="eyes")

    async def scenario() -> None:
        async with opened_window(tmp_path, eyes) as opened:
            images, edit = opened.steering.images, opened.window.composer.edit
            edit.insertFromMimeData(pasted())
            await opened.until(lambda: len(opened.conversation.images) == 1, images.calls.attached)
            edit.insertFromMimeData(dropped(tmp_path / "cat.png", tmp_path / "notes.txt"))
            await opened.until(lambda: len(opened.conversation.images) == 2, images.calls.attached)
            await opened.until(lambda: "Read me" in opened.window.composer.text, edit.textChanged)
            assert images.strip is not None
            assert images.strip.isVisible()
            opened.send("What is it?")
            await opened.until(lambda: "Two cats." in opened.text)
            assert not images.strip.isVisible()
            assert opened.conversation.images == ()
            sent = list(eyes.requests[0].images.values())
            assert base64.b64encode(png(60, 40)).decode() in sent
            assert len(sent) == 2
            await opened.until(
                lambda: [bool(one.picture) for one in pictures(opened)] == [True, True],
                images.calls.thumbnail_loaded,
            )
            screenshot("images")
            pictures(opened)[1].click()
            await opened.until(lambda: opened.window.findChild(PictureViewer), images.calls.opened)
            viewer = opened.window.findChild(PictureViewer)
            assert viewer is not None
            assert "cat.png, 60×40" in viewer.windowTitle()
            viewer.close()

    qt_run(scenario())


@pytest.mark.window
def test_an_image_is_removed_and_stays_with_its_session(tmp_path: Path, qt_run: Run) -> None:
    eyes = ScriptedProvider([OK], name="eyes")

    async def scenario() -> None:
        async with opened_window(tmp_path, eyes) as opened:
            images, conversation = opened.steering.images, opened.conversation
            opened.send("Hi")
            await opened.until(lambda: "Two cats." in opened.text and conversation.state == "idle")
            session_id = conversation.session_id
            for _ in range(2):
                opened.window.composer.edit.insertFromMimeData(pasted())
            await opened.until(lambda: len(conversation.images) == 2, images.calls.attached)
            conversation.new()
            assert conversation.images == ()
            conversation.open(session_id)
            await opened.until(lambda: len(conversation.images) == 2)
            assert images.strip is not None
            images.strip.remove_wanted.emit(0)
            assert len(conversation.images) == 1

    qt_run(scenario())


@pytest.mark.window
def test_a_prompt_that_is_edited_keeps_its_images(tmp_path: Path, qt_run: Run) -> None:
    eyes = ScriptedProvider([OK], name="eyes")

    async def scenario() -> None:
        async with opened_window(tmp_path, eyes) as opened:
            images, conversation = opened.steering.images, opened.conversation
            opened.window.composer.edit.insertFromMimeData(pasted())
            await opened.until(lambda: conversation.images, images.calls.attached)
            opened.send("What is it?")
            await opened.until(lambda: "Two cats." in opened.text and conversation.state == "idle")
            first = conversation.session_id
            opened.row_buttons("Edit and send again")[0].click()
            await opened.until(
                lambda: conversation.session_id != first and conversation.images, images.calls.attached
            )
            await opened.until(lambda: conversation.state == "idle")
            opened.press(Qt.Key.Key_Return)
            await opened.until(lambda: len(eyes.requests) == 2)
            assert eyes.requests[1].images == eyes.requests[0].images
            assert len(eyes.requests[1].images) == 1

    qt_run(scenario())


async def test_a_web_page_has_small_images_inside_and_names_large_ones(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png())
    small = ImageRef(file="a.png", media_type="image/png", width_px=4, height_px=3, size_bytes=70)
    large = ImageRef(
        file="b.png", media_type="image/png", width_px=9, height_px=9, size_bytes=MAX_EMBEDDED_BYTES + 1
    )
    message = UserMessage(text="What?", images=(small, large))

    async def pages() -> AsyncIterator[Sequence[StoredMessage]]:
        yield [
            StoredMessage(
                message_id=1, session_id="a", run_id="r", position=1, created_at=1.0, message=message
            )
        ]

    def path_of(image: ImageRef) -> Path:
        return tmp_path / image.file

    page = b"".join([piece async for piece in pieces_of(session("a", 1), pages(), "html", path_of)]).decode()
    assert f'<img src="data:image/png;base64,{base64.b64encode(png()).decode()}"' in page
    assert page.count("<img") == 1
    assert "Image: 9×9" in page
    markdown = b"".join([piece async for piece in pieces_of(session("a", 1), pages(), "markdown")]).decode()
    assert "(Images attached: 4×3; 9×9)" in markdown


def test_a_photo_that_services_would_refuse_is_made_smaller(tmp_path: Path) -> None:
    whole = png(9_000, 30)
    (tmp_path / "wide.png").write_bytes(whole)
    image = attached_file(tmp_path / "wide.png")
    assert image is not None
    assert isinstance(image.content, bytes)
    assert QImage.fromData(image.content).width() == 2_048


def test_a_screenshot_is_sent_exactly() -> None:
    picture = pasted(50, 20).imageData()
    image = attached_picture(picture)
    assert isinstance(image.content, bytes)
    assert QImage.fromData(image.content).convertToFormat(QImage.Format.Format_RGB32) == picture


def test_a_broken_file_is_no_image(tmp_path: Path) -> None:
    (tmp_path / "half.png").write_bytes(png(300, 300)[:60])
    assert attached_file(tmp_path / "half.png") is None


def test_pictures_never_leave_their_row() -> None:
    sizes = [(8_000, 10), (10, 8_000), (300, 200), (300, 200), (1, 1)]
    images = [
        ImageRef(file=f"{place}", media_type="image/png", width_px=width, height_px=height, size_bytes=1)
        for place, (width, height) in enumerate(sizes)
    ]
    places = picture_places(images, 260)
    assert all(place.left() >= 0 and place.right() <= 260 for place in places)
    assert not any(one.intersects(other) for one in places for other in places if one is not other)


def test_a_prompt_with_images_reads_as_one_in_words() -> None:
    from roku_desktop.ui.transcript.entries import entries_of_prompt
    from roku_desktop.ui.transcript.entry_text import spoken

    image = ImageRef(file="a", media_type="image/png", width_px=4, height_px=3, size_bytes=1, name="cat.png")
    (entry,) = entries_of_prompt("r", UserMessage(text="What?", images=(image,)))
    assert spoken(entry) == "You: What?\nImage: cat.png, 4×3"

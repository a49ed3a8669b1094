"""What is taken as an image, and how it is kept."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import pytest

from roku_desktop.engine.disk_room import DiskRoom
from roku_desktop.engine.errors import ImageRefusedError, StorageError
from roku_desktop.engine.images.folder import MAX_IMAGE_BYTES, MAX_IMAGES, ImageFolder
from roku_desktop.engine.messages import ImageRef
from tests.support.pictures import png


async def test_an_image_is_kept_as_it_was_for_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_bytes(png(6, 5))
    folder = ImageFolder(tmp_path / "images")
    (image,) = await folder.keep("ses_1", [tmp_path / "holiday.txt"])
    kept = folder.path_of("ses_1", image)
    assert (image.name, image.media_type, image.width_px, image.height_px) == (
        "holiday.txt",
        "image/png",
        6,
        5,
    )
    assert kept.suffix == ".png"
    assert kept.read_bytes() == png(6, 5)
    assert await folder.base64_of("ses_1", [image]) == {image.file: base64.b64encode(png(6, 5)).decode()}
    if sys.platform != "win32":
        assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


async def test_the_same_image_lies_there_once(tmp_path: Path) -> None:
    folder = ImageFolder(tmp_path)
    first = await folder.keep("ses_1", [png(), png()])
    again = await folder.keep("ses_1", [png(), *first])
    assert first == again
    assert len(list((tmp_path / "ses_1").iterdir())) == len(first) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not an image", "photo.png is not a PNG, JPEG, WebP or GIF image."),
        (png() + b"x" * MAX_IMAGE_BYTES, "at most 3.75 MB"),
        (png(8_001, 1), "at most 8000 pixels a side"),
    ],
)
async def test_what_services_would_refuse_is_refused_by_its_name(
    tmp_path: Path, data: bytes, said: str
) -> None:
    (tmp_path / "photo.png").write_bytes(data)
    with pytest.raises(ImageRefusedError) as refused:
        await ImageFolder(tmp_path / "images").keep("ses_1", [png(), tmp_path / "photo.png"])
    assert said in str(refused.value)
    assert not (tmp_path / "images").exists()


async def test_more_than_a_prompt_takes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageRefusedError, match=f"at most {MAX_IMAGES}"):
        await ImageFolder(tmp_path).keep("ses_1", [png()] * (MAX_IMAGES + 1))


async def test_a_folder_and_a_file_that_is_not_there_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ImageRefusedError, match="is not a file"):
        await ImageFolder(tmp_path).keep("ses_1", [tmp_path])
    with pytest.raises(ImageRefusedError, match="can't be read"):
        await ImageFolder(tmp_path).keep("ses_1", [tmp_path / "gone.png"])


async def test_a_nearly_full_disk_takes_no_image(tmp_path: Path) -> None:
    room = DiskRoom(tmp_path, 100, read=lambda _folder: 99)
    with pytest.raises(StorageError, match="nearly full"):
        await ImageFolder(tmp_path, room).keep("ses_1", [png()])
    assert list(tmp_path.iterdir()) == []


async def test_a_stored_name_never_leads_out_of_the_session(tmp_path: Path) -> None:
    image = ImageRef(
        file=str(Path("..", "secret")), media_type="image/png", width_px=1, height_px=1, size_bytes=1
    )
    assert ImageFolder(tmp_path).path_of("ses_1", image).parent == tmp_path / "ses_1"

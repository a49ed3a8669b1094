"""Images: attached to the prompt that is being written, and seen in the transcript. Made by `middle.py`.

What is attached belongs to the session whose prompt is being written, until that prompt is on disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from roku_desktop.engine import ImageRef
from roku_desktop.ui.bridge import Bridge
from roku_desktop.ui.conversation import Conversation
from roku_desktop.ui.language import tr
from roku_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from roku_desktop.ui.composing.image_files import AttachedImage
    from roku_desktop.ui.composing.image_strip import ImageStrip
    from roku_desktop.ui.pictures import PictureCalls

_KINDS: Final = "*.png *.jpg *.jpeg *.webp *.gif"


class ImageSteering(QObject):
    """Attributes:
        strip: shows what is attached; None before the first image.

    Signals:
        problem_found: a sentence.
    """

    problem_found = Signal(str)

    def __init__(self, window: MainWindow, bridge: Bridge, conversation: Conversation) -> None:
        super().__init__(conversation)
        self._window = window
        self._bridge = bridge
        self._conversation = conversation
        self._calls: PictureCalls | None = None
        self._attached: dict[str, list[AttachedImage]] = {}
        self._session_id = conversation.session_id
        self.strip: ImageStrip | None = None
        window.composer.files_given.connect(self._take_files)
        window.composer.picture_given.connect(self._attach_picture)
        window.commands["attach_images"].triggered.connect(self.choose)
        bridge.session_gone.connect(self._forget)
        conversation.opened.connect(self._opened)
        conversation.images_taken.connect(self._taken)
        conversation.images_wanted.connect(self._attach_again)
        acts = window.transcript.acts
        acts.picture_wanted.connect(self._load_thumbnail)
        acts.picture_opened.connect(self._open)

    @property
    def calls(self) -> PictureCalls:
        if self._calls is None:
            self._calls = self._bridge.archive.pictures()
            self._calls.setParent(self)
            self._calls.attached.connect(self._add)
            self._calls.thumbnail_loaded.connect(self._window.transcript.acts.show_picture)
            self._calls.opened.connect(self._show)
            self._calls.problem_found.connect(self.problem_found)
        return self._calls

    # The prompt that is being written

    def choose(self) -> None:
        """Let a person choose files."""
        from PySide6.QtWidgets import QFileDialog

        names, _ = QFileDialog.getOpenFileNames(
            self._window, tr("Attach images"), self._conversation.workspace, f"{tr('Images')} ({_KINDS})"
        )
        self.attach([Path(name) for name in names])

    def attach(self, sources: Sequence[Path | QImage]) -> None:
        if sources:
            self.calls.attach(self._conversation.session_id, sources)

    def _attach_picture(self, picture: QImage) -> None:
        self.attach([picture])

    def _attach_again(self, session_id: str, images: Sequence[ImageRef]) -> None:
        self.calls.attach(session_id, images)

    def _take_files(self, paths: Sequence[Path]) -> None:
        """Images are attached; the text of other files goes into the prompt."""
        self.calls.attach(self._conversation.session_id, paths, others=self._bridge.archive.read_files)

    def _add(self, session_id: str, image: AttachedImage) -> None:
        self._attached.setdefault(session_id, []).append(image)
        self._show_attached()

    def _remove(self, place: int) -> None:
        images = self._attached.get(self._session_id, [])
        if place < len(images):
            del images[place]
        self._show_attached()
        self._window.composer.edit.setFocus()

    def _taken(self) -> None:
        self._forget(self._session_id)

    def _forget(self, session_id: str) -> None:
        self._attached.pop(session_id, None)
        self._show_attached()

    def _opened(self, session_id: str) -> None:
        """Those of a new session's first prompt go with it when it gets its id."""
        before, self._session_id = self._session_id, session_id
        if not before and session_id and self._conversation.state == "sending":
            self._attached[session_id] = self._attached.pop("", [])
        self._show_attached()

    def _show_attached(self) -> None:
        images = self._attached.get(self._session_id, [])
        self._conversation.images = tuple(image.content for image in images)
        if self.strip is None and images:
            from roku_desktop.ui.composing.image_strip import ImageStrip

            self.strip = ImageStrip()
            self.strip.remove_wanted.connect(self._remove)
            self._window.add_above_composer(self.strip)
        if self.strip is not None:
            self.strip.show_images(images)

    # The transcript

    def _load_thumbnail(self, image: ImageRef) -> None:
        self.calls.load_thumbnail(self._conversation.session_id, image)

    def _open(self, image: ImageRef) -> None:
        self.calls.open(self._conversation.session_id, image)

    def _show(self, image: ImageRef, picture: QImage) -> None:
        from roku_desktop.ui.transcript.picture_viewer import PictureViewer

        PictureViewer(image.described, picture, self._window).show()

"""The other half of the bridge: search, pins, export, what a day cost, how full a context is, files.

Nothing here is needed for the first prompt, so `bridge.py` makes it at its first use and runs its
calls as its own tasks. Disk is read and written on threads. Used by the steering modules.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from roku_desktop.engine import (
    Calibration,
    Engine,
    StoredMessage,
    UserMessage,
    history_tokens,
    text_tokens,
)
from roku_desktop.ui.composing.text_files import read_files
from roku_desktop.ui.exporting.export_file import AlreadyThereError, ExportFile, NotWrittenError
from roku_desktop.ui.exporting.forms import ExportForm, pieces_of
from roku_desktop.ui.sessions.results import Findings

if TYPE_CHECKING:
    from roku_desktop.config import SettingsDesk
    from roku_desktop.ui.approving.calls import ApprovalCalls
    from roku_desktop.ui.composing.file_references import Expanded
    from roku_desktop.ui.memory.calls import MemoryCalls
    from roku_desktop.ui.pictures import PictureCalls
    from roku_desktop.ui.settings.calls import SettingsCalls
    from roku_desktop.ui.sub_agents import SubAgentCalls
    from roku_desktop.ui.whole_session import WholeSession

_PAGE: Final = 500
_MAX_HITS: Final = 100
_MAX_TITLES: Final = 20

Work = Callable[[], Coroutine[object, object, None]]
Start = Callable[[Work], asyncio.Task[None]]


class Archive(QObject):
    """Signals:
    found: `Findings` of a search.
    titles_found: what was searched for, list[SessionSummary]; for the command palette.
    star_changed: the run whose answer has a star now, or has it no more.
    starred_found: the starred answers (list[SearchHit]), newest first.
    exported: the `Path` that was written.
    export_refused: session id, `Path`, format: there is a file already, nothing was written.
    export_failed: a sentence.
    files_read: a `ReadFiles`.
    names_known: a workspace and the paths (list[str]) of its files.
    instructions_known: a workspace and the `Instructions` (tuple) in force there.
    files_left_out: a sentence about files that a prompt only names.
    context_known: session id, estimated tokens of what is sent of its messages.
    preferences_known: dict of name to value or None, as asked for by `load_preferences`.
    compacted: the `Compaction` of a session, and whether it is only a preview.
    examined: sentences (list[str]) about what is wrong here; empty = nothing was found.
    first_start_known: whether nobody has worked in this home before.
    """

    found = Signal(object)
    titles_found = Signal(str, object)
    star_changed = Signal(str, bool)
    starred_found = Signal(object)
    exported = Signal(object)
    export_refused = Signal(str, object, str)
    export_failed = Signal(str)
    files_read = Signal(object)
    names_known = Signal(str, object)
    instructions_known = Signal(str, object)
    files_left_out = Signal(str)
    context_known = Signal(str, int)
    preferences_known = Signal(object)
    compacted = Signal(object, bool)
    examined = Signal(object)
    first_start_known = Signal(bool)

    def __init__(self, engine: Engine, start: Start, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._start = start
        self._searching: asyncio.Task[None] | None = None
        self._measuring: asyncio.Task[None] | None = None
        self._approvals: ApprovalCalls | None = None
        self._whole_session: WholeSession | None = None

    @property
    def approvals(self) -> ApprovalCalls:
        """What waits for a person, and deciding."""
        if self._approvals is None:
            from roku_desktop.ui.approving.calls import ApprovalCalls

            self._approvals = ApprovalCalls(self._engine, self._start)
        return self._approvals

    @property
    def whole_session(self) -> WholeSession:
        """Finding and copying what is not loaded."""
        if self._whole_session is None:
            from roku_desktop.ui.whole_session import WholeSession

            self._whole_session = WholeSession(self._engine, self._start, self)
        return self._whole_session

    def end_approvals(self) -> None:
        """Look no more; the next `approvals` reads all pages anew, in the language of its window."""
        if self._approvals is not None:
            self._approvals.rest()
            self._approvals.deleteLater()
            self._approvals = None

    def settings(self, desk: SettingsDesk) -> SettingsCalls:
        """Changing settings and keys at that desk."""
        from roku_desktop.ui.settings.calls import SettingsCalls

        return SettingsCalls(self._engine, desk, self._start)

    def sub_agents(self) -> SubAgentCalls:
        """The conversations of sub-agents."""
        from roku_desktop.ui.sub_agents import SubAgentCalls

        return SubAgentCalls(self._engine, self._start)

    def memory(self) -> MemoryCalls:
        """What is remembered beyond a conversation."""
        from roku_desktop.ui.memory.calls import MemoryCalls

        return MemoryCalls(self._engine, self._start)

    def pictures(self) -> PictureCalls:
        """Images that are attached, and those of sessions."""
        from roku_desktop.ui.pictures import PictureCalls

        return PictureCalls(self._engine, self._start)

    # Sessions

    def search(self, text: str) -> None:
        """Look through titles and text; a newer search ends the one before."""

        async def look() -> None:
            by_title = await self._engine.find_sessions(text, limit=_MAX_TITLES)
            hits = await self._engine.search(text, limit=_MAX_HITS)
            ids = list(dict.fromkeys(hit.session_id for hit in hits))
            sessions = await self._engine.summaries(ids)
            self.found.emit(Findings(text=text, by_title=by_title, hits=hits, sessions_of_hits=sessions))

        self.drop_search()
        self._searching = self._start(look)

    def drop_search(self) -> None:
        if self._searching is not None:
            self._searching.cancel()

    def find_titles(self, text: str) -> None:
        async def look() -> None:
            self.titles_found.emit(text, await self._engine.find_sessions(text, limit=_MAX_TITLES))

        self._start(look)

    def pin(self, session_id: str, *, pinned: bool) -> None:
        async def change() -> None:
            await self._engine.pin_session(session_id, pinned)

        self._start(change)

    def star(self, run_id: str, *, starred: bool) -> None:
        async def change() -> None:
            await self._engine.star(run_id, starred)
            self.star_changed.emit(run_id, starred)

        self._start(change)

    def find_starred(self) -> None:
        """Look up the answers that have a star."""

        async def look() -> None:
            self.starred_found.emit(await self._engine.starred(_MAX_HITS))

        self._start(look)

    def export(self, session_id: str, path: Path, form: ExportForm, *, replace: bool = False) -> None:
        """Write a session to a file, whole or not at all; an existing one is kept unless `replace`."""

        async def write() -> None:
            summary = await self._engine.session(session_id)
            path_of = partial(self._engine.image_path, session_id)
            try:
                async with ExportFile(path, replace=replace) as file:
                    await file.write(pieces_of(summary, self._all_messages(session_id), form, path_of))
            except AlreadyThereError:
                self.export_refused.emit(session_id, path, form)
            except NotWrittenError as error:
                self.export_failed.emit(str(error))
            else:
                self.exported.emit(path)

        self._start(write)

    async def _all_messages(self, session_id: str) -> AsyncIterator[Sequence[StoredMessage]]:
        """All messages of a session, oldest first, page by page."""
        ahead: list[int] = []  # the position after each page, so that pages can be read backwards in order
        before: int | None = None
        while page := await self._engine.messages(session_id, before_position=before, limit=_PAGE):
            before = page[0].position
            ahead.append(page[-1].position + 1)
        for position in reversed(ahead):
            yield await self._engine.messages(session_id, before_position=position, limit=_PAGE)

    async def prompt_of(self, session_id: str, run_id: str) -> UserMessage:
        """What a person asked in a run, as it is stored; an empty one if there is nothing."""
        before: int | None = None
        while page := await self._engine.messages(session_id, before_position=before, limit=_PAGE):
            before = page[0].position
            for message in (stored.message for stored in page if stored.run_id == run_id):
                if isinstance(message, UserMessage) and message.origin == "person":
                    return message
        return UserMessage(text="")

    # Figures

    def load_context(self, session_id: str) -> None:
        """Estimate how many tokens of the session are sent; a newer call ends the one before."""

        async def measure() -> None:
            context = await self._engine.context(session_id)
            compaction = context.compaction
            covered = compaction.covers if compaction else 0
            tokens = text_tokens(compaction.text) if compaction else 0
            before: int | None = None
            limit = self.window_tokens("")
            while page := await self._engine.messages(session_id, before_position=before, limit=_PAGE):
                sent = [stored.message for stored in page if stored.position > covered]
                tokens += await asyncio.to_thread(history_tokens, sent)
                before = page[0].position
                if before <= covered + 1 or tokens > 2 * limit:  # more than full needs no exact figure
                    break
            self.context_known.emit(session_id, Calibration(context.newest_pairs).tokens(tokens))

        if self._measuring is not None:
            self._measuring.cancel()
        self._measuring = self._start(measure)

    def window_tokens(self, provider: str) -> int:
        """The context window as configured: that of the provider, else the general one."""
        settings = self._engine.settings
        configured = settings.llm.providers.get(provider)
        own = configured.context_window_tokens if configured is not None else None
        return own or settings.context.window_tokens

    def load_preferences(self, *names: str) -> None:
        async def load() -> None:
            self.preferences_known.emit({name: await self._engine.preference(name) for name in names})

        self._start(load)

    def compact(self, session_id: str, *, preview: bool) -> None:
        """Send the older part of a session as a summary, or find out what that would save."""

        async def work() -> None:
            self.compacted.emit(await self._engine.compact(session_id, preview=preview), preview)

        self._start(work)

    def examine(self) -> None:
        """Look at the database, and at the providers that a person has set up."""

        async def look() -> None:
            problems = await self._engine.storage_problems()
            statuses = await self._engine.providers()
            set_up = [one for one in statuses if one.origin == "configured" or one.pinned]
            self.examined.emit([*problems, *(one.problem for one in set_up if one.problem)])

        self._start(look)

    def load_first_start(self, preference: str) -> None:
        """Find out whether this home has neither a session nor this preference."""

        async def load() -> None:
            told = await self._engine.preference(preference)
            self.first_start_known.emit(told is None and not await self._engine.sessions(limit=1))

        self._start(load)

    # Files

    def load_names(self, workspace: str) -> None:
        """Read the names of the files in a workspace."""

        async def load() -> None:
            self.names_known.emit(workspace, await asyncio.to_thread(_names_in, workspace))

        self._start(load)

    def load_instructions(self, workspace: str) -> None:
        """Read the standing instructions that are in force in a workspace."""

        async def load() -> None:
            self.instructions_known.emit(workspace, await self._engine.instructions(Path(workspace)))

        self._start(load)

    async def with_files(self, session_id: str, prompt: str) -> str:
        """The prompt with the text of the files it points at, as `composing/file_references.py` has it."""
        if "@" not in prompt:
            return prompt
        workspace = (await self._engine.session(session_id)).workspace
        expanded = await asyncio.to_thread(_expanded, prompt, workspace)
        if expanded.problems:
            self.files_left_out.emit("\n".join(expanded.problems))
        return expanded.prompt

    def read_files(self, paths: Sequence[Path]) -> None:
        async def read() -> None:
            self.files_read.emit(await asyncio.to_thread(read_files, paths))

        self._start(read)


def _names_in(workspace: str) -> list[str]:
    from roku_desktop.engine import workspace_files

    return workspace_files(Path(workspace))


def _expanded(prompt: str, workspace: str) -> Expanded:
    from roku_desktop.ui.composing.file_references import with_files

    return with_files(prompt, Path(workspace))

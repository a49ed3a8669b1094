"""Writing back: what a person decided or wished in a turn is remembered when the turn has ended well.

Off until `runtime.memory.write_back` is set. Only the person's own sentences are kept, found by the rules
that say what must survive a summary: never a model's words, nor what it read. Made by `machinery.py`, which
hands it every event; called by nobody else.
"""

from __future__ import annotations

import asyncio
import logging

from roku_desktop.engine.errors import RokuError
from roku_desktop.engine.events import Event, PromptAccepted, TurnFinished
from roku_desktop.engine.memory.memories import MAX_MEMORY_CHARS, Memories
from roku_desktop.engine.messages import UserMessage
from roku_desktop.engine.ports import Store

_log = logging.getLogger(__name__)


class WriteBack:
    """For all sessions of a process."""

    def __init__(self, memories: Memories, store: Store) -> None:
        self._memories = memories
        self._store = store
        self._prompts: dict[str, UserMessage] = {}
        self._writing: set[asyncio.Task[None]] = set()

    def hear(self, event: Event) -> None:
        """A sub-agent's task is a model's words, and a turn that failed may be asked again."""
        if isinstance(event, PromptAccepted) and event.message is not None and not event.parent_run_id:
            self._prompts.setdefault(event.run_id, event.message)  # what lets it go on is no prompt
        elif isinstance(event, TurnFinished) and event.outcome != "parked":
            prompt = self._prompts.pop(event.run_id, None)
            if prompt is not None and event.outcome == "completed":
                writing = asyncio.create_task(self._write(event.session_id, prompt), name="write back")
                self._writing.add(writing)
                writing.add_done_callback(self._writing.discard)

    async def aclose(self) -> None:
        """Wait for what is being written."""
        await asyncio.gather(*self._writing)

    async def _write(self, session_id: str, prompt: UserMessage) -> None:
        from roku_desktop.engine.context.facts import facts_of

        decided = [fact.text[:MAX_MEMORY_CHARS] for fact in facts_of([prompt]) if fact.kind == "decision"]
        try:
            workspace = (await self._store.session(session_id)).workspace
            new = [text for text in decided if not await self._is_known(text, workspace)]
            if new:
                await self._memories.write_back(new, workspace)
        except RokuError as error:  # nobody waits for it
            _log.warning("nothing was written back: %s", error)

    async def _is_known(self, text: str, workspace: str) -> bool:
        same = await self._memories.page(text)
        return any(one.text == text and one.owner in ("", workspace) for one in same)

"""Long-term memory: everything is kept in the home; a service, where one is used, finds it by its meaning.

The store is the truth: what a person wants remembered is on disk before anything else happens, and the
service is told afterwards, in the background, again and again until it knows. So a service that is slow,
broken or gone costs a recall its finesse and never a memory, and a recall never waits for it longer than
`SERVICE_LIMIT_S`: what the store found in the meantime is taken instead.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Final

import msgspec

from roku_desktop.engine.errors import ConfigurationError, MemoryServiceError, RokuError
from roku_desktop.engine.events import (
    Event,
    MemoryHealth,
    MemoryHealthChanged,
    MemoryRecalled,
    PromptAccepted,
)
from roku_desktop.engine.identity import new_id
from roku_desktop.engine.memory.health import Health
from roku_desktop.engine.memory_ports import MemoryService, MemoryStore
from roku_desktop.engine.ports import Clock
from roku_desktop.engine.records import Beginning, Memory, MemoryOwners, MemoryScope, MemorySource, Recalled
from roku_desktop.engine.sentences import said
from roku_desktop.engine.settings import MemorySettings

_log = logging.getLogger(__name__)

RECALL_LIMIT_S: Final = 0.3
SERVICE_LIMIT_S: Final = 0.25
MAX_MEMORY_CHARS: Final = 4_000
LOCAL: Final = "sqlite"


class Recollection(msgspec.Struct, frozen=True, kw_only=True):
    """What came to mind. `backend` answered; `fell_back` where it was not the one that was meant to;
    `skipped` where nothing came in time."""

    recalled: tuple[Recalled, ...] = ()
    backend: str = LOCAL
    duration_s: float = 0.0
    fell_back: bool = False
    skipped: bool = False

    @property
    def is_worth_telling(self) -> bool:
        return bool(self.recalled) or self.fell_back or self.skipped

    def event(self, prompt: PromptAccepted) -> MemoryRecalled:
        return MemoryRecalled(
            session_id=prompt.session_id,
            run_id=prompt.run_id,
            at=prompt.at,
            backend=self.backend,
            count=len(self.recalled),
            duration_s=self.duration_s,
            fell_back=self.fell_back,
            skipped=self.skipped,
        )


class Memories:
    """Recall, and everything a person can do with what is remembered."""

    def __init__(
        self,
        store: MemoryStore,
        clock: Clock,
        settings: MemorySettings,
        publish: Callable[[Event], None],
        *,
        memory_service: Callable[[MemorySettings], MemoryService | None] = lambda _settings: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._publish = publish
        self._make_service = memory_service
        self._service: MemoryService | None = None
        self._tending: asyncio.Task[None] | None = None
        self._retiring: set[asyncio.Task[None]] = set()
        self._settings = settings
        self._begin()

    def use(self, settings: MemorySettings) -> None:
        """Recall and write with these settings from now on."""
        before, self._settings = self._settings, settings
        if (settings.backend, settings.url) != (before.backend, before.url):
            ending = _end(self._tending, self._service)
            retiring = asyncio.create_task(ending, name="old memory service")
            self._retiring.add(retiring)
            retiring.add_done_callback(self._retiring.discard)
            self._begin()

    def _begin(self) -> None:
        self._service = self._make_service(self._settings)
        self._health = Health()
        self._tending = None
        self._passed_over: set[str] = set()  # what it did not take, until all else was told

    @property
    def backend(self) -> str:
        return self._service.name if self._service else LOCAL

    @property
    def health(self) -> MemoryHealth:
        return self._health.state

    @property
    def trouble(self) -> str:
        """What is wrong with the service, or ""."""
        return self._health.reason

    # Recall

    @contextlib.asynccontextmanager
    async def recalling(
        self, prompt: str, beginning: Beginning
    ) -> AsyncGenerator[Awaitable[Recollection], None]:
        """Recall in the background of the block, where there is anything to recall."""
        if not beginning.has_memories:
            nothing: asyncio.Future[Recollection] = asyncio.get_running_loop().create_future()
            nothing.set_result(Recollection())
            yield nothing
            return
        summary = beginning.summary
        owners = MemoryOwners(workspace=summary.workspace, session_id=summary.session_id)
        recalling = asyncio.create_task(self.recall(prompt, owners), name="recall")
        try:
            yield recalling
        finally:
            recalling.cancel()

    async def recall(self, query: str, owners: MemoryOwners) -> Recollection:
        """Return what helps with a prompt, within `RECALL_LIMIT_S`; raises nothing."""
        if not self._settings.recall:
            return Recollection()
        started = self._clock.monotonic()
        try:
            async with asyncio.timeout(RECALL_LIMIT_S):
                found = await self._recalled(query, owners)
        except TimeoutError:
            _log.warning("nothing was recalled within %d ms", RECALL_LIMIT_S * 1000)
            found = Recollection(skipped=True)
        except RokuError as error:
            _log.warning("nothing could be recalled: %s", error)
            found = Recollection(skipped=True)
        return msgspec.structs.replace(found, duration_s=self._clock.monotonic() - started)

    async def _recalled(self, query: str, owners: MemoryOwners) -> Recollection:
        local = asyncio.create_task(self._found_here(query, owners))
        service = self._service  # other settings may take it away meanwhile
        try:
            if service is not None:
                self._tend()
                by_meaning = await self._found_there(service, query, owners)
                if by_meaning is not None:
                    untold = [hit for hit in await local if hit.score and not hit.memory.delivered]
                    best = {hit.memory.memory_id: hit for hit in (*untold, *by_meaning)}
                    return Recollection(
                        recalled=tuple(best.values())[: self._settings.recall], backend=service.name
                    )
            return Recollection(recalled=tuple(await local), fell_back=service is not None)
        finally:
            local.cancel()

    async def _found_here(self, query: str, owners: MemoryOwners) -> list[Recalled]:
        """The best hits, then the newest: "answer in French" shares no word with most questions."""
        limit = self._settings.recall
        hits = (await self._store.recall(query, owners, self._settings.recall_top_k))[:limit]
        if len(hits) < limit:
            known = {hit.memory.memory_id for hit in hits}
            newest = await self._store.newest(owners, limit)
            hits += [Recalled(memory=memory, score=0.0) for memory in newest if memory.memory_id not in known]
        return hits[:limit]

    async def _found_there(
        self, service: MemoryService, query: str, owners: MemoryOwners
    ) -> list[Recalled] | None:
        """None where the service is down, failed, or took too long."""
        if self._health.state == "down":
            return None
        try:
            async with asyncio.timeout(SERVICE_LIMIT_S):
                hits = dict(await service.find(query, self._settings.recall_top_k))
        except MemoryServiceError as error:
            self._note(self._health.failed(str(error)))
            return None
        except TimeoutError:
            self._note(self._health.failed(f"It did not answer within {SERVICE_LIMIT_S * 1000:.0f} ms."))
            return None
        self._note(self._health.succeeded())
        memories = await self._store.by_ids(list(hits), owners)
        return [
            Recalled(memory=memory, score=hits[memory.memory_id])
            for memory in memories
            if memory.delivered  # what it has of the others is an older text
        ]

    # What a person can do

    async def remember(
        self, text: str, scope: MemoryScope, owner: str = "", *, source: MemorySource = "person"
    ) -> Memory:
        """Keep it. Raises `ConfigurationError` for a text that is empty or too long."""
        (memory,) = await self.remember_all([text], scope, owner, source=source)
        return memory

    async def remember_all(
        self, texts: Sequence[str], scope: MemoryScope, owner: str = "", *, source: MemorySource = "person"
    ) -> list[Memory]:
        """All or none, at most `write_batch_size` at once."""
        if len(texts) > self._settings.write_batch_size:
            raise ConfigurationError(
                said(
                    "{count} memories are more than can be written at once ({limit}): bring them in "
                    "several parts.",
                    count=len(texts),
                    limit=self._settings.write_batch_size,
                )
            )
        now = self._clock.now()
        memories = [
            Memory(
                memory_id=new_id("mem"),
                scope=scope,
                owner=owner if scope != "global" else "",
                text=_checked(text),
                source=source,
                created_at=now,
                updated_at=now,
            )
            for text in texts
        ]
        await self._store.add(memories)
        self._tend()
        return memories

    @property
    def writes_back(self) -> bool:
        return self._settings.write_back

    async def write_back(self, texts: Sequence[str], workspace: str) -> None:
        """Keep what a turn brought, at most a batch of it."""
        await self.remember_all(
            texts[: self._settings.write_batch_size], "workspace", workspace, source="turn"
        )

    async def page(self, text: str = "", *, limit: int = 100, offset: int = 0) -> list[Memory]:
        """Newest first; with a text, those that hold every word of it."""
        return await self._store.page(text, limit=limit, offset=offset)

    async def count(self) -> int:
        return await self._store.count()

    async def change(self, memory_id: str, text: str) -> Memory:
        """Raises `NotFoundError`, and `ConfigurationError` for a text that is empty or too long."""
        memory = await self._store.change(memory_id, _checked(text), self._clock.now())
        self._passed_over.discard(memory_id)
        self._tend()
        return memory

    async def forget(self, memory_ids: Sequence[str]) -> int:
        """Returns how many there were."""
        gone = await self._store.delete(memory_ids)
        self._tend()
        return gone

    async def aclose(self) -> None:
        await asyncio.gather(_end(self._tending, self._service), *self._retiring)

    # The service's keeper: one task while there is something to do

    def _tend(self) -> None:
        if self._service is not None and (self._tending is None or self._tending.done()):
            self._tending = asyncio.create_task(self._deliver(self._service), name="memory service")

    async def _deliver(self, service: MemoryService) -> None:
        """Tell the service what it does not know, and look after it until it is well."""
        telling = Health()  # one that looks well but takes nothing, as with a wrong key, is asked less too
        while True:
            try:
                if self._health.state != "healthy":
                    await self._clock.sleep(max(self._health.wait_s, telling.wait_s))
                    await service.check()
                    self._note(self._health.succeeded())
                elif telling.failures:
                    await self._clock.sleep(telling.wait_s)
                taken, refused = await self._told(service)
                if taken:
                    telling = telling.succeeded()
                elif not refused and not self._passed_over:
                    return
                elif not refused:
                    telling = telling.failed("It takes none of what is left.")
                    self._passed_over.clear()
            except MemoryServiceError as error:
                telling = telling.failed(str(error))
                self._note(self._health.failed(str(error)))
            except RokuError as error:
                _log.warning("the memory service is not told for now: %s", error)
                return

    async def _told(self, service: MemoryService) -> tuple[int, int]:
        """How many of what it did not know it took, and how many not: those wait for all others."""
        memories, forgotten = await self._store.undelivered(
            self._settings.write_batch_size, frozenset(self._passed_over)
        )
        taken = 0
        for memory in memories:
            if await service.put(memory):
                await self._store.note_delivered(memory)
                taken += 1
            else:
                self._passed_over.add(memory.memory_id)
        for memory_id in forgotten:
            if await service.remove(memory_id):
                await self._store.note_forgotten(memory_id)
                taken += 1
            else:
                self._passed_over.add(memory_id)
        return taken, len(memories) + len(forgotten) - taken

    def _note(self, health: Health) -> None:
        before, self._health = self._health, health
        if health.state != before.state:
            self._publish(
                MemoryHealthChanged(
                    session_id="",
                    run_id="",
                    at=self._clock.now(),
                    backend=self.backend,
                    before=before.state,
                    after=health.state,
                    reason=health.reason,
                )
            )
        if health.state != "healthy":
            self._tend()


async def _end(tending: asyncio.Task[None] | None, service: MemoryService | None) -> None:
    if tending is not None:
        tending.cancel()
        await asyncio.gather(tending, return_exceptions=True)
    if service is not None:
        await service.aclose()


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise ConfigurationError(said("There is nothing to remember: the text is empty."))
    if len(text) > MAX_MEMORY_CHARS:
        raise ConfigurationError(
            said(
                "This is too long to be remembered: {count} characters, of at most {limit}. Put it into a "
                "file of the workspace, and remember where it is.",
                count=len(text),
                limit=MAX_MEMORY_CHARS,
            )
        )
    return text

"""`SqliteStore`: the port `Store` over one SQLite file. Joins the modules of this room, adds no rules.

`app.py` opens it, the engine uses it, both through the port. Each call is one transaction, durable
when it returns, and finished even if the caller is cancelled. Writes queue up behind one another;
reads see what was last committed and wait for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from roku_desktop.engine import storage
from roku_desktop.engine.compactions import Compaction, ContextRecord
from roku_desktop.engine.events import Event, Incident, PromptAccepted, TurnFinished
from roku_desktop.engine.identity import new_id
from roku_desktop.engine.messages import StoredMessage
from roku_desktop.engine.ports import Clock, SystemClock
from roku_desktop.engine.records import (
    Beginning,
    BreakerState,
    Conversation,
    CostRow,
    RunRecord,
    Sample,
    SearchHit,
    Series,
    SessionCosts,
    SessionSummary,
    StorageUse,
    Used,
)
from roku_desktop.engine.settings import StorageSettings
from roku_desktop.engine.storage import integrity
from roku_desktop.engine.storage.database import Database
from roku_desktop.engine.storage.failures import translated
from roku_desktop.engine.storage.instances import Instances
from roku_desktop.engine.storage.journal import SqliteJournal
from roku_desktop.engine.storage.layout import SCHEMA, Layout, Schema
from roku_desktop.engine.storage.opening import drop_old_snapshots, prepare

if TYPE_CHECKING:  # loaded where they are first named: a start that only looks does without peewee
    import roku_desktop.engine.storage.approvals
    import roku_desktop.engine.storage.audit
    import roku_desktop.engine.storage.beginnings
    import roku_desktop.engine.storage.breakers
    import roku_desktop.engine.storage.closing
    import roku_desktop.engine.storage.compactions
    import roku_desktop.engine.storage.costs
    import roku_desktop.engine.storage.folders
    import roku_desktop.engine.storage.forking
    import roku_desktop.engine.storage.incidents
    import roku_desktop.engine.storage.preferences
    import roku_desktop.engine.storage.progress
    import roku_desktop.engine.storage.retention
    import roku_desktop.engine.storage.runs
    import roku_desktop.engine.storage.samples
    import roku_desktop.engine.storage.search
    import roku_desktop.engine.storage.sessions
    import roku_desktop.engine.storage.sub_agents  # noqa: F401  # as `storage.sub_agents`, like the others
    from roku_desktop.engine.storage.memory_store import SqliteMemories
    from roku_desktop.engine.storage.stars import SqliteStars


class SqliteStore:
    """Sessions, messages and runs of one home. Made by `open`."""

    def __init__(
        self,
        database: Database,
        layout: Layout,
        instances: Instances,
        *,
        clock: Clock,
        settings: StorageSettings,
    ) -> None:
        self._database = database
        self._layout = layout
        self._instances = instances
        self._clock = clock
        self._settings = settings
        self._series: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
        self._closing: asyncio.Task[None] | None = None
        self.journal = SqliteJournal(database, instances)

    @classmethod
    async def open(
        cls,
        home_dir: Path,
        *,
        clock: Clock | None = None,
        instance_id: str | None = None,
        settings: StorageSettings | None = None,
        schema: Schema = SCHEMA,
    ) -> SqliteStore:
        """Open the home's database; create or migrate it first if needed.

        Raises `StorageError` (newer, corrupt, full, locked, not writable), the file as it was.
        """
        clock = clock or SystemClock()
        settings = settings or StorageSettings()
        layout = Layout.of(home_dir)
        instances = Instances(layout, instance_id or new_id("ins"))
        preparing = partial(
            prepare, layout, schema, instances, now=clock.now(), max_snapshots=settings.max_snapshots
        )
        database = Database(layout, preparing)
        store = cls(database, layout, instances, clock=clock, settings=settings)
        try:
            await database.start()
        except asyncio.CancelledError:
            await store.aclose()
            raise
        except BaseException:
            instances.leave()
            raise
        return store

    @cached_property
    def memories(self) -> SqliteMemories:
        from roku_desktop.engine.storage.memory_store import SqliteMemories

        return SqliteMemories(self._database)

    @cached_property
    def stars(self) -> SqliteStars:
        from roku_desktop.engine.storage.stars import SqliteStars

        return SqliteStars(self._database)

    @property
    def instance_id(self) -> str:
        """Names this process in the runs it owns."""
        return self._instances.own_id

    # Sessions

    async def create_session(
        self, *, workspace: str, title: str = "", plan: bool = False, parent: tuple[str, str] = ("", "")
    ) -> SessionSummary:
        now = self._clock.now()
        summary = SessionSummary(
            session_id=new_id("ses"),
            title=title,
            workspace=workspace,
            created_at=now,
            updated_at=now,
            plan=plan,
            parent_run_id=parent[0],
            parent_call_id=parent[1],
        )
        await self._database.write_plain(lambda db: storage.beginnings.create(db, summary))
        return summary

    async def sub_agent(self, run_id: str, call_id: str) -> SessionSummary | None:
        return await self._database.read(lambda db: storage.sub_agents.of_call(db, run_id, call_id))

    async def used_by_sub_agents(self, run_id: str) -> Used:
        return await self._database.read(lambda db: storage.sub_agents.used_below(db, run_id))

    async def fork_session(self, session_id: str, run_id: str, *, with_run: bool) -> SessionSummary:
        """Raises `SessionBusyError` while that run goes on."""
        new_session_id, at = new_id("ses"), self._clock.now()
        forked = await self._database.write(
            lambda db: storage.forking.fork(
                db, session_id, run_id, with_run=with_run, new_session_id=new_session_id, at=at
            )
        )
        await asyncio.to_thread(storage.folders.copy_images, self._layout.home, session_id, new_session_id)
        return forked

    async def session(self, session_id: str) -> SessionSummary:
        return await self._database.read(lambda db: storage.sessions.summary_of(db, session_id))

    async def summaries(self, session_ids: Sequence[str]) -> list[SessionSummary]:
        return await self._database.read(lambda db: storage.sessions.summaries_of(db, session_ids))

    async def sessions(self, *, limit: int = 100, before: float | None = None) -> list[SessionSummary]:
        """Pinned ones all come with the first page and don't count towards `limit`."""
        return await self._database.read(lambda db: storage.sessions.newest(db, limit, before))

    async def find_sessions(self, text: str, *, limit: int = 20) -> list[SessionSummary]:
        return await self._database.read(lambda db: storage.sessions.find_by_title(db, text, limit))

    async def choose_model(self, session_id: str, provider: str, model: str) -> None:
        await self._change_session(session_id, provider=provider, model=model)

    async def pin_session(self, session_id: str, pinned: bool) -> None:
        await self._change_session(session_id, pinned=int(pinned))

    async def rename_session(self, session_id: str, title: str) -> None:
        await self._change_session(session_id, title=title)

    async def plan_session(self, session_id: str, plan: bool) -> None:
        await self._change_session(session_id, plan=int(plan))

    async def delete_session(self, session_id: str) -> None:
        """Raises `SessionBusyError` while an answer is being written there."""
        for gone in await self._database.write(lambda db: storage.sessions.delete(db, session_id)):
            await asyncio.to_thread(storage.folders.drop_output_of, self._layout.home, gone)
            await asyncio.to_thread(storage.folders.drop_images_of, self._layout.home, gone)

    # Messages

    async def messages(
        self, session_id: str, *, before_position: int | None = None, limit: int = 200
    ) -> list[StoredMessage]:
        return await self._database.read(
            lambda db: storage.sessions.page(db, session_id, before_position, limit)
        )

    async def beginning(self, session_id: str) -> Beginning:
        return await self._database.read_plain(lambda db: storage.beginnings.of_session(db, session_id))

    async def conversation(self, session_id: str) -> Conversation:
        return await self._database.read_plain(lambda db: storage.beginnings.conversation(db, session_id))

    async def search(self, text: str, *, limit: int = 50) -> list[SearchHit]:
        return await self._database.read(lambda db: storage.search.search(db, text, limit))

    async def context(self, session_id: str) -> ContextRecord:
        return await self._database.read_plain(lambda db: storage.compactions.of_session(db, session_id))

    async def compactions(self, session_id: str) -> list[tuple[float, Compaction]]:
        return await self._database.read(lambda db: storage.compactions.all_of(db, session_id))

    # Runs

    async def append(self, events: Sequence[Event]) -> None:
        if not events:
            return
        early = storage.progress.early_only(events)
        if (deltas := storage.progress.deltas_only(events)) is not None:
            await self._database.write_one(*deltas)
        elif early is not None:
            await self._database.write_plain(
                lambda db: storage.progress.apply_all(db, early, self._instances)
            )
        else:
            await self._database.write(lambda db: self._apply(db, events))

    async def finish_run(self, event: TurnFinished) -> TurnFinished:
        """One that is closed already stays as it is, and the event comes back unchanged."""
        return await self._database.write(lambda db: storage.closing.close_run(db, event))

    async def run(self, run_id: str) -> RunRecord:
        return await self._database.read(lambda db: storage.runs.record_of(db, run_id))

    async def reopen_run(self, event: PromptAccepted) -> None:
        await self._database.write_plain(lambda db: storage.progress.accept(db, event, self._instances))

    async def last_run(self, session_id: str) -> RunRecord | None:
        return await self._database.read(lambda db: storage.runs.last_of(db, session_id))

    async def runs(self, *, limit: int = 50) -> list[RunRecord]:
        return await self._database.read(lambda db: storage.runs.newest(db, limit))

    async def recover(self) -> list[TurnFinished]:
        await self._end_expired()
        running = "SELECT DISTINCT instance_id FROM runs WHERE status = 'running'"
        if all(owner == self.instance_id for (owner,) in await self._database.read_rows(running)):
            return []
        return await self._database.write(self._close_the_dead)

    async def _end_expired(self) -> None:
        """A parked run that waits for nothing any more is one that can be resumed, or left."""
        due = "SELECT 1 FROM approvals WHERE state IN ('requested', 'shown') AND expires_at <= ? LIMIT 1"
        if await self._database.read_rows(due, (self._clock.now(),)):
            await self._database.write(lambda db: storage.closing.end_expired(db, self._clock.now()))

    async def incidents(self, run_id: str) -> list[Incident]:
        return await self._database.read(lambda db: storage.incidents.of_run(db, run_id))

    # Providers

    async def breakers(self) -> dict[str, BreakerState]:
        rows = await self._database.read_rows("SELECT provider, state FROM breakers")
        return storage.breakers.decoded(rows) if rows else {}

    async def change_breaker(
        self, provider: str, change: Callable[[BreakerState], BreakerState]
    ) -> BreakerState:
        return await self._database.write(lambda db: storage.breakers.change(db, provider, change))

    async def costs(self, since_day: str = "") -> list[CostRow]:
        return await self._database.read(lambda db: storage.costs.since(db, since_day))

    async def session_costs(self, session_id: str, *, except_run_id: str = "") -> SessionCosts:
        return await self._database.read(lambda db: storage.costs.of_session(db, session_id, except_run_id))

    async def keep_samples(self, samples: Sequence[Sample]) -> None:
        known = dict(self._series)  # a transaction that is undone takes the new numbers with it
        await self._database.write(lambda db: storage.samples.add(db, samples, known))
        self._series = known

    async def samples(self, since: float, names: Collection[str] = ()) -> list[Series]:
        return await self._database.read(lambda db: storage.samples.since(db, since, names))

    # The rest

    async def preference(self, name: str) -> str | None:
        rows = await self._database.read_rows("SELECT value FROM preferences WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    async def set_preference(self, name: str, value: str | None) -> None:
        await self._database.write(lambda db: storage.preferences.store(db, name, value))

    async def usage(self) -> list[StorageUse]:
        """Kinds: database (items = sessions), snapshots, traces, logs, images, tool output, other."""
        session_count = await self._database.read(storage.retention.count_sessions)
        free_bytes = await self._database.read(storage.retention.free_bytes)
        with translated(self._layout):
            measured = await asyncio.to_thread(storage.retention.measure, self._layout)
            return storage.retention.uses(
                measured,
                self._layout,
                self._settings,
                sessions=session_count,
                free_bytes=free_bytes,
                now=self._clock.now(),
            )

    async def prune(self) -> list[StorageUse]:
        now = self._clock.now()
        with translated(self._layout):
            before = await asyncio.to_thread(storage.retention.measure, self._layout)
            await self._database.write(lambda db: storage.retention.drop_expired(db, self._settings, now))
            await self._merge_index()
            await self._database.outside_transaction(storage.retention.give_space_back)
            drop_old_snapshots(self._layout, self._settings.max_snapshots)
            await asyncio.to_thread(storage.folders.prune, self._layout.home, now)
            after = await asyncio.to_thread(storage.retention.measure, self._layout)
        return storage.retention.freed(before, after, self._layout)

    async def problems(self) -> list[str]:
        found = await self._database.read(integrity.findings)
        found += await self._database.read(storage.approvals.findings)
        found += await self._database.read(storage.audit.findings)
        return found + await self._database.outside_transaction(integrity.index_findings)

    async def aclose(self) -> None:
        """Finish what was handed over, close the file, give up the instance; safe to repeat."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        try:
            await self._database.aclose()
            integrity.mark_clean(self._layout)
        finally:
            self._instances.leave()

    async def _merge_index(self) -> None:
        pages = -storage.retention.MERGED_AT_ONCE_PAGES
        while await self._database.write(partial(storage.retention.merge_index, pages=pages)):
            pages = storage.retention.MERGED_AT_ONCE_PAGES

    async def _change_session(self, session_id: str, **columns: Any) -> None:
        await self._database.write(lambda db: storage.sessions.change(db, session_id, **columns))

    def _apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            storage.runs.apply(db, event, self._instances)

    def _close_the_dead(self, db: Any) -> list[TurnFinished]:
        dead = [
            record for record in storage.runs.running(db) if not self._instances.is_alive(record.instance_id)
        ]
        return [storage.closing.close_run(db, storage.closing.death_of(db, record)) for record in dead]

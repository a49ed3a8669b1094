"""Between the engine's approvals and the window: what waits becomes pages, decisions become calls.

A third part of the bridge, made at its first use; its calls are the bridge's tasks. It also looks now
and then for what other processes of this home ask and decide. Used by `steering/approvals.py`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from roku_desktop.engine import Approval, ApprovalNotOpenError, Engine, NotFoundError, RokuError

if TYPE_CHECKING:
    from roku_desktop.engine import Reach, Resolution, Verdict
    from roku_desktop.ui.approving.pages import ApprovalPage

LOOK_MS: Final = 2_000
"""How soon a request or decision of another process shows; those of this one show at once."""

Work = Callable[[], Coroutine[object, object, None]]
Start = Callable[[Work], asyncio.Task[None]]


class ApprovalCalls(QObject):
    """Signals:
    waiting: tuple[ApprovalPage] of all that need a person, oldest first.
    page_changed: an `ApprovalPage` that needs nobody any more, or is asked for in another way.
    rules_known: list[Rule].
    """

    waiting = Signal(object)
    page_changed = Signal(object)
    rules_known = Signal(object)

    def __init__(self, engine: Engine, start: Start, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._start = start
        self._known: dict[str, tuple[Approval, ApprovalPage]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._again = False
        self._resting = False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    def watch(self) -> None:
        """Look now, and from now on."""
        self._timer.start()
        self.look()

    def rest(self) -> None:
        """Look no more: the engine is about to close."""
        self._resting = True
        self._timer.stop()

    def look(self) -> None:
        """Read what waits; asked for while it reads, it reads once more."""
        if self._resting:
            return
        if self._looking is not None and not self._looking.done():
            self._again = True
            return
        self._again = False
        self._looking = self._start(self._look)

    async def _look(self) -> None:
        while True:
            self._again = False
            await self._read()
            if not self._again or self._resting:
                return

    async def _read(self) -> None:
        before, now = self._known, {}
        for approval in await self._engine.approvals.pending():
            if approval.state == "approved" and not approval.restarted:
                continue  # it is about to begin
            known = before.get(approval.approval_id)
            same = known is not None and _reads_same(known[0], approval)
            now[approval.approval_id] = known if known and same else (approval, await self._page(approval))
        self._known = now
        for approval_id in before.keys() - now.keys():
            await self._tell_end(approval_id)
        self.waiting.emit(tuple(page for _, page in now.values()))

    async def _tell_end(self, approval_id: str) -> None:
        try:
            approval = await self._engine.approvals.get(approval_id)
        except NotFoundError:
            return  # with its session
        self.page_changed.emit(await self._page(approval))

    async def _page(self, approval: Approval) -> ApprovalPage:
        from roku_desktop.ui.approving.pages import page_of

        approvals = self._engine.approvals
        known = await approvals.what_is_known(approval) if approval.state == "unknown" else []
        scope = approvals.scope_in_words(approval)
        return await asyncio.to_thread(page_of, approval, now=time.time(), scope=scope, known=known)

    # What a person does

    def mark_shown(self, approval_id: str) -> None:
        self._start(partial(self._engine.approvals.mark_shown, approval_id))

    def decide(self, approval_id: str, verdict: Verdict, *, reach: Reach = "once", comment: str = "") -> None:
        async def decide() -> None:
            await self._engine.approvals.decide(
                approval_id, verdict, origin="window", reach=reach, comment=comment
            )

        self._do(decide)

    def resolve(self, approval_id: str, resolution: Resolution) -> None:
        async def resolve() -> None:
            await self._engine.approvals.resolve(approval_id, resolution, origin="window")

        self._do(resolve)

    def go_on(self, run_id: str) -> None:
        """Let a run begin what was approved before the program ended."""

        async def resume() -> None:
            await self._engine.resume(run_id)

        self._do(resume)

    def _do(self, work: Work) -> None:
        async def act() -> None:
            try:
                await work()
            except ApprovalNotOpenError:
                pass  # somebody was faster; looking shows who
            except RokuError:
                self.look()
                raise
            self.look()

        self._start(act)

    # Rules and plan mode

    def load_rules(self) -> None:
        async def load() -> None:
            self.rules_known.emit(await self._engine.approvals.rules())

        self._start(load)

    def revoke(self, rule_id: str) -> None:
        async def revoke() -> None:
            await self._engine.approvals.revoke(rule_id, origin="window")
            self.rules_known.emit(await self._engine.approvals.rules())

        self._start(revoke)

    def plan(self, session_id: str, plan: bool) -> None:
        self._start(partial(self._engine.plan_session, session_id, plan))


def _reads_same(one: Approval, other: Approval) -> bool:
    """Being shown changes nothing of a page."""
    waits = {"requested", "shown"}
    return one.restarted == other.restarted and (
        one.state == other.state or (one.state in waits and other.state in waits)
    )

"""The three buttons of the demo's clock: to the next limit, an hour, a day; through all that falls due on the way."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from cases.case import Case
from cases.events import Event
from cases.people import Role
from dialogs.engine.around import Knowledge
from dialogs.engine.ports import Work
from dialogs.notices import tell
from dialogs.phrases import moment
from gridbell.node import Node
from gridbell.virtual_clock import VirtualClock
from storage.store import SqlStore

MOST_STEPS = 500
"""Instants passed in one jump: a year of daily steps of one case."""
SHOWN = 4
RANG = {
    "remind": "提醒",
    "warn": "警示",
    "overdue": "超期，上报一级",
    "red_card": "红牌督办",
    "listed": "挂牌督办",
    "daily": "每日督办",
    "auto_sign": "视为签收",
    "approve": "核查期满，视为通过",
    "check_missed": "核查超期",
    "rating_reminder": "请群众评价",
    "silent_archive": "到期归档",
}


class DemoClock:
    """Puts the virtual clock forward, instant by instant, and lets the node do what is due at each."""

    def __init__(self, clock: VirtualClock, store: SqlStore) -> None:
        self._clock, self._store = clock, store
        self._rang: list[tuple[Case, Event]] = []
        self._one_jump = asyncio.Lock()
        self.node: Node | None = None
        self.knowledge: Knowledge | None = None

    def now(self) -> datetime:
        """The instant, aware."""
        return self._clock.now()

    async def tell(self, work: Work, knowledge: Knowledge, news: Sequence[tuple[Case, Event]], now: datetime) -> None:
        """`dialogs.notices.tell`, noting what rang for the page."""
        await tell(work, knowledge, news, now)
        self.knowledge = knowledge
        self._rang += news

    async def advance_to_next(self) -> str:
        """Jump to the next instant at which something happens; Chinese words on what."""
        async with self._one_jump:
            self._rang.clear()
            for _ in range(MOST_STEPS):
                at = await self._next()
                if at is None:
                    return "现在没有等着到期的事。"
                await self._go(at)
                if self._rang:
                    break
            return self._words()

    async def advance(self, hours: float) -> str:
        """Jump that many hours ahead, through each due instant; Chinese words on what happened."""
        async with self._one_jump:
            self._rang.clear()
            target = self.now() + timedelta(hours=hours)
            for _ in range(MOST_STEPS):
                at = await self._next()
                if at is None or at > target:
                    break
                await self._go(at)
            await self._go(target)
            return self._words()

    async def _next(self) -> datetime | None:
        async with self._store.work(readonly=True) as work:
            return await work.due_steps.next_at()

    async def _go(self, at: datetime) -> None:
        self._clock.put_forward(at)
        if self.node is not None:
            await self.node.ring()
            await self.node.delivery.run_once()

    def _words(self) -> str:
        known = [(case, event) for case, event in self._rang if event.action in RANG and event.actor.role is Role.BOT]
        if not known or self.knowledge is None:
            return "这段时间没有到期的事。"
        told = [f"{moment(event.at, self.knowledge)} {RANG[event.action]} {case.number}" for case, event in known]
        more = f"；等 {len(told)} 件" if len(told) > SHOWN else ""
        return "；".join(told[:SHOWN]) + more

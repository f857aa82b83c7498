"""A real store that counts transactions, and hangs, fails or is overtaken when told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from cases.errors import Overtaken
from dialogs.engine.ports import Work
from storage.store import SqlStore, SqlWork


class TardyWork:
    """A real unit of work; its commit does something else before."""

    def __init__(self, work: SqlWork, before: Callable[[], Awaitable[None]]) -> None:
        self._work, self._before = work, before
        self.cases, self.due_steps, self.people = work.cases, work.due_steps, work.people
        self.inbox, self.conversations = work.inbox, work.conversations
        self.outbox, self.help_requests = work.outbox, work.help_requests
        self.gather = work.gather

    async def commit(self) -> None:
        """Keep it, unless what comes before fails."""
        await self._before()
        await self._work.commit()


class CountingStore:
    """Over a real store. It hangs while `may_begin` or `may_commit` is not set."""

    def __init__(self, store: SqlStore) -> None:
        self.inner = store
        self.begun = self.transactions = 0
        self.away = False
        self.away_after: int | None = None
        self.overtaken = 0
        self.beginning, self.may_begin = asyncio.Event(), asyncio.Event()
        self.committing, self.may_commit = asyncio.Event(), asyncio.Event()
        self.may_begin.set()
        self.may_commit.set()

    @asynccontextmanager
    async def work(self, *, readonly: bool = False) -> AsyncIterator[Work]:
        """A unit of work of the real store."""
        self.begun += 1
        self.beginning.set()
        await self.may_begin.wait()
        if self.away or self.transactions == self.away_after:
            raise ConnectionRefusedError("no store at 10.0.0.1")
        self.transactions += 1
        async with self.inner.work(readonly=readonly) as work:
            yield TardyWork(work, self._before_commit)

    async def _before_commit(self) -> None:
        self.committing.set()
        await self.may_commit.wait()
        if self.overtaken:
            self.overtaken -= 1
            raise Overtaken("conversations")

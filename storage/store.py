"""The store: one place that hands out units of work, whichever database lies beneath."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.people import Unit
from cases.places import Grid
from storage.archive import Contents
from storage.backlog import SqlBacklog
from storage.backup import Progress, back_up, restore
from storage.case_ailments import SqlCaseAilments
from storage.cases import SqlCases
from storage.conversations import SqlConversations
from storage.due_steps import SqlDueSteps
from storage.engines import AWAY, Engines, StoreBusy, StoreUnreachable, engines_for, why
from storage.gathered import Gathering
from storage.help_requests import SqlHelpRequests
from storage.inbox import SqlInbox
from storage.media import SqlMedia
from storage.outbox import Parts, SqlOutbox, utc_now, whole
from storage.people import SqlPeople
from storage.pushes import SqlPushes
from storage.refusals import BUSY, SILENT, refusal_of
from storage.rule_versions import SqlRuleVersions
from storage.schema import NOT_MIGRATED, is_behind, revision_of, upgrade
from storage.staff import Roll
from storage.talk_ailments import SqlTalkAilments

Clock = Callable[[], datetime]


class SqlWork:
    """One transaction, with every part of `dialogs.engine.ports.Work` over its one connection."""

    def __init__(self, connection: AsyncConnection, clock: Clock, parts: Parts, roll: Roll) -> None:
        self._connection, self._clock, self._parts = connection, clock, parts
        self._gathering: Gathering | None = None
        self.cases: SqlCases = SqlCases(connection)
        self.due_steps = SqlDueSteps(connection)
        self.people = SqlPeople(connection, roll)
        self.rule_versions = SqlRuleVersions(connection)
        self.inbox = SqlInbox(connection)
        self.conversations = SqlConversations(connection, clock)
        self.outbox = SqlOutbox(connection, clock, parts)
        self.help_requests = SqlHelpRequests(connection)

    async def gather(self, numbers: Iterable[str]) -> None:
        """Lock these cases, have them at hand, and write what is said of them together."""
        if self._gathering is not None:
            await self._gathering.write()
        self._gathering = Gathering(self._connection, numbers, self._clock, self._parts)
        await self._gathering.read()
        self.cases, self.due_steps = self._gathering.cases, self._gathering.due_steps
        self.outbox = self._gathering.outbox

    async def commit(self) -> None:
        """Keep all of it and give the connection back: whoever goes on using this unit of work is told so."""
        if self._gathering is not None:
            await self._gathering.write()
        await self._connection.commit()
        await self._connection.close()


class SqlStore:
    """A store on SQLite or PostgreSQL; make it with `open`, end it with `close`.

    `pushes` and `media` are the ports of `dialogs.engine.deliveries`; each of their calls is a transaction.
    """

    def __init__(self, engines: Engines, clock: Clock, parts: Parts) -> None:
        self._engines, self._clock, self._parts = engines, clock, parts
        self._roll = Roll()
        self.pushes = SqlPushes(engines.writers.begin)
        self.media = SqlMedia(engines.writers.begin)
        self.backlog = SqlBacklog(engines)
        self.case_ailments, self.talk_ailments = SqlCaseAilments(engines), SqlTalkAilments(engines)

    @classmethod
    async def open(cls, url: str, *, clock: Clock = utc_now, parts: Parts = whole) -> Self:
        """Connect to `sqlite+aiosqlite:///file` or `postgresql+asyncpg://…`; `clock` is the business's (the demo's is
        virtual), `parts` is how long messages are kept in the outbox. Raises StoreUnreachable."""
        engines = engines_for(url)
        try:
            async with engines.readers.connect() as connection:  # a writer would wait for whoever else writes
                await connection.execute(text("SELECT 1"))
        except AWAY as away:
            await engines.close()
            raise StoreUnreachable(why(url, away)) from away
        return cls(engines, clock, parts)

    async def close(self) -> None:
        """Give all connections back."""
        await self._engines.close()

    async def migrate(self) -> None:
        """Bring the schema up to date: all of it or nothing, and harmless when several nodes do it at once."""
        async with self._engines.patient_writers.begin() as connection:
            await connection.run_sync(upgrade)

    async def ready(self) -> None:
        """Raise StoreUnreachable unless the store answers and its schema is up to date."""
        try:
            async with self._engines.readers.connect() as connection:
                revision = await connection.run_sync(revision_of)
        except AWAY as away:
            raise StoreUnreachable(refusal_of(away) or SILENT) from away
        if is_behind(revision):
            raise StoreUnreachable(NOT_MIGRATED)

    async def try_write(self) -> None:
        """Raise StoreUnreachable unless the store can be written, StoreBusy while another program writes. What is
        written is no row."""
        file = self._engines.file
        if file is not None and not file.is_there():
            words = f"数据库文件 {file.path} 已被移走或换掉。请停掉 gridbell，把原来的文件放回去，再启动。"
            raise StoreUnreachable(words)
        try:
            async with self.work() as work:
                await work.people.touch()
                await work.commit()
        except AWAY as away:
            refusal = refusal_of(away)
            raise StoreBusy(BUSY) if refusal == BUSY else StoreUnreachable(refusal or SILENT) from away

    @asynccontextmanager
    async def work(self, *, readonly: bool = False) -> AsyncIterator[SqlWork]:
        """A new transaction, rolled back unless committed. On SQLite a writing one waits for the one before it, so
        don't open a second within the first."""
        engine = self._engines.readers if readonly else self._engines.writers
        async with engine.connect() as connection:
            await connection.begin()
            yield SqlWork(connection, self._clock, self._parts, self._roll)

    async def backup(
        self, to: Path, progress: Progress, *, media: Path | None = None, dry_run: bool = False
    ) -> Contents:
        """Write the whole store, as it is at one instant, into a new file; with the fetched files of the media folder
        if one is named. A dry run writes nothing. Raises BackupRefused or StoreUnreachable."""
        return await back_up(self._engines, to, progress, media=media, dry_run=dry_run)

    async def restore(
        self, source: Path, progress: Progress, *, media: Path | None = None, dry_run: bool = False
    ) -> Contents:
        """Fill this empty, migrated store from a backup of any store, all of it or nothing. Raises RestoreRefused."""
        return await restore(self._engines, source, progress, media=media, dry_run=dry_run)

    async def put_units(self, units: Iterable[Unit]) -> None:
        """Insert or replace units; nodes see by the revision that their snapshot is old."""
        await self.put_grids((), units)

    async def put_grids(self, grids: Iterable[Grid], units: Iterable[Unit]) -> None:
        """Insert or replace outlines together with their units, in one transaction."""
        async with self.work() as work:
            await work.people.put_units(units, grids)
            await work.commit()

    async def grids(self) -> Sequence[Grid]:
        """All outlines, by code."""
        async with self.work(readonly=True) as work:
            return await work.people.grids()

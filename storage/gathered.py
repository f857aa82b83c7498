"""Many cases in one unit of work: read by a few statements, and what is said of them written by a few at its end."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from cases.case import Case
from cases.deadlines import DueStep
from cases.errors import Overtaken
from cases.events import Event
from dialogs.engine.messages import Outgoing
from storage.case_rows import VERSION, Sheet, sheet_of, write_changes
from storage.cases import SqlCases
from storage.due_steps import SqlDueSteps
from storage.outbox import Parts, SqlOutbox

BREATH = 20
"""Cases, or events told: a few milliseconds of work, which a callback that comes in meanwhile waits for."""


class FirstWritten(AsyncConnection):
    """The same connection for whoever does not know what is at hand: before each statement that is written."""

    def __init__(self, connection: AsyncConnection, write: Callable[[], Awaitable[None]]) -> None:
        super().__init__(connection.engine, connection.sync_connection)
        self._write = write

    async def execute(self, *statement: Any, **options: Any) -> Any:
        """Execute it after what is still to be written."""
        await self._write()
        return await super().execute(*statement, **options)

    async def exec_driver_sql(self, *statement: Any, **options: Any) -> Any:
        """The same for the driver's own words (storage/prepared.py)."""
        await self._write()
        return await super().exec_driver_sql(*statement, **options)

    async def get_raw_connection(self) -> Any:
        """The driver's connection, after what is still to be written."""
        await self._write()
        return await super().get_raw_connection()


@dataclass(slots=True)
class _Laid:
    """A due step: its instant, fence and kind, what it is in the store (None: not there), and what it is now."""

    key: str
    at: datetime
    fence: int
    kind: str
    stored: str | None
    state: str
    step: DueStep | None = None


class _Breath:
    """What is at hand is had without waiting, so whoever goes through many lets others have their turn now and then."""

    def __init__(self) -> None:
        self._count = 0

    async def take(self) -> None:
        self._count += 1
        if self._count % BREATH == 0:
            await asyncio.sleep(0)


class GatheredCases(SqlCases):
    """Cases of which some are at hand: these cost no statement. A case is a new object each time it is asked for."""

    def __init__(self, connection: AsyncConnection, write: Callable[[], Awaitable[None]]) -> None:
        super().__init__(FirstWritten(connection, write))
        self._plain, self._direct = SqlCases(connection), connection
        self._breath = _Breath()
        self._stored: dict[str, Sheet] = {}
        self._now: dict[str, Sheet] = {}
        self._news: list[Event] = []
        self._marks: dict[str, list[Event]] | None = None
        self._timelines: dict[str, list[Event]] | None = None

    async def gather(self, numbers: Sequence[str]) -> None:
        """Read those cases and lock them, in one order, so that nodes never cross."""
        self._stored = await self._plain.sheets(numbers, lock=True)
        self._now = dict(self._stored)

    async def get(self, number: str, *, lock: bool = False) -> Case | None:
        """The case; one at hand is locked anyway."""
        await self._breath.take()
        sheet = self._now.get(number)
        return Case(*sheet) if sheet is not None else await super().get(number, lock=lock)

    async def save(self, case: Case) -> None:
        """Keep a changed case and its news. Raises Overtaken when somebody else saved first: some other unit of work at
        the end of this one, something in this one at once."""
        sheet = self._now.get(case.number)
        if sheet is None:
            await super().save(case)
            return
        if sheet[VERSION] != case.version:
            raise Overtaken(case.number)
        case.version += 1
        self._now[case.number] = sheet_of(case)
        self._news += case.news
        for seen in (self._marks, self._timelines):
            if seen is not None:
                seen[case.number] += case.news

    async def marks(self, number: str) -> Sequence[Event]:
        """What its clocks did, oldest first."""
        if number not in self._now:
            return await super().marks(number)
        if self._marks is None:
            self._marks = self._with_news(await self._plain.marks_of(self._now))
        return self._marks[number]

    async def timeline(self, number: str) -> Sequence[Event]:
        """All its events with their words, oldest first."""
        if number not in self._now:
            return await super().timeline(number)
        if self._timelines is None:
            self._timelines = self._with_news(await self._plain.timelines(self._now))
        return self._timelines[number]

    def _with_news(self, read: Mapping[str, Sequence[Event]]) -> dict[str, list[Event]]:
        found: defaultdict[str, list[Event]] = defaultdict(list)
        for number, events in read.items():
            found[number] += events
        for event in self._news:
            found[event.case].append(event)
        return found

    async def write(self) -> None:
        """Write what was saved. Raises Overtaken when a case is not as it was read."""
        news, self._news = self._news, []
        changed = [(self._stored[number], now) for number, now in self._now.items() if now is not self._stored[number]]
        self._stored = dict(self._now)
        await write_changes(self._direct, changed)
        await self._plain.keep_events(news)


class GatheredDueSteps(SqlDueSteps):
    """Due steps, with those of some cases at hand."""

    def __init__(
        self, connection: AsyncConnection, write: Callable[[], Awaitable[None]], numbers: Sequence[str]
    ) -> None:
        super().__init__(FirstWritten(connection, write))
        self._plain = SqlDueSteps(connection)
        self._cases = frozenset(numbers)
        self._laid: dict[str, dict[str, _Laid]] | None = None
        self._touched: list[_Laid] = []

    async def _of(self, case: str) -> dict[str, _Laid]:
        """The steps of a case at hand, by key: all that are pending, and all of the running clock."""
        if self._laid is None:
            self._laid = defaultdict(dict)
            for number, key, at, fence, kind, state in await self._plain.of_cases(sorted(self._cases)):
                self._laid[number][key] = _Laid(key, at, fence, kind, state, state)
        return self._laid[case]

    async def known(self, case: str, fence: int) -> Set[str]:
        """The keys of all steps of that case and fence, whatever became of them."""
        if case not in self._cases:
            return await super().known(case, fence)
        return (await self._of(case)).keys()

    async def lay(self, steps: Iterable[DueStep]) -> None:
        """Keep new pending steps; a key that exists is left as it is."""
        others: list[DueStep] = []
        for step in steps:
            if step.case not in self._cases:
                others.append(step)
            elif step.key not in (here := await self._of(step.case)):
                here[step.key] = _Laid(step.key, step.at, step.fence, step.kind, None, "pending", step)
                self._touched.append(here[step.key])
        if others:
            await super().lay(others)

    async def drop(self, case: str, *, below_fence: int | None = None, kind: str | None = None) -> None:
        """Cancel a case's pending steps (only those with a fence below the given one, or of that kind, if given)."""
        if case not in self._cases:
            await super().drop(case, below_fence=below_fence, kind=kind)
            return
        for laid in (await self._of(case)).values():
            if (below_fence is None or laid.fence < below_fence) and kind in (None, laid.kind):
                self._become(laid, "dropped")

    async def done(self, steps: Iterable[DueStep]) -> None:
        """Mark claimed steps as done."""
        others: list[DueStep] = []
        for step in steps:
            if step.case in self._cases:
                self._become((await self._of(step.case))[step.key], "done")
            else:
                others.append(step)
        if others:
            await super().done(others)

    async def any_after(self, step: DueStep) -> bool:
        """Whether a pending step of the same case and fence comes after this one, in the order of `claim`."""
        if step.case not in self._cases:
            return await super().any_after(step)
        return any(
            laid.state == "pending" and laid.fence == step.fence and (laid.at, laid.key) > (step.at, step.key)
            for laid in (await self._of(step.case)).values()
        )

    def _become(self, laid: _Laid, state: str) -> None:
        if laid.state == "pending":
            laid.state = state
            self._touched.append(laid)

    async def write(self) -> None:
        """Write what was laid, dropped and done. Raises Overtaken when a step at hand is not as it was read."""
        touched, self._touched = {laid.key: laid for laid in self._touched}, []
        new = [(laid.step, laid.state) for laid in touched.values() if laid.step is not None and laid.stored is None]
        changed = [(laid.key, laid.state) for laid in touched.values() if laid.stored is not None]
        for laid in touched.values():
            laid.stored = laid.state
        await self._plain.put(new)
        await self._plain.become(changed)


class GatheredOutbox(SqlOutbox):
    """The outbox, into which messages go together."""

    def __init__(
        self,
        connection: AsyncConnection,
        write: Callable[[], Awaitable[None]],
        clock: Callable[[], datetime],
        parts: Parts,
    ) -> None:
        super().__init__(FirstWritten(connection, write), clock, parts)
        self._plain = SqlOutbox(connection, clock, parts)
        self._breath = _Breath()
        self._messages: list[Outgoing] = []

    async def put(self, messages: Iterable[Outgoing]) -> None:
        """Keep them; order per receiver is the order of putting."""
        await self._breath.take()
        self._messages += messages

    async def write(self) -> None:
        """Write what was put."""
        messages, self._messages = self._messages, []
        await self._plain.put(messages)


class Gathering:
    """Some cases with their due steps at hand, and all that is still to be written of them.

    Nothing read through `cases`, `due_steps` or `outbox` misses it; other parts of the unit of work don't ask for it.
    """

    def __init__(
        self, connection: AsyncConnection, numbers: Iterable[str], clock: Callable[[], datetime], parts: Parts
    ) -> None:
        self._numbers = sorted(set(numbers))
        self.cases = GatheredCases(connection, self.write)
        self.due_steps = GatheredDueSteps(connection, self.write, self._numbers)
        self.outbox = GatheredOutbox(connection, self.write, clock, parts)

    async def read(self) -> None:
        """Lock the cases and have them at hand. Once only."""
        await self.cases.gather(self._numbers)

    async def write(self) -> None:
        """Write it all, each kind by one statement. Raises Overtaken."""
        await self.cases.write()
        await self.due_steps.write()
        await self.outbox.write()

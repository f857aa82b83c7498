"""Due steps in SQL: laid once, claimed by one, done or dropped."""

from collections.abc import Callable, Iterable, Sequence, Set
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Dialect, and_, exists, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.deadlines import DueStep
from cases.errors import Overtaken
from storage.case_tables import CASES, DUE_STEPS
from storage.prepared import Prepared, Statement
from storage.rows import Sheaf, insert_unless_there

PENDING = DUE_STEPS.c.state == literal_column("'pending'")
"""Written out in the statement, so that the partial index can serve it."""

row_of: Callable[[DueStep], tuple[Any, ...]] = attrgetter("key", "case", "clock", "kind", "share", "at", "fence")
"""A step as the columns of its row, but for the state, which is the last."""


def _laying(dialect: Dialect) -> tuple[Statement, Sheaf]:
    columns = list(DUE_STEPS.c)
    sheaf = Sheaf(dialect, columns)
    return insert_unless_there(dialect, DUE_STEPS, columns, sheaf.table).returning(DUE_STEPS.c.key), sheaf


def _gathering(dialect: Dialect) -> tuple[Statement, Sheaf]:
    sheaf = Sheaf(dialect, [CASES.c.number])
    joined = sheaf.table.join(CASES, CASES.c.number == sheaf.table.c.number)
    joined = joined.join(DUE_STEPS, DUE_STEPS.c.case == CASES.c.number)
    wanted = or_(PENDING, DUE_STEPS.c.fence == CASES.c.fence)
    columns = (DUE_STEPS.c[name] for name in ("case", "key", "at", "fence", "kind", "state"))
    return select(*columns).select_from(joined).where(wanted), sheaf


def _becoming(dialect: Dialect) -> tuple[Statement, Sheaf]:
    sheaf = Sheaf(dialect, [DUE_STEPS.c.key, DUE_STEPS.c.state])
    changed = update(DUE_STEPS).where(DUE_STEPS.c.key == sheaf.table.c.key, PENDING)
    return changed.values(state=sheaf.table.c.state).returning(DUE_STEPS.c.key), sheaf


def _dropping(dialect: Dialect) -> tuple[Statement, Sheaf]:
    sheaf = Sheaf(dialect, [DUE_STEPS.c.case, DUE_STEPS.c.fence, DUE_STEPS.c.kind])
    which = sheaf.table.c
    older = or_(which.fence.is_(None), DUE_STEPS.c.fence < which.fence)
    alike = or_(which.kind.is_(None), DUE_STEPS.c.kind == which.kind)
    dropped = update(DUE_STEPS).where(DUE_STEPS.c.case == which.case, PENDING, older, alike)
    return dropped.values(state=literal_column("'dropped'")).returning(DUE_STEPS.c.key), sheaf


LAYING, GATHERING, BECOMING, DROPPING = map(Prepared, (_laying, _gathering, _becoming, _dropping))


class SqlDueSteps:
    """The port `cases.ports.DueSteps` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lay(self, steps: Iterable[DueStep]) -> None:
        """Keep new pending steps; a key that exists is left as it is."""
        await self.put([(step, "pending") for step in steps])

    async def put(self, steps: Sequence[tuple[DueStep, str]]) -> None:
        """The same for steps of which something has become already: their states."""
        if steps:
            await LAYING.run(self._connection, [(*row_of(step), state) for step, state in steps])

    async def known(self, case: str, fence: int) -> Set[str]:
        """The keys of all steps of that case and fence, whatever became of them."""
        found = select(DUE_STEPS.c.key).where(DUE_STEPS.c.case == case, DUE_STEPS.c.fence == fence)
        return set((await self._connection.execute(found)).scalars())

    async def of_cases(self, numbers: Sequence[str]) -> Sequence[tuple[str, str, datetime, int, str, str]]:
        """Case, key, instant, fence, kind and state of those cases' steps that are pending or of the running clock."""
        found: Sequence[Any] = await GATHERING.run(self._connection, [(number,) for number in numbers])
        return found

    async def become(self, steps: Sequence[tuple[str, str]]) -> None:
        """Give pending steps, by key, those states. Raises Overtaken when one is not pending any more."""
        if steps and len(await BECOMING.run(self._connection, steps)) != len(steps):
            raise Overtaken(f"one of {len(steps)} due steps")

    async def drop(self, case: str, *, below_fence: int | None = None, kind: str | None = None) -> None:
        """Cancel a case's pending steps (only those with a fence below the given one, or of that kind, if given)."""
        await DROPPING.run(self._connection, [(case, below_fence, kind)])

    async def claim(self, now: datetime, limit: int) -> Sequence[DueStep]:
        """Up to `limit` pending steps due by `now`, oldest first, locked for this unit of work with their cases.

        Steps of a case that somebody else works on are skipped too: everybody locks a case before its steps, so that no
        two wait for each other.
        """
        joined = CASES.join(DUE_STEPS, DUE_STEPS.c.case == CASES.c.number)  # PostgreSQL locks in this order
        due = select(DUE_STEPS).select_from(joined).where(PENDING, DUE_STEPS.c.at <= now)
        due = due.order_by(DUE_STEPS.c.at, DUE_STEPS.c.key)
        rows = await self._connection.execute(due.limit(limit).with_for_update(skip_locked=True))
        return [DueStep(*row[:-1]) for row in rows.all()]

    async def done(self, steps: Iterable[DueStep]) -> None:
        """Mark claimed steps as done."""
        done = [(step.key, "done") for step in steps]
        if done:
            await BECOMING.run(self._connection, done)

    async def later(self, step: DueStep, at: datetime) -> None:
        """Put a pending step off until that instant."""
        await self._connection.execute(update(DUE_STEPS).where(DUE_STEPS.c.key == step.key, PENDING).values(at=at))

    async def any_after(self, step: DueStep) -> bool:
        """Whether a pending step of the same case and fence comes after this one, in the order of `claim`."""
        later = or_(DUE_STEPS.c.at > step.at, and_(DUE_STEPS.c.at == step.at, DUE_STEPS.c.key > step.key))
        found = exists().where(DUE_STEPS.c.case == step.case, DUE_STEPS.c.fence == step.fence, PENDING, later)
        return bool((await self._connection.execute(select(found))).scalar_one())

    async def next_at(self) -> datetime | None:
        """When the next pending step is due."""
        found: datetime | None = (
            await self._connection.execute(select(func.min(DUE_STEPS.c.at)).where(PENDING))
        ).scalar_one()
        return found

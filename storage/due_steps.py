"""Due steps in SQL: laid once, claimed by one, done or dropped."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import and_, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.deadlines import DueStep
from storage.case_tables import CASES, DUE_STEPS
from storage.columns import insert_new

PENDING = DUE_STEPS.c.state == literal("pending", literal_execute=True)
"""Written out in the statement, so that the partial index can serve it."""


class SqlDueSteps:
    """The port `cases.ports.DueSteps` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def lay(self, steps: Iterable[DueStep]) -> None:
        """Keep new pending steps; a key that exists is left as it is."""
        await insert_new(self._connection, DUE_STEPS, [asdict(step) | {"state": "pending"} for step in steps])

    async def drop(self, case: str, *, below_fence: int | None = None, kind: str | None = None) -> None:
        """Cancel a case's pending steps (only those with a fence below the given one, or of that kind, if given)."""
        dropped = update(DUE_STEPS).where(DUE_STEPS.c.case == case, PENDING).values(state="dropped")
        if below_fence is not None:
            dropped = dropped.where(DUE_STEPS.c.fence < below_fence)
        if kind is not None:
            dropped = dropped.where(DUE_STEPS.c.kind == kind)
        await self._connection.execute(dropped)

    async def claim(self, now: datetime, limit: int) -> Sequence[DueStep]:
        """Up to `limit` pending steps due by `now`, oldest first, locked for this unit of work with their cases.

        Steps of a case that somebody else works on are skipped too: everybody locks a case before its steps, so that no
        two wait for each other.
        """
        joined = CASES.join(DUE_STEPS, DUE_STEPS.c.case == CASES.c.number)  # PostgreSQL locks in this order
        due = select(DUE_STEPS).select_from(joined).where(PENDING, DUE_STEPS.c.at <= now)
        due = due.order_by(DUE_STEPS.c.at, DUE_STEPS.c.key)
        rows = await self._connection.execute(due.limit(limit).with_for_update(skip_locked=True))
        return [DueStep(row.key, row.case, row.clock, row.kind, row.share, row.at, row.fence) for row in rows]

    async def done(self, steps: Iterable[DueStep]) -> None:
        """Mark claimed steps as done."""
        keys = [step.key for step in steps]
        await self._connection.execute(update(DUE_STEPS).where(DUE_STEPS.c.key.in_(keys), PENDING).values(state="done"))

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

"""Counting cases: the figures of a period, within a part of the county."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.ports import Tally
from storage.case_tables import CASES, EVENTS

SATISFIED = 3
"""The lowest grade that counts as satisfied: 满意率 is (5 + 4 + 3) / rated."""
SOLVED = "solved"
"""The only answer that counts as solved (`partly` does not)."""


def within(scopes: Iterable[str] | None) -> Sequence[ColumnElement[bool]]:
    """The rule that a case's lead, owner or place is one of these units; none for None."""
    if scopes is None:
        return []
    codes = sorted(scopes)
    return [or_(CASES.c.lead_unit.in_(codes), CASES.c.owner_unit.in_(codes), CASES.c.place_unit.in_(codes))]


async def tally(
    connection: AsyncConnection, since: datetime, until: datetime, rules: Sequence[ColumnElement[bool]]
) -> Tally:
    """Counts of the cases that fit the rules for [since, until): volumes by the date of the event.

    `overdue_open` are cases whose unit is past its limit at `until`; `closed_in_time` compares the feedback that was
    approved with the limit the unit had when it got the case: a rework gives time, but makes nothing punctual.
    """
    handling = CASES.c.clock == "handle"
    seen = [or_(CASES.c.changed_at >= since, handling), *rules]

    def inside(instant: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(instant >= since, instant < until)

    def happened(*actions: str) -> ColumnElement[bool]:
        return CASES.c.number.in_(select(EVENTS.c.case).where(EVENTS.c.action.in_(actions), inside(EVENTS.c.at)))

    rated = happened("rate", "rate_bad")
    dispatched, closed = inside(CASES.c.dispatched_at), inside(CASES.c.closed_at)
    done_at = func.coalesce(CASES.c.feedback_at, CASES.c.closed_at)
    wanted = {
        "submitted": inside(CASES.c.submitted_at),
        "dispatched": dispatched,
        "signed_in_time": and_(dispatched, CASES.c.signed_at.is_not(None), CASES.c.signed_late.is_(False)),
        "closed": closed,
        "closed_in_time": and_(closed, done_at <= CASES.c.first_due_at),
        "overdue_open": and_(handling, CASES.c.clock_due_at < until),
        "reworked": happened("return_rework"),
        "reopened": happened("reopen"),
        "rated": rated,
        "satisfied": and_(rated, CASES.c.grade >= SATISFIED),
        "solved": and_(rated, CASES.c.solved == SOLVED),
    }
    counts = select(*(func.count().filter(rule).label(name) for name, rule in wanted.items()))
    row = (await connection.execute(counts.select_from(CASES).where(*seen))).one()
    states = select(CASES.c.state, func.count()).where(inside(CASES.c.submitted_at), *seen)
    counted = await connection.execute(states.group_by(CASES.c.state))
    return Tally(**row._mapping, by_state={row[0]: row[1] for row in counted})

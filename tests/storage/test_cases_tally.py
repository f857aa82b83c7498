"""Counts of cases on both stores, each figure with a case that counts and one that nearly does."""

from datetime import datetime
from typing import Any

import pytest

from cases.case import Case
from cases.places import Place
from cases.ports import Tally
from cases.record import State
from storage.store import SqlStore
from tests.storage.samples import GRID, HOUR, NOON, TOWN, happens, keep, new_case

SINCE, UNTIL = NOON, NOON + HOUR * 8
BEFORE, DURING, AFTER = NOON - HOUR, NOON + HOUR, UNTIL
NOTHING = {"state": State.ARCHIVED, "submitted_at": BEFORE}


def old_case(number: int, **fields: Any) -> Case:
    """A case of before the period."""
    return new_case(f"QC260303-{number:04d}", **(NOTHING | fields))


def after_event(case: Case, action: str, at: datetime) -> Case:
    """The case, after that happened to it."""
    happens(case, action, at)
    return case


async def counted(store: SqlStore, *cases: Case, scopes: list[str] | None = None) -> Tally:
    await keep(store, *cases)
    async with store.work(readonly=True) as work:
        return await work.cases.tally(SINCE, UNTIL, scopes=scopes)


async def test_nothing_is_counted_where_nothing_is(store: SqlStore) -> None:
    assert await counted(store) == Tally()


async def test_what_was_submitted_is_counted_by_its_present_state(store: SqlStore) -> None:
    tally = await counted(
        store,
        old_case(1, submitted_at=BEFORE),
        old_case(2, submitted_at=SINCE, state=State.CLOSED),
        old_case(3, submitted_at=DURING, state=State.CLOSED),
        old_case(4, submitted_at=DURING, state=State.FEEDBACK),
        old_case(5, submitted_at=AFTER),
    )
    assert tally == Tally(submitted=3, by_state={"closed": 2, "feedback": 1})


async def test_signed_in_time_is_what_was_dispatched_then_and_not_late(store: SqlStore) -> None:
    tally = await counted(
        store,
        after_event(old_case(1, dispatched_at=DURING, signed_at=DURING), "sign", DURING),
        after_event(old_case(2, dispatched_at=DURING, signed_at=DURING, signed_late=True), "sign", DURING),
        after_event(old_case(3, dispatched_at=DURING), "dispatch", DURING),
        after_event(old_case(4, dispatched_at=BEFORE, signed_at=DURING), "sign", DURING),
    )
    assert tally == Tally(dispatched=3, signed_in_time=1)


async def test_closed_in_time_compares_the_feedback_with_the_first_limit(store: SqlStore) -> None:
    due = {"first_due_at": DURING, "handle_due_at": DURING + HOUR, "closed_at": DURING + HOUR}
    tally = await counted(
        store,
        after_event(old_case(1, **due, feedback_at=DURING), "approve", DURING + HOUR),
        after_event(old_case(2, **due, feedback_at=DURING + HOUR / 60), "approve", DURING + HOUR),
        after_event(old_case(3, **due), "approve", DURING + HOUR),
        after_event(old_case(4, **(due | {"closed_at": BEFORE}), feedback_at=BEFORE), "supplement", DURING),
    )
    assert tally == Tally(closed=3, closed_in_time=1)


async def test_overdue_is_what_the_unit_still_owes_after_its_limit_however_old(store: SqlStore) -> None:
    working = {"state": State.IN_PROGRESS, "clock": "handle"}
    tally = await counted(
        store,
        old_case(1, **working, clock_due_at=BEFORE),
        old_case(2, **working, clock_due_at=UNTIL),
        old_case(3, state=State.FEEDBACK, clock="check", clock_due_at=BEFORE, handle_due_at=BEFORE),
        old_case(4, **working, clock_due_at=DURING, feedback_at=BEFORE, rework_count=1),
    )
    assert tally == Tally(overdue_open=2)


@pytest.mark.parametrize(("action", "figures"), [("return_rework", Tally(reworked=1)), ("reopen", Tally(reopened=1))])
async def test_what_came_back_is_counted_when_it_came_back(store: SqlStore, action: str, figures: Tally) -> None:
    twice = after_event(after_event(old_case(1), action, DURING), action, DURING + HOUR)
    tally = await counted(
        store, twice, after_event(old_case(2), action, BEFORE), after_event(old_case(3), action, AFTER)
    )
    assert tally == figures


async def test_only_solved_counts_as_solved_and_three_points_as_satisfied(store: SqlStore) -> None:
    tally = await counted(
        store,
        after_event(old_case(1, grade=5, solved="solved"), "rate", DURING),
        after_event(old_case(2, grade=3, solved="partly"), "rate", DURING),
        after_event(old_case(3, grade=2, solved="solved"), "rate_bad", DURING),
        after_event(old_case(4, grade=1, solved="unsolved"), "rate_bad", DURING),
        after_event(old_case(5), "silent_archive", DURING),
        after_event(old_case(6, grade=5, solved="solved"), "rate", BEFORE),
    )
    assert tally == Tally(rated=4, satisfied=2, solved=2)


async def test_only_what_lies_within_the_scopes_is_counted(store: SqlStore) -> None:
    tally = await counted(
        store,
        old_case(1, submitted_at=DURING),
        old_case(2, submitted_at=DURING, place=Place("330100002001001", "那里"), owner_unit="330100002"),
        scopes=[TOWN, GRID],
    )
    assert tally == Tally(submitted=1, by_state={"archived": 1})

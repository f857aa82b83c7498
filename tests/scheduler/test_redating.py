"""A new calendar: every open case is dated anew once, whichever node does it and whatever fails."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from cases.bench import Problem
from cases.case import Case
from cases.catalogue import Catalogue
from cases.desk import CaseDesk
from cases.places import Place
from cases.rules import Rules
from dialogs.engine.around import Knowledge
from dialogs.engine.ports import Store, Work
from scheduler.redating import BATCH, Redating
from storage.store import SqlStore
from tests.cases.county import CATALOGUE, GRID, PIPE, REPORTER, RULES, TUESDAY
from tests.scheduler.belfry import Belfry

WEDNESDAY = date(2026, 3, 4)
NEW = replace(RULES, calendar=replace(RULES.calendar, off_days=frozenset({WEDNESDAY})))
NOON = TUESDAY + timedelta(hours=3)
DAY = timedelta(days=1)


@pytest.fixture
async def belfry(store: SqlStore) -> Belfry:
    return await Belfry.built(store)


def node(belfry: Belfry, rules: Rules = NEW, store: Store | None = None) -> Redating:
    """What a node does that is started with these rules."""
    belfry.knowledge = Knowledge(rules, belfry.knowledge.places)
    return Redating(store or belfry.store, lambda: belfry.knowledge)


async def kept(belfry: Belfry, numbers: Sequence[str]) -> Sequence[Case]:
    async with belfry.store.work(readonly=True) as work:
        return list((await work.cases.many(numbers)).values())


async def dues(belfry: Belfry, numbers: Sequence[str]) -> set[datetime | None]:
    return {case.handle_due_at for case in await kept(belfry, numbers)}


async def test_all_open_cases_are_dated_in_batches_before_anything_rings(belfry: Belfry) -> None:
    numbers = await belfry.report(BATCH + 20)
    assert await dues(belfry, numbers) == {TUESDAY + DAY}
    assert await node(belfry).run_once(NOON) == BATCH + 20
    assert await dues(belfry, numbers) == {TUESDAY + 2 * DAY}
    assert await belfry.actions(numbers[-1]) == ["redate"]


async def test_with_the_same_calendar_nothing_is_written(belfry: Belfry) -> None:
    numbers = await belfry.report(3)
    before = await kept(belfry, numbers)
    assert await node(belfry, RULES).run_once(NOON) == 0
    assert await kept(belfry, numbers) == before


async def test_several_nodes_date_each_case_once(belfry: Belfry) -> None:
    numbers = await belfry.report(BATCH + 40)
    moved = await asyncio.gather(*(node(belfry).run_once(NOON) for _ in range(3)))
    assert sum(moved) == BATCH + 40
    for number in numbers:
        assert await belfry.actions(number) == ["redate"]


async def test_a_case_that_cannot_be_dated_holds_up_no_other(belfry: Belfry, caplog: pytest.LogCaptureFixture) -> None:
    first = await belfry.report(2)
    async with belfry.store.work() as work:
        desk = CaseDesk(work, RULES, TUESDAY, address=REPORTER, person=None, units=belfry.knowledge.units)
        strange = (await desk.submit(Problem(PIPE, Place(GRID, "村口"), "井盖没了"))).number
        await work.commit()
    others = [*first, *await belfry.report(2)]
    without = Catalogue([category for category in CATALOGUE if category.code != PIPE])
    with caplog.at_level(logging.INFO):
        assert await node(belfry, replace(NEW, catalogue=without)).run_once(NOON) == 4
    assert await dues(belfry, others) == {TUESDAY + 2 * DAY}
    assert await dues(belfry, [strange]) == {TUESDAY + DAY}
    (told,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert told.__dict__["case"] == strange
    assert await node(belfry).run_once(NOON) == 1


async def test_it_rests_once_all_are_dated_until_the_next_start(belfry: Belfry) -> None:
    one = node(belfry)
    assert await one.run_once(NOON) == 0
    numbers = await belfry.report()
    assert await one.run_once(NOON) == 0
    assert await node(belfry).run_once(NOON) == 1
    assert await dues(belfry, numbers) == {TUESDAY + 2 * DAY}


class Away:
    """A store that is not there for the first time."""

    def __init__(self, store: Store) -> None:
        self.store, self.asked = store, 0

    def work(self, *, readonly: bool = False) -> AbstractAsyncContextManager[Work]:
        self.asked += 1
        if self.asked == 1:
            raise ConnectionRefusedError
        return self.store.work(readonly=readonly)


async def test_when_the_store_is_away_it_goes_on_at_the_next_beat(belfry: Belfry) -> None:
    await belfry.report()
    one = node(belfry, store=Away(belfry.store))
    with pytest.raises(ConnectionRefusedError):
        await one.run_once(NOON)
    assert await one.run_once(NOON) == 1


async def test_after_stopping_no_batch_begins(belfry: Belfry) -> None:
    await belfry.report()
    one = node(belfry)
    one.stop()
    assert await one.run_once(NOON) == 0
    assert await node(belfry).run_once(NOON) == 1

"""A batch of due steps costs a few statements however many steps it has, and does what the steps would do alone."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from cases.bench import Problem
from cases.case import Case
from cases.desk import CaseDesk
from cases.events import Event
from cases.people import Address, Person, Post, Role
from cases.places import Place
from cases.triage.place import GridMap
from dialogs.engine.around import Knowledge
from dialogs.engine.ports import Work
from dialogs.notices import tell
from scheduler.due import Bell
from storage.case_tables import CASES, DUE_STEPS, EVENTS
from storage.store import SqlStore
from storage.talk_tables import OUTBOX
from tests.cases.county import DUTY, EMPTY_GRID, GAS, GRID, LAMP, RULES, SECRET, STAFF, TREE, TUESDAY, UNITS
from tests.conftest import sqlite_url_of
from tests.scheduler.belfry import Belfry
from tests.storage.samples import rows

NOON = TUESDAY + timedelta(hours=3)
STATEMENTS = 14
"""In one transaction with steps, however many: what is claimed, read of cases, log, steps and (at first) staff, and
written."""
INSTANTS = [TUESDAY + timedelta(days=days) for days in (0.2, 1, 3, 9, 20, 40)]


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements executed on any store meanwhile; commits are among them."""
    found: list[str] = []

    def executed(_: Any, __: Any, statement: str, *___: Any) -> None:
        found.append(statement)

    def committed(_: Any) -> None:
        found.append("COMMIT")

    event.listen(Engine, "before_cursor_execute", executed)
    event.listen(Engine, "commit", committed)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", executed)
        event.remove(Engine, "commit", committed)


async def county(store: SqlStore) -> Knowledge:
    """Units and staff, most of whom can be written to."""
    async with store.work() as work:
        await work.people.put_units(UNITS)
        for name, posts in STAFF.items():
            person = await work.people.add(Person(0, name, posts))
            if name != "周":
                await work.people.bind(person.id, Address("toy:main", name))
        units = await work.people.units()
        await work.commit()
    return Knowledge(RULES, GridMap(units, []))


async def report(store: SqlStore, known: Knowledge, *problems: tuple[str, str]) -> list[str]:
    """Problems of those categories in those grids are reported on Tuesday; the numbers."""
    numbers: list[str] = []
    async with store.work() as work:
        for place, (category, unit) in enumerate(problems):
            who = Address("toy:main", f"citizen{place}")
            desk = CaseDesk(work, RULES, TUESDAY, address=who, person=None, units=known.units)
            numbers.append((await desk.submit(Problem(category, Place(unit, "村口"), "灯不亮"))).number)
        await work.commit()
    return numbers


async def quiet(key: str, kind: str) -> None:
    raise AssertionError(f"{key}: {kind}")


def bell(store: SqlStore, known: Knowledge, batch: int) -> Bell:
    return Bell(store, lambda: known, tell, quiet, batch=batch)


@pytest.mark.parametrize("count", [5, 80])
async def test_a_batch_is_one_transaction_of_so_many_statements_however_many_steps(store: SqlStore, count: int) -> None:
    known = await county(store)
    await report(store, known, *[(LAMP, GRID)] * count)
    with counted() as statements:
        assert await bell(store, known, count).run_once(NOON) == count
    assert statements.count("COMMIT") == 1
    assert statements.index("COMMIT") <= STATEMENTS


async def test_together_and_alone_steps_do_the_same(sqlite_template: Path, tmp_path: Path) -> None:
    problems = [(LAMP, GRID), (GAS, GRID), (SECRET, GRID), (TREE, EMPTY_GRID), (LAMP, EMPTY_GRID)] * 2
    alone = await kept_after(Path(shutil.copy(sqlite_template, tmp_path / "alone.db")), problems, 1)
    together = await kept_after(Path(shutil.copy(sqlite_template, tmp_path / "together.db")), problems, 250)
    for name, rows_alone in alone.items():
        assert together[name] == rows_alone, name


async def kept_after(file: Path, problems: list[tuple[str, str]], batch: int) -> dict[str, list[Any]]:
    """All that is kept after some weeks in which nobody does anything but feed back, in batches of that size."""
    url = sqlite_url_of(file)
    store = await SqlStore.open(url, clock=lambda: TUESDAY)
    known = await county(store)
    numbers = await report(store, known, *problems)
    for place, now in enumerate(INSTANTS):
        await bell(store, known, batch).run_once(now)
        await feed_back(store, known, numbers[place::4], now)
    await store.close()
    async with rows(url) as connection:
        return {
            "events": [tuple(row)[:-1] for row in await connection.execute(select(EVENTS).order_by("case", "seq"))],
            "due steps": [tuple(row) for row in await connection.execute(select(DUE_STEPS).order_by("key"))],
            "cases": [
                without_version(dict(row._mapping))
                for row in await connection.execute(select(CASES).order_by("number"))
            ],
            "messages": [
                (row.key, row.channel, row.user, row.body, row.urgent, row.not_before)
                for row in await connection.execute(select(OUTBOX).order_by("key"))
            ],
        }


def without_version(row: dict[str, Any]) -> dict[str, Any]:
    """How often a case was written is nobody's business."""
    return {name: value for name, value in row.items() if name != "version"}


async def feed_back(store: SqlStore, known: Knowledge, numbers: list[str], now: datetime) -> None:
    """Whoever has one of these cases in work says that it is done."""
    async with store.work() as work:
        for number in numbers:
            case = await work.cases.get(number)
            person = await work.people.get(case.handler or 0) if case is not None else None
            if case is not None and case.state == "in_progress" and person is not None:
                desk = CaseDesk(work, RULES, now, address=None, person=person, units=known.units)
                await desk.feedback(number, "换了灯泡")
        await work.commit()


async def test_a_case_saved_meanwhile_by_the_teller_fails_the_batch_and_every_step_rings_alone(
    belfry: Belfry,
) -> None:
    numbers = await belfry.report(3)
    old: dict[str, Case] = {}

    async def overtaking(work: Work, knowledge: Knowledge, news: list[tuple[Case, Event]], now: datetime) -> None:
        await belfry.tell(work, knowledge, news, now)
        if len(news) > 1:
            await work.cases.save(replace(old[numbers[1]], news=[]))

    async with belfry.store.work(readonly=True) as work:
        for number, case in (await work.cases.many(numbers)).items():
            old[number] = case
    ringing = Bell(belfry.store, lambda: belfry.knowledge, overtaking, belfry.on_fault)  # type: ignore[arg-type]
    assert await ringing.run_once(NOON) == 3
    assert belfry.batches == [3, 1, 1, 1]
    assert belfry.faults == []
    assert sorted(await belfry.told()) == sorted(f"auto_sign:{number}:" for number in numbers)


async def test_who_left_between_two_batches_is_not_told_any_more(store: SqlStore) -> None:
    known = await county(store)
    await report(store, known, *[(LAMP, GRID)] * 20)
    ringing = bell(store, known, 40)
    await ringing.run_once(NOON)
    async with store.work() as work:
        [wang] = await work.people.named("王")
        await work.people.save(replace(wang, active=False))
        await work.people.add(Person(0, "吴", (Post(Role.DISPATCHER, DUTY),)))
        await work.commit()
    before = {push.to.user for push in await store.pushes.claim(NOON, limit=500, lease=30.0)}
    await ringing.run_once(TUESDAY + timedelta(days=1))
    after = {push.to.user for push in await store.pushes.claim(TUESDAY + timedelta(days=1), limit=500, lease=30.0)}
    assert "王" in before
    assert "王" not in after


@pytest.fixture
async def belfry(store: SqlStore) -> Belfry:
    return await Belfry.built(store)

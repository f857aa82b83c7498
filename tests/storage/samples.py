"""Small things to keep: a case, an event, a unit, a person."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from cases.case import Case
from cases.deadlines import DueStep
from cases.events import Event
from cases.people import BOT, CITIZEN, Actor, Address, Level, Unit
from cases.places import Pin, Place
from cases.record import Reporter, State
from storage.engines import engines_for
from storage.store import SqlStore

NOON = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LI = Address("wechat:main", "openid-li")
WANG = Address("wecom:main", "wang")
COUNTY, TOWN, GRID = "330100", "330100001", "330100001001001"
UNITS = (
    Unit(COUNTY, "青川县", Level.COUNTY, None),
    Unit(TOWN, "柳河镇", Level.TOWN, COUNTY),
    Unit(GRID, "东村一格", Level.GRID, TOWN),
    Unit("CG", "城市管理局", Level.COUNTY, COUNTY, department=True),
)


def bare_case(number: str, **fields: Any) -> Case:
    """A case as it is before anything of it was kept, without history."""
    case = Case(
        number=number,
        state=State.SUBMITTED,
        category="0501",
        priority="P3",
        place=Place(GRID, "村口老槐树下", Pin(30.25, 120.5)),
        description="村口的灯不亮",
        photos=("photo-1",),
        reporter=Reporter(LI, "13800000000"),
        flow="direct",
        rules_version="test-1",
        submitted_at=NOON,
        owner_unit=TOWN,
    )
    return replace(case, **fields)


def happens(case: Case, action: str, at: datetime = NOON, *, words: str | None = None, actor: Actor = BOT) -> Event:
    """Add an event to the case's news, as its own methods do."""
    case.events_count += 1
    case.changed_at = max(case.changed_at or at, at)
    before = None if case.events_count == 1 else str(case.state)
    event = Event(case.number, case.events_count, at, actor, action, before, str(case.state), {"n": 1}, words)
    case.news.append(event)
    return event


def new_case(number: str, **fields: Any) -> Case:
    """A case just submitted by a citizen."""
    case = bare_case(number, **fields)
    happens(case, "submit", case.submitted_at, actor=CITIZEN)
    return case


async def keep(store: SqlStore, *cases: Case) -> None:
    """Keep new cases, in a unit of work of their own."""
    async with store.work() as work:
        for case in cases:
            await work.cases.add(case)
            case.take_news()
        await work.commit()


async def save(store: SqlStore, case: Case) -> None:
    """Keep a changed case, in a unit of work of its own."""
    async with store.work() as work:
        await work.cases.save(case)
        await work.commit()
    case.take_news()


async def read(store: SqlStore, number: str) -> Case:
    """The case as it is kept."""
    async with store.work(readonly=True) as work:
        case = await work.cases.get(number)
    assert case is not None
    return case


def step(case: str, kind: str, at: datetime, *, share: int = 0, fence: int = 1) -> DueStep:
    """A due step of that case."""
    return DueStep(f"case:{case}:handle:{kind}{share}:{fence}", case, "handle", kind, share, at, fence)


@asynccontextmanager
async def rows(url: str) -> AsyncIterator[AsyncConnection]:
    """The store's rows themselves, in a transaction beside the store's own connections."""
    engines = engines_for(url)
    try:
        async with engines.writers.begin() as connection:
            yield connection
    finally:
        await engines.close()

"""A small town to play in: the whole bot but for HTTP, with a phone for everybody and a clock that goes when told."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import shapely

from bot.delivery import Delivery
from bot.intake import Intake
from bot.media import MediaFetcher
from bot.parts import parts_of
from bot.quiet import QuietHours
from cases.case import Case
from cases.codes import LIFETIME, digest, new_code
from cases.people import Address, Level, Person, Post, Role, Unit
from cases.places import Grid, Pin
from cases.rules import County
from cases.triage.coordinates import wgs84_to_gcj02
from cases.triage.place import GridMap
from config.rulebook import load_rules
from dialogs.engine.around import Knowledge
from dialogs.engine.deliveries import Pause, Push
from dialogs.engine.messages import Location, Photo
from dialogs.engine.reception import Reception
from dialogs.notices import tell
from dialogs.programme import programme
from scheduler.due import Bell
from storage.store import SqlStore
from tests.kit.phones import Phone, Phones

ZONE = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=ZONE).astimezone(UTC)
CO, TOWN, OTHER_TOWN = "990101", "990101001", "990101002"
VILLAGE, GRID, EMPTY_GRID = "990101001001", "990101001001001", "990101001001002"
LIGHTS, DUTY = "CGJ", "ZHZX"
UNITS = (
    Unit(CO, "云溪县", Level.COUNTY, None),
    Unit(TOWN, "柳河镇", Level.TOWN, CO),
    Unit(OTHER_TOWN, "青石镇", Level.TOWN, CO),
    Unit(VILLAGE, "东村", Level.VILLAGE, TOWN),
    Unit(GRID, "第一网格", Level.GRID, VILLAGE),
    Unit(EMPTY_GRID, "第二网格", Level.GRID, VILLAGE),
    Unit(LIGHTS, "城市管理局", Level.COUNTY, CO, department=True),
    Unit(DUTY, "网格指挥中心", Level.COUNTY, CO, department=True),
)
WEST, SOUTH, SIDE = 116.0, 28.4, 0.01
"""The first grid's corner and both grids' width, in degrees of WGS-84."""
COUNTY = County("云溪县", CO, "YX", ZONE, DUTY)
RULES = load_rules(None, COUNTY)
LAMP = "路灯不亮与灯杆倾斜"
GAS = "燃气泄漏与燃气管道破裂"


def pin(unit: str = GRID) -> Pin:
    """A point in the middle of that grid, as WeChat sends it."""
    east = WEST + SIDE * (0.5 if unit == GRID else 1.5)
    return Pin(*wgs84_to_gcj02(SOUTH + SIDE / 2, east))


def outlines() -> Iterable[Grid]:
    """Two square grids side by side."""
    for index, code in enumerate((GRID, EMPTY_GRID)):
        west = WEST + index * SIDE
        yield Grid(code, shapely.to_wkb(shapely.box(west, SOUTH, west + SIDE, SOUTH + SIDE)))


class Clock:
    """Business time."""

    def __init__(self, now: datetime = TUESDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Go on by so many hours, minutes …"""
        self.now += timedelta(**by)

    def local(self, day: int, hour: int, minute: int = 0) -> None:
        """Go on to that moment of March 2026 in the county."""
        at = datetime(2026, 3, day, hour, minute, tzinfo=ZONE).astimezone(UTC)
        assert at >= self.now
        self.now = at


class Town:
    """The bot of a small county over a real store. Use `open_town`."""

    def __init__(self, store: SqlStore, clock: Clock, knowledge: Knowledge, folder: Path) -> None:
        self.store, self.clock, self.knowledge = store, clock, knowledge
        self.keys: Iterator[int] = count(1)
        self.phones = Phones()
        self.faults: list[tuple[str, str]] = []
        channels = {self.phones.name: self.phones}
        rules = knowledge.rules
        self.reception = Reception(programme(rules), knowledge, tell)
        self.intake = Intake(store, self.reception, on_fault=self._fault, at_once=1)
        self.bell = Bell(store, lambda: self.reception.knowledge, tell, self._fault)
        self.fetcher = MediaFetcher(store.media, channels, clock, folder)
        self.delivery = Delivery(
            store.pushes,
            store.media,
            channels,
            clock,
            media_folder=folder,
            quiet=QuietHours(rules.county.zone, rules.quiet_from, rules.quiet_until),
            on_dead=self._dead,
            on_account_fault=self._paused,
        )

    def citizen(self, name: str) -> Phone:
        """The phone of somebody in the street."""
        phone = self.phones.by_user.get(name) or Phone(self, Address(self.phones.name, name))
        self.phones.by_user[name] = phone
        return phone

    async def person(self, name: str, *posts: tuple[Role, str]) -> Person:
        """A new member of staff, without an account."""
        async with self.store.work() as work:
            kept = await work.people.add(Person(0, name, tuple(Post(role, unit) for role, unit in posts)))
            await work.commit()
        return kept

    async def code(self, person: Person) -> str:
        """A fresh one-time code."""
        code = new_code()
        async with self.store.work() as work:
            await work.people.put_code(person.id, digest(code), self.clock() + LIFETIME)
            await work.commit()
        return code

    async def officer(self, name: str, *posts: tuple[Role, str]) -> Phone:
        """A new member of staff with a phone that is bound already: checking a code takes long on purpose."""
        phone, person = self.citizen(name), await self.person(name, *posts)
        async with self.store.work() as work:
            await work.people.bind(person.id, phone.address)
            await work.commit()
        return phone

    async def turn(self) -> None:
        """Let happen what is due now, fetch what is wished, and deliver."""
        await self.bell.run_once(self.clock())
        await self.fetcher.run_once()
        await self.delivery.run_once()
        assert self.faults == []

    async def until(self, day: int, hour: int, minute: int = 0) -> None:
        """Let time pass up to that moment of March 2026, through each due instant."""
        end = Clock(self.clock())
        end.local(day, hour, minute)
        while (at := await self._next_due()) is not None and at <= end():
            self.clock.now = max(at, self.clock.now)
            await self.turn()
        self.clock.now = end()
        await self.turn()

    async def case(self, number: str) -> Case:
        """The case as it is kept."""
        async with self.store.work(readonly=True) as work:
            found = await work.cases.get(number)
        assert found is not None
        return found

    async def _next_due(self) -> datetime | None:
        async with self.store.work(readonly=True) as work:
            return await work.due_steps.next_at()

    async def _fault(self, key: str, kind: str) -> None:
        self.faults.append((key, kind))

    async def _paused(self, what: Pause, reason: str) -> None:
        self.faults.append((what.channel, reason))

    async def _dead(self, push: Push, reason: str) -> None:
        self.faults.append((push.key, reason))


@asynccontextmanager
async def open_town(url: str, folder: Path) -> AsyncIterator[Town]:
    """The town over a fresh, migrated store at that URL; `folder` for pictures."""
    clock = Clock()
    store = await SqlStore.open(url, clock=clock, parts=parts_of)
    try:
        await store.put_grids(outlines(), UNITS)
        async with store.work(readonly=True) as work:
            units, grids = await work.people.units(), await work.people.grids()
        town = Town(store, clock, Knowledge(RULES, GridMap(units, grids)), folder)
        yield town
        await town.intake.drain()
    finally:
        await store.close()


FIRST_CHOICES, MOST_QUESTIONS = ("怎样保密", "自己发现"), 3
"""Questions that only some are asked; reporters in a hurry take the first choice."""


async def reports(phone: Phone, words: str = "村口的路灯不亮了", category: str = LAMP, *, photo: bool = False) -> str:
    """That person reports a problem in the first grid; the number of the case."""
    await phone.says("上报")
    await phone.says(words)
    await phone.says(category)
    await phone.says(Location(pin(), "东村村口"))
    if photo:
        await phone.says(Photo("p1"))
    answer = await phone.says("0")
    for _ in range(MOST_QUESTIONS):
        if "确认提交吗" not in answer:
            answer = await phone.says("1" if any(offers in answer for offers in FIRST_CHOICES) else "0")
    answer = await phone.says("确认")
    assert "编号 YX" in answer, answer
    number = answer.partition("编号 ")[2].partition("。")[0]
    await phone.says("不答了")
    return number


async def withdraws(phone: Phone, number: str) -> str:
    """That person withdraws the case, and means it; the answer."""
    await phone.says(f"撤销 {number}")
    return await phone.says("确定撤回")

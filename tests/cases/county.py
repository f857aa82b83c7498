"""A very small county with its staff, on a real SQLite file, for tests of the case room."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from cases.bench import Problem
from cases.calendar import WorkingCalendar
from cases.case import Case
from cases.catalogue import Catalogue, Category
from cases.deadlines import DueStep
from cases.desk import CaseDesk
from cases.duty import Leave, Shift
from cases.events import Event
from cases.people import Address, Level, Person, Post, Role, Unit
from cases.places import Place, Units
from cases.ports import Cases, DueSteps, People
from cases.ringing import fire
from cases.rules import County, Flow, Limits, Reasons, Rules, Rung
from cases.staffing import Staffing
from storage.case_tables import DUE_STEPS
from storage.cases import SqlCases
from storage.columns import METADATA
from storage.due_steps import SqlDueSteps
from storage.people import SqlPeople

ZONE = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=ZONE).astimezone(UTC)
HOUR = timedelta(hours=1)
WORKING_DAY = 8 * HOUR
GRID, EMPTY_GRID, VILLAGE, TOWN, CO = "330100001001001", "330100001001002", "330100001001", "330100001", "330100"
LIGHTS, DUTY = "CG", "ZB"
REPORTER = Address("wechat:main", "reporter")
STRANGER = Address("wechat:main", "stranger")

UNITS = (
    Unit(CO, "青川县", Level.COUNTY, None),
    Unit(TOWN, "柳河镇", Level.TOWN, CO),
    Unit(VILLAGE, "东村", Level.VILLAGE, TOWN),
    Unit(GRID, "东村一格", Level.GRID, VILLAGE),
    Unit(EMPTY_GRID, "东村二格", Level.GRID, VILLAGE),
    Unit(LIGHTS, "城市管理局", Level.COUNTY, CO, department=True),
    Unit(DUTY, "值班室", Level.COUNTY, CO, department=True),
)


def category(
    code: str,
    leaf: str,
    priority: str,
    clock: str = "working",
    sensitive: str = "",
    *,
    handle: timedelta = WORKING_DAY,
) -> Category:
    """A category of 8 working hours of handling unless said otherwise (P1: one hour)."""
    urgent = priority == "P1"
    return Category(
        code=code,
        top="市政设施",
        leaf=leaf,
        priority=priority,
        clock=clock,
        accept=HOUR / 4 if urgent else 2 * HOUR,
        contact=HOUR,
        handle=HOUR if urgent else handle,
        units=("城市管理局",),
        sensitivity=frozenset({sensitive} if sensitive else ()),
    )


LAMP, GAS, SECRET, OTHER, PIPE = "0501", "0103", "0701", "0599", "0502"
TREE, SIGN, NOISE = "0504", "0505", "0601"
QUARREL, CONSULT = "0301", "1201"
CATALOGUE = Catalogue(
    (
        category(LAMP, "路灯不亮", "P3"),
        category(GAS, "燃气泄漏", "P1", "continuous"),
        category(SECRET, "举报", "P3", sensitive="reporter"),
        category(OTHER, "其他设施", "P3"),
        category(PIPE, "井盖缺失", "P3"),
        category(TREE, "树枝折断", "P2", handle=4 * HOUR),
        category(SIGN, "标语破损", "P4"),
        category(NOISE, "施工噪声", "P3", "continuous"),
        category(QUARREL, "邻里纠纷", "P3", handle=2 * WORKING_DAY),
        category(CONSULT, "办事咨询", "P4"),
    )
)
RULES = Rules(
    version="test-1",
    county=County("青川县", CO, "QC", ZONE, DUTY),
    catalogue=CATALOGUE,
    calendar=WorkingCalendar(((time(8), time(12)), (time(14), time(18))), ZONE),
    limits=Limits(
        sign=2 * HOUR,
        sign_share=0.25,
        sign_urgent=HOUR / 4,
        dispatch=HOUR,
        dispatch_urgent=HOUR / 6,
        check=2 * WORKING_DAY,
        review=WORKING_DAY,
        reopen=5 * WORKING_DAY,
        reopen_minor=15 * WORKING_DAY,
        rating=timedelta(days=7),
        rating_reminder=timedelta(days=3),
        rework_floor=0.25,
    ),
    reasons=Reasons({"不属于本级职责": "拨打 12345"}, ("等待季节或天气",), ("12315", "110")),
    flow=Flow("direct", frozenset(), frozenset({"12"}), frozenset({"reporter"}), frozenset({PIPE})),
    ladder=(
        Rung(50, "blue", "remind", ("handler",)),
        Rung(80, "yellow", "warn", ("handler", "unit_duty")),
        Rung(100, "red", "overdue", ("handler", "unit_leader", "next_level"), 1, ("P2", "P3", "P4")),
        Rung(100, "red", "overdue", ("handler", "unit_leader", "next_level"), 2, ("P1",)),
        Rung(150, "red", "red_card", ("supervisor", "county_leader"), up=1),
        Rung(200, "red", "listed", ("duty_room",)),
        Rung(30, "blue", "remind", ("handler",), priorities=("P1",)),
    ),
)
STAFF = {
    "王": (Post(Role.GRID_WORKER, GRID),),
    "周": (Post(Role.LEADER, TOWN), Post(Role.CHECKER, TOWN)),
    "赵": (Post(Role.GRID_WORKER, GRID), Post(Role.CHECKER, CO)),
    "钱": (Post(Role.ACCEPTOR, DUTY), Post(Role.DISPATCHER, DUTY), Post(Role.DISPATCHER, CO), Post(Role.ACCEPTOR, CO)),
    "孙": (Post(Role.HANDLER, LIGHTS),),
    "李": (Post(Role.LEADER, CO), Post(Role.SUPERVISOR, CO)),
}


@dataclass
class SqlWork:
    """One unit of work over one connection."""

    cases: Cases
    due_steps: DueSteps
    people: People


class Hall:
    """The county's case room at one instant, which only moves when told."""

    def __init__(self, engine: AsyncEngine, connection: AsyncConnection) -> None:
        self.engine, self.connection = engine, connection
        self.rules, self.now = RULES, TUESDAY
        people = SqlPeople(connection)
        self.work = SqlWork(SqlCases(connection), SqlDueSteps(connection), people)
        self.units = Units()
        self.staff: dict[str, Person] = {}

    async def move_in(self) -> None:
        """Keep units and staff."""
        people = SqlPeople(self.connection)
        await people.put_units(UNITS)
        self.units = await people.units()
        for name, posts in STAFF.items():
            self.staff[name] = await people.add(Person(0, name, posts))

    @property
    def staffing(self) -> Staffing:
        """Who is there now."""
        return Staffing(self.work, self.rules, self.units, self.now)

    def citizen(self, address: Address = REPORTER) -> CaseDesk:
        """The desk of somebody in the street."""
        return CaseDesk(self.work, self.rules, self.now, address=address, person=None, units=self.units)

    def desk(self, name: str) -> CaseDesk:
        """The desk of that member of staff, who stands in for nobody."""
        return self._desk(name)

    async def stand_in(self, name: str) -> CaseDesk:
        """The desk of that member of staff, who may stand in for others."""
        return self._desk(name, *await self.staffing.stood_for(self.staff[name]))

    def _desk(self, name: str, *stood_for: Person) -> CaseDesk:
        person = self.staff[name]
        return CaseDesk(
            self.work, self.rules, self.now, address=None, person=person, units=self.units, stood_for=stood_for
        )

    async def report(self, code: str = LAMP, unit: str = GRID) -> Case:
        """A citizen's report."""
        return await self.citizen().submit(Problem(code, Place(unit, "村口"), "村口的灯不亮"))

    async def until(self, at: datetime) -> list[tuple[Case, Event]]:
        """Let time pass, firing each due step at its own instant."""
        news: list[tuple[Case, Event]] = []
        while (next_at := await self.work.due_steps.next_at()) is not None and next_at <= at:
            self.now = max(self.now, next_at)
            news += await self.turn()
        self.now = at
        return news

    async def turn(self) -> list[tuple[Case, Event]]:
        """Fire what is due now."""
        news: list[tuple[Case, Event]] = []
        for step in await self.work.due_steps.claim(self.now, 100):
            news += await fire(self.work, self.rules, self.units, step, self.now)
            await self.work.due_steps.done([step])
        return news

    async def pending(self, number: str) -> Sequence[str]:
        """The kinds of the case's pending steps that mean anything, soonest first."""
        return [step.kind for step in await self.steps(number)]

    async def steps(self, number: str, *, stale: bool = False) -> Sequence[DueStep]:
        """The case's pending steps of the running clock, soonest first; or those left over from older ones."""
        case = await self.fresh(number)
        rows = await self.connection.execute(
            DUE_STEPS.select()
            .where(DUE_STEPS.c.case == number, DUE_STEPS.c.state == "pending")
            .where((DUE_STEPS.c.fence != case.fence) if stale else (DUE_STEPS.c.fence == case.fence))
            .order_by("at", "key")
        )
        return [DueStep(row.key, row.case, row.clock, row.kind, row.share, row.at, row.fence) for row in rows]

    async def hire(self, name: str, *posts: tuple[Role, str]) -> Person:
        """One more member of staff."""
        new = Person(0, name, tuple(Post(role, unit) for role, unit in posts))
        self.staff[name] = await self.work.people.add(new)
        return self.staff[name]

    async def away(self, name: str, substitute: str | None = None, hours: int = 1000) -> None:
        """That member of staff is on leave from now on for so many hours."""
        sub = self.staff[substitute].id if substitute else None
        person = self.staff[name].id
        await self.work.people.put_leave(Leave(person, self.now, self.now + hours * HOUR, sub, person, self.now))

    async def plan(self, unit: str, *names: str, begins: int = 0, hours: int = 8) -> None:
        """So many hours from now on, a shift of so many hours for them."""
        since = self.now + begins * HOUR
        await self.work.people.put_shifts(
            Shift(unit, since, since + hours * HOUR, self.staff[name].id) for name in names
        )

    async def leave(self, name: str) -> None:
        """That member of staff is there no more."""
        await self.work.people.save(replace(self.staff[name], active=False))

    async def fresh(self, number: str) -> Case:
        """The case as it is kept."""
        case = await self.work.cases.get(number)
        assert case is not None
        return case


async def open_hall(folder: Path) -> Hall:
    """A new county on a new SQLite file."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder / 'hall.db'}")
    connection = await engine.connect()
    await connection.run_sync(METADATA.create_all)
    hall = Hall(engine, connection)
    await hall.move_in()
    return hall

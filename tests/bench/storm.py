"""A storm: many steps due at one instant, rung by the real bell while people go on writing."""

import asyncio
import gc
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import count
from time import perf_counter, process_time
from typing import Any

import uvloop
from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    MetaData,
    String,
    Table,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.intake import AT_ONCE, Intake
from bot.parts import parts_of
from cases.desk import CaseDesk, Problem
from cases.people import Address, Level, Person, Post, Role, Unit
from cases.places import Place
from cases.triage.place import GridMap
from dialogs.engine.around import Knowledge
from dialogs.engine.messages import Incoming, Text
from dialogs.engine.reception import Reception
from dialogs.notices import tell
from dialogs.programme import programme
from gridbell.node import RINGING
from scheduler.due import BATCH, Bell
from storage.case_tables import CASES, DUE_STEPS, EVENTS, REPORTERS, WORDS
from storage.engines import SQLITE, engines_for
from storage.store import SqlStore
from storage.talk_tables import OUTBOX
from tests.bench.found import Found
from tests.bench.ground import Ground
from tests.kit.town import CO, DUTY, RULES, TUESDAY

STEPS, SQLITE_STEPS = 100_000, 20_000
RUN_STEPS = 10_000
TOWNS, VILLAGES, GRIDS = 10, 6, 5
"""In the county, in a town, in a village: 300 grids."""
HALF_TIME = TUESDAY + timedelta(days=1)
"""By then half of the limit of every case is used, and no more."""
TURNS_A_SECOND = 50
TALK = ("上报", "村口的路灯坏了三天", "返回", "取消")
CHANNEL = "toy:main"
COPIES = Table(
    "storm_copies",
    MetaData(),
    Column("number", String(64), primary_key=True),
    Column("of", String(64), nullable=False),
    Column("backwards", String(64), nullable=False),
    Column("place", Integer, nullable=False),
)
"""Which case is a copy of which, while the county is filled."""


@dataclass(frozen=True, slots=True)
class Storm:
    """One storm as it was: steps, seconds of the bell and of the floor, CPU seconds of this process, waits of turns."""

    steps: int
    seconds: float
    cpu: float
    floor: float
    waits: Sequence[float]

    @property
    def rate(self) -> float:
        """Steps a second."""
        return self.steps / self.seconds

    @property
    def floor_rate(self) -> float:
        """The same rows claimed and marked, a second."""
        return self.steps / self.floor

    def p99(self) -> float:
        """Within so many seconds 99 of 100 turns were answered meanwhile; 0 without turns."""
        return sorted(self.waits)[int(len(self.waits) * 0.99)] if self.waits else 0.0


class Unequal(Exception):
    """A step rang never or twice, or somebody was not told."""


def county() -> Sequence[Unit]:
    """Towns, villages and 300 grids."""
    units = [Unit(CO, "云溪县", Level.COUNTY, None), Unit(DUTY, "网格指挥中心", Level.COUNTY, CO, department=True)]
    for town in range(1, TOWNS + 1):
        units.append(Unit(f"{CO}{town:03d}", f"第{town}镇", Level.TOWN, CO))
        for village in range(1, VILLAGES + 1):
            above = f"{CO}{town:03d}{village:03d}"
            units.append(Unit(above, f"{town}镇{village}村", Level.VILLAGE, above[:-3]))
            grids = [f"{above}{grid:03d}" for grid in range(1, GRIDS + 1)]
            units += [Unit(code, f"第{int(code[-3:])}网格", Level.GRID, above) for code in grids]
    return units


def staff(units: Sequence[Unit]) -> Sequence[Person]:
    """An officer a grid, a leader and a checker a town, the duty room and the county's leaders."""
    people = [Person(0, f"网格员{unit.code}", (Post(Role.GRID_WORKER, unit.code),)) for unit in grids_of(units)]
    for unit in units:
        if unit.level is Level.TOWN:
            people.append(Person(0, f"镇长{unit.code}", (Post(Role.LEADER, unit.code), Post(Role.CHECKER, unit.code))))
    room = (Post(Role.ACCEPTOR, DUTY), Post(Role.DISPATCHER, DUTY))
    above = (Post(Role.LEADER, CO), Post(Role.SUPERVISOR, CO))
    return [*people, Person(0, "值班一", room), Person(0, "值班二", room), Person(0, "县领导", above)]


def grids_of(units: Sequence[Unit]) -> Sequence[Unit]:
    """The grids."""
    return [unit for unit in units if unit.level is Level.GRID]


async def filled(store: SqlStore, engine: AsyncEngine, steps: int) -> Knowledge:
    """A county with so many signed cases, a real one in each grid and copies of these, row by row."""
    units = county()
    async with store.work() as work:
        await work.people.put_units(units)
        await work.people.put_people(staff(units))
        for person in await work.people.staff():
            await work.people.bind(person.id, Address(CHANNEL, f"staff{person.id}"))
        known = Knowledge(RULES, GridMap(await work.people.units(), []))
        await work.commit()
    numbers = await _real_cases(store, known)
    async with engine.begin() as connection:
        await _copied(connection, numbers, steps - len(numbers))
    async with engine.connect() as connection:
        await _analysed(connection)
    return known


async def _real_cases(store: SqlStore, known: Knowledge) -> Sequence[str]:
    """A case in every grid, reported and signed at the desk."""
    numbers: list[str] = []
    async with store.work() as work:
        for unit in grids_of(list(known.units.by_code.values())):
            who = Address(CHANNEL, f"citizen{unit.code}")
            desk = CaseDesk(work, known.rules, TUESDAY, address=who, person=None, units=known.units)
            case = await desk.submit(Problem("0502", Place(unit.code, "村口老槐树下"), "村口的路灯坏了三天"))
            officer = await work.people.get(case.handler or 0)
            hand = CaseDesk(work, known.rules, TUESDAY, address=None, person=officer, units=known.units)
            await hand.sign(case.number)
            numbers.append(case.number)
        await work.commit()
    return numbers


async def _copied(connection: AsyncConnection, numbers: Sequence[str], copies: int) -> None:
    await connection.run_sync(COPIES.create)
    rows: list[dict[str, object]] = []
    for place in range(copies):
        of = numbers[place % len(numbers)]
        number = f"{of}{place // len(numbers):04d}"
        rows.append({"number": number, "of": of, "backwards": number[::-1], "place": place})
    if rows:
        await connection.execute(COPIES.insert(), rows)
    same = {"number": COPIES.c.number, "case": COPIES.c.number, "backwards": COPIES.c.backwards}
    for table in (CASES, REPORTERS, WORDS, EVENTS, DUE_STEPS):
        new: dict[str, ColumnElement[Any]] = dict(same)
        original = table.c.number if table is CASES else table.c.case
        if table is DUE_STEPS:
            new["key"] = func.replace(DUE_STEPS.c.key, literal(":") + COPIES.c.of + ":", ":" + COPIES.c.number + ":")
        values = [new.get(column.name, column) for column in table.columns]
        found = select(*values).join_from(table, COPIES, original == COPIES.c.of).order_by(COPIES.c.place)
        await connection.execute(insert(table).from_select([column.name for column in table.columns], found))
    await connection.run_sync(COPIES.drop)


async def _analysed(connection: AsyncConnection) -> None:
    """As autovacuum leaves the tables, which has no time for it here."""
    postgres = connection.dialect.name == "postgresql"
    alone = await connection.execution_options(isolation_level="AUTOCOMMIT") if postgres else connection
    await alone.execute(text("VACUUM ANALYZE" if postgres else "ANALYZE"))
    if not postgres:
        await connection.commit()


async def floor(store: SqlStore, engine: AsyncEngine) -> float:
    """Seconds for claiming and marking all rows that are due; afterwards they are as before."""
    began, marked = perf_counter(), 1
    while marked:
        async with store.work() as work:
            claimed = await work.due_steps.claim(HALF_TIME, BATCH)
            marked = len(claimed)
            await work.due_steps.done(claimed)
            await work.commit()
    seconds = perf_counter() - began
    async with engine.begin() as connection:
        await connection.execute(update(DUE_STEPS).where(DUE_STEPS.c.state == "done").values(state="pending"))
    async with engine.connect() as connection:
        await _analysed(connection)
    return seconds


class Crowd:
    """People who write at a steady pace, and how long each waits."""

    def __init__(self, intake: Intake) -> None:
        self.waits: list[float] = []
        self._intake, self._numbers = intake, count()
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def write(self) -> None:
        """Until told to stop; comes back when all are answered."""
        loop, due = asyncio.get_running_loop(), perf_counter()
        while not self._stopping:
            self._under_way.add(loop.create_task(self._one(next(self._numbers), due)))
            due += 1 / TURNS_A_SECOND
            await asyncio.sleep(max(0.0, due - perf_counter()))
        await asyncio.gather(*self._under_way)

    def stop(self) -> None:
        """Nobody writes any more."""
        self._stopping = True

    async def _one(self, number: int, due: float) -> None:
        who = Address(CHANNEL, f"writer{number % TURNS_A_SECOND}")
        said = Text(TALK[number // TURNS_A_SECOND % len(TALK)])
        await self._intake.hear(Incoming(f"storm:{number}", who, said, HALF_TIME))
        self.waits.append(perf_counter() - due)


async def _fault(key: str, kind: str) -> None:
    raise Unequal(f"{key}: {kind}")


async def storm(url: str, steps: int) -> Storm:
    """One storm over an empty database. Raises Unequal when not each step rang exactly once."""
    store, engines = await SqlStore.open(url, parts=parts_of), engines_for(url)
    try:
        await store.migrate()
        known = await filled(store, engines.patient_writers, steps)
        at_least = await floor(store, engines.patient_writers)
        reception = Reception(programme(known.rules), known, tell)
        one_writer = url.startswith(SQLITE)
        crowd = Crowd(Intake(store, reception, on_fault=_fault, at_once=1 if one_writer else AT_ONCE))
        writing = asyncio.create_task(crowd.write())
        gc.collect()
        gc.freeze()  # as a node does once it has started
        bell = Bell(store, lambda: known, tell, _fault, **({} if one_writer else RINGING))
        rung, seconds, cpu = await _rung(bell)
        crowd.stop()
        await writing
        if rung != steps:
            raise Unequal(f"{rung} of {steps} steps rang")
        async with engines.patient_readers.connect() as connection:
            await _checked(connection, steps)
        return Storm(steps, seconds, cpu, at_least, crowd.waits)
    finally:
        await engines.close()
        await store.close()


async def _rung(bell: Bell) -> tuple[int, float, float]:
    began, cpu, rung = perf_counter(), process_time(), 0
    while done := await bell.run_once(HALF_TIME):
        rung += done
    return rung, perf_counter() - began, process_time() - cpu


async def _checked(connection: AsyncConnection, steps: int) -> None:
    """Each step is done, stands in the log once, and was told once."""
    reminders = select(func.count(), func.count(EVENTS.c.case.distinct())).where(EVENTS.c.action == "remind")
    told = select(func.count(), func.count(OUTBOX.c.case.distinct())).where(OUTBOX.c.case.is_not(None))
    done = select(func.count(), func.count(DUE_STEPS.c.case.distinct())).where(DUE_STEPS.c.state == "done")
    for name, counting in (("events", reminders), ("messages", told), ("steps", done)):
        found = tuple((await connection.execute(counting)).one())
        if found != (steps, steps):
            raise Unequal(f"{name}: {found} for {steps} steps")


def figures(ground: Ground) -> Found:
    """A smaller storm on each store."""
    return _storms(ground, {"PostgreSQL": RUN_STEPS, "SQLite": RUN_STEPS})


def great(ground: Ground) -> Found:
    """The great storm."""
    return _storms(ground, {"PostgreSQL": STEPS, "SQLite": SQLITE_STEPS})


def _storms(ground: Ground, steps: Mapping[str, int]) -> Found:
    """Each in a process of its own on the bot's core."""
    found = Found()
    for store, url in ground.stores().items():
        command = [sys.executable, "-m", "tests.bench.storm", url, str(ground.core), str(steps[store])]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found += told(f"{steps[store]:,} due steps at one instant, {store}", Storm(**json.loads(done.stdout)))
    return found


def told(name: str, one: Storm) -> Found:
    """A storm in numbers."""
    measures = {
        f"{name}: seconds": (one.seconds, "s"),
        f"{name}: CPU a step": (one.cpu / one.steps * 1e6, "µs"),
        f"{name}: a turn's p99 meanwhile": (one.p99() * 1000, "ms"),
    }
    return Found({name: (one.rate, one.floor_rate)}, measures)


def main() -> None:
    """One storm over that empty database, on that core, of so many steps, as JSON."""
    url, core, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.sched_setaffinity(0, {core})
    sys.stdout.write(json.dumps(asdict(uvloop.run(storm(url, steps)))))


if __name__ == "__main__":
    main()

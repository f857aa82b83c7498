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

import uvloop
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.intake import AT_ONCE, Intake
from bot.parts import parts_of
from cases.bench import Problem
from cases.desk import CaseDesk
from cases.people import Address
from cases.places import Place
from dialogs.engine.around import Knowledge
from dialogs.engine.messages import Incoming, Text
from dialogs.engine.reception import Reception
from dialogs.notices import tell
from dialogs.programme import programme
from gridbell.node import RINGING
from scheduler.due import BATCH, Bell
from storage.case_tables import DUE_STEPS, EVENTS
from storage.engines import SQLITE, engines_for
from storage.store import SqlStore
from storage.talk_tables import OUTBOX
from tests.bench.big_county import CHANNEL, analysed, copied, grids_of, settled
from tests.bench.found import Found
from tests.bench.ground import Ground
from tests.kit.town import TUESDAY

STEPS, SQLITE_STEPS = 100_000, 20_000
RUN_STEPS = 10_000
HALF_TIME = TUESDAY + timedelta(days=1)
"""By then half of the limit of every case is used, and no more."""
TURNS_A_SECOND = 50
TALK = ("上报", "村口的路灯坏了三天", "返回", "取消")


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


async def filled(store: SqlStore, engine: AsyncEngine, steps: int) -> Knowledge:
    """A county with so many signed cases, a real one in each grid and copies of these, row by row."""
    known = await settled(store)
    numbers = await _real_cases(store, known)
    async with engine.begin() as connection:
        await copied(connection, numbers, steps - len(numbers))
    async with engine.connect() as connection:
        await analysed(connection)
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
        await analysed(connection)
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

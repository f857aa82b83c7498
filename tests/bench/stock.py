"""Answers out of a full store: 待办, my tasks and how a case stands, with a million cases kept; and their plans."""

import gc
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import count
from time import perf_counter
from typing import Any

import uvloop
from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.intake import Intake
from bot.parts import parts_of
from cases.bench import Problem
from cases.desk import CaseDesk
from cases.people import Address, Level, Person, Role
from cases.places import Place
from dialogs.engine.around import Knowledge
from dialogs.engine.messages import Incoming, Text
from dialogs.engine.reception import Reception
from dialogs.notices import tell
from dialogs.programme import programme
from storage.columns import is_postgres
from storage.engines import SQLITE, engines_for
from storage.store import SqlStore
from tests.bench.big_county import CHANNEL, analysed, copied, grids_of, settled, tail
from tests.bench.found import Found, Measure
from tests.bench.ground import Ground
from tests.kit.town import TUESDAY

KEPT: Mapping[str, int] = {"PostgreSQL": 1_000_000, "SQLite": 100_000}
OPEN = 10_000
"""Of these, as a county of 1,000 a day has them: ten days'."""
ASKED = 200
"""Times that each question is put."""
NOW = TUESDAY + timedelta(hours=3)
SCANS = re.compile(
    r"(Seq Scan|Index Only Scan|Index Scan|Bitmap Index Scan)(?: Backward)?(?: using| on)? (\w+)|(SCAN|SEARCH) (.*)"
)


@dataclass
class Answers:
    """How long each answer took in ms, and the plans behind it, by question."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    plans: dict[str, list[str]] = field(default_factory=dict)

    def p99(self, question: str) -> float:
        """Within so many ms 99 of 100 were answered."""
        waits = sorted(self.waits[question])
        return waits[int(len(waits) * 0.99)]


async def filled(store: SqlStore, engine: AsyncEngine, kept: int) -> Knowledge:
    """A county in which so many cases were filed, nearly all of which have ended."""
    known = await settled(store)
    ended, waiting = await _ended(store, known), await _open(store, known)
    async with engine.begin() as connection:
        await copied(connection, waiting, OPEN - len(waiting))
    async with engine.begin() as connection:
        await copied(connection, ended, kept - OPEN - len(ended))
    async with engine.connect() as connection:
        await analysed(connection)
    return known


async def _ended(store: SqlStore, known: Knowledge) -> Sequence[str]:
    """One archived case a grid."""
    numbers = []
    async with store.work() as work:
        for unit in grids_of(list(known.units.by_code.values())):
            citizen = Address(CHANNEL, f"citizen{unit.code}")
            number, officer = await _dispatched(work, known, unit.code, citizen)
            await _desk(work, known, officer).feedback(number, "换了灯泡")
            town = next(one for one in known.units.chain(unit.code) if one.level is Level.TOWN)
            checker = (await work.people.holding(Role.CHECKER, town.code))[0]
            await _desk(work, known, checker).approve(number)
            await CaseDesk(work, known.rules, NOW, address=citizen, person=None, units=known.units).rate(
                number, 5, "solved"
            )
            numbers.append(number)
        await work.commit()
    return numbers


async def _open(store: SqlStore, known: Knowledge) -> Sequence[str]:
    """Four a grid: waiting for an acceptor, for a signature, in work, and for the check."""
    numbers = []
    async with store.work() as work:
        for place, unit in enumerate(grids_of(list(known.units.by_code.values()))):
            for kind in range(4):
                citizen = Address(CHANNEL, f"citizen{unit.code}{kind}")
                if kind == 0:
                    desk = CaseDesk(work, known.rules, TUESDAY, address=citizen, person=None, units=known.units)
                    case = await desk.submit(Problem("1201", Place(unit.code, "村口"), f"怎么办证？{place}"))
                    numbers.append(case.number)
                    continue
                number, officer = await _dispatched(work, known, unit.code, citizen, sign=kind > 1)
                if kind == 3:
                    await _desk(work, known, officer).feedback(number, "换了灯泡")
                numbers.append(number)
        await work.commit()
    return numbers


async def _dispatched(
    work: Any, known: Knowledge, unit: str, citizen: Address, *, sign: bool = True
) -> tuple[str, Person]:
    desk = CaseDesk(work, known.rules, TUESDAY, address=citizen, person=None, units=known.units)
    case = await desk.submit(Problem("0502", Place(unit, "村口老槐树下"), "村口的路灯坏了三天"))
    officer = await work.people.get(case.handler or 0)
    if sign:
        await _desk(work, known, officer).sign(case.number)
    return case.number, officer


def _desk(work: Any, known: Knowledge, person: Person) -> CaseDesk:
    return CaseDesk(work, known.rules, TUESDAY, address=None, person=person, units=known.units)


async def answers(url: str, kept: int) -> Answers:
    """Each question put to a store with so many cases."""
    store, engines = await SqlStore.open(url, parts=parts_of), engines_for(url)
    try:
        await store.migrate()
        known = await filled(store, engines.patient_writers, kept)
        reception = Reception(programme(known.rules), known, tell)
        gc.collect()
        gc.freeze()  # as a node does once it has started
        intake = Intake(store, reception, on_fault=_fault, at_once=1 if url.startswith(SQLITE) else 8)
        found, numbers = Answers(), count()
        for question, asked in (await _questions(store)).items():
            with _statements() as said:
                await _ask(intake, found, question, asked, numbers)
            found.plans[question] = await _plans(engines.patient_readers, said)
        return found
    finally:
        await engines.close()
        await store.close()


async def _questions(store: SqlStore) -> Mapping[str, tuple[Address, str]]:
    async with store.work(readonly=True) as work:
        room = (await work.people.any_holding(Role.DISPATCHER))[0]
        checker = (await work.people.any_holding(Role.CHECKER))[0]
        officer = (await work.people.any_holding(Role.GRID_WORKER))[0]
        unit = officer.posts[0].unit
        citizen = Address(CHANNEL, f"citizen{unit}2{tail(0)}")
        [newest, *_] = await work.cases.of_reporter(citizen)
        return {
            "待办 of the duty room": (Address(CHANNEL, f"staff{room.id}"), "待办"),
            "待办 of a town": (Address(CHANNEL, f"staff{checker.id}"), "待办"),
            "我的任务 of an officer": (Address(CHANNEL, f"staff{officer.id}"), "我的任务"),
            "查询 of a citizen": (citizen, "查询"),
            "查询 of one case": (citizen, f"查询 {newest.number}"),
        }


async def _ask(
    intake: Intake, found: Answers, question: str, asked: tuple[Address, str], numbers: Iterator[int]
) -> None:
    who, words = asked
    await intake.hear(Incoming(f"stock:{next(numbers)}", who, Text(words), NOW))  # so that it was prepared once
    for _ in range(ASKED):
        began = perf_counter()
        reply = await intake.hear(Incoming(f"stock:{next(numbers)}", who, Text(words), NOW))
        found.waits.setdefault(question, []).append((perf_counter() - began) * 1000)
        if reply is None or "没" in reply.text[:2]:
            raise RuntimeError(f"{question}: {reply}")


@contextmanager
def _statements() -> Iterator[dict[str, Any]]:
    """The statements that read cases meanwhile, each with parameters it had."""
    said: dict[str, Any] = {}

    def heard(_: Any, __: Any, sql: str, parameters: Any, *___: Any) -> None:
        if "FROM cases" in sql and sql.lstrip().startswith(("SELECT", "WITH")):
            said.setdefault(sql, parameters)

    event.listen(Engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", heard)


async def _plans(engine: AsyncEngine, said: Mapping[str, Any]) -> list[str]:
    """What each statement scans, by which index."""
    explain = "EXPLAIN" if is_postgres(engine.dialect) else "EXPLAIN QUERY PLAN"
    plans = []
    async with engine.connect() as connection:
        for sql, parameters in said.items():
            rows = await connection.exec_driver_sql(f"{explain} {sql}", parameters)
            text = "\n".join(str(row[-1]) for row in rows)
            plans.append("; ".join(" ".join(filter(None, one)).strip() for one in SCANS.findall(text)))
    return plans


async def _fault(key: str, kind: str) -> None:
    raise RuntimeError(f"{key}: {kind}")


def figures(ground: Ground) -> Found:
    """Taken once, by `great`: filling the store takes minutes."""
    return Found()


def great(ground: Ground) -> Found:
    """All answers of each store, in a process of its own on the bot's core."""
    measures: dict[str, Measure] = {}
    lines: list[str] = []
    for store, url in ground.stores().items():
        command = [sys.executable, "-m", "tests.bench.stock", url, str(ground.core), str(KEPT[store])]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found = Answers(**json.loads(done.stdout))
        for question in found.waits:
            measures[f"{question}, p99, {KEPT[store]:,} cases, {store}"] = (found.p99(question), "ms")
            lines += [f"{question}, {store}: {plan}" for plan in found.plans[question]]
    return Found({}, measures, lines)


def main() -> None:
    """The answers out of that empty database, on that core, with so many cases, as JSON."""
    url, core, kept = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.sched_setaffinity(0, {core})
    sys.stdout.write(json.dumps(asdict(uvloop.run(answers(url, kept)))))


if __name__ == "__main__":
    main()

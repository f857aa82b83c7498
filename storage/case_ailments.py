"""What may be wrong with the rows of cases, and how what needs no rules is mended; each call is a transaction."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import FromClause, Select, and_, exists, func, select, update

from storage.case_tables import CASE_NUMBERS, CASES, DUE_STEPS, EVENTS, NOT_ENDED
from storage.cases import OPEN
from storage.columns import insert_into
from storage.due_steps import PENDING
from storage.engines import Engines
from storage.people_tables import UNITS

NUMBER = re.compile(r"(?P<prefix>[A-Z]{1,6})(?P<day>\d{6})-(?P<last>\d{4,})")
IS_OPEN = and_(NOT_ENDED, CASES.c.state.in_(OPEN))


@dataclass(frozen=True, slots=True)
class Counter:
    """The highest number that a day's cases bear."""

    prefix: str
    day: date
    last: int


class SqlCaseAilments:
    """Looks at cases, their events, numbers and due steps. Looking changes nothing."""

    def __init__(self, engines: Engines) -> None:
        self._writers, self._readers = engines.patient_writers, engines.patient_readers

    async def _numbers(self, found: Select[str]) -> Sequence[str]:
        async with self._readers.connect() as connection:
            return (await connection.execute(found)).scalars().all()

    async def ownerless(self) -> Sequence[str]:
        """Open cases whose owner is no unit."""
        known = exists().where(UNITS.c.code == CASES.c.owner_unit)
        return await self._numbers(select(CASES.c.number).where(IS_OPEN, ~known).order_by(CASES.c.number))

    async def stepless(self) -> Sequence[str]:
        """Open cases for which no step of their clock is pending: nothing would ever happen to them."""
        pending = exists().where(DUE_STEPS.c.case == CASES.c.number, DUE_STEPS.c.fence == CASES.c.fence, PENDING)
        return await self._numbers(select(CASES.c.number).where(IS_OPEN, ~pending).order_by(CASES.c.number))

    async def with_steps_though_ended(self) -> Sequence[str]:
        """Cases that are not open and have pending steps."""
        ended = CASES.c.state.not_in(OPEN)
        pending = exists().where(DUE_STEPS.c.case == CASES.c.number, PENDING)
        return await self._numbers(select(CASES.c.number).where(ended, pending).order_by(CASES.c.number))

    async def drop_steps(self, numbers: Sequence[str]) -> int:
        """Drop the pending steps of those of the cases that are not open; how many steps."""
        async with self._writers.begin() as connection:
            ended = select(CASES.c.number).where(CASES.c.number.in_(numbers), CASES.c.state.not_in(OPEN))
            locked = (await connection.execute(ended.order_by(CASES.c.number).with_for_update())).scalars().all()
            dropped = update(DUE_STEPS).where(DUE_STEPS.c.case.in_(locked), PENDING)
            return (await connection.execute(dropped.values(state="dropped"))).rowcount

    async def miscounted(self) -> Sequence[str]:
        """Cases whose count of events is not the number of the last one: nothing more can be written to their log."""
        last = _events()
        joined = CASES.outerjoin(last, last.c.case == CASES.c.number)
        wrong = CASES.c.events_count != func.coalesce(last.c.last, 0)
        return await self._numbers(select(CASES.c.number).select_from(joined).where(wrong).order_by(CASES.c.number))

    async def gapped(self) -> Sequence[str]:
        """Cases in whose log lines are missing. What is gone can't be mended from here."""
        last = _events()
        gaps = select(CASES.c.number).join(last, last.c.case == CASES.c.number).where(last.c.last != last.c.count)
        return await self._numbers(gaps.order_by(CASES.c.number))

    async def count_again(self, number: str) -> bool:
        """Count the events of that case anew; whether it was wrong."""
        async with self._writers.begin() as connection:
            case = select(CASES.c.events_count).where(CASES.c.number == number).with_for_update()
            counted = (await connection.execute(case)).scalar_one()
            highest = select(func.coalesce(func.max(EVENTS.c.seq), 0)).where(EVENTS.c.case == number)
            last = (await connection.execute(highest)).scalar_one()
            if counted != last:
                mended = update(CASES).where(CASES.c.number == number)
                await connection.execute(mended.values(events_count=last, version=CASES.c.version + 1))
            return bool(counted != last)

    async def counters_behind(self) -> Sequence[Counter]:
        """Days whose counter is below a number that is in use: the next case would get a number that is taken."""
        async with self._readers.connect() as connection:
            highest = _highest((await connection.execute(select(CASES.c.number))).scalars())
            kept = (await connection.execute(select(CASE_NUMBERS))).all()
        counters = {(row.prefix, row.day): row.last for row in kept}
        return [one for one in highest if counters.get((one.prefix, one.day), 0) < one.last]

    async def advance(self, counter: Counter) -> None:
        """Put the counter forward, if it is behind still."""
        values = {"prefix": counter.prefix, "day": counter.day, "last": counter.last}
        async with self._writers.begin() as connection:
            new = insert_into(connection.dialect, CASE_NUMBERS).values(values)
            behind = CASE_NUMBERS.c.last < counter.last
            forward = new.on_conflict_do_update(
                index_elements=["prefix", "day"], set_={"last": counter.last}, where=behind
            )
            await connection.execute(forward)


def _events() -> FromClause:
    """Of each case the number of its last event, and how many there are."""
    counted = select(EVENTS.c.case, func.max(EVENTS.c.seq).label("last"), func.count().label("count"))
    return counted.group_by(EVENTS.c.case).subquery("counted")


def _highest(numbers: Iterable[str]) -> Sequence[Counter]:
    """The highest number of each day. What is no case number is passed over."""
    highest: dict[tuple[str, str], int] = {}
    for number in numbers:
        if found := NUMBER.fullmatch(number):
            day = found["prefix"], found["day"]
            highest[day] = max(highest.get(day, 0), int(found["last"]))
    return [
        Counter(prefix, datetime.strptime(day, "%y%m%d").date(), last)  # noqa: DTZ007 - a date has no zone
        for (prefix, day), last in sorted(highest.items())
    ]

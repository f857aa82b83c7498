"""Cases in SQL: rows, events with erasable words, reporters, numbers and counts."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Dialect,
    LargeBinary,
    Select,
    String,
    and_,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.case import Case
from cases.errors import Overtaken
from cases.events import Event
from cases.lifecycle import is_open
from cases.people import Actor, Address, Role
from cases.ports import Tally
from cases.record import NOTHING, State
from storage.case_rows import NUMBER, Sheet, add_row, select_cases, sheet_of, sheet_of_row, write_whole
from storage.case_tables import CASE_NUMBERS, CASES, EVENTS, NOT_ENDED, REPORTERS, WORDS
from storage.columns import insert_into, is_postgres
from storage.company import children_of, follow, followed, followers, invited, keep_invitations, proposed, unfollow
from storage.forgetting import EVERYTHING, forget_contacts, forget_leavers, forget_words
from storage.people_tables import PEOPLE
from storage.prepared import Prepared, Statement
from storage.receivers import KEY, lock_key
from storage.rows import Sheaf
from storage.tally import tally, within

OPEN = tuple(sorted(state.value for state in State if is_open(state)))
DONE = tuple(sorted(state.value for state in State if state is State.CLOSED or not is_open(state)))
"""States in which the unit owes nothing any more."""
IN_HAND = (State.DISPATCHED.value, State.IN_PROGRESS.value)
"""States in which somebody of the lead unit has work to do."""
SALT = Column("salt", String)
"""A salt is handed over as the text of its hex digits, which are its bytes."""


def words_digest(salt: bytes, words: str) -> str:
    """SHA-256 over salt and words, in hex; without the salt it proves nothing about the words."""
    return hashlib.sha256(salt + words.encode()).hexdigest()


def _numbering(dialect: Dialect) -> tuple[Statement, Sheaf]:
    """Those who wait for the counter have it in turn: a lock of its own has a queue, while all who wait for a row race
    for it, and some of them would wait until their statement's time is over."""
    wanted = Sheaf(dialect, [CASE_NUMBERS.c.prefix, CASE_NUMBERS.c.day, KEY])
    new = wanted.table.c
    first = select(new.prefix, new.day, literal_column("1"))
    locked = func.pg_advisory_xact_lock(new.key).is_not(None) if is_postgres(dialect) else literal_column("1")
    put = insert_into(dialect, CASE_NUMBERS).from_select(["prefix", "day", "last"], first.where(locked))
    again = put.on_conflict_do_update(index_elements=["prefix", "day"], set_={"last": CASE_NUMBERS.c.last + 1})
    return again.returning(CASE_NUMBERS.c.last), wanted


def _reporting(dialect: Dialect) -> tuple[Statement, Sheaf]:
    new = Sheaf(dialect, list(REPORTERS.c))
    return REPORTERS.insert().from_select(list(REPORTERS.c), select(new.table)).returning(REPORTERS.c.case), new


def _logging(dialect: Dialect) -> tuple[Statement, Sheaf]:
    names = ("case", "seq", "at", "role", "person", "action", "before", "after", "facts", "digest")
    columns = [EVENTS.c[name] for name in names]
    sheaf = Sheaf(dialect, columns)
    return EVENTS.insert().from_select(columns, select(sheaf.table)).returning(EVENTS.c.seq), sheaf


def _wording(dialect: Dialect) -> tuple[Statement, Sheaf]:
    sheaf = Sheaf(dialect, [WORDS.c.case, WORDS.c.seq, WORDS.c.text, SALT])
    new = sheaf.table.c
    rows = select(new.case, new.seq, new.text, cast(new.salt, LargeBinary))
    return WORDS.insert().from_select(list(WORDS.c), rows).returning(WORDS.c.seq), sheaf


def _found(dialect: Dialect) -> tuple[Select[Any], Sheaf]:
    sheaf = Sheaf(dialect, [CASES.c.number])
    found = select_cases().where(CASES.c.number.in_(select(sheaf.table.c.number)))
    return found.order_by(CASES.c.number), sheaf


def _locked(dialect: Dialect) -> tuple[Statement, Sheaf]:
    """In number order, so that locks never cross."""
    found, sheaf = _found(dialect)
    return found.with_for_update(of=CASES), sheaf


def _timelines(dialect: Dialect) -> tuple[Statement, Sheaf]:
    joined = EVENTS.outerjoin(WORDS, and_(WORDS.c.case == EVENTS.c.case, WORDS.c.seq == EVENTS.c.seq))
    return _events(select(EVENTS, WORDS.c.text).select_from(joined), dialect)


def _marks(dialect: Dialect) -> tuple[Statement, Sheaf]:
    find, path = (func.jsonb_extract_path_text, "'fence'") if is_postgres(dialect) else (func.json_extract, "'$.fence'")
    fence = find(EVENTS.c.facts, literal_column(path))
    return _events(select(EVENTS, null().label("text")).where(fence.is_not(None)), dialect)


def _events(found: Select[Any], dialect: Dialect) -> tuple[Statement, Sheaf]:
    sheaf = Sheaf(dialect, [EVENTS.c.case])
    found = found.where(EVENTS.c.case.in_(select(sheaf.table.c.case)))
    return found.order_by(EVENTS.c.case, EVENTS.c.seq), sheaf


NUMBERING, REPORTING, LOGGING, WORDING = map(Prepared, (_numbering, _reporting, _logging, _wording))
FOUND, LOCKED, TIMELINES, MARKS = map(Prepared, (_found, _locked, _timelines, _marks))
LAST_CHARACTER = "\U0010ffff"
"""Sorts after whatever may stand in a case number."""
MOST_PRESSING = (CASES.c.clock_due_at.asc().nulls_last(), CASES.c.submitted_at, CASES.c.number)


class SqlCases:
    """The port `cases.ports.Cases` over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def number(self, prefix: str, day: date) -> str:
        """The next number of that day; the row lock of the counter keeps numbers apart."""
        key = lock_key(Address("case_numbers", f"{prefix}{day:%y%m%d}"))
        [(last,)] = await NUMBERING.run(self._connection, [(prefix, day, key)])
        return f"{prefix}{day:%y%m%d}-{last:04d}"

    async def add(self, case: Case) -> None:
        """Keep a new case, its reporter and its news."""
        case.version += 1
        await add_row(self._connection, sheet_of(case), EVERYTHING)
        address, pin = case.reporter.address, case.place.pin
        who = (address.channel, address.user) if address else (None, None)
        row = (case.number, *who, case.reporter.phone, case.place.words, asdict(pin) if pin else None)
        await REPORTING.run(self._connection, [row])
        await self.keep_events([replace(one, words=case.description) if one.seq == 1 else one for one in case.news])

    async def save(self, case: Case) -> None:
        """Keep a changed case and its news. Raises Overtaken when somebody else saved first."""
        await write_whole(self._connection, case.version, sheet_of(replace(case, version=case.version + 1)))
        case.version += 1
        await self.keep_events(case.news)
        if case.overlay is not NOTHING:
            await keep_invitations(self._connection, case)

    async def keep_events(self, events: Sequence[Event]) -> None:
        """Write lines of the log, and apart from these their words. Raises Overtaken where such a line exists."""
        if not events:
            return
        rows, words = [], []
        for event in events:
            digest = None
            if event.words:
                salt = secrets.token_hex(16)
                digest = words_digest(salt.encode(), event.words)
                words.append((event.case, event.seq, event.words, salt))
            rows.append(
                (
                    event.case, event.seq, event.at, event.actor.role.value, event.actor.person, event.action,
                    event.before, event.after, dict(event.facts), digest,
                )
            )  # fmt: skip
        try:
            await LOGGING.run(self._connection, rows)
            if words:
                await WORDING.run(self._connection, words)
        except IntegrityError as repeated:  # somebody else wrote that line of the log
            raise Overtaken(events[0].case) from repeated

    async def _pressing(self, limit: int, *rules: ColumnElement[bool]) -> list[Case]:
        """Cases without an end that fit, the most pressing first; read whole once it is known which they are."""
        found = select(CASES.c.number).where(NOT_ENDED, *rules).order_by(*MOST_PRESSING).limit(limit)
        numbers = (await self._connection.execute(found)).scalars().all()
        cases = await self.many(numbers)
        return [cases[number] for number in numbers]

    async def _read(self, statement: Select[Any], *, lock: bool = False) -> list[Case]:
        if lock:
            statement = statement.with_for_update(of=CASES)
        return [Case(*sheet_of_row(row)) for row in (await self._connection.execute(statement)).all()]

    async def get(self, number: str, *, lock: bool = False) -> Case | None:
        """The case, locked for this unit of work if asked."""
        return (await self.many([number], lock=lock)).get(number)

    async def many(self, numbers: Iterable[str], *, lock: bool = False) -> Mapping[str, Case]:
        """Several at once, in number order."""
        sheets = await self.sheets(sorted(set(numbers)), lock=lock)
        return {number: Case(*sheet) for number, sheet in sheets.items()}

    async def sheets(self, numbers: Sequence[str], *, lock: bool) -> dict[str, Sheet]:
        """The fields of those cases."""
        found = LOCKED if lock else FOUND
        rows = await found.run(self._connection, [(number,) for number in numbers])
        return {row[NUMBER]: sheet_of_row(row) for row in rows}

    async def timeline(self, number: str) -> Sequence[Event]:
        """All its events with their words, oldest first."""
        return (await self.timelines([number])).get(number, [])

    async def timelines(self, numbers: Iterable[str]) -> Mapping[str, Sequence[Event]]:
        """The same of several."""
        return await self._events_of(numbers, TIMELINES)

    async def marks(self, number: str) -> Sequence[Event]:
        """What its clocks did: the events that name a fence, oldest first."""
        return (await self.marks_of([number])).get(number, [])

    async def marks_of(self, numbers: Iterable[str]) -> Mapping[str, Sequence[Event]]:
        """The same of several."""
        return await self._events_of(numbers, MARKS)

    async def _events_of(self, numbers: Iterable[str], found: Prepared) -> Mapping[str, Sequence[Event]]:
        events: defaultdict[str, list[Event]] = defaultdict(list)
        for row in await found.run(self._connection, [(number,) for number in set(numbers)]):
            case, seq, at, role, person, action, before, after, facts, _, text = row
            events[case].append(Event(case, seq, at, Actor(Role(role), person), action, before, after, facts, text))
        return events

    async def of_reporter(self, address: Address, *, limit: int = 10) -> Sequence[Case]:
        """Cases that this address reported, newest first."""
        mine = and_(REPORTERS.c.channel == address.channel, REPORTERS.c.user == address.user)
        return await self._read(
            select_cases().where(mine).order_by(CASES.c.submitted_at.desc(), CASES.c.number.desc()).limit(limit)
        )

    async def of_handler(self, person: int, *, limit: int = 50) -> Sequence[Case]:
        """Open cases whose handler is that person, the most pressing first."""
        return await self._pressing(limit, CASES.c.handler == person, CASES.c.state.not_in(DONE))

    async def unheld(self, units: Iterable[str], *, limit: int = 50) -> Sequence[Case]:
        """Dispatched and running cases led by one of the units that nobody who is still there holds, as above."""
        gone = select(PEOPLE.c.id).where(PEOPLE.c.active.is_(False))
        nobodys = or_(CASES.c.handler.is_(None), CASES.c.handler.in_(gone))
        led = CASES.c.lead_unit.in_(sorted(units))
        return await self._pressing(limit, led, nobodys, CASES.c.state.in_(IN_HAND))

    async def in_states(
        self, states: Iterable[State], *, scopes: Iterable[str] | None = None, limit: int = 50
    ) -> Sequence[Case]:
        """Cases in those states, of which none is an end, within the scopes, the most pressing first."""
        wanted = CASES.c.state.in_(sorted(state.value for state in states))
        return await self._pressing(limit, wanted, *within(scopes))

    async def invited(self, units: Iterable[str], person: int, *, limit: int = 50) -> Sequence[Case]:
        """Cases to which one of the units owes an assist, or which that person mediates, the most pressing first."""
        return await self._pressing(limit, invited(units, person))

    async def proposed(self, *, scopes: Iterable[str] | None = None, limit: int = 50) -> Sequence[Case]:
        """Cases within the scopes of which something waits for a second person, the most pressing first."""
        return await self._pressing(limit, proposed(), *within(scopes))

    async def merged_into(self, parent: str, *, lock: bool = False) -> Sequence[Case]:
        """The cases that follow that one, in number order."""
        found = select_cases().where(*children_of(parent)).order_by(CASES.c.number)
        return await self._read(found, lock=lock)

    async def follow(self, number: str, address: Address, since: datetime) -> bool:
        """Keep that this address waits for the case too; whether that is new."""
        return await follow(self._connection, number, address, since)

    async def unfollow(self, number: str, address: Address) -> bool:
        """Keep that it does not any more; whether it did."""
        return await unfollow(self._connection, number, address)

    async def followers(self, number: str) -> Sequence[Address]:
        """Who waits for the case too, the longest first."""
        return await followers(self._connection, number)

    async def followed(self, address: Address, *, limit: int = 10) -> Sequence[Case]:
        """The cases that this address follows, the newest first."""
        numbers = await followed(self._connection, address, limit)
        found = await self.many(numbers)
        return [found[number] for number in numbers]

    async def dated_otherwise(self, calendar: str, *, after: str = "", limit: int = 100) -> Sequence[Case]:
        """Open cases dated by another calendar, in number order behind `after`; locked for this unit of work."""
        others = and_(NOT_ENDED, CASES.c.state.in_(OPEN), CASES.c.dated_by != calendar, CASES.c.number > after)
        return await self._read(select_cases().where(others).order_by(CASES.c.number).limit(limit), lock=True)

    async def ending_with(self, digits: str, *, reporter: Address | None = None, limit: int = 5) -> Sequence[Case]:
        """Cases whose number ends with those digits, newest first."""
        backwards = digits[::-1]
        found = select_cases().where(CASES.c.backwards.between(backwards, backwards + LAST_CHARACTER))
        if reporter is not None:
            found = found.where(REPORTERS.c.channel == reporter.channel, REPORTERS.c.user == reporter.user)
        return await self._read(found.order_by(CASES.c.submitted_at.desc(), CASES.c.number.desc()).limit(limit))

    async def tally(self, since: datetime, until: datetime, *, scopes: Iterable[str] | None = None) -> Tally:
        """Counts for [since, until) within the scopes."""
        return await tally(self._connection, since, until, within(scopes))

    async def forget_leavers(self, limit: int) -> int:
        """Erase what those said who went while their case was open, in up to `limit` cases that have ended."""
        return await forget_leavers(self._connection, limit)

    async def forget_contacts(self, before: datetime, limit: int) -> int:
        """Erase who reported, for up to `limit` cases that ended before then."""
        return await forget_contacts(self._connection, before, limit)

    async def forget_words(self, before: datetime, long_before: datetime, limit: int) -> int:
        """Erase place and words of up to `limit` cases that ended before then, the long-kept before `long_before`."""
        return await forget_words(self._connection, before, long_before, limit)

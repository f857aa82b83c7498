"""Staff, their addresses, codes and duty, and the county's units, in SQL."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.duty import LAPSE, Leave, Roster, Shift
from cases.people import Address, Level, Person, Role, Unit
from cases.places import Grid, Units
from storage.columns import insert_into, is_postgres, put_rows
from storage.people_tables import BIND_CODES, BINDINGS, COUNTY_STATE, GRIDS, PEOPLE, POSTS, UNITS, WRONG_CODES
from storage.rosters import drop_leave, drop_shifts, forget, read_roster, read_shifts, write_leave, write_shifts
from storage.rows import handed
from storage.staff import Roll, Staff, changed, read_staff

WRONG_CODE_MEMORY = timedelta(hours=24)
UNITS_REVISION = COUNTY_STATE.c.id == 1
"""The row of the units' revision."""


class SqlPeople:
    """The port `cases.ports.People` over one connection.

    All staff are at hand as soon as one of them is asked for, and stay as they were seen until something is written.
    """

    def __init__(self, connection: AsyncConnection, roll: Roll | None = None) -> None:
        self._connection, self._roll = connection, roll or Roll()
        self._seen: Staff | None = None
        self._has_written = False

    async def _staff(self) -> Staff:
        """As this transaction sees them: what it wrote itself is nothing to be remembered on this node yet."""
        if self._seen is None:
            alone = self._has_written
            self._seen = await (read_staff(self._connection) if alone else self._roll.called(self._connection))
        return self._seen

    async def _written(self) -> None:
        """What was read is old, here and on every node."""
        self._has_written, self._seen = True, None
        await changed(self._connection)

    async def units(self) -> Units:
        """The present snapshot."""
        revision = await self.revision()
        rows = await self._connection.execute(select(UNITS).order_by(UNITS.c.code))
        found = {row.code: Unit(row.code, row.name, Level(row.level), row.parent, row.department) for row in rows}
        return Units(found, revision)

    async def revision(self) -> int:
        """Which snapshot of units and outlines is the present one."""
        return (await self._connection.execute(select(COUNTY_STATE.c.revision).where(UNITS_REVISION))).scalar() or 0

    async def grids(self) -> Sequence[Grid]:
        """All outlines, by code."""
        return [Grid(row.code, row.wkb) for row in await self._connection.execute(select(GRIDS).order_by(GRIDS.c.code))]

    async def put_units(self, units: Iterable[Unit], grids: Iterable[Grid] = ()) -> None:
        """Insert or replace units and outlines, and raise the revision by one."""
        areas = [
            {"code": unit.code, "name": unit.name, "level": int(unit.level), "parent": unit.parent,
             "department": unit.department}
            for unit in units
        ]  # fmt: skip
        await put_rows(self._connection, UNITS, areas)
        await put_rows(self._connection, GRIDS, [{"code": grid.code, "wkb": grid.wkb} for grid in grids])
        bumped = insert_into(self._connection.dialect, COUNTY_STATE).values(id=1, revision=1)
        await self._connection.execute(
            bumped.on_conflict_do_update(index_elements=["id"], set_={"revision": COUNTY_STATE.c.revision + 1})
        )

    async def touch(self) -> None:
        """Write nothing, as a trial: it fails where nothing can be written, on a full disk once it is committed."""
        await self._connection.execute(update(COUNTY_STATE).where(COUNTY_STATE.c.id < 0).values(revision=0))
        if not is_postgres(self._connection.dialect):  # a page, with what it held: an update of no row writes none
            await self._connection.execute(text("PRAGMA user_version = 0"))

    async def get(self, person: int) -> Person | None:
        """That member of staff, active or not."""
        return (await self.many([person])).get(person)

    async def many(self, ids: Iterable[int]) -> Mapping[int, Person]:
        """Several at once."""
        return (await self._staff()).many(ids)

    async def named(self, name: str) -> Sequence[Person]:
        """Active staff of that exact name."""
        return (await self._staff()).named(name)

    async def staff(self) -> Sequence[Person]:
        """All active staff, by id."""
        return (await self._staff()).active()

    async def holding(self, role: Role, unit: str) -> Sequence[Person]:
        """Active staff who hold that role in exactly that unit, by id."""
        return (await self._staff()).holding(role, unit)

    async def any_holding(self, role: Role) -> Sequence[Person]:
        """Active staff who hold that role anywhere, by id."""
        return (await self._staff()).holding(role)

    async def addresses(self, ids: Iterable[int]) -> Mapping[int, Sequence[Address]]:
        """Where they can be written to, WeCom first."""
        return (await self._staff()).addresses(ids)

    async def add(self, person: Person) -> Person:
        """Keep a new member of staff (its id is ignored); the kept one with its id."""
        [number] = await self._write([replace(person, id=0)])
        return replace(person, id=number)

    async def save(self, person: Person) -> None:
        """Replace name, posts, phone and active flag."""
        await self._write([person])

    async def hold(self) -> None:
        """From here to the end of the transaction nobody else changes staff or enters leaves. On SQLite a writer is
        alone anyway."""
        if is_postgres(self._connection.dialect):
            await self._connection.execute(text("LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE"))
            self._seen = None  # what was read before may have been changed by whoever had it until now

    async def put_people(self, people: Sequence[Person]) -> None:
        """Add those without an id, replace the others; a few statements for however many there are."""
        await self._write(people)

    async def _write(self, people: Sequence[Person]) -> Sequence[int]:
        """The ids, those of the replaced first."""
        await self._written()
        old, new = [one for one in people if one.id], [one for one in people if not one.id]
        if old:
            await self._replaced(old)
        ids = [*(one.id for one in old), *(await self._added(new) if new else ())]
        posts = [
            {"person": number, "seq": seq, "role": post.role.value, "unit": post.unit}
            for number, one in zip(ids, (*old, *new), strict=True)
            for seq, post in enumerate(one.posts)
        ]
        if posts:
            await self._connection.execute(POSTS.insert(), posts)
        return ids

    async def _replaced(self, people: Sequence[Person]) -> None:
        """Their rows are written anew; the posts they held are gone."""
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("name", "phone", "active")}
        changed = update(PEOPLE).where(PEOPLE.c.id == bindparam("person")).values(values)
        rows = [
            {"person": one.id, "new_name": one.name, "new_phone": one.phone, "new_active": one.active} for one in people
        ]
        await self._connection.execute(changed, rows)
        ids = handed(self._connection, [PEOPLE.c.id], [(one.id,) for one in people])
        await self._connection.execute(delete(POSTS).where(POSTS.c.person.in_(select(ids.c.id))))

    async def _added(self, people: Sequence[Person]) -> Sequence[int]:
        rows = [{"name": one.name, "phone": one.phone, "active": one.active} for one in people]
        added = PEOPLE.insert().returning(PEOPLE.c.id, sort_by_parameter_order=True)
        numbers: Sequence[int] = (await self._connection.execute(added, rows)).scalars().all()
        return numbers

    async def bind(self, person: int, address: Address) -> Sequence[Address]:
        """From now on this address speaks for that person (and for nobody else), and no other of the same channel
        does; which ones did."""
        others = (BINDINGS.c.channel == address.channel) & (BINDINGS.c.user != address.user)
        ended = await self._unbound(person, others)
        bound = insert_into(self._connection.dialect, BINDINGS).values(
            channel=address.channel, user=address.user, person=person
        )
        await self._connection.execute(
            bound.on_conflict_do_update(index_elements=["channel", "user"], set_={"person": person})
        )
        return ended

    async def unbind(self, person: int) -> Sequence[Address]:
        """No address speaks for that person any more; which ones did. Their codes end as well."""
        await self._connection.execute(delete(BIND_CODES).where(BIND_CODES.c.person == person))
        return await self._unbound(person, true())

    async def _unbound(self, person: int, which: ColumnElement[bool]) -> Sequence[Address]:
        await self._written()
        ended = delete(BINDINGS).where(BINDINGS.c.person == person, which)
        rows = await self._connection.execute(ended.returning(BINDINGS.c.channel, BINDINGS.c.user))
        return sorted(Address(row.channel, row.user) for row in rows)

    async def roster(self, now: datetime) -> Roster:
        """The leaves and shifts that matter at that instant and after it."""
        staff = await self._staff()
        if staff.roster is None or staff.roster_from > now - LAPSE:
            found = await read_roster(self._connection, now - LAPSE)
            staff.roster, staff.roster_from = found, now - LAPSE  # together: others look at it while this one reads
        return staff.roster

    async def put_leave(self, leave: Leave) -> Leave:
        """Keep a new leave, or replace the one of that id; the kept one with its id."""
        await self._written()
        return await write_leave(self._connection, leave)

    async def drop_leave(self, leave: int) -> None:
        """That leave never was."""
        await self._written()
        await drop_leave(self._connection, leave)

    async def put_shifts(self, shifts: Iterable[Shift]) -> None:
        """Keep shifts; one of the same unit, person and beginning gets the new end."""
        await self._written()
        await write_shifts(self._connection, shifts)

    async def drop_shifts(self, shifts: Iterable[Shift]) -> None:
        """Those shifts are not to be."""
        await self._written()
        await drop_shifts(self._connection, shifts)

    async def shifts(self, since: datetime) -> Sequence[Shift]:
        """All shifts that end after that instant."""
        return await read_shifts(self._connection, since)

    async def forget_duty(self, before: datetime) -> int:
        """Erase the leaves and shifts that ended before then; how many."""
        return await forget(self._connection, before)

    async def put_code(self, person: int, digest: str, expires_at: datetime) -> None:
        """Keep the hash of a one-time code; older codes of the person end."""
        await self._connection.execute(delete(BIND_CODES).where(BIND_CODES.c.person == person))
        await self._connection.execute(BIND_CODES.insert().values(hash=digest, person=person, expires_at=expires_at))

    async def code_owner(self, digest: str, now: datetime) -> int | None:
        """Whose unexpired code that is. The code ends with this call."""
        used = delete(BIND_CODES).where(BIND_CODES.c.hash == digest)
        row = (await self._connection.execute(used.returning(BIND_CODES.c.person, BIND_CODES.c.expires_at))).first()
        return row.person if row is not None and row.expires_at > now else None

    async def wrong_code(self, address: Address, now: datetime) -> int:
        """Count a wrong try of that address; how many within the last 24 h."""
        await self._connection.execute(WRONG_CODES.insert().values(channel=address.channel, user=address.user, at=now))
        return await self.wrong_codes(address, now)

    async def wrong_codes(self, address: Address, now: datetime) -> int:
        """How many wrong tries that address had within the last 24 h."""
        tries = select(func.count()).select_from(WRONG_CODES)
        tries = tries.where(WRONG_CODES.c.channel == address.channel, WRONG_CODES.c.user == address.user)
        counted: int = (
            await self._connection.execute(tries.where(WRONG_CODES.c.at > now - WRONG_CODE_MEMORY))
        ).scalar_one()
        return counted

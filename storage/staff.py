"""The county's staff as a node last saw it, good for as long as its mark in the store is the same."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Dialect, Update, case, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.duty import Roster
from cases.people import Address, Person, Post, Role
from storage.columns import insert_into
from storage.people_tables import BINDINGS, COUNTY_STATE, PEOPLE, POSTS
from storage.prepared import Prepared, Statement
from storage.rows import Sheaf

STAFF = 2
"""The row of `county_state` that holds the mark of the staff; the first row is the units'."""
ROLES = {role.value: role for role in Role}
MARK_BITS = 31
"""A mark is drawn, not counted: a store restored, or failed over to an older copy, never has a newer one's mark."""


class Staff:
    """All staff at one instant, found by id, name, role and unit; with their roster once somebody has read it.

    `roster` leaves out what ended before `roster_from`. It is under the same mark, so it is read after the mark was.
    """

    def __init__(self, people: Iterable[Person], bound: Mapping[int, Sequence[Address]]) -> None:
        self._by_id = {person.id: person for person in sorted(people, key=lambda one: one.id)}
        self._bound = bound
        self.roster: Roster | None = None
        self.roster_from = datetime.max.replace(tzinfo=UTC)
        self._named: defaultdict[str, list[Person]] = defaultdict(list)
        self._holding: defaultdict[tuple[Role, str | None], dict[int, Person]] = defaultdict(dict)
        for person in self._by_id.values():
            if person.active:
                self._named[person.name].append(person)
                for post in person.posts:
                    self._holding[post.role, post.unit][person.id] = person
                    self._holding[post.role, None][person.id] = person
        self._lists = {held: list(found.values()) for held, found in self._holding.items()}

    def active(self) -> list[Person]:
        """All who are active, by id."""
        return [person for person in self._by_id.values() if person.active]

    def many(self, ids: Iterable[int]) -> dict[int, Person]:
        """Those of them who are known, active or not."""
        return {number: self._by_id[number] for number in sorted(set(ids)) if number in self._by_id}

    def named(self, name: str) -> list[Person]:
        """Active staff of that exact name."""
        return self._named.get(name, [])

    def holding(self, role: Role, unit: str | None = None) -> list[Person]:
        """Active staff who hold that role in exactly that unit (None: anywhere), by id."""
        return self._lists.get((role, unit), [])

    def addresses(self, ids: Iterable[int]) -> dict[int, Sequence[Address]]:
        """Where they can be written to, WeCom first."""
        return {number: self._bound[number] for number in ids if number in self._bound}


class Roll:
    """What a node remembers of the staff between units of work."""

    def __init__(self) -> None:
        self._mark: int | None = None
        self._staff: Staff | None = None

    async def called(self, connection: AsyncConnection) -> Staff:
        """The staff as the store has it now, read only when its mark is another one than last time.

        Not remembered where nobody was ever marked, or where it changed while it was read. The caller has written
        nothing of it in its own transaction.
        """
        mark = await _mark(connection)
        if self._staff is not None and mark == self._mark:
            return self._staff
        staff = await read_staff(connection)
        if mark is not None and await _mark(connection) == mark:
            self._mark, self._staff = mark, staff
        return staff


async def changed(connection: AsyncConnection) -> None:
    """Give the staff a new mark; whoever writes people, posts, bindings, leaves or shifts does so in the same
    transaction."""
    marked = insert_into(connection.dialect, COUNTY_STATE).values(id=STAFF, revision=secrets.randbits(MARK_BITS))
    kept = marked.on_conflict_do_update(index_elements=["id"], set_={"revision": marked.excluded.revision})
    await connection.execute(kept)


def unbound(binding: ColumnElement[bool]) -> Update:
    """The statement that gives a new mark if there is such a binding, which is about to be deleted."""
    marked = update(COUNTY_STATE).where(COUNTY_STATE.c.id == STAFF, exists(select(BINDINGS.c.person).where(binding)))
    return marked.values(revision=secrets.randbits(MARK_BITS))


def _marked(dialect: Dialect) -> tuple[Statement, Sheaf]:
    asked = Sheaf(dialect, [COUNTY_STATE.c.id])
    return select(COUNTY_STATE.c.revision).join(asked.table, COUNTY_STATE.c.id == asked.table.c.id), asked


MARKED = Prepared(_marked)


async def _mark(connection: AsyncConnection) -> int | None:
    rows = await MARKED.run(connection, [(STAFF,)])
    return rows[0][0] if rows else None


async def read_staff(connection: AsyncConnection) -> Staff:
    """All staff, from the tables."""
    posts: defaultdict[int, list[Post]] = defaultdict(list)
    held = select(POSTS.c.person, POSTS.c.role, POSTS.c.unit).order_by(POSTS.c.person, POSTS.c.seq)
    for person, role, unit in await connection.execute(held):
        posts[person].append(Post(ROLES[role], unit))
    known = select(PEOPLE.c.id, PEOPLE.c.name, PEOPLE.c.phone, PEOPLE.c.active)
    people = [
        Person(number, name, tuple(posts[number]), phone, active)
        for number, name, phone, active in await connection.execute(known)
    ]
    wecom_first = case((BINDINGS.c.channel.startswith("wecom"), 0), else_=1)
    bindings = select(BINDINGS.c.person, BINDINGS.c.channel, BINDINGS.c.user)
    bound: defaultdict[int, list[Address]] = defaultdict(list)
    for person, channel, user in await connection.execute(
        bindings.order_by(wecom_first, BINDINGS.c.channel, BINDINGS.c.user)
    ):
        bound[person].append(Address(channel, user))
    return Staff(people, bound)

"""Conversations in SQL: whole batches of people are read and written by a handful of statements."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    FromClause,
    Row,
    ScalarSelect,
    TextClause,
    and_,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.errors import Overtaken
from cases.people import Address
from dialogs.engine.conversation import SAID
from dialogs.engine.messages import Caller, Kept, reply_from_json
from dialogs.engine.ports import Conversation, Desktop
from storage.columns import insert_into, is_postgres
from storage.forgetting import forget_reporter
from storage.outbox import EMPTY, PICTURES, UNSENT, WAITS, utc_now
from storage.people_tables import BINDINGS, PEOPLE, POSTS, WRONG_CODES
from storage.prepared import Prepared, Statement
from storage.receivers import ADDRESS, is_of, listed, lock, same_address
from storage.rows import Sheaf
from storage.staff import unbound
from storage.talk_tables import CONVERSATIONS, HELP_REQUESTS, INBOX, OUTBOX

NO_ROLES: frozenset[str] = frozenset()
CHOICES_OPEN = timedelta(hours=24)
"""How long the choices of a sent message can be taken, as long as a draft lives."""
HELD_PICTURES = (WAITS, OUTBOX.c.state == "held", OUTBOX.c.lane == PICTURES)
STATE = tuple(CONVERSATIONS.c[name] for name in ("state", "version", "changed_at", "window_until", "window_left"))


KEPT = (*ADDRESS, *STATE)


def _of(people: FromClause, *wanted: ColumnElement[bool] | TextClause) -> ColumnElement[bool]:
    """Whether something like that is in the outbox for the person of the row."""
    return exists(select(OUTBOX.c.id).where(same_address(OUTBOX, people), *wanted).correlate(people))


def _roles(dialect: Dialect) -> ScalarSelect[str]:
    """The roles of the row's member of staff, with commas between."""
    joined = (
        func.string_agg(POSTS.c.role, literal_column("','"))
        if is_postgres(dialect)
        else func.group_concat(POSTS.c.role)
    )
    return select(joined).where(POSTS.c.person == PEOPLE.c.id).correlate(PEOPLE).scalar_subquery()


def _desks(dialect: Dialect) -> tuple[Statement, Sheaf]:
    asked = Sheaf(dialect, ADDRESS, "listed")
    people = asked.table
    joined = people.outerjoin(CONVERSATIONS, same_address(CONVERSATIONS, people))
    joined = joined.outerjoin(BINDINGS, same_address(BINDINGS, people))
    joined = joined.outerjoin(PEOPLE, and_(PEOPLE.c.id == BINDINGS.c.person, PEOPLE.c.active))
    known = (PEOPLE.c.id.label("person"), PEOPLE.c.name, _roles(dialect).label("roles"))
    kept = (_of(people, WAITS).label("waits"), _of(people, *HELD_PICTURES).label("pictures"))
    return select(people.c.channel, people.c.user, *STATE, *known, *kept).select_from(joined), asked


def _written(dialect: Dialect) -> tuple[Statement, Sheaf]:
    handing = Sheaf(dialect, KEPT)
    new = handing.table
    known = exists().where(same_address(CONVERSATIONS, new))
    insert = insert_into(dialect, CONVERSATIONS)
    put = insert.from_select([one.name for one in new.c], select(new).where(or_(new.c.version == 1, known)))
    written = put.on_conflict_do_update(
        index_elements=["channel", "user"],
        set_={one.name: put.excluded[one.name] for one in STATE},
        where=CONVERSATIONS.c.version == put.excluded.version - 1,
    )
    return written.returning(CONVERSATIONS.c.version), handing


DESKS, WRITTEN = Prepared(_desks), Prepared(_written)


class SqlConversations:
    """The port `dialogs.engine.ports.Conversations` over one connection. `clock` tells how old offered choices are."""

    def __init__(self, connection: AsyncConnection, clock: Callable[[], datetime] = utc_now) -> None:
        self._connection = connection
        self._clock = clock
        self._without_pictures: set[Address] = set()

    async def desktops(self, addresses: Iterable[Address]) -> Mapping[Address, Desktop]:
        """Lock these people's turns and read their desktops, by two statements however many they are, or three if
        something waits for one of them."""
        wanted = sorted(set(addresses))
        if not wanted:
            return {}
        await lock(self._connection, wanted)
        rows = [_Desk(*row) for row in await DESKS.run(self._connection, [(one.channel, one.user) for one in wanted])]
        waiting = [row.address for row in rows if row.waits]
        kept = await self._kept(waiting) if waiting else {}
        self._without_pictures.update(row.address for row in rows if not row.pictures)
        return {row.address: row.desktop(kept.get(row.address, ())) for row in rows}

    async def _kept(self, addresses: Sequence[Address]) -> dict[Address, list[Kept]]:
        """What waits for them: texts that were held, and sent ones whose choices nobody took."""
        people, now = listed(self._connection, addresses), self._clock()
        waiting = (
            select(OUTBOX)
            .join(people, same_address(OUTBOX, people))
            .where(WAITS, OUTBOX.c.lane != PICTURES)
            .where(or_(OUTBOX.c.state == "held", OUTBOX.c.sent_at > now - CHOICES_OPEN))
            .where(or_(OUTBOX.c.expires_at.is_(None), OUTBOX.c.expires_at > now))
        )
        found: dict[Address, list[Kept]] = {}
        for row in await self._connection.execute(waiting.order_by(OUTBOX.c.id)):
            at, body = row.sent_at or row.put_at, reply_from_json(row.body)
            kept = Kept(row.id, row.key, body, row.case, at, row.state != "held")
            found.setdefault(Address(row.channel, row.user), []).append(kept)
        return found

    async def keep(self, conversations: Iterable[Conversation]) -> None:
        """Write them all by one statement. Raises Overtaken if a version is not the one that was read.

        A held picture goes out now if the person's window is open again.
        """
        kept = sorted(conversations, key=lambda one: one.address)
        if not kept:
            return
        if len({one.address for one in kept}) < len(kept) or await self._write(kept) < len(kept):
            raise Overtaken("conversations")
        open_again = {one.address for one in kept if one.window_left > 0}
        await self._send_pictures(sorted(open_again - self._without_pictures))

    async def _write(self, conversations: Sequence[Conversation]) -> int:
        """How many were written. A conversation that was erased since it was read stays erased."""
        return len(await WRITTEN.run(self._connection, [_row(one) for one in conversations]))

    async def _send_pictures(self, addresses: Sequence[Address]) -> None:
        if not addresses:
            return
        people = listed(self._connection, addresses)
        held = select(OUTBOX.c.id).join(people, same_address(OUTBOX, people))
        held = held.where(*HELD_PICTURES)
        freed = update(OUTBOX).where(OUTBOX.c.id.in_(held))
        await self._connection.execute(freed.values(state="pending", waits=False, next_at=None, reason=""))

    async def get(self, address: Address) -> Conversation | None:
        """Read one without locking."""
        found = select(CONVERSATIONS).where(is_of(CONVERSATIONS, address))
        row = (await self._connection.execute(found)).first()
        return None if row is None else _conversation(row)

    async def erase(self, address: Address) -> None:
        """Erase all that is personal to this address. Cases stay, without who reported them and, once they have ended,
        without what that person said; so do the keys of messages, so that a repeated one is known."""
        await forget_reporter(self._connection, address)
        for statement in (
            delete(CONVERSATIONS).where(is_of(CONVERSATIONS, address)),
            unbound(is_of(BINDINGS, address)),
            delete(BINDINGS).where(is_of(BINDINGS, address)),
            delete(WRONG_CODES).where(is_of(WRONG_CODES, address)),
            update(INBOX).where(is_of(INBOX, address)).values(user="", content=None, reply=None),
            update(HELP_REQUESTS).where(is_of(HELP_REQUESTS, address)).values(user="", state="ended"),
            update(OUTBOX).where(is_of(OUTBOX, address), UNSENT).values(state="cancelled"),
            update(OUTBOX).where(is_of(OUTBOX, address)).values(user="", body=EMPTY, has_choices=False, waits=False),
        ):
            await self._connection.execute(statement)

    async def forget_drafts(self, before: datetime) -> int:
        """Erase what was said from conversations unchanged since then; how many. Those in use just now are left alone.

        Which privacy notice was shown stays, so that it is not shown again.
        """
        said = or_(*(CONVERSATIONS.c.state[name].as_string().is_not(None) for name in SAID))
        old = select(CONVERSATIONS).where(CONVERSATIONS.c.changed_at < before, said).with_for_update(skip_locked=True)
        rows = (await self._connection.execute(old)).all()
        for row in rows:
            left = {name: value for name, value in row.state.items() if name not in SAID}
            here = is_of(CONVERSATIONS, Address(row.channel, row.user))
            await self._connection.execute(update(CONVERSATIONS).where(here).values(state=left))
        return len(rows)


def _row(one: Conversation) -> tuple[Any, ...]:
    window = (one.window_until, one.window_left)
    return (one.address.channel, one.address.user, dict(one.state), one.version + 1, one.changed_at, *window)


def _conversation(row: Row[Any]) -> Conversation:
    address = Address(row.channel, row.user)
    return Conversation(address, row.state, row.version, row.changed_at, row.window_until, row.window_left)


class _Desk:
    """A row of DESKS."""

    def __init__(self, channel: str, user: str, *rest: Any) -> None:
        self.address = Address(channel, user)
        *self._state, self._person, self._name, self._roles, self.waits, self.pictures = rest

    def desktop(self, kept: Sequence[Kept]) -> Desktop:
        """The desktop with what waits for the person; the conversation is an empty one where none is kept."""
        roles = frozenset(self._roles.split(",")) if self._roles else NO_ROLES
        caller = Caller(self.address, self._person, roles, self._name or "")
        state, version, *rest = self._state
        if version is None:
            return Desktop(caller, Conversation(self.address), kept)
        return Desktop(caller, Conversation(self.address, state, version, *rest), kept)

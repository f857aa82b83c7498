"""Conversations in SQL: whole batches of people are read and written by a handful of statements."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.errors import Overtaken
from cases.people import Address
from dialogs.engine.conversation import SAID
from dialogs.engine.messages import Caller, Kept, reply_from_json
from dialogs.engine.ports import Conversation, Desktop
from storage.columns import insert_into
from storage.forgetting import forget_reporter
from storage.outbox import EMPTY, PICTURES, UNSENT, WAITS, utc_now
from storage.people_tables import BINDINGS, PEOPLE, POSTS, WRONG_CODES
from storage.receivers import is_of, listed, lock, same_address
from storage.rows import handed
from storage.staff import unbound
from storage.talk_tables import CONVERSATIONS, HELP_REQUESTS, INBOX, OUTBOX

CHOICES_OPEN = timedelta(hours=24)
"""How long the choices of a sent message can be taken, as long as a draft lives."""
ROLES = (
    select(func.aggregate_strings(POSTS.c.role, ","))
    .where(POSTS.c.person == PEOPLE.c.id)
    .correlate(PEOPLE)
    .scalar_subquery()
)
STATE = tuple(CONVERSATIONS.c[name] for name in ("state", "version", "changed_at", "window_until", "window_left"))


class SqlConversations:
    """The port `dialogs.engine.ports.Conversations` over one connection. `clock` tells how old offered choices are."""

    def __init__(self, connection: AsyncConnection, clock: Callable[[], datetime] = utc_now) -> None:
        self._connection = connection
        self._clock = clock

    async def desktops(self, addresses: Iterable[Address]) -> Mapping[Address, Desktop]:
        """Lock these people's turns and read their desktops, by three statements however many they are."""
        wanted = sorted(set(addresses))
        if not wanted:
            return {}
        await lock(self._connection, wanted)
        kept = await self._kept(wanted)
        rows = await self._connection.execute(self._desks(wanted))
        return {desk.caller.address: desk for desk in (_desktop(row, kept) for row in rows)}

    def _desks(self, addresses: Sequence[Address]) -> Select[Any]:
        people = listed(self._connection, addresses)
        joined = people.outerjoin(CONVERSATIONS, same_address(CONVERSATIONS, people))
        joined = joined.outerjoin(BINDINGS, same_address(BINDINGS, people))
        joined = joined.outerjoin(PEOPLE, and_(PEOPLE.c.id == BINDINGS.c.person, PEOPLE.c.active))
        known = (PEOPLE.c.id.label("person"), PEOPLE.c.name, ROLES.label("roles"))
        return select(people.c.channel, people.c.user, *known, *STATE).select_from(joined)

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
        await self._send_pictures([one.address for one in kept if one.window_left > 0])

    async def _write(self, conversations: Sequence[Conversation]) -> int:
        """How many were written. A conversation that was erased since it was read stays erased."""
        columns = (CONVERSATIONS.c.channel, CONVERSATIONS.c.user, *STATE)
        new = handed(self._connection, columns, [_row(one) for one in conversations])
        known = exists().where(same_address(CONVERSATIONS, new))
        insert = insert_into(self._connection, CONVERSATIONS).from_select(
            [one.name for one in columns], select(new).where(or_(new.c.version == 1, known))
        )
        written = insert.on_conflict_do_update(
            index_elements=["channel", "user"],
            set_={one.name: insert.excluded[one.name] for one in STATE},
            where=CONVERSATIONS.c.version == insert.excluded.version - 1,
        )
        return len((await self._connection.execute(written.returning(CONVERSATIONS.c.version))).all())

    async def _send_pictures(self, addresses: Sequence[Address]) -> None:
        if not addresses:
            return
        people = listed(self._connection, addresses)
        held = select(OUTBOX.c.id).join(people, same_address(OUTBOX, people))
        held = held.where(WAITS, OUTBOX.c.state == "held", OUTBOX.c.lane == PICTURES)
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
    """The conversation of a row; an empty one where the outer join found none."""
    address = Address(row.channel, row.user)
    if row.version is None:
        return Conversation(address)
    return Conversation(address, row.state, row.version, row.changed_at, row.window_until, row.window_left)


def _desktop(row: Row[Any], kept: Mapping[Address, Sequence[Kept]]) -> Desktop:
    address = Address(row.channel, row.user)
    roles = frozenset(row.roles.split(",")) if row.roles else frozenset()
    return Desktop(Caller(address, row.person, roles, row.name or ""), _conversation(row), kept.get(address, ()))

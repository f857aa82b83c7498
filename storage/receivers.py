"""People by address: as rows to join with, and one at a time, so that no two turns of a person overlap."""

from collections.abc import Iterable
from hashlib import blake2b

from sqlalchemy import BigInteger, Column, ColumnElement, Dialect, FromClause, Subquery, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from cases.people import Address
from storage.columns import is_postgres
from storage.prepared import Prepared, Statement
from storage.rows import Sheaf, handed
from storage.talk_tables import CONVERSATIONS

ADDRESS = (CONVERSATIONS.c.channel, CONVERSATIONS.c.user)
KEY = Column("key", BigInteger)


def _locking(dialect: Dialect) -> tuple[Statement, Sheaf]:
    keys = Sheaf(dialect, [KEY])
    return select(func.pg_advisory_xact_lock(keys.table.c.key)), keys


LOCKS = Prepared(_locking)


def listed(connection: AsyncConnection, addresses: Iterable[Address]) -> Subquery:
    """A subquery with the columns `channel` and `user`, one row an address, sorted."""
    rows = [(address.channel, address.user) for address in sorted(set(addresses))]
    return handed(connection, ADDRESS, rows, "listed")


def same_address(left: FromClause, right: FromClause) -> ColumnElement[bool]:
    """Whether both rows are of one person."""
    return and_(left.c.channel == right.c.channel, left.c.user == right.c.user)


def is_of(table: FromClause, address: Address) -> ColumnElement[bool]:
    """Whether the row is that person's."""
    return and_(table.c.channel == address.channel, table.c.user == address.user)


def lock_key(address: Address) -> int:
    """The key of a person's advisory lock: 64 bits, the same on every node."""
    said = f"{address.channel}\0{address.user}".encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big", signed=True)


async def lock(connection: AsyncConnection, addresses: Iterable[Address]) -> None:
    """Wait until nobody else has these people's turns, and keep them until the transaction ends.

    On PostgreSQL one statement takes advisory locks in sorted order, so that two batches never wait for each other in a
    circle; on SQLite the one writer is the lock.
    """
    if not is_postgres(connection.dialect):
        return
    keys = sorted({lock_key(address) for address in addresses})
    await LOCKS.run(connection, [(key,) for key in keys])

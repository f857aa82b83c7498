"""What went wrong with a turn: somebody was faster, the store is away, or the program has a fault."""

import sqlite3
from enum import Enum, auto

from asyncpg import InterfaceError as DriverError
from asyncpg import PostgresError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from cases.errors import Overtaken

# SQLSTATE classes, https://www.postgresql.org/docs/current/errcodes-appendix.html
AWAY_CLASSES = frozenset({"08", "53", "57", "58"})
"""Connection, resources, operator intervention, system error."""
OVERTAKEN_CLASS = "40"
"""Transaction rollback: serialization failure, deadlock."""
# Primary result codes, https://www.sqlite.org/rescode.html; the upper bytes only say more about them
PRIMARY = 0xFF
AWAY_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
    }
)  # fmt: skip
"""Others hold it, or the file or its disk can't be used. A wrong statement is a plain SQLITE_ERROR."""


class Mishap(Enum):
    """What to do about it follows from its kind."""

    OVERTAKEN = auto()
    """The turn is run again from fresh rows."""
    AWAY = auto()
    """Nothing can be kept; the platform is left to repeat the message."""
    FAULT = auto()
    """A bug: run once more alone, then the person is told and so is an admin."""


def mishap_of(error: BaseException) -> Mishap:
    """The kind of mishap that `error` is. Errors of the drivers come wrapped, or bare while connecting."""
    if isinstance(error, Overtaken):
        return Mishap.OVERTAKEN
    if isinstance(error, DBAPIError):
        return _of_database(error)
    if isinstance(error, OSError | PoolExhausted | PostgresError | DriverError):
        return Mishap.AWAY
    return Mishap.FAULT


def _of_database(error: DBAPIError) -> Mishap:
    state = str(getattr(error.orig, "sqlstate", None) or "")[:2]
    if state == OVERTAKEN_CLASS:
        return Mishap.OVERTAKEN
    if error.connection_invalidated or state in AWAY_CLASSES:
        return Mishap.AWAY
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    is_away = isinstance(error, OperationalError | InterfaceError) if code is None else code & PRIMARY in AWAY_CODES
    return Mishap.AWAY if is_away else Mishap.FAULT

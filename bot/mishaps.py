"""What went wrong with a turn: somebody was faster, the store is away, or the program has a fault."""

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
    if error.connection_invalidated or state in AWAY_CLASSES or isinstance(error, OperationalError | InterfaceError):
        return Mishap.AWAY
    return Mishap.FAULT

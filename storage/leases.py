"""Leases by the database's clock: how long a claimed row stays with whoever claimed it."""

from sqlalchemy import ColumnElement, Dialect, FromClause, func, literal_column, or_, type_coerce

from storage.columns import UtcDateTime, is_postgres


def now_and(dialect: Dialect, seconds: float = 0.0) -> ColumnElement[object]:
    """The database's own instant, that many seconds from now; written like every other instant of that store."""
    if is_postgres(dialect):
        return type_coerce(func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds), UtcDateTime)
    millis = func.strftime("%Y-%m-%d %H:%M:%f", "now", f"{seconds:+.3f} seconds")
    return type_coerce(millis.concat(literal_column("'000'")), UtcDateTime)


def is_free(dialect: Dialect, table: FromClause) -> ColumnElement[bool]:
    """Whether nobody holds the row: it was not claimed, or the claim's lease is over."""
    return or_(table.c.lease_until.is_(None), table.c.lease_until <= now_and(dialect))

"""The tables of staff, their addresses, codes, leaves and shifts, and of the county's units and grids."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from storage.columns import BIG_ID, METADATA, UtcDateTime

PEOPLE = Table(
    "people",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("phone", String(32)),
    Column("active", Boolean, nullable=False),
    Index(None, "name"),
)
POSTS = Table(
    "posts",
    METADATA,
    Column("person", Integer, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("role", String(32), nullable=False),
    Column("unit", String(32), nullable=False),
    Index(None, "role", "unit"),
)
BINDINGS = Table(
    "bindings",
    METADATA,
    Column("channel", String(64), primary_key=True),
    Column("user", String(128), primary_key=True),
    Column("person", Integer, ForeignKey("people.id"), nullable=False),
    Index(None, "person"),
)
BIND_CODES = Table(
    "bind_codes",
    METADATA,
    Column("hash", String(128), primary_key=True),
    Column("person", Integer, ForeignKey("people.id"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "person"),
)
WRONG_CODES = Table(
    "wrong_codes",
    METADATA,
    Column("id", BIG_ID, primary_key=True),
    Column("channel", String(64), nullable=False),
    Column("user", String(128), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "channel", "user", "at"),
)
UNITS = Table(
    "units",
    METADATA,
    Column("code", String(32), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("level", Integer, nullable=False),
    Column("parent", String(32)),
    Column("department", Boolean, nullable=False),
)
GRIDS = Table(
    "grids",
    METADATA,
    Column("code", String(32), primary_key=True),
    Column("wkb", LargeBinary, nullable=False),
)
COUNTY_STATE = Table(
    "county_state",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
)
LEAVES = Table(
    "leaves",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person", Integer, ForeignKey("people.id"), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Column("substitute", Integer, ForeignKey("people.id")),
    Column("noted_by", Integer, ForeignKey("people.id")),
    Column("noted_at", UtcDateTime, nullable=False),
    Index(None, "until"),
)
SHIFTS = Table(
    "shifts",
    METADATA,
    Column("unit", String(32), primary_key=True),
    Column("person", Integer, ForeignKey("people.id"), primary_key=True, autoincrement=False),
    Column("since", UtcDateTime, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
    Index(None, "until"),
)

"""The tables of cases: rows, numbers, events, erasable words and reporters, due steps, versions of the rules."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from storage.columns import JSON_TEXT, METADATA, Seconds, UtcDateTime
from storage.overlays import OverlayJson

BACKWARDS = String(64).with_variant(String(64, collation="C"), "postgresql")
"""A case number from its end to its start, in byte order: so an index serves looking a case up by its last digits."""
CASES = Table(
    "cases",
    METADATA,
    Column("number", String(64), primary_key=True),
    Column("backwards", BACKWARDS, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("state", String(32), nullable=False),
    Column("category", String(64), nullable=False),
    Column("priority", String(16), nullable=False),
    Column("place_unit", String(32), nullable=False),
    Column("photos", JSON_TEXT, nullable=False),
    Column("flow", String(32), nullable=False),
    Column("rules_version", String(64), nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("owner_unit", String(32), nullable=False),
    Column("handler", Integer),
    Column("lead_unit", String(32)),
    Column("level", Integer, nullable=False),
    Column("supervision", Integer, nullable=False),
    Column("light", String(16), nullable=False),
    Column("clock", String(16), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("clock_started_at", UtcDateTime),
    Column("clock_limit", Seconds),
    Column("clock_due_at", UtcDateTime),
    Column("citizen_due_at", UtcDateTime),
    Column("accepted_at", UtcDateTime),
    Column("dispatched_at", UtcDateTime),
    Column("sign_due_at", UtcDateTime),
    Column("signed_at", UtcDateTime),
    Column("signed_late", Boolean, nullable=False),
    Column("contacted_at", UtcDateTime),
    Column("handle_started_at", UtcDateTime),
    Column("handle_time", Seconds),
    Column("handle_due_at", UtcDateTime),
    Column("first_due_at", UtcDateTime),
    Column("feedback_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("rework_count", Integer, nullable=False),
    Column("reopen_count", Integer, nullable=False),
    Column("grade", Integer),
    Column("solved", String(32)),
    Column("changed_at", UtcDateTime),
    Column("dated_by", String(64), nullable=False),
    Column("events_count", Integer, nullable=False),
    Column("parent", String(64)),
    Column("overlay", OverlayJson),
    Column("holds", String(16), nullable=False),
    Index(None, "state", "clock_due_at"),
    Index(None, "clock", "clock_due_at"),
    Index(None, "changed_at"),
    Index(None, "handler"),
    Index(None, "submitted_at"),
    Index(None, "holds", "ended_at"),
)
"""`holds` says what of people has not been erased yet (storage/forgetting.py). The index of all handlers is
for nodes of the release before alone, and goes with the next one."""
NOT_ENDED = CASES.c.ended_at.is_(None)
Index("ix_cases_open", CASES.c.number, CASES.c.dated_by, postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED)
Index("ix_cases_in_hand", CASES.c.handler, postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED)
Index("ix_cases_led", CASES.c.lead_unit, postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED)
MERGED = CASES.c.parent.is_not(None)
Index("ix_cases_parent", CASES.c.parent, postgresql_where=MERGED, sqlite_where=MERGED)
FOLLOWERS = Table(
    "followers",
    METADATA,
    Column("case", String(64), ForeignKey("cases.number"), primary_key=True),
    Column("channel", String(64), primary_key=True),
    Column("user", String(128), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Index(None, "channel", "user"),
)
"""Who else waits for a case. Erasable."""
INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("case", String(64), ForeignKey("cases.number"), primary_key=True),
    Column("role", String(32), primary_key=True),
    Column("guest", String(32), primary_key=True),
    Index(None, "role", "guest"),
)
"""Who else works on a case: units that owe it an assist (by code), its mediator (by id). Follows from the overlay."""
REPORTERS = Table(
    "reporters",
    METADATA,
    Column("case", String(64), ForeignKey("cases.number"), primary_key=True),
    Column("channel", String(64)),
    Column("user", String(128)),
    Column("phone", String(32)),
    Column("place_words", Text),
    Column("pin", JSON_TEXT),
    Index(None, "channel", "user"),
)
"""What could tell who reported: the address, the phone, and the place in their own words. Erasable."""
EVENTS = Table(
    "events",
    METADATA,
    Column("case", String(64), ForeignKey("cases.number"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("role", String(32), nullable=False),
    Column("person", Integer),
    Column("action", String(64), nullable=False),
    Column("before", String(32)),
    Column("after", String(32), nullable=False),
    Column("facts", JSON_TEXT, nullable=False),
    Column("digest", String(64)),
    Index(None, "action", "at"),
)
"""Only ever added to: triggers of the migration refuse the rest."""
WORDS = Table(
    "words",
    METADATA,
    Column("case", String(64), ForeignKey("cases.number"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
)
"""What was said with the events. Erasable."""
RULE_VERSIONS = Table(
    "rule_versions",
    METADATA,
    Column("version", String(64), primary_key=True),
    Column("texts", JSON_TEXT, nullable=False),
)
CASE_NUMBERS = Table(
    "case_numbers",
    METADATA,
    Column("prefix", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)
DUE_STEPS = Table(
    "due_steps",
    METADATA,
    Column("key", String(160), primary_key=True),
    Column("case", String(64), ForeignKey("cases.number"), nullable=False),
    Column("clock", String(16), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("share", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Index(None, "case"),
)
_PENDING = DUE_STEPS.c.state == "pending"
Index("ix_due_steps_pending", DUE_STEPS.c.at, DUE_STEPS.c.key, postgresql_where=_PENDING, sqlite_where=_PENDING)

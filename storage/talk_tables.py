"""The tables of talk: messages heard, conversations, messages to send, files to fetch, requests for a person."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from storage.columns import BIG_ID, JSON_TEXT, METADATA, UtcDateTime

INBOX = Table(
    "inbox",
    METADATA,
    Column("key", String(200), primary_key=True),
    Column("channel", String(64), nullable=False),
    Column("user", String(128), nullable=False),
    Column("content", JSON_TEXT),
    Column("reply", JSON_TEXT),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "channel", "user", "at"),
    Index(None, "at"),
)
CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("channel", String(64), primary_key=True),
    Column("user", String(128), primary_key=True),
    Column("state", JSON_TEXT, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", UtcDateTime),
    Column("window_until", UtcDateTime),
    Column("window_left", Integer, nullable=False),
    Index(None, "changed_at"),
)
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", BIG_ID, primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("channel", String(64), nullable=False),
    Column("user", String(128), nullable=False),
    Column("lane", String(16), nullable=False),
    Column("body", JSON_TEXT, nullable=False),
    Column("has_choices", Boolean, nullable=False),
    Column("waits", Boolean, nullable=False),
    Column("case", String(64)),
    Column("urgent", Boolean, nullable=False),
    Column("not_before", UtcDateTime),
    Column("next_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("state", String(16), nullable=False),
    Column("reason", String(128), nullable=False),
    Column("platform_id", String(128), nullable=False),
    Column("put_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("fence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Index(None, "case"),
    Index(None, "channel", "user"),
)
_PENDING = OUTBOX.c.state == "pending"
Index(
    "ix_outbox_pending",
    OUTBOX.c.channel,
    OUTBOX.c.user,
    OUTBOX.c.lane,
    OUTBOX.c.id,
    postgresql_where=_PENDING,
    sqlite_where=_PENDING,
)
Index("ix_outbox_queue", OUTBOX.c.urgent, OUTBOX.c.id, postgresql_where=_PENDING, sqlite_where=_PENDING)
Index(
    "ix_outbox_waits",
    OUTBOX.c.channel,
    OUTBOX.c.user,
    postgresql_where=OUTBOX.c.waits,
    sqlite_where=OUTBOX.c.waits,
)
MEDIA = Table(
    "media",
    METADATA,
    Column("key", String(320), primary_key=True),
    Column("channel", String(64), nullable=False),
    Column("media_id", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("path", Text, nullable=False),
    Column("content_type", String(128), nullable=False),
    Column("size", Integer, nullable=False),
    Column("reason", String(128), nullable=False),
    Column("wished_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("fence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
)
_WISHED = MEDIA.c.state == "wished"
Index("ix_media_wished", MEDIA.c.wished_at, postgresql_where=_WISHED, sqlite_where=_WISHED)
HELP_REQUESTS = Table(
    "help_requests",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("channel", String(64), nullable=False),
    Column("user", String(128), nullable=False),
    Column("state", String(16), nullable=False),
    Column("staff", Integer),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("case", String(64)),
)
_OPEN = HELP_REQUESTS.c.state != "ended"
Index(
    "uq_help_requests_unended",
    HELP_REQUESTS.c.channel,
    HELP_REQUESTS.c.user,
    unique=True,
    postgresql_where=_OPEN,
    sqlite_where=_OPEN,
)
PAUSES = Table(
    "pauses",
    METADATA,
    Column("channel", String(64), primary_key=True),
    Column("pictures", Boolean, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
    Column("reason", String(128), nullable=False),
)

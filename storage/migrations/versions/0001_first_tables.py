"""The first tables.

Types are spelled out here, apart from the code's own, so that this step stays what it was when it ran.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON_TEXT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
BACKWARDS = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSED = "the log of events is only ever added to"
APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER events_no_{action.lower()} BEFORE {action} ON events BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        for action in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$",
        "CREATE TRIGGER events_no_rewrite BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite()",
    ],
}
"""A step that makes the table anew (batch mode on SQLite does) has to make its triggers anew as well."""


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "case_numbers",
        sa.Column("prefix", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "day", name="pk_case_numbers"),
    )
    op.create_table(
        "cases",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("backwards", BACKWARDS, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("place_unit", sa.String(length=32), nullable=False),
        sa.Column("photos", JSON_TEXT, nullable=False),
        sa.Column("flow", sa.String(length=32), nullable=False),
        sa.Column("rules_version", sa.String(length=64), nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column("owner_unit", sa.String(length=32), nullable=False),
        sa.Column("handler", sa.Integer()),
        sa.Column("lead_unit", sa.String(length=32)),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("supervision", sa.Integer(), nullable=False),
        sa.Column("light", sa.String(length=16), nullable=False),
        sa.Column("clock", sa.String(length=16), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("clock_started_at", INSTANT),
        sa.Column("clock_limit", sa.Float()),
        sa.Column("clock_due_at", INSTANT),
        sa.Column("citizen_due_at", INSTANT),
        sa.Column("accepted_at", INSTANT),
        sa.Column("dispatched_at", INSTANT),
        sa.Column("sign_due_at", INSTANT),
        sa.Column("signed_at", INSTANT),
        sa.Column("signed_late", sa.Boolean(), nullable=False),
        sa.Column("contacted_at", INSTANT),
        sa.Column("handle_started_at", INSTANT),
        sa.Column("handle_time", sa.Float()),
        sa.Column("handle_due_at", INSTANT),
        sa.Column("first_due_at", INSTANT),
        sa.Column("feedback_at", INSTANT),
        sa.Column("closed_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("rework_count", sa.Integer(), nullable=False),
        sa.Column("reopen_count", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer()),
        sa.Column("solved", sa.String(length=32)),
        sa.Column("changed_at", INSTANT),
        sa.Column("dated_by", sa.String(length=64), nullable=False),
        sa.Column("events_count", sa.Integer(), nullable=False),
        sa.Column("holds", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
        sa.UniqueConstraint("backwards", name="uq_cases_backwards"),
    )
    op.create_index("ix_cases_changed_at", "cases", ["changed_at"])
    op.create_index("ix_cases_clock_clock_due_at", "cases", ["clock", "clock_due_at"])
    op.create_index("ix_cases_handler", "cases", ["handler"])
    op.create_index("ix_cases_holds_ended_at", "cases", ["holds", "ended_at"])
    op.create_index(
        "ix_cases_open",
        "cases",
        ["number", "dated_by"],
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_cases_state_clock_due_at", "cases", ["state", "clock_due_at"])
    op.create_index("ix_cases_submitted_at", "cases", ["submitted_at"])
    op.create_table(
        "conversations",
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("state", JSON_TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT),
        sa.Column("window_until", INSTANT),
        sa.Column("window_left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "user", name="pk_conversations"),
    )
    op.create_index("ix_conversations_changed_at", "conversations", ["changed_at"])
    op.create_table(
        "county_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_county_state"),
    )
    op.create_table(
        "due_steps",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("case", sa.String(length=64), nullable=False),
        sa.Column("clock", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name="fk_due_steps_case_cases"),
        sa.PrimaryKeyConstraint("key", name="pk_due_steps"),
    )
    op.create_index("ix_due_steps_case", "due_steps", ["case"])
    op.create_index(
        "ix_due_steps_pending",
        "due_steps",
        ["at", "key"],
        postgresql_where=sa.text("state = 'pending'"),
        sqlite_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "grids",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("wkb", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_grids"),
    )
    op.create_table(
        "help_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("staff", sa.Integer()),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("case", sa.String(length=64)),
        sa.PrimaryKeyConstraint("id", name="pk_help_requests"),
    )
    op.create_index(
        "uq_help_requests_unended",
        "help_requests",
        ["channel", "user"],
        unique=True,
        postgresql_where=sa.text("state != 'ended'"),
        sqlite_where=sa.text("state != 'ended'"),
    )
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("content", JSON_TEXT),
        sa.Column("reply", JSON_TEXT),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_inbox"),
    )
    op.create_index("ix_inbox_at", "inbox", ["at"])
    op.create_index("ix_inbox_channel_user_at", "inbox", ["channel", "user", "at"])
    op.create_table(
        "media",
        sa.Column("key", sa.String(length=320), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("media_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=128), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.Column("wished_at", INSTANT, nullable=False),
        sa.Column("next_at", INSTANT),
        sa.Column("lease_until", INSTANT),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_media"),
    )
    op.create_index(
        "ix_media_wished",
        "media",
        ["wished_at"],
        postgresql_where=sa.text("state = 'wished'"),
        sqlite_where=sa.text("state = 'wished'"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("lane", sa.String(length=16), nullable=False),
        sa.Column("body", JSON_TEXT, nullable=False),
        sa.Column("has_choices", sa.Boolean(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("case", sa.String(length=64)),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("not_before", INSTANT),
        sa.Column("next_at", INSTANT),
        sa.Column("expires_at", INSTANT),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.Column("platform_id", sa.String(length=128), nullable=False),
        sa.Column("put_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("lease_until", INSTANT),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_case", "outbox", ["case"])
    op.create_index("ix_outbox_channel_user", "outbox", ["channel", "user"])
    op.create_index(
        "ix_outbox_pending",
        "outbox",
        ["channel", "user", "lane", "id"],
        postgresql_where=sa.text("state = 'pending'"),
        sqlite_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_outbox_queue",
        "outbox",
        ["urgent", "id"],
        postgresql_where=sa.text("state = 'pending'"),
        sqlite_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_outbox_waits",
        "outbox",
        ["channel", "user"],
        postgresql_where=sa.text("waits"),
        sqlite_where=sa.text("waits"),
    )
    op.create_table(
        "pauses",
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("pictures", sa.Boolean(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("reason", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("channel", "pictures", name="pk_pauses"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=32)),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_name", "people", ["name"])
    op.create_table(
        "rule_versions",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("texts", JSON_TEXT, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_rule_versions"),
    )
    op.create_table(
        "units",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("parent", sa.String(length=32)),
        sa.Column("department", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_units"),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wrong_codes"),
    )
    op.create_index("ix_wrong_codes_channel_user_at", "wrong_codes", ["channel", "user", "at"])
    op.create_table(
        "bind_codes",
        sa.Column("hash", sa.String(length=128), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_bind_codes_person_people"),
        sa.PrimaryKeyConstraint("hash", name="pk_bind_codes"),
    )
    op.create_index("ix_bind_codes_person", "bind_codes", ["person"])
    op.create_table(
        "bindings",
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_bindings_person_people"),
        sa.PrimaryKeyConstraint("channel", "user", name="pk_bindings"),
    )
    op.create_index("ix_bindings_person", "bindings", ["person"])
    op.create_table(
        "events",
        sa.Column("case", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("person", sa.Integer()),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("before", sa.String(length=32)),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("facts", JSON_TEXT, nullable=False),
        sa.Column("digest", sa.String(length=64)),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name="fk_events_case_cases"),
        sa.PrimaryKeyConstraint("case", "seq", name="pk_events"),
    )
    op.create_index("ix_events_action_at", "events", ["action", "at"])
    op.create_table(
        "posts",
        sa.Column("person", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_posts_person_people"),
        sa.PrimaryKeyConstraint("person", "seq", name="pk_posts"),
    )
    op.create_index("ix_posts_role_unit", "posts", ["role", "unit"])
    op.create_table(
        "reporters",
        sa.Column("case", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64)),
        sa.Column("user", sa.String(length=128)),
        sa.Column("phone", sa.String(length=32)),
        sa.Column("place_words", sa.Text()),
        sa.Column("pin", JSON_TEXT),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name="fk_reporters_case_cases"),
        sa.PrimaryKeyConstraint("case", name="pk_reporters"),
    )
    op.create_index("ix_reporters_channel_user", "reporters", ["channel", "user"])
    op.create_table(
        "words",
        sa.Column("case", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name="fk_words_case_cases"),
        sa.PrimaryKeyConstraint("case", "seq", name="pk_words"),
    )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Back to nothing."""
    op.drop_table("words")
    op.drop_table("reporters")
    op.drop_table("posts")
    op.drop_table("events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_to_rewrite()")
    op.drop_table("bindings")
    op.drop_table("bind_codes")
    op.drop_table("wrong_codes")
    op.drop_table("units")
    op.drop_table("rule_versions")
    op.drop_table("people")
    op.drop_table("pauses")
    op.drop_table("outbox")
    op.drop_table("media")
    op.drop_table("inbox")
    op.drop_table("help_requests")
    op.drop_table("grids")
    op.drop_table("due_steps")
    op.drop_table("county_state")
    op.drop_table("conversations")
    op.drop_table("cases")
    op.drop_table("case_numbers")

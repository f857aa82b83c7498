"""What lies over a case, who else waits for it, and who else was invited to work on it.

Only adds: a node of the version before goes on with the tables as they are.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON_TEXT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Forward."""
    op.add_column("cases", sa.Column("parent", sa.String(length=64)))
    op.add_column("cases", sa.Column("overlay", JSON_TEXT))
    op.create_index(
        "ix_cases_parent",
        "cases",
        ["parent"],
        postgresql_where=sa.text("parent IS NOT NULL"),
        sqlite_where=sa.text("parent IS NOT NULL"),
    )
    op.create_table(
        "followers",
        sa.Column("case", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name="fk_followers_case_cases"),
        sa.PrimaryKeyConstraint("case", "channel", "user", name="pk_followers"),
    )
    op.create_index("ix_followers_channel_user", "followers", ["channel", "user"])
    op.create_table(
        "invitations",
        sa.Column("case", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("guest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.number"], name="fk_invitations_case_cases"),
        sa.PrimaryKeyConstraint("case", "role", "guest", name="pk_invitations"),
    )
    op.create_index("ix_invitations_role_guest", "invitations", ["role", "guest"])


def downgrade() -> None:
    """Back to the first tables."""
    op.drop_table("invitations")
    op.drop_table("followers")
    op.drop_index("ix_cases_parent", "cases")
    op.drop_column("cases", "overlay")
    op.drop_column("cases", "parent")

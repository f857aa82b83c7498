"""Leaves and shifts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "leaves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.Column("substitute", sa.Integer()),
        sa.Column("noted_by", sa.Integer()),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_leaves_person_people"),
        sa.ForeignKeyConstraint(["substitute"], ["people.id"], name="fk_leaves_substitute_people"),
        sa.ForeignKeyConstraint(["noted_by"], ["people.id"], name="fk_leaves_noted_by_people"),
        sa.PrimaryKeyConstraint("id", name="pk_leaves"),
    )
    op.create_index("ix_leaves_until", "leaves", ["until"])
    op.create_table(
        "shifts",
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_shifts_person_people"),
        sa.PrimaryKeyConstraint("unit", "person", "since", name="pk_shifts"),
    )
    op.create_index("ix_shifts_until", "shifts", ["until"])


def downgrade() -> None:
    """Back."""
    op.drop_table("shifts")
    op.drop_table("leaves")

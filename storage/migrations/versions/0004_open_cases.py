"""Tasks are found among the open cases alone, however many have ended.

Only adds: nodes of the version before look by the index of all handlers, which the next release can do without.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NOT_ENDED = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Forward."""
    for name, column in (("ix_cases_in_hand", "handler"), ("ix_cases_led", "lead_unit")):
        op.create_index(name, "cases", [column], postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED)


def downgrade() -> None:
    """Back."""
    for name in ("ix_cases_led", "ix_cases_in_hand"):
        op.drop_index(name, "cases")

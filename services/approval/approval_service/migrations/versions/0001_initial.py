"""Approval workflows, their history, and the contents of kits."""

from alembic import op
from chassis.tables import STATEMENTS, TABLE_NAMES

revision = "approval_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in TABLE_NAMES:
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_change()")

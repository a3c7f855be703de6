"""Base images, their versions, and the executions and provider runs that make them."""

from alembic import op
from assets.tables import ASSET_STATEMENTS, EXECUTION_STATEMENTS
from chassis.tables import STATEMENTS

revision = "image_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (*STATEMENTS, *ASSET_STATEMENTS, *EXECUTION_STATEMENTS):
        op.execute(statement)


def downgrade() -> None:
    tables = ("provider_runs", "executions", "pieces", "confirmations", "versions", "assets", "inbox", "outbox")
    for table in tables:
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_change()")

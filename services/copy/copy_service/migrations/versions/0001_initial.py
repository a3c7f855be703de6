"""Copy variants, their versions, and the executions that make them."""

from alembic import op
from assets.tables import create_generator_tables, drop_generator_tables

revision = "copy_0001b"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_generator_tables(op.execute)


def downgrade() -> None:
    drop_generator_tables(op.execute)

"""Jobs that were called off."""

from alembic import op
from assets.tables import add_cancelling, drop_cancelling

revision = "image_0003"
down_revision = "image_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_cancelling(op.execute)


def downgrade() -> None:
    drop_cancelling(op.execute)

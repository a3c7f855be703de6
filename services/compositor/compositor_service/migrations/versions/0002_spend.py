"""What provider runs cost in dollars too and are charged by, and how fast a provider may be called."""

from alembic import op
from assets.tables import add_spend, drop_spend

revision = "compositor_0002"
down_revision = "compositor_0001b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_spend(op.execute)


def downgrade() -> None:
    drop_spend(op.execute)

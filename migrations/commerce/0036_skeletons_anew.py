"""How names are compared has changed: what was kept of them is forgotten, and written when next saved.

Where there is none, the names themselves are compared.
"""

from alembic import op

revision = "0036_skeletons_anew"
down_revision = "0035_deals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forget the skeletons; the release that is still running does without, too."""
    op.execute("UPDATE shops SET name_skeleton = NULL")

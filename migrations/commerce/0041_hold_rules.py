"""A shop's hold rules: how long units are held and who pays first; and what buyers say against that."""

import sqlalchemy as sa
from alembic import op

revision = "0041_hold_rules"
down_revision = "0040_shipping_discounts"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Let every shop hold as long as the operator says, and nobody have to pay first."""
    op.add_column("shops", sa.Column("hold_minutes", sa.SmallInteger))
    op.add_column("shops", sa.Column("pay_first", sa.Text, nullable=False, server_default="nobody"))
    op.add_column(
        "shops", sa.Column("pay_first_minutes", sa.SmallInteger, nullable=False, server_default="60")
    )
    op.create_check_constraint(
        "shops_hold_for_a_while", "shops", "hold_minutes > 0 AND pay_first_minutes > 0"
    )
    op.create_check_constraint(
        "shops_pay_first_is_known", "shops", "pay_first IN ('nobody', 'record', 'new', 'everybody')"
    )
    op.create_table(
        "pay_first_appeals",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("shop_id", sa.Uuid, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_by", sa.Uuid),
        sa.CheckConstraint(
            "state IN ('open', 'granted', 'refused')", name="pay_first_appeals_state_is_known"
        ),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL) AND (state = 'open') = (answered_by IS NULL)",
            name="pay_first_appeals_are_answered_by_somebody",
        ),
    )
    op.create_index("pay_first_appeals_of_buyer", "pay_first_appeals", ["shop_id", "holder"])
    op.create_index(
        "pay_first_appeals_open_once",
        "pay_first_appeals",
        ["shop_id", "holder"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )

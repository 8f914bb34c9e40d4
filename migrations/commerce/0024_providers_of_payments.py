"""A way to pay is means by a provider: payments keep both, and what the provider calls the charge."""

import sqlalchemy as sa
from alembic import op

revision = "0024_providers_of_payments"
down_revision = "0023_names_in_signs"
branch_labels = None
depends_on = None

_WAITS_BY_AMOUNT = "state = 'pending' AND {} IN ('qris_static', 'bank_transfer')"


def upgrade() -> None:
    """Tell the means of known payments from their provider; orders name both in one text."""
    op.drop_index("payments_amount_names_order", "payments")
    op.alter_column("payments", "method", new_column_name="means")
    op.add_column("payments", sa.Column("provider", sa.Text()))
    op.add_column("payments", sa.Column("charge_id", sa.Text()))
    op.execute(
        """
        UPDATE payments SET
            provider = CASE
                WHEN means LIKE 'midtrans%' THEN 'midtrans' WHEN means = 'cod' THEN 'nobody' ELSE 'hand'
            END,
            means = CASE means
                WHEN 'midtrans_qris' THEN 'qris' WHEN 'midtrans_va' THEN 'virtual_account' ELSE means
            END
        """
    )
    op.alter_column("payments", "provider", nullable=False)
    op.create_index(
        "payments_amount_names_order",
        "payments",
        ["shop_id", "due"],
        unique=True,
        postgresql_where=sa.text(_WAITS_BY_AMOUNT.format("means")),
    )
    op.execute("UPDATE orders SET method = 'qris:midtrans' WHERE method = 'midtrans_qris'")
    op.execute("UPDATE orders SET method = 'virtual_account:midtrans' WHERE method = 'midtrans_va'")

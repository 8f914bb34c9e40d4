"""What the ledger should hold by the payments, their refunds and the payouts, added up by the database."""

from collections.abc import AsyncIterator, Collection
from uuid import UUID

from sqlalchemy import text

from etalase.commerce.ledger import OwnedBalance
from etalase.platform.db import Tx

_EXPECTED = """
WITH payment AS (
    SELECT *, state IN ('created', 'pending') AS open, received > 0 AND NOT stray AS paid,
        CASE WHEN means IN ('qris', 'virtual_account') THEN 'gateway_clearing' ELSE 'shop_cash' END AS purse,
        CASE WHEN means = 'cod' THEN 'cod_receivable' ELSE 'buyer_receivable' END AS receivable
    FROM payments {of_orders}
), line AS (
    SELECT shop_id, order_id, account, minor FROM payment CROSS JOIN LATERAL (VALUES
        (purse, received - refunded),
        (receivable, CASE WHEN open THEN due ELSE 0 END),
        ('sales', CASE WHEN open OR paid THEN shipping - amount ELSE 0 END),
        ('shipping_income', CASE WHEN open OR paid THEN -shipping ELSE 0 END),
        ('unique_amounts', CASE WHEN open OR paid THEN amount - due ELSE 0 END)
    ) AS moved (account, minor)
    UNION ALL
    SELECT shop_id, order_id, account, minor FROM payment
    JOIN payment_refunds AS refund ON refund.payment_id = payment.id
    CROSS JOIN LATERAL (VALUES
        ('refunds_given', CASE WHEN stray THEN 0 ELSE refund.amount END),
        ('refunds_due', CASE WHEN refund.sent_at IS NULL THEN -refund.amount ELSE 0 END)
    ) AS moved (account, minor)
    UNION ALL
    SELECT shop_id, NULL, account, minor FROM gateway_payouts CROSS JOIN LATERAL (VALUES
        ('shop_cash', amount), ('gateway_fees', fee), ('gateway_clearing', -amount - fee)
    ) AS moved (account, minor)
    WHERE taken_back_at IS NULL {and_none}
)
SELECT shop_id, order_id, account, sum(minor)::bigint AS minor FROM line
GROUP BY shop_id, order_id, account HAVING sum(minor) <> 0
ORDER BY shop_id, order_id NULLS FIRST, account COLLATE "C"
"""
EXPECTED = text(_EXPECTED.format(of_orders="", and_none=""))
OF_ORDERS = text(
    _EXPECTED.format(of_orders="WHERE order_id = ANY(CAST(:orders AS uuid[]))", and_none="AND false")
)
"""The same, of these orders only."""


async def read_at_one_moment(tx: Tx) -> None:
    """Let everything that this transaction reads be as it was at one moment; it writes nothing."""
    await tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


async def expected_balances(tx: Tx, order_ids: Collection[UUID] | None = None) -> AsyncIterator[OwnedBalance]:
    """Yield what payments, refunds and payouts should have left in the ledger, for `ledger.compare`.

    In the order of `OwnedBalance.place`; the database adds up, and nothing is kept here.
    """
    asked = EXPECTED if order_ids is None else OF_ORDERS.bindparams(orders=list(order_ids))
    async for row in tx.stream(asked):
        yield OwnedBalance(row.shop_id, row.order_id, row.account, row.minor)

"""Builders for what a payment needs: a shop that can be paid, a payment as the model sees it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from etalase.commerce import payments
from etalase.commerce.payments import Instructions, Means, Method, Payment, PaymentState
from etalase.commerce.shops import ShopId
from etalase.kernel.money import Money
from etalase.platform.db import Tx
from tests.make.shops import open_shop, qris, shop_draft

QRIS = Method(Means.QRIS, "midtrans")
VIRTUAL_ACCOUNT = Method(Means.VIRTUAL_ACCOUNT, "midtrans")
METHODS = (QRIS, VIRTUAL_ACCOUNT, Method.QRIS_STATIC, Method.BANK_TRANSFER, Method.COD)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def payment(method: Method = Method.BANK_TRANSFER, **changes: Any) -> Payment:
    """Return a payment of Rp 89.000 as it was placed, with an hour to pay it."""
    placed = Payment(
        id=uuid4(),
        token=uuid4().hex,
        order_id=uuid4(),
        shop_id=uuid4(),
        method=method,
        state=PaymentState.CREATED if method.by_gateway else PaymentState.PENDING,
        amount=Money(89_000),
        shipping=Money(9_000),
        due=Money(89_000 + 17 * method.by_unique_amount),
        received=Money(0),
        refunded=Money(0),
        attempt=1,
        instructions=Instructions(),
        created_at=NOW,
        expires_at=None if method.on_delivery else NOW + timedelta(hours=1),
    )
    return replace(placed, **changes)


async def shop(tx: Tx, *, cod: bool = True) -> ShopId:
    """Open a shop that takes money in every way of its own."""
    draft = shop_draft(
        bank="BCA", bank_account_number="1234567890", bank_account_holder="Sari", qris_static=qris()
    )
    opened = await open_shop(tx, uuid4(), draft)
    await payments.set_cod(tx, opened.id, on=cod)
    return opened.id

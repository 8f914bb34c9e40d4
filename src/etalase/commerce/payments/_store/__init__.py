"""The payments' tables, and the only SQL that touches them.

Lock order: a payment, then its refund. The ledger and the outbox are written after, in the same transaction.
"""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    Select,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    func,
    not_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from etalase.commerce import shops
from etalase.commerce.payments._errors import PaymentUnknown
from etalase.commerce.payments._model.method import OWN_METHODS, Means, Method
from etalase.commerce.payments._model.payment import Instructions, Payment, PaymentState, Refund
from etalase.commerce.payments._model.payout import Payout
from etalase.commerce.payments._model.provider import Destination
from etalase.commerce.payments._store.expected import stream_expected as stream_expected
from etalase.kernel.money import Money
from etalase.platform.db import Tx

_AMOUNTS_FIT = "amount > 0 AND shipping BETWEEN 0 AND amount AND due >= amount"

metadata = MetaData()
payments = Table(
    "payments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("token", Text, nullable=False, unique=True),
    Column("order_id", Uuid, nullable=False),
    Column("shop_id", Uuid, nullable=False),
    Column("means", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("shipping", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("refunded", BigInteger, nullable=False),
    Column("attempt", SmallInteger, nullable=False),
    Column("instructions", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("captured_at", DateTime(timezone=True)),
    Column("charge_id", Text),
    Column("paid_reference", Text),
    Column("stray", Boolean, nullable=False),
    Column("asked_at", DateTime(timezone=True)),
    CheckConstraint(
        "amount > 0 AND shipping BETWEEN 0 AND amount AND due >= amount", name="payments_amounts"
    ),
    CheckConstraint("refunded BETWEEN 0 AND received", name="payments_refund_what_came"),
    CheckConstraint("stray OR received IN (0, due)", name="payments_capture_what_is_due"),
)
Index("payments_of_order", payments.c.order_id)
Index("payments_of_shop", payments.c.shop_id, payments.c.id)
_ENDED_OR_STRAY = "NOT stray AND state NOT IN ('expired', 'cancelled', 'failed')"
Index("payments_once_per_order", payments.c.order_id, unique=True, postgresql_where=text(_ENDED_OR_STRAY))
_WAITS_BY_AMOUNT = "state = 'pending' AND means IN ('qris_static', 'bank_transfer')"
Index(
    "payments_amount_names_order",
    payments.c.shop_id,
    payments.c.due,
    unique=True,
    postgresql_where=text(_WAITS_BY_AMOUNT),
)
Index(
    "payments_open_until",
    payments.c.expires_at,
    postgresql_where=text("state IN ('created', 'pending')"),
)

refunds = Table(
    "payment_refunds",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("payment_id", Uuid, ForeignKey("payments.id"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    CheckConstraint("amount > 0", name="payment_refunds_move_something"),
)
Index("payment_refunds_of_payment", refunds.c.payment_id)
Index(
    "payment_refunds_one_at_a_time",
    refunds.c.payment_id,
    unique=True,
    postgresql_where=refunds.c.sent_at.is_(None),
)

options = Table(
    "payment_options",
    metadata,
    Column("shop_id", Uuid, primary_key=True),
    Column("cod", Boolean, nullable=False),
)


payouts = Table(
    "gateway_payouts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("shop_id", Uuid, nullable=False),
    Column("key", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("fee", BigInteger, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("taken_back_at", DateTime(timezone=True)),
    CheckConstraint("amount > 0 AND fee >= 0", name="gateway_payouts_amounts"),
    UniqueConstraint("shop_id", "key", name="gateway_payouts_once"),
)


async def lock_payouts(tx: Tx, shop_id: UUID) -> None:
    """Let one payout of a shop be recorded after the other."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"payouts:{shop_id}", 0))))


async def find_payouts(tx: Tx, query: Select[Any]) -> list[Payout]:
    """Return the payouts that the query of `payouts` finds."""
    return [
        Payout(
            row.id,
            row.shop_id,
            row.key,
            Money(row.amount, row.currency),
            Money(row.fee, row.currency),
            row.recorded_at,
            row.taken_back_at,
        )
        for row in await tx.execute(query)
    ]


async def find_payout(tx: Tx, shop_id: UUID, key: str) -> Payout | None:
    """Return the payout that was recorded under the key."""
    query = select(payouts).where(payouts.c.shop_id == shop_id, payouts.c.key == key)
    return next(iter(await find_payouts(tx, query)), None)


async def add_payout(tx: Tx, payout: Payout) -> None:
    """Write a new payout."""
    row = asdict(payout) | {"amount": payout.amount.minor, "fee": payout.fee.minor}
    await tx.execute(insert(payouts).values(row | {"currency": payout.amount.currency}))


async def save_payout(tx: Tx, payout: Payout) -> None:
    """Write whether a payout stands."""
    await tx.execute(
        update(payouts).where(payouts.c.id == payout.id).values(taken_back_at=payout.taken_back_at)
    )


async def add(tx: Tx, payment: Payment) -> bool:
    """Write a new payment; False where its order has one, or another order waits for the same amount."""
    statement = insert(payments).values(_row(payment)).on_conflict_do_nothing().returning(payments.c.id)
    return (await tx.execute(statement)).scalar_one_or_none() is not None


async def save(tx: Tx, payment: Payment) -> None:
    """Write what changed in a payment."""
    await tx.execute(update(payments).where(payments.c.id == payment.id).values(_row(payment)))


async def lock(tx: Tx, payment_id: UUID) -> Payment:
    """Return the payment and keep others from changing it. Raises PaymentUnknown."""
    query = select(payments).where(payments.c.id == payment_id).with_for_update()
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise PaymentUnknown
    return to_payment(row)


async def find(tx: Tx, payment_id: UUID) -> Payment | None:
    """Return the payment."""
    return await find_one(tx, select(payments).where(payments.c.id == payment_id))


async def find_one(tx: Tx, query: Select[Any]) -> Payment | None:
    """Return the first payment that the query finds."""
    row = (await tx.execute(query.limit(1))).one_or_none()
    return to_payment(row) if row else None


async def find_all(tx: Tx, query: Select[Any]) -> list[Payment]:
    """Return the payments that the query finds."""
    return [to_payment(row) for row in await tx.execute(query)]


async def find_current(tx: Tx, order_id: UUID, *, lock_it: bool = False) -> Payment | None:
    """Return the one payment of the order that is open or has its money."""
    query = select(payments).where(payments.c.order_id == order_id, text(_ENDED_OR_STRAY))
    return await find_one(tx, query.with_for_update() if lock_it else query)


async def lock_due(tx: Tx, now: datetime, limit: int) -> list[Payment]:
    """Return open payments whose time is over, skipping those that someone works on."""
    query = (
        select(payments)
        .where(payments.c.state.in_(("created", "pending")), payments.c.expires_at <= now)
        .order_by(payments.c.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return await find_all(tx, query)


async def touch_unasked(
    tx: Tx, providers: Collection[str], now: datetime, since: datetime, limit: int
) -> list[Payment]:
    """Return open payments by these providers that nobody asked about since then, marked as asked now."""
    last_word = func.coalesce(payments.c.asked_at, payments.c.created_at)
    waiting = (
        select(payments.c.id)
        .where(
            payments.c.state.in_(("created", "pending")),
            payments.c.provider.in_(providers),
            last_word <= since,
        )
        .order_by(last_word)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = update(payments).where(payments.c.id.in_(waiting)).values(asked_at=now).returning(payments)
    return [to_payment(row) for row in await tx.execute(found)]


async def list_waiting_amounts(tx: Tx, shop_id: UUID, since: datetime) -> set[int]:
    """Return the amounts that a transfer to the shop may still mean: of open and of lately ended payments."""
    query = select(payments.c.due).where(
        payments.c.shop_id == shop_id,
        payments.c.created_at >= since,
        payments.c.means.in_([method.means for method in OWN_METHODS if method.by_unique_amount]),
        not_(and_(payments.c.state.in_(("captured", "refunded")), payments.c.captured_at < since)),
    )
    return set((await tx.execute(query)).scalars())


async def add_refund(tx: Tx, refund: Refund) -> None:
    """Write a new refund."""
    await tx.execute(insert(refunds).values(_refund_row(refund)))


async def save_refund(tx: Tx, refund: Refund) -> None:
    """Write what changed in a refund."""
    await tx.execute(update(refunds).where(refunds.c.id == refund.id).values(_refund_row(refund)))


async def find_refunds(tx: Tx, query: Select[Any]) -> list[tuple[Payment, Refund]]:
    """Return the refunds that the query of `refunds` finds, each with its payment."""
    rows = (await tx.execute(query)).all()
    wanted = select(payments).where(payments.c.id.in_({row.payment_id for row in rows}))
    owners = {payment.id: payment for payment in await find_all(tx, wanted)}
    return [
        (payment, to_refund(row, payment.due.currency))
        for row in rows
        for payment in (owners[row.payment_id],)
    ]


async def list_unsent_refunds(tx: Tx, providers: Collection[str], since: datetime, limit: int) -> list[UUID]:
    """Return the refunds of payments by these providers that wait for a gateway since then, oldest first."""
    query = (
        select(refunds.c.id)
        .join(payments, payments.c.id == refunds.c.payment_id)
        .where(
            refunds.c.sent_at.is_(None),
            not_(refunds.c.by_hand),
            refunds.c.requested_at <= since,
            payments.c.provider.in_(providers),
        )
    )
    return list((await tx.execute(query.order_by(refunds.c.id).limit(limit))).scalars())


async def lock_refund(tx: Tx, refund_id: UUID) -> tuple[Payment, Refund]:
    """Return the refund and its payment, both locked. Raises PaymentUnknown."""
    owner = select(refunds.c.payment_id).where(refunds.c.id == refund_id)
    payment_id = (await tx.execute(owner)).scalar_one_or_none()
    if payment_id is None:
        raise PaymentUnknown
    payment = await lock(tx, payment_id)
    row = (await tx.execute(select(refunds).where(refunds.c.id == refund_id).with_for_update())).one()
    return payment, to_refund(row, payment.due.currency)


async def takes_cod(tx: Tx, shop_id: UUID) -> bool:
    """Tell whether the shop lets buyers pay the courier."""
    query = select(options.c.cod).where(options.c.shop_id == shop_id)
    return bool((await tx.execute(query)).scalar_one_or_none())


async def get_destination(tx: Tx, shop_id: UUID) -> Destination:
    """Return where the shop takes money itself."""
    shop = await shops.get_shop(tx, shops.ShopId(shop_id))
    account = shop.bank_account
    return Destination(
        qris_static=shop.qris_static,
        bank=account.bank if account else None,
        number=account.number if account else None,
        holder=account.holder if account else None,
        cod=await takes_cod(tx, shop_id),
    )


async def set_cod(tx: Tx, shop_id: UUID, *, on: bool) -> None:
    """Let the shop's buyers pay the courier, or not."""
    row = insert(options).values(shop_id=shop_id, cod=on)
    await tx.execute(row.on_conflict_do_update(index_elements=["shop_id"], set_={"cod": on}))


def _row(payment: Payment) -> dict[str, Any]:
    money = {
        name: getattr(payment, name).minor for name in ("amount", "shipping", "due", "received", "refunded")
    }
    row = {name: getattr(payment, name) for name in Payment.__dataclass_fields__ if name != "method"}
    row |= {"means": payment.method.means, "provider": payment.method.provider}
    instructions = {key: value for key, value in asdict(payment.instructions).items() if value is not None}
    return row | money | {"currency": payment.due.currency, "instructions": instructions}


def to_payment(row: Any) -> Payment:
    """Return the row of a query as a payment."""
    fields = {name: getattr(row, name) for name in Payment.__dataclass_fields__ if name != "method"}
    for name in ("amount", "shipping", "due", "received", "refunded"):
        fields[name] = Money(fields[name], row.currency)
    fields["method"], fields["state"] = Method(Means(row.means), row.provider), PaymentState(row.state)
    fields["instructions"] = Instructions(**row.instructions)
    return Payment(**fields)


def _refund_row(refund: Refund) -> dict[str, Any]:
    row = {name: getattr(refund, name) for name in Refund.__dataclass_fields__}
    return row | {"amount": refund.amount.minor}


def to_refund(row: Any, currency: str) -> Refund:
    """Return the row of a query as a refund."""
    fields = {name: getattr(row, name) for name in Refund.__dataclass_fields__}
    return Refund(**fields | {"amount": Money(row.amount, currency)})


async def find_captured(tx: Tx, after: UUID | None, limit: int) -> list[UUID]:
    """Return orders whose payment has their money or had it, by id, from after one of them on."""
    query = select(payments.c.order_id).distinct().where(not_(payments.c.stray), payments.c.received > 0)
    if after is not None:
        query = query.where(payments.c.order_id > after)
    return list((await tx.execute(query.order_by(payments.c.order_id).limit(limit))).scalars())

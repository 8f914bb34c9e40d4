"""Writes a change of a payment: the row, its entry in the ledger and its events, in one transaction."""

from collections.abc import Sequence

from etalase.commerce import ledger
from etalase.commerce.ledger import Entry, LedgerAccount, Posting, credit, debit
from etalase.commerce.payments import _store as store
from etalase.commerce.payments._events import (
    PaymentCancelled,
    PaymentCaptured,
    PaymentExpired,
    PaymentFailed,
    PaymentRefunded,
    PaymentStarted,
    RefundRequested,
    StrayMoneyReceived,
    StrayMoneyReturned,
)
from etalase.commerce.payments._model.payment import LEDGER_OWNER, Change, Payment
from etalase.kernel.events import Event
from etalase.platform import outbox
from etalase.platform.db import Tx
from etalase.platform.observing import request_of


async def record(tx: Tx, change: Change) -> Payment:
    """Save the payment, post what moved, tell what happened."""
    payment, events = change
    await store.save(tx, payment)
    await publish(tx, payment, events)
    return payment


async def publish(tx: Tx, payment: Payment, events: tuple[Event, ...]) -> None:
    """Post what the events moved, and publish them."""
    await publish_all(tx, [(payment, events)])


async def publish_all(tx: Tx, changes: Sequence[Change]) -> None:
    """Post what the events of several payments moved, and publish them."""
    moved = [entry_for(payment, event) for payment, events in changes for event in events]
    await ledger.post_all(tx, [entry for entry in moved if entry is not None])
    caused = (
        outbox.Caused(event, request_of(payment.order_id)) for payment, events in changes for event in events
    )
    await outbox.publish(tx, *caused)


def entry_for(payment: Payment, event: Event) -> Entry | None:
    """Return what an event of the payment means for the shop's book."""
    match event:
        case PaymentStarted():
            source, lines = f"payment:{payment.id}:started", _promise(payment)
        case PaymentExpired() | PaymentCancelled() | PaymentFailed():
            source = f"payment:{payment.id}:ended"
            lines = tuple(Posting(line.account, -line.amount) for line in _promise(payment))
        case PaymentCaptured(received=amount):
            source = f"payment:{payment.id}:captured"
            lines = debit(_purse(payment), amount), credit(_receivable(payment), amount)
        case StrayMoneyReceived(received=amount):
            source = f"payment:{payment.id}:stray"
            lines = debit(_purse(payment), amount), credit(LedgerAccount.REFUNDS_DUE, amount)
        case RefundRequested(amount=amount, refund_id=refund_id):
            source = f"refund:{refund_id}:requested"
            lines = debit(LedgerAccount.REFUNDS_GIVEN, amount), credit(LedgerAccount.REFUNDS_DUE, amount)
        case (
            PaymentRefunded(amount=amount, refund_id=refund_id)
            | StrayMoneyReturned(amount=amount, refund_id=refund_id)
        ):
            source = f"refund:{refund_id}:sent"
            lines = debit(LedgerAccount.REFUNDS_DUE, amount), credit(_purse(payment), amount)
        case _:
            return None
    kind = event.name.partition(".")[2]
    return Entry(source, payment.shop_id, payment.order_id, kind, lines, LEDGER_OWNER)


def _promise(payment: Payment) -> tuple[Posting, ...]:
    """Return what an order's buyer owes, and for what."""
    return (
        debit(_receivable(payment), payment.due),
        credit(LedgerAccount.SALES, payment.amount - payment.shipping),
        credit(LedgerAccount.SHIPPING_INCOME, payment.shipping),
        credit(LedgerAccount.UNIQUE_AMOUNTS, payment.due - payment.amount),
    )


def _receivable(payment: Payment) -> LedgerAccount:
    return LedgerAccount.COD_RECEIVABLE if payment.method.on_delivery else LedgerAccount.BUYER_RECEIVABLE


def _purse(payment: Payment) -> LedgerAccount:
    return LedgerAccount.GATEWAY_CLEARING if payment.method.by_gateway else LedgerAccount.SHOP_CASH

"""The life of a payment, as pure functions from a state and a fact to the next state and its events.

    created -> pending -> captured -> refund_pending -> refunded
                  |-> expired | cancelled | failed -> (money after all) -> refund_pending

`created` is an intent that the gateway may or may not know; `pending` waits for the buyer. What comes twice,
late or out of order changes nothing, or is told as stray money: it is never lost and never counted twice.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from etalase.commerce.payments._errors import (
    AmountDiffers,
    ConfirmedByGateway,
    NothingToRefund,
    PaymentNotOpen,
    RefundUnderWay,
)
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
from etalase.commerce.payments._model.method import Method
from etalase.kernel.events import Event
from etalase.kernel.money import Money


class PaymentState(StrEnum):
    """Where a payment stands."""

    CREATED = "created"
    PENDING = "pending"
    CAPTURED = "captured"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"
    REFUND_PENDING = "refund_pending"
    REFUNDED = "refunded"


LEDGER_OWNER = "payments"
"""Whose the ledger's entries of payments, refunds and payouts are."""
_REFERENCE = re.compile("([0-9a-f]{32})-[0-9]{1,4}")
OPEN = frozenset({PaymentState.CREATED, PaymentState.PENDING})
ENDED_UNPAID = frozenset({PaymentState.EXPIRED, PaymentState.CANCELLED, PaymentState.FAILED})


@dataclass(frozen=True, slots=True)
class Instructions:
    """What the buyer needs in order to pay: a QR's text, or an account or virtual account number."""

    qr: str | None = None
    bank: str | None = None
    number: str | None = None
    holder: str | None = None
    link: str | None = None
    """A page of the gateway where paying can be tried: a sandbox or simulator has one."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt at paying one order.

    `amount` is the order's total, of which `shipping` is a part; `due` is what the buyer sends. `reference`
    is what the gateway knows it by: it changes only when a charge whose answer was lost is made anew.
    """

    id: UUID
    token: str
    """The secret in the buyer's link."""
    order_id: UUID
    shop_id: UUID
    method: Method
    state: PaymentState
    amount: Money
    shipping: Money
    due: Money
    received: Money
    refunded: Money
    attempt: int
    instructions: Instructions
    created_at: datetime
    expires_at: datetime | None
    captured_at: datetime | None = None
    charge_id: str | None = None
    """What the provider calls the charge of the latest reference."""
    paid_reference: str | None = None
    """The reference under which the money came: a refund must name it."""
    stray: bool = False
    """Whether the money that came was late or wrong, and so never paid the order."""

    @property
    def reference(self) -> str:
        """Return the key by which the gateway refuses to charge twice (at most 50 characters)."""
        return f"{self.id.hex}-{self.attempt}"

    @property
    def held(self) -> Money:
        """Return the money that came and has not gone back."""
        return self.received - self.refunded

    @property
    def paid(self) -> bool:
        """Whether the order's money came in, also if it went back later."""
        return bool(self.received) and not self.stray


def read_reference(reference: str) -> UUID | None:
    """Return whose reference it is; None for what is no reference of ours."""
    match = _REFERENCE.fullmatch(reference)
    return UUID(match.group(1)) if match else None


Change = tuple[Payment, tuple[Event, ...]]


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back to a buyer. `by_hand`: the seller sends it, no gateway does."""

    id: UUID
    payment_id: UUID
    amount: Money
    reason: str
    by_hand: bool
    requested_at: datetime
    sent_at: datetime | None = None


def begin(payment: Payment) -> Change:
    """Return the new payment and its first event; where nobody has to be asked, it is pending at once."""
    if not payment.method.by_gateway:
        payment = replace(payment, state=PaymentState.PENDING)
    started = PaymentStarted(
        payment.id,
        payment.order_id,
        payment.shop_id,
        str(payment.method),
        payment.amount,
        payment.due,
        payment.expires_at,
    )
    return payment, (started,)


def present(payment: Payment, instructions: Instructions, charge_id: str | None = None) -> Change:
    """Show the buyer how to pay, as the gateway answered; an answer to an ended payment changes nothing."""
    if payment.state is not PaymentState.CREATED:
        return payment, ()
    return replace(payment, state=PaymentState.PENDING, instructions=instructions, charge_id=charge_id), ()


def renew_reference(payment: Payment) -> Payment:
    """Give the next charge a new key: the answer to the last was lost and cannot be had again."""
    if payment.state is not PaymentState.CREATED:
        raise PaymentNotOpen(state=payment.state)
    return replace(payment, attempt=payment.attempt + 1)


def receive(payment: Payment, amount: Money, at: datetime, reference: str | None = None) -> Change:
    """Believe whoever holds the money that it came. Repeats change nothing.

    The right amount in time captures the payment. A wrong amount fails it, and money for an ended payment
    stays with the payment as stray: both are to be sent back.
    """
    if payment.received:
        return payment, ()
    ids = (payment.id, payment.order_id, payment.shop_id)
    got = replace(payment, received=amount, captured_at=at, paid_reference=reference or payment.reference)
    if payment.state in OPEN and amount == payment.due:
        return replace(got, state=PaymentState.CAPTURED), (PaymentCaptured(*ids, payment.amount, amount),)
    reason = "amount_differs" if payment.state in OPEN else "late"
    stray = replace(got, state=PaymentState.REFUND_PENDING, stray=True)
    events: tuple[Event, ...] = (StrayMoneyReceived(*ids, amount, reason),)
    if payment.state in OPEN:
        events = (PaymentFailed(*ids, reason), *events)
    return stray, events


def confirm(payment: Payment, amount: Money, at: datetime) -> Change:
    """Believe the seller that the money came.

    Raises ConfirmedByGateway, AmountDiffers where the seller saw another amount, and PaymentNotOpen after it
    was refunded. A second confirmation changes nothing.
    """
    if payment.method.by_gateway:
        raise ConfirmedByGateway(method=str(payment.method))
    if payment.state is PaymentState.CAPTURED:
        return payment, ()
    if payment.received:
        raise PaymentNotOpen(state=payment.state)
    if amount != payment.due:
        raise AmountDiffers(due_minor=payment.due.minor, seen_minor=amount.minor)
    return receive(payment, amount, at)


def is_due(payment: Payment, at: datetime) -> bool:
    """Tell whether the time to pay is over and nothing has come."""
    return payment.state in OPEN and payment.expires_at is not None and at >= payment.expires_at


def expire(payment: Payment) -> Change:
    """End the payment: its time is over, by our clock or the gateway's. Once ended or paid, do nothing."""
    if payment.state not in OPEN:
        return payment, ()
    ids = (payment.id, payment.order_id, payment.shop_id)
    return replace(payment, state=PaymentState.EXPIRED), (PaymentExpired(*ids),)


def cancel(payment: Payment) -> Change:
    """Give the payment up. Raises PaymentNotOpen once money came; a repeat changes nothing."""
    if payment.state in ENDED_UNPAID:
        return payment, ()
    if payment.state not in OPEN:
        raise PaymentNotOpen(state=payment.state)
    ids = (payment.id, payment.order_id, payment.shop_id)
    return replace(payment, state=PaymentState.CANCELLED), (PaymentCancelled(*ids),)


def fail(payment: Payment, reason: str) -> Change:
    """End the payment: the gateway will not take it. Once ended or paid, do nothing."""
    if payment.state not in OPEN:
        return payment, ()
    ids = (payment.id, payment.order_id, payment.shop_id)
    return replace(payment, state=PaymentState.FAILED), (PaymentFailed(*ids, reason),)


def refundable(payment: Payment, requested: Money | None) -> Money:
    """Return what a request to refund means: the order's whole rest takes the unique rupiah along."""
    rest_of_order = payment.amount - payment.refunded
    if requested is None or rest_of_order.minor <= requested.minor <= payment.held.minor:
        return payment.held
    return requested


def by_hand(refund: Refund) -> Refund:
    """Leave the refund to the seller's hand."""
    return replace(refund, by_hand=True)


def ask_refund(payment: Payment, refund: Refund) -> Change:
    """Promise money back.

    Raises RefundUnderWay while another is on its way, NothingToRefund where less is held than asked.
    """
    if payment.state is PaymentState.REFUND_PENDING:
        raise RefundUnderWay
    if payment.state is not PaymentState.CAPTURED or not 0 < refund.amount.minor <= payment.held.minor:
        raise NothingToRefund(held=payment.held.minor)
    ids = (payment.id, payment.order_id, payment.shop_id, refund.id)
    asked = RefundRequested(*ids, refund.amount, refund.reason)
    return replace(payment, state=PaymentState.REFUND_PENDING), (asked,)


def settle_refund(
    payment: Payment, refund: Refund, at: datetime
) -> tuple[Payment, Refund, tuple[Event, ...]]:
    """Take the refund off what is held: it was sent. A second word of the same refund changes nothing."""
    if refund.sent_at is not None or payment.state is not PaymentState.REFUND_PENDING:
        return payment, refund, ()
    refunded = payment.refunded + refund.amount
    full = refunded == payment.received
    after = replace(
        payment, refunded=refunded, state=PaymentState.REFUNDED if full else PaymentState.CAPTURED
    )
    ids = (payment.id, payment.order_id, payment.shop_id, refund.id)
    sent = replace(refund, sent_at=at)
    if payment.stray:
        return after, sent, (StrayMoneyReturned(*ids, refund.amount),)
    return after, sent, (PaymentRefunded(*ids, refund.amount, full),)

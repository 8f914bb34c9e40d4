"""What has happened to a payment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from etalase.kernel.events import Event
from etalase.kernel.money import Money


@dataclass(frozen=True)
class PaymentStarted(Event):
    """A buyer is asked for money; `amount` is the order's, `due` what the buyer sends."""

    name = "payments.payment_started"
    payment_id: UUID
    order_id: UUID
    shop_id: UUID
    method: str
    amount: Money
    due: Money
    expires_at: datetime | None


@dataclass(frozen=True)
class PaymentCaptured(Event):
    """The money of an order has come in; told once for an order."""

    name = "payments.payment_captured"
    payment_id: UUID
    order_id: UUID
    shop_id: UUID
    amount: Money
    received: Money


@dataclass(frozen=True)
class PaymentExpired(Event):
    """The money did not come in time; the order may let its stock go."""

    name = "payments.payment_expired"
    payment_id: UUID
    order_id: UUID
    shop_id: UUID


@dataclass(frozen=True)
class PaymentCancelled(Event):
    """Buyer or seller gave the payment up before money came."""

    name = "payments.payment_cancelled"
    payment_id: UUID
    order_id: UUID
    shop_id: UUID


@dataclass(frozen=True)
class PaymentFailed(Event):
    """The payment cannot succeed any more; `reason` is stable."""

    name = "payments.payment_failed"
    payment_id: UUID
    order_id: UUID
    shop_id: UUID
    reason: str


@dataclass(frozen=True)
class StrayMoneyReceived(Event):
    """Money came that no order waits for: late, or not the right amount. It goes back to the buyer."""

    name = "payments.stray_money_received"
    payment_id: UUID
    order_id: UUID
    shop_id: UUID
    received: Money
    reason: str


@dataclass(frozen=True)
class StrayMoneyReturned(Event):
    """Stray money went back to whoever sent it; the order was never paid by it."""

    name = "payments.stray_money_returned"
    payment_id: UUID
    order_id: UUID
    shop_id: UUID
    refund_id: UUID
    amount: Money


@dataclass(frozen=True)
class RefundRequested(Event):
    """Money of a captured payment was promised back."""

    name = "payments.refund_requested"
    payment_id: UUID
    order_id: UUID
    shop_id: UUID
    refund_id: UUID
    amount: Money
    reason: str


@dataclass(frozen=True)
class PaymentRefunded(Event):
    """Money of a paid order went back to the buyer; `full` where nothing of the payment is left."""

    name = "payments.payment_refunded"
    payment_id: UUID
    order_id: UUID
    shop_id: UUID
    refund_id: UUID
    amount: Money
    full: bool

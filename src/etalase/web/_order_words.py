"""How an order's state, method and reasons are told to its buyer and its seller."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from etalase.commerce.orders import Order, OrderState, RefundState
from etalase.commerce.payments import Means, Method
from etalase.platform.i18n import Lazy, lazy


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in a word, with its tone."""

    text: Lazy
    tone: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the time-line: done, now, later or stopped."""

    title: Lazy
    state: str
    at: datetime | None = None
    text: str = ""
    icon: str = "dots"


STATES: Mapping[OrderState, Badge] = {
    OrderState.AWAITING_PAYMENT: Badge(lazy("Awaiting payment"), "warn"),
    OrderState.CONFIRMED: Badge(lazy("To pack, COD"), "brand"),
    OrderState.PAID: Badge(lazy("To pack"), "brand"),
    OrderState.PACKED: Badge(lazy("Packed"), "info"),
    OrderState.SHIPPED: Badge(lazy("Shipped"), "info"),
    OrderState.DELIVERED: Badge(lazy("Delivered"), "good"),
    OrderState.COMPLETED: Badge(lazy("Completed"), "good"),
    OrderState.CANCELLED: Badge(lazy("Cancelled"), "neutral"),
    OrderState.REFUNDED: Badge(lazy("Refunded"), "neutral"),
}
BUYER_STATES: Mapping[OrderState, Lazy] = {
    OrderState.CONFIRMED: lazy("Being packed"),
    OrderState.PAID: lazy("Being packed"),
    OrderState.DELIVERED: lazy("You have it"),
}
REFUND_DUE = Badge(lazy("Refund due"), "danger")
BUYER_REFUND_DUE = Badge(lazy("Money on its way back"), "info")

NOW: Mapping[OrderState, Lazy] = {
    OrderState.AWAITING_PAYMENT: lazy("Please pay, so that the shop can pack your order."),
    OrderState.CONFIRMED: lazy("Nothing to do now. Have the money ready when the courier comes."),
    OrderState.PAID: lazy("Nothing to do now. The shop packs your order."),
    OrderState.PACKED: lazy("Nothing to do now. The shop hands your parcel to the courier."),
    OrderState.SHIPPED: lazy("Your parcel is on its way. Please watch for the courier."),
    OrderState.DELIVERED: lazy("Is everything right? If not, please tell the shop now."),
    OrderState.COMPLETED: lazy("All done. Thank you!"),
    OrderState.CANCELLED: lazy("This order was cancelled. You have nothing to do."),
    OrderState.REFUNDED: lazy("Your money was sent back. You have nothing to do."),
}
NOW_REFUND_DUE = lazy("Your money is on its way back to you.")

METHODS: Mapping[Means, tuple[Lazy, Lazy, str]] = {
    Means.QRIS_STATIC: (lazy("QRIS"), lazy("Scan with any bank or wallet app"), "qr"),
    Means.QRIS: (lazy("QRIS, seen at once"), lazy("Scan with any bank or wallet app"), "qr"),
    Means.VIRTUAL_ACCOUNT: (lazy("Virtual account"), lazy("Transfer to a number of your own"), "bank"),
    Means.BANK_TRANSFER: (lazy("Bank transfer"), lazy("The shop confirms when it arrives"), "bank"),
    Means.COD: (lazy("Cash on delivery"), lazy("Pay the courier when the parcel comes"), "wallet"),
}

REASONS: Mapping[str, Lazy] = {
    "unpaid": lazy("the payment did not arrive in time"),
    "sold_out": lazy("the last pieces went while the payment was on its way"),
    "changed_mind": lazy("the buyer has changed their mind"),
    "parcel_ended": lazy("the shipping of a parcel of which nothing goes any more"),
}

STEPS: tuple[tuple[str, Lazy, str], ...] = (
    ("placed_at", lazy("Ordered"), "receipt"),
    ("paid_at", lazy("Paid"), "wallet"),
    ("packed_at", lazy("Packed"), "box"),
    ("shipped_at", lazy("Shipped"), "truck"),
    ("delivered_at", lazy("Delivered"), "home"),
)


def badge_of(order: Order) -> Badge:
    """Return the order's state as the seller sees it."""
    return REFUND_DUE if order.refund is RefundState.DUE else STATES[order.state]


def buyer_badge_of(order: Order) -> Badge:
    """Return the order's state as the buyer sees it."""
    if order.refund is RefundState.DUE:
        return BUYER_REFUND_DUE
    badge = badge_of(order)
    return Badge(BUYER_STATES[order.state], badge.tone) if order.state in BUYER_STATES else badge


def now_of(order: Order) -> Lazy:
    """Return what the buyer is to do now, in one sentence."""
    return NOW_REFUND_DUE if order.refund is RefundState.DUE else NOW[order.state]


def reason_of(order: Order) -> str:
    """Return why the order ended: the house's words, or those of whoever ended it."""
    return reason_words(order.reason)


def reason_words(reason: str) -> str:
    """Return a reason in the house's words where it is one of its own."""
    return str(REASONS.get(reason, reason))


def method_of(order: Order) -> Lazy:
    """Return how the order is paid."""
    return METHODS[Method.read(order.method).means][0]


def steps_of(order: Order) -> list[Step]:
    """Return the time-line: what is done, what comes now, what comes later; or where it stopped."""
    taken = [step for step in STEPS if getattr(order, step[0]) is not None]
    ahead = [step for step in STEPS if getattr(order, step[0]) is None]
    if Method.read(order.method).on_delivery:
        ahead.sort(key=lambda step: step[0] == "paid_at")  # the money comes last, with the parcel
    taken.sort(key=lambda step: getattr(order, step[0]))
    steps = [
        Step(title, "done", getattr(order, field), tracking_of(order) if field == "shipped_at" else "", icon)
        for field, title, icon in taken
    ]
    if order.state is OrderState.CANCELLED or order.state is OrderState.REFUNDED:
        return steps + end_of(order)
    return steps + [
        Step(title, "now" if place == 0 else "later", icon=icon)
        for place, (_, title, icon) in enumerate(ahead)
    ]


def end_of(order: Order) -> list[Step]:
    """Return how the time-line ends where the order did."""
    steps = []
    if order.cancelled_at:
        steps.append(Step(lazy("Cancelled"), "stopped", order.cancelled_at, reason_of(order)))
    if order.refund is RefundState.DUE:
        steps.append(Step(lazy("Money back"), "now", icon="return"))
    if order.refund is RefundState.DONE:
        steps.append(Step(lazy("Money back"), "done", order.refunded_at, icon="return"))
    return steps


def tracking_of(order: Order) -> str:
    """Return carrier and tracking number."""
    return " · ".join(filter(None, (order.carrier, order.tracking_number)))


WORDS: Mapping[str, Callable[..., object] | Mapping[Means, tuple[Lazy, Lazy, str]]] = {
    "methods": METHODS,
    "badge": badge_of,
    "buyer_badge": buyer_badge_of,
    "now": now_of,
    "reason": reason_of,
    "reason_words": reason_words,
    "method": method_of,
    "steps": steps_of,
    "tracking": tracking_of,
}
"""For templates, which call them by these names."""

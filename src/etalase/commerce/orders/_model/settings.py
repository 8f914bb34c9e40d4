"""What an operator can set about orders."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

WHOLE = 100


class WayToPay(Protocol):
    """What orders must know of a payment method."""

    @property
    def by_gateway(self) -> bool:
        """Whether a gateway says that the money came; otherwise the seller does."""
        ...

    @property
    def on_delivery(self) -> bool:
        """Whether the money comes with the parcel."""
        ...


class PaymentHours(Protocol):
    """How long a shop lets buyers take to pay; None is as long as the operator says."""

    @property
    def known_buyer(self) -> int | None:
        """For who has paid there before."""
        ...

    @property
    def new_buyer(self) -> int | None:
        """For who has not."""
        ...


@dataclass(frozen=True, slots=True)
class OrderSettings:
    """Settings of orders: how long is waited for money, for more orders, and for complaints."""

    pay_within_minutes: int = 60
    """How long the buyer has to pay at a gateway."""
    transfer_within_minutes: int = 24 * 60
    """How long the buyer has to pay, and the seller to see it, where no gateway tells."""
    new_buyer_pay_within_minutes: int = 180
    """How long at most a buyer has who has paid nothing at the shop yet: their units wait for them only."""
    max_unpaid_orders_per_contact: int = 10
    """How many unpaid orders of a shop one such buyer, e-mail or phone number may have at a time."""
    max_unpaid_orders_per_network: int = 40
    """How many all such buyers behind one address may have; a campus or a carrier's customers share one."""
    max_unpaid_share_percent: int = 50
    """How much of a variant's stock further unpaid orders of such a buyer, contact or address may keep."""
    unpaid_units_in_any_case: int = 10
    """How many units of a variant they may keep whatever their share; a buyer alone may keep as many."""
    hold_grace_minutes: int = 15
    """How much longer the stock stays held: money that came in the last minute must find it."""
    parcel_window_hours: int = 12
    """How long after the first order of a show another may join its parcel."""
    complete_after_days: int = 3
    """How long after the delivery an order is completed by itself."""

    def __post_init__(self) -> None:
        waits = (self.pay_within_minutes, self.transfer_within_minutes, self.new_buyer_pay_within_minutes)
        if min(waits) < 1:
            raise ValueError("a buyer needs at least a minute to pay")
        if min(self.max_unpaid_orders_per_contact, self.max_unpaid_orders_per_network) < 1:
            raise ValueError("a buyer needs at least one order")
        if self.unpaid_units_in_any_case < 1:
            raise ValueError("a buyer needs at least one unit")
        if not 0 <= self.max_unpaid_share_percent <= WHOLE:
            raise ValueError("a share lies between 0 and 100 percent")

    def time_to_pay(
        self, method: WayToPay, hours: PaymentHours, *, is_new: bool, within: int | None = None
    ) -> timedelta | None:
        """Return how long a buyer has, `is_new` to the shop; None where the money comes with the parcel.

        Who pays first has `within` so many minutes, whatever else would give more.

        A gateway's code is good for so long as the operator says, and no longer than the shop says.
        """
        if method.on_delivery:
            return None
        waits = [_minutes(hours.known_buyer, self.transfer_within_minutes)]
        if is_new:
            waits.append(_minutes(hours.new_buyer, self.new_buyer_pay_within_minutes))
        if method.by_gateway:
            waits.append(self.pay_within_minutes)
        if within is not None:
            waits.append(within)
        return timedelta(minutes=min(waits))

    @property
    def hold_grace(self) -> timedelta:
        """How much longer than the payment the stock stays held."""
        return timedelta(minutes=self.hold_grace_minutes)

    @property
    def parcel_window(self) -> timedelta:
        """How long a parcel takes in further orders."""
        return timedelta(hours=self.parcel_window_hours)

    @property
    def complaint_time(self) -> timedelta:
        """How long after the delivery an order stays open."""
        return timedelta(days=self.complete_after_days)


def _minutes(hours: int | None, otherwise: int) -> int:
    return otherwise if hours is None else hours * 60

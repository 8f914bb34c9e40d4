"""What an operator can set about orders."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


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


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of orders: how long is waited for money, for more orders, and for complaints."""

    pay_within_minutes: int = 60
    """How long the buyer has to pay at a gateway."""
    transfer_within_minutes: int = 24 * 60
    """How long the buyer has to pay, and the seller to see it, where no gateway tells."""
    hold_grace_minutes: int = 15
    """How much longer the stock stays held: money that came in the last minute must find it."""
    parcel_window_hours: int = 12
    """How long after the first order of a show another may join its parcel."""
    complete_after_days: int = 3
    """How long after the delivery an order is completed by itself."""

    def __post_init__(self) -> None:
        if min(self.pay_within_minutes, self.transfer_within_minutes) < 1:
            raise ValueError("a buyer needs at least a minute to pay")

    def time_to_pay(self, method: WayToPay) -> timedelta | None:
        """Return how long the buyer has; None where the money comes with the parcel."""
        if method.on_delivery:
            return None
        minutes = self.pay_within_minutes if method.by_gateway else self.transfer_within_minutes
        return timedelta(minutes=minutes)

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

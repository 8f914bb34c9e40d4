"""Whoever takes a buyer's money, behind four questions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from etalase.commerce.payments._model.payment import Instructions, Method
from etalase.commerce.payments._model.settings import Settings
from etalase.kernel.money import Money


class GatewayTrouble(RuntimeError):
    """The gateway cannot answer now; ask again later."""


class Standing(StrEnum):
    """What a provider says about one reference."""

    UNKNOWN = "unknown"
    """It was never charged."""
    TAKEN = "taken"
    """It was charged before, and the answer cannot be had again."""
    PENDING = "pending"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Charge:
    """What to ask the buyer for; charging one reference twice must not ask twice."""

    reference: str
    method: Method
    due: Money
    expires_at: datetime | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """A provider's answer: where the reference stands, the amount it knows, how the buyer pays."""

    standing: Standing
    amount: Money | None = None
    instructions: Instructions | None = None


class Provider(Protocol):
    """Whoever takes the money. Each call may be repeated; a network's trouble is raised as it is."""

    async def start(self, charge: Charge) -> Report:
        """Ask the buyer for the money."""
        ...

    async def ask(self, reference: str) -> Report:
        """Say where the payment stands."""
        ...

    async def cancel(self, reference: str) -> Report:
        """Take no more money for it, and say where it stands then: it may be paid by now."""
        ...

    async def refund(self, reference: str, key: str, amount: Money, reason: str) -> bool:
        """Send money back, once per key; False where only a human hand can."""
        ...


class Gateways(Protocol):
    """The providers that this house's operator has an account with."""

    @property
    def settings(self) -> Settings:
        """Return what the operator set."""
        ...

    def of(self, method: Method) -> Provider:
        """Return who takes money by this method. Raises MethodNotOffered."""
        ...


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a shop takes money itself."""

    qris_static: str | None = None
    bank: str | None = None
    number: str | None = None
    holder: str | None = None
    cod: bool = False

    def methods(self) -> tuple[Method, ...]:
        """Return the ways to pay that need nobody but the seller."""
        offered = []
        if self.qris_static:
            offered.append(Method.QRIS_STATIC)
        if self.bank and self.number:
            offered.append(Method.BANK_TRANSFER)
        if self.cod:
            offered.append(Method.COD)
        return tuple(offered)

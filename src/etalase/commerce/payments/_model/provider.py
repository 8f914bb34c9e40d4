"""Whoever takes a buyer's money, behind five questions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from etalase.commerce.payments._model.method import Means, Method
from etalase.commerce.payments._model.payment import Instructions, Payment
from etalase.commerce.payments._model.settings import PaymentSettings
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
    charge_id: str | None = None
    """What the provider calls the charge, where it answered and has a name of its own for it."""


def charge_of(payment: Payment, asked_at: datetime, reference: str | None = None) -> Charge:
    """Return what is charged for the payment: under its reference, or under an earlier one of it."""
    reference = reference or payment.reference
    known = payment.charge_id if reference == payment.reference else None
    return Charge(reference, payment.method, payment.due, payment.expires_at, asked_at, known)


@dataclass(frozen=True, slots=True)
class Report:
    """A provider's answer: where the reference stands, the amount it knows, how the buyer pays."""

    standing: Standing
    amount: Money | None = None
    instructions: Instructions | None = None
    charge_id: str | None = None
    open_until: datetime | None = None
    """Until when a pending charge can be paid, where it cannot be closed before."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a call-back is about: a reference, and a short text that differs where the news does."""

    reference: str
    news: str = ""


class Provider(Protocol):
    """Whoever takes the money. Each call may be repeated; a network's trouble is raised as it is."""

    async def start(self, charge: Charge) -> Report:
        """Ask the buyer for the money."""
        ...

    async def ask(self, charge: Charge, news: str = "") -> Report:
        """Say where the charge stands; `news` is what its call-back told, of which nothing is believed."""
        ...

    async def cancel(self, charge: Charge) -> Report:
        """Take no more money for it, and say where it stands then: it may be paid by now."""
        ...

    async def refund(self, charge: Charge, key: str, amount: Money, reason: str) -> bool:
        """Send money back, once per key; False where only a human hand can."""
        ...

    def hear(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return what a call-back is about, once it is known to be the provider's. Raises BadSignature."""
        ...


class ProviderAccount(Protocol):
    """A provider's own settings: the operator's account there, or the lack of one."""

    def means(self) -> Collection[Means]:
        """Return the means that the account can serve; none where there is no account."""
        ...


class ProviderGateways(Protocol):
    """The providers that this house's operator has an account with."""

    @property
    def settings(self) -> PaymentSettings:
        """Return what the operator set."""
        ...

    @property
    def names(self) -> Collection[str]:
        """Return the providers with an account, also those that serve no means now."""
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

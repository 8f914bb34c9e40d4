"""How a buyer pays: by which means, and who takes the money. No I/O."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self

BY_HAND = "hand"
"""The seller takes the money with their own means, and says that it came."""
BY_NOBODY = "nobody"
"""The courier brings it: nobody is asked before the parcel goes."""
_WORD = re.compile("[a-z][a-z0-9_]{0,31}")


class Means(StrEnum):
    """What a buyer pays with."""

    QRIS = "qris"
    """A code made for one order by a provider, who sees the money come."""
    VIRTUAL_ACCOUNT = "virtual_account"
    """A bank account made for one order by a provider, who sees the money come."""
    QRIS_STATIC = "qris_static"
    """The shop's own code, the same for all orders: the amount names the order."""
    BANK_TRANSFER = "bank_transfer"
    """The shop's own bank account: the amount names the order."""
    COD = "cod"
    """Cash on delivery."""


PROVIDED = (Means.QRIS, Means.VIRTUAL_ACCOUNT)
"""The means for which an operator chooses a provider."""
OWN = {Means.QRIS_STATIC: BY_HAND, Means.BANK_TRANSFER: BY_HAND, Means.COD: BY_NOBODY}
"""The means that need no provider, and who takes the money then."""


@dataclass(frozen=True, slots=True)
class Method:
    """Means by a provider; its text is `means:provider`, or the means alone where no provider is needed."""

    means: Means
    provider: str

    QRIS_STATIC: ClassVar["Method"]
    BANK_TRANSFER: ClassVar["Method"]
    COD: ClassVar["Method"]

    def __str__(self) -> str:
        return f"{self.means}:{self.provider}" if self.by_gateway else str(self.means)

    @classmethod
    def find(cls, text: str) -> Self | None:
        """Return the method of this text; None where there can be no such method."""
        means, _, provider = text.partition(":")
        if means in OWN and not provider:
            return cls(Means(means), OWN[Means(means)])
        if means in PROVIDED and _WORD.fullmatch(provider) and provider not in {BY_HAND, BY_NOBODY}:
            return cls(Means(means), provider)
        return None

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the method of this text, which was written by us. Raises ValueError."""
        found = cls.find(text)
        if found is None:
            raise ValueError(f"{text!r} is no way to pay")
        return found

    @property
    def by_gateway(self) -> bool:
        """Whether a provider takes the money and says so; otherwise the seller does."""
        return self.means in PROVIDED

    @property
    def refundable_by_gateway(self) -> bool:
        """Whether a provider may be able to send money back: who paid to a virtual account is not known."""
        return self.means is Means.QRIS

    @property
    def on_delivery(self) -> bool:
        """Whether the buyer pays when the parcel comes: the order goes on without waiting."""
        return self.means is Means.COD

    @property
    def by_unique_amount(self) -> bool:
        """Whether the amount itself must tell which order a transfer belongs to."""
        return self.means in {Means.QRIS_STATIC, Means.BANK_TRANSFER}


Method.QRIS_STATIC = Method(Means.QRIS_STATIC, BY_HAND)
Method.BANK_TRANSFER = Method(Means.BANK_TRANSFER, BY_HAND)
Method.COD = Method(Means.COD, BY_NOBODY)
OWN_METHODS = (Method.QRIS_STATIC, Method.BANK_TRANSFER, Method.COD)

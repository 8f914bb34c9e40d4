"""What an operator can set about payments, whoever provides them. Each provider has settings of its own."""

from dataclasses import dataclass

from etalase.commerce.payments._errors import MethodNotOffered
from etalase.commerce.payments._model.method import PROVIDED, Method

NOBODY = "none"


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """Settings of payments; without an account at a provider, shops take money by their own means only."""

    qris_by: str = ""
    """The provider of QRIS, or `none`; empty is the one that has an account here."""
    virtual_account_by: str = ""
    """The provider of virtual accounts, or `none`; empty is the one that has an account here."""
    gateway_timeout_seconds: float = 10.0
    reconcile_after_seconds: int = 60
    """How long an open payment may wait for a call-back before the gateway is asked."""
    sweep_every_seconds: float = 20.0
    """How often payments are looked for whose time is over, or of which nothing was heard."""
    expiry_grace_seconds: int = 600
    """How long a payment whose time is over waits for a gateway that cannot be reached."""
    confirm_above_rupiah: int = 1_000_000
    """Refunds and payouts above this are asked about once more on pages; the API means what it says."""

    def methods(self) -> tuple[Method, ...]:
        """Return the ways to pay that the operator's providers add, once they are chosen."""
        chosen = ((means, getattr(self, f"{means}_by")) for means in PROVIDED)
        return tuple(Method(means, provider) for means, provider in chosen if provider not in {"", NOBODY})

    def require(self, text: str) -> Method:
        """Return the method of this text. Raises MethodNotOffered, also where no provider serves it."""
        method = Method.find(text)
        if method is None:
            raise MethodNotOffered
        self.require_served(text)
        return method

    def require_served(self, *texts: str) -> None:
        """Raise MethodNotOffered where one names a provider who does not serve it.

        Whether the shop has what its own means take is asked when the payment starts.
        """
        for method in map(Method.find, texts):
            if method is not None and method.by_gateway and method not in self.methods():
                raise MethodNotOffered(method=str(method))

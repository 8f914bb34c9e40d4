"""What an operator can set about payments."""

from dataclasses import dataclass

from etalase.commerce.payments._model.payment import Method


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of payments; without a server key no gateway is used."""

    midtrans_server_key: str = ""
    midtrans_signature_key: str = ""
    """Signs call-backs; empty where the account signs with its server key."""
    midtrans_api_url: str = "https://api.sandbox.midtrans.com"
    midtrans_notification_url: str = ""
    """Where Midtrans sends call-backs; empty leaves it to what its dashboard says."""
    midtrans_qris_acquirer: str = "gopay"
    midtrans_va_bank: str = "bca"
    gateway_timeout_seconds: float = 10.0
    reconcile_after_seconds: int = 60
    """How long an open payment may wait for a call-back before the gateway is asked."""
    sweep_every_seconds: float = 20.0
    """How often payments are looked for whose time is over, or of which nothing was heard."""
    expiry_grace_seconds: int = 600
    """How long a payment whose time is over waits for a gateway that cannot be reached."""
    confirm_above_rupiah: int = 1_000_000
    """Refunds and payouts above this are asked about once more on pages; the API means what it says."""

    @property
    def signature_secret(self) -> str:
        """Return the secret that signs call-backs."""
        return self.midtrans_signature_key or self.midtrans_server_key

    def methods(self) -> tuple[Method, ...]:
        """Return the ways to pay that the operator's gateway adds."""
        return (Method.MIDTRANS_QRIS, Method.MIDTRANS_VA) if self.midtrans_server_key else ()

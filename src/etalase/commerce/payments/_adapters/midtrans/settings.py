"""What an operator can set about Midtrans."""

from dataclasses import dataclass
from typing import Literal

from etalase.commerce.payments._model.method import Means


@dataclass(frozen=True, slots=True)
class MidtransSettings:
    """The account at Midtrans; without a server key there is none."""

    server_key: str = ""
    signature_key: str = ""
    """Signs call-backs; empty where the account signs with its server key."""
    api_url: str = "https://api.sandbox.midtrans.com"
    notification_url: str = ""
    """Where Midtrans sends call-backs; empty leaves it to what its dashboard says."""
    qris_acquirer: Literal["gopay", "airpay shopee"] = "gopay"
    va_bank: Literal["bca", "bni", "bri", "cimb", "permata"] = "bca"

    def __post_init__(self) -> None:
        """Refuse an account without its key, and addresses that are none."""
        if not self.server_key and (self.signature_key or self.notification_url):
            raise ValueError("server_key is missing: without it nobody can pay by Midtrans")
        for name in ("api_url", "notification_url"):
            address = getattr(self, name)
            if address and not address.startswith(("https://", "http://")):
                raise ValueError(f"{name} must start with https://")

    @property
    def signature_secret(self) -> str:
        """Return the secret that signs call-backs."""
        return self.signature_key or self.server_key

    def means(self) -> tuple[Means, ...]:
        """Return what Midtrans can take for this account."""
        return (Means.QRIS, Means.VIRTUAL_ACCOUNT) if self.server_key else ()

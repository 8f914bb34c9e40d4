"""What an operator can set about Xendit."""

import re
from dataclasses import dataclass
from typing import Literal

from etalase.commerce.payments._model.method import Means

_VA_NAME = re.compile("[A-Za-z][A-Za-z ]{1,48}[A-Za-z]")


@dataclass(frozen=True, slots=True)
class XenditSettings:
    """The account at Xendit; without a secret key there is none."""

    secret_key: str = ""
    callback_token: str = ""
    """Comes with each call-back, and is all that tells it from a forged one."""
    api_url: str = "https://api.xendit.co"
    va_bank: Literal["BCA", "BNI", "BRI", "MANDIRI", "PERMATA"] = "BCA"
    va_name: str = "Etalase"
    """What a buyer's bank shows as the holder of a virtual account."""

    def __post_init__(self) -> None:
        """Refuse half an account, and what Xendit would refuse with each payment."""
        if self.secret_key and not self.callback_token:
            raise ValueError("callback_token is missing: without it no call-back of Xendit can be believed")
        if self.callback_token and not self.secret_key:
            raise ValueError("secret_key is missing: without it nobody can pay by Xendit")
        if not self.api_url.startswith(("https://", "http://")):
            raise ValueError("api_url must start with https://")
        if not _VA_NAME.fullmatch(self.va_name):
            raise ValueError("va_name must be 3 to 50 letters and spaces, as banks want it")

    def means(self) -> tuple[Means, ...]:
        """Return what Xendit can take for this account."""
        return (Means.QRIS, Means.VIRTUAL_ACCOUNT) if self.secret_key else ()

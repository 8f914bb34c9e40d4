"""What the gateway pays out to a shop: the money that reached the bank, and the fee that was kept. No I/O."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from etalase.commerce.payments._errors import PayoutDiffers
from etalase.kernel.fields import Fields
from etalase.kernel.money import Money

MAX_MINOR = 10**13
KEY = re.compile(r"[!-~]{1,100}")


@dataclass(frozen=True, slots=True)
class Payout:
    """One payout of a gateway. `amount` came to the bank; `key` names the request to record it."""

    id: UUID
    shop_id: UUID
    key: str
    amount: Money
    fee: Money
    recorded_at: datetime
    taken_back_at: datetime | None = None

    @property
    def whole(self) -> Money:
        """What the gateway no longer holds."""
        return self.amount + self.fee


def check_payout(payout: Payout, held: Money) -> None:
    """Refuse what the gateway can't have paid out. Raises Invalid."""
    fields = Fields()
    if not KEY.fullmatch(payout.key):
        fields.refuse("key", "required")
    fields.between("amount", payout.amount.minor, minimum=1, maximum=max(held.minor, 0))
    fields.between("fee", payout.fee.minor, minimum=0, maximum=MAX_MINOR)
    if not fields.problems and held < payout.whole:
        fields.refuse("fee", "too_high", (held - payout.amount).minor)
    fields.settle()


def require_same_payout(known: Payout, requested: Payout) -> Payout:
    """Return what was recorded under the key.

    Raises PayoutDiffers for another request under it, and once it was taken back.
    """
    if known.taken_back_at or (known.amount, known.fee) != (requested.amount, requested.fee):
        raise PayoutDiffers
    return known

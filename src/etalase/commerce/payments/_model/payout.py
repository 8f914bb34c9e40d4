"""What the gateway pays out to a shop: the money that reached the bank, and the fee that was kept. No I/O."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from etalase.commerce.payments._errors import PayoutDiffers
from etalase.kernel.fields import Fields
from etalase.kernel.money import Money

MOST = 10**13
KEY = re.compile(r"[!-~]{1,100}")


@dataclass(frozen=True, slots=True)
class Payout:
    """One payout of a gateway. `amount` came to the bank; `key` names the wish to record it."""

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
    fields.between("amount", payout.amount.minor, least=1, most=max(held.minor, 0))
    fields.between("fee", payout.fee.minor, least=0, most=MOST)
    if not fields.problems and held < payout.whole:
        fields.refuse("fee", "too_high", (held - payout.amount).minor)
    fields.settle()


def require_same_payout(known: Payout, wished: Payout) -> Payout:
    """Return what was recorded under the key.

    Raises PayoutDiffers for another wish under it, and once it was taken back.
    """
    if known.taken_back_at or (known.amount, known.fee) != (wished.amount, wished.fee):
        raise PayoutDiffers
    return known

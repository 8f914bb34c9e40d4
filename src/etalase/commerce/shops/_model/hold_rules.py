"""What a shop asks of its buyers: how long units wait in a cart, and who pays first. No I/O."""

from dataclasses import dataclass

from etalase.kernel.fields import Fields
from etalase.kernel.pay_first import PayFirst

MIN_HOLD_MINUTES, MAX_HOLD_MINUTES = 3, 60
"""Long enough to type an address with one thumb, short enough for the next in line to still watch."""
MIN_PAY_MINUTES, MAX_PAY_MINUTES = 15, 24 * 60
PAY_FIRST_MINUTES = 60


@dataclass(frozen=True, slots=True)
class HoldRules:
    """A shop's rules; `hold_minutes` is None where units are held as long as the operator says."""

    hold_minutes: int | None = None
    pay_first: PayFirst = PayFirst.NOBODY
    pay_first_minutes: int = PAY_FIRST_MINUTES

    def hold_seconds(self, otherwise: int) -> int:
        """Return for how many seconds a unit is held, which is `otherwise` by the operator."""
        return otherwise if self.hold_minutes is None else self.hold_minutes * 60


AS_THE_OPERATOR_SAYS = HoldRules()


@dataclass(frozen=True, slots=True)
class HoldRulesDraft:
    """Rules as someone typed them, not yet checked."""

    hold_minutes: str | int | None = None
    pay_first: str = PayFirst.NOBODY
    pay_first_minutes: str | int | None = None


def check_hold_rules(draft: HoldRulesDraft) -> HoldRules:
    """Return the rules within their limits, or raise `Invalid` with every problem."""
    fields = Fields()
    if draft.pay_first not in set(PayFirst):
        fields.refuse("pay_first", "unknown")
    held = fields.minutes(
        "hold_minutes", draft.hold_minutes, minimum=MIN_HOLD_MINUTES, maximum=MAX_HOLD_MINUTES
    )
    paid = fields.minutes(
        "pay_first_minutes", draft.pay_first_minutes, minimum=MIN_PAY_MINUTES, maximum=MAX_PAY_MINUTES
    )
    fields.settle()
    return HoldRules(held, PayFirst(draft.pay_first), PAY_FIRST_MINUTES if paid is None else paid)

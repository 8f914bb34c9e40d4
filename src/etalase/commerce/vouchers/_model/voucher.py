"""A voucher: so much off an order's goods for whoever has its code, or for everybody. No I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from uuid import UUID

from etalase.kernel.fields import Fields
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money

NOTHING = Money(0)
WHOLE = 100
MAX_PERCENT = 90
MAX_MONEY = 10**12
MAX_COUNT = 1_000_000
MIN_AMOUNT = 100
LEFT_TO_PAY = 100
"""Rupiah of the goods that no voucher takes off: nobody can be asked for a payment of nothing."""
USUAL_TIME = timedelta(days=7)
MAX_AHEAD = timedelta(days=366)
CODE = r"[A-Z0-9]{3,20}"
SHOW_CODE = r"[A-Za-z0-9_-]{1,40}"


class VoucherState(StrEnum):
    """Where a voucher stands at a moment."""

    COMING = "coming"
    RUNNING = "running"
    USED_UP = "used_up"
    """Its budget or its uses are gone; an order that is given up brings them back."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher of a shop, which pays for it, from `starts_at` to before `ends_at`.

    It takes off `percent` of the goods, at most `cap`, or else `amount`; nothing from goods below
    `min_spend`. All its uses together take off at most `budget`. Without a `code` it applies by itself; with
    a `show_code` to what was held in that show. `uses` and `spent` are of orders that stand.
    """

    id: UUID
    shop_id: UUID
    code: str | None
    percent: int | None
    amount: Money | None
    cap: Money | None
    min_spend: Money
    budget: Money | None
    max_uses: int | None
    per_buyer: int | None
    show_code: str | None
    starts_at: datetime
    ends_at: datetime
    actor_id: UUID
    created_at: datetime
    uses: int = 0
    spent: Money = NOTHING

    @property
    def uses_left(self) -> int | None:
        """How often it can still be used; None where that is not bounded."""
        return None if self.max_uses is None else self.max_uses - self.uses

    @property
    def budget_left(self) -> Money | None:
        """How much it can still take off; None where that is not bounded."""
        return None if self.budget is None else self.budget - self.spent

    def off(self, goods: Money) -> Money:
        """Return what it takes off goods that it is for and that come to so much."""
        off = Money(goods.minor * (self.percent or 0) // WHOLE) if self.amount is None else self.amount
        off = off if self.cap is None else min(off, self.cap)
        return max(min(off, goods - Money(LEFT_TO_PAY)), Money(0))

    def has_left(self, off: Money) -> bool:
        """Tell whether it can be used once more for so much."""
        is_in_budget = self.budget_left is None or self.budget_left.minor >= max(off.minor, 1)
        return is_in_budget and self.uses_left != 0

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has ended."""
        return self.ends_at <= now

    def state(self, now: datetime) -> VoucherState:
        """Tell where it stands at this moment."""
        if self.is_over(now):
            return VoucherState.ENDED
        if now < self.starts_at:
            return VoucherState.COMING
        return VoucherState.RUNNING if self.has_left(Money(1)) else VoucherState.USED_UP


@dataclass(frozen=True, slots=True)
class VoucherDraft:
    """A voucher as someone typed it: a percentage or an amount, and what else is not usual.

    Left out, it has no code, no cap, no minimum, no budget, no limits; begins now; and ends after a week.
    """

    code: str = ""
    percent: str | int | None = None
    amount: str | int | None = None
    cap: str | int | None = None
    min_spend: str | int | None = None
    budget: str | int | None = None
    max_uses: str | int | None = None
    per_buyer: str | int | None = None
    show_code: str = ""
    starts_at: str | datetime | None = None
    ends_at: str | datetime | None = None
    zone: tzinfo | None = None
    """By whose clock times are that name no zone."""


def check_voucher(draft: VoucherDraft, *, shop_id: UUID, actor_id: UUID, now: datetime) -> Voucher:
    """Return the voucher, or raise `Invalid` with every problem."""
    fields = Fields()
    is_amount = not _is_empty(draft.amount)
    if is_amount and not _is_empty(draft.percent):
        fields.refuse("amount", "one_of_two")
    starts_at = fields.moment("starts_at", draft.starts_at, zone=draft.zone) or now
    voucher = Voucher(
        id=new_id(),
        shop_id=shop_id,
        code=fields.code("code", draft.code, pattern=CODE, code="not_a_voucher_code") or None,
        percent=None if is_amount else fields.count("percent", draft.percent, minimum=1, maximum=MAX_PERCENT),
        amount=_money(fields, "amount", draft.amount),
        cap=None if is_amount else _money(fields, "cap", draft.cap),
        min_spend=fields.money("min_spend", draft.min_spend, minimum=0, maximum=MAX_MONEY, empty=0),
        budget=_money(fields, "budget", draft.budget),
        max_uses=_count(fields, "max_uses", draft.max_uses),
        per_buyer=_count(fields, "per_buyer", draft.per_buyer),
        show_code=_show(fields, draft.show_code),
        starts_at=starts_at,
        ends_at=fields.moment("ends_at", draft.ends_at, zone=draft.zone) or starts_at + USUAL_TIME,
        actor_id=actor_id,
        created_at=now,
    )
    if voucher.budget and voucher.amount and voucher.budget < voucher.amount:
        fields.refuse("budget", "too_low", voucher.amount.minor)
    _check_times(fields, voucher, now)
    fields.settle()
    return voucher


def stopped(voucher: Voucher, now: datetime) -> datetime:
    """Return when the voucher ends if it is stopped now; one that has not begun ends as it begins."""
    return min(voucher.ends_at, max(voucher.starts_at, now))


def _is_empty(raw: str | int | None) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _money(fields: Fields, field: str, raw: str | int | None) -> Money | None:
    if _is_empty(raw):
        return None
    return fields.money(field, raw, minimum=MIN_AMOUNT, maximum=MAX_MONEY)


def _count(fields: Fields, field: str, raw: str | int | None) -> int | None:
    return None if _is_empty(raw) else fields.count(field, raw, minimum=1, maximum=MAX_COUNT)


def _show(fields: Fields, raw: str) -> str | None:
    """Read a show's code, or the link that ends with it."""
    typed = fields.line("show_code", raw, max_length=200, required=False)
    code = typed.partition("?")[0].rstrip("/").rpartition("/")[2]
    return fields.matching("show_code", code, SHOW_CODE, "not_a_show") or None


def _check_times(fields: Fields, voucher: Voucher, now: datetime) -> None:
    if voucher.starts_at > now + MAX_AHEAD:
        fields.refuse("starts_at", "too_late")
    if voucher.ends_at <= max(now, voucher.starts_at):
        fields.refuse("ends_at", "too_early")
    elif voucher.ends_at > max(now, voucher.starts_at) + MAX_AHEAD:
        fields.refuse("ends_at", "too_late")

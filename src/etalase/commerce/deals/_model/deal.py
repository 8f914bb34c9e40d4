"""A flash deal: units of an offer at a lower price, for a short while. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from uuid import UUID

from etalase.commerce.deals._errors import DealOver, DealTooLong
from etalase.kernel.fields import Fields
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money

MIN_SECONDS, MAX_SECONDS, DEFAULT_SECONDS = 30, 3_600, 600
MIN_COUNTDOWN, MAX_COUNTDOWN = 10, 300
MAX_PERCENT, DEFAULT_PERCENT = 90, 20
MAX_AHEAD = timedelta(days=30)
MAX_UNITS = 1_000_000
MIN_PRICE = 100
WHOLE = 100


class DealState(StrEnum):
    """Where a deal stands at a moment."""

    COMING = "coming"
    RUNNING = "running"
    SOLD_OUT = "sold_out"
    """It runs, and all its units are held or sold; one that is given back can be had again."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal of a shop: so many units at these prices by variant, from `starts_at` to before `ends_at`.

    `variant_id` is None where it is for all variants that its product had when it was made; `taken` units are
    held or sold. A buyer has at most `per_buyer` of them, if that is bounded.
    """

    id: UUID
    shop_id: UUID
    product_id: UUID
    variant_id: UUID | None
    prices: Mapping[UUID, Money]
    quantity: int
    per_buyer: int | None
    starts_at: datetime
    ends_at: datetime
    actor_id: UUID
    created_at: datetime
    taken: int = 0

    @property
    def left(self) -> int:
        """How many units can still be had at its price."""
        return self.quantity - self.taken

    @property
    def low(self) -> Money:
        """The lowest of its prices."""
        return min(self.prices.values())

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has ended."""
        return self.ends_at <= now

    def state(self, now: datetime) -> DealState:
        """Tell where it stands at this moment."""
        if self.is_over(now):
            return DealState.ENDED
        if now < self.starts_at:
            return DealState.COMING
        return DealState.RUNNING if self.left else DealState.SOLD_OUT


@dataclass(frozen=True, slots=True)
class DealDraft:
    """A deal as someone typed it. What is left out is usual: 20 % off, all there is, now, for ten minutes.

    `price` is one for all variants, and goes before `percent`, which lowers each variant's own.
    `starts_at` goes before `countdown_seconds`, after which it starts.
    """

    product_id: UUID
    variant_id: UUID | None = None
    price: str | int | None = None
    percent: str | int | None = None
    quantity: str | int | None = None
    per_buyer: str | int | None = None
    countdown_seconds: str | int | None = None
    starts_at: str | datetime | None = None
    length_seconds: str | int | None = None
    zone: tzinfo | None = None
    """By whose clock a start is that names no zone."""


def check_deal(
    draft: DealDraft,
    list_prices: Mapping[UUID, Money],
    *,
    shop_id: UUID,
    actor_id: UUID,
    available: int,
    now: datetime,
) -> Deal:
    """Return the deal on these variants, or raise `Invalid` with every problem.

    A price must be below the list price of each variant.
    """
    fields = Fields()
    prices = _check_prices(fields, draft, list_prices)
    quantity = fields.count(
        "quantity", draft.quantity, minimum=1, maximum=MAX_UNITS, empty=max(1, min(available, MAX_UNITS))
    )
    per_buyer = fields.count("per_buyer", draft.per_buyer, minimum=1, maximum=MAX_UNITS, empty=MAX_UNITS)
    starts_at = _check_start(fields, draft, now)
    seconds = fields.count(
        "length_seconds",
        draft.length_seconds,
        minimum=MIN_SECONDS,
        maximum=MAX_SECONDS,
        empty=DEFAULT_SECONDS,
    )
    fields.settle()
    return Deal(
        id=new_id(),
        shop_id=shop_id,
        product_id=draft.product_id,
        variant_id=draft.variant_id,
        prices=prices,
        quantity=quantity,
        per_buyer=None if per_buyer == MAX_UNITS else per_buyer,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(seconds=seconds),
        actor_id=actor_id,
        created_at=now,
    )


def _check_prices(fields: Fields, draft: DealDraft, list_prices: Mapping[UUID, Money]) -> dict[UUID, Money]:
    if draft.price is None or draft.price == "":
        percent = fields.count(
            "percent", draft.percent, minimum=1, maximum=MAX_PERCENT, empty=DEFAULT_PERCENT
        )
        return {
            variant_id: Money(max(1, price.minor * (WHOLE - percent) // WHOLE), price.currency)
            for variant_id, price in list_prices.items()
        }
    lowest = min(list_prices.values())
    price = fields.money("price", draft.price, minimum=MIN_PRICE, maximum=10**9, code="not_a_price")
    if not fields.problems and price.minor >= lowest.minor:
        fields.refuse("price", "not_below_list", lowest.minor)
    return dict.fromkeys(list_prices, price)


def _check_start(fields: Fields, draft: DealDraft, now: datetime) -> datetime:
    if draft.starts_at:
        starts_at = fields.moment("starts_at", draft.starts_at, zone=draft.zone)
        if starts_at is None:
            return now
        if starts_at <= now:
            fields.refuse("starts_at", "too_early")
        elif starts_at > now + MAX_AHEAD:
            fields.refuse("starts_at", "within_days", MAX_AHEAD.days)
        return starts_at
    if draft.countdown_seconds in {None, "", 0, "0"}:
        return now
    seconds = fields.count(
        "countdown_seconds", draft.countdown_seconds, minimum=MIN_COUNTDOWN, maximum=MAX_COUNTDOWN
    )
    return now + timedelta(seconds=seconds)


def extended(deal: Deal, seconds: str | int | None, now: datetime) -> datetime:
    """Return when the deal ends if it is made so much longer: an hour in all at most.

    Raises `Invalid`, DealOver for one that has ended, and DealTooLong.
    """
    if deal.is_over(now):
        raise DealOver
    lasts = (deal.ends_at - deal.starts_at) // timedelta(seconds=1)
    fields = Fields()
    more = fields.count("seconds", seconds, minimum=1, maximum=MAX_SECONDS)
    fields.settle()
    if lasts + more > MAX_SECONDS:
        raise DealTooLong
    return deal.ends_at + timedelta(seconds=more)


def stopped(deal: Deal, now: datetime) -> datetime:
    """Return when the deal ends if it is stopped now; one that has not begun ends as it begins."""
    return min(deal.ends_at, max(deal.starts_at, now))

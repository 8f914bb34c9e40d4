"""A bundle: units that cost less when they are bought together, or of which some cost nothing. No I/O."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from uuid import UUID

from etalase.kernel.fields import Fields
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money

WHOLE = 100
MAX_PERCENT = 90
MIN_PRICE, MAX_PRICE = 100, 10**12
MAX_ITEMS = 5
MAX_UNITS = 100
MAX_SETS = 1_000
USUAL_TIME = timedelta(days=7)
MAX_AHEAD = timedelta(days=366)


class BundleState(StrEnum):
    """Where a bundle stands at a moment."""

    COMING = "coming"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class BundleItem:
    """So many units of a product, in any of its variants, of which `free` cost nothing."""

    product_id: UUID
    quantity: int
    free: int = 0


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a shop sells cheaper together, and pays for, from `starts_at` to before `ends_at`.

    A set is all of its `items`: it costs `price`, or `percent` less; with neither, its free units cost
    nothing. One order has at most `per_order` sets.
    """

    id: UUID
    shop_id: UUID
    items: tuple[BundleItem, ...]
    price: Money | None
    percent: int | None
    per_order: int | None
    starts_at: datetime
    ends_at: datetime
    actor_id: UUID
    created_at: datetime

    def state(self, now: datetime) -> BundleState:
        """Tell where it stands at this moment."""
        if self.ends_at <= now:
            return BundleState.ENDED
        return BundleState.COMING if now < self.starts_at else BundleState.RUNNING


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """A part of a bundle as someone typed it."""

    product_id: UUID
    quantity: str | int | None = 1
    free: str | int | None = 0


@dataclass(frozen=True, slots=True)
class BundleDraft:
    """A bundle as someone typed it: a price, a percentage, or free units.

    Left out, it begins now, ends after a week, and an order has as many sets as it likes.
    """

    items: Sequence[ItemDraft] = ()
    price: str | int | None = None
    percent: str | int | None = None
    per_order: str | int | None = None
    starts_at: str | datetime | None = None
    ends_at: str | datetime | None = None
    zone: tzinfo | None = None
    """By whose clock times are that name no zone."""


def check_bundle(draft: BundleDraft, *, shop_id: UUID, actor_id: UUID, now: datetime) -> Bundle:
    """Return the bundle, or raise `Invalid` with every problem; the shop's products are not known here."""
    fields = Fields()
    items = _check_items(fields, draft.items)
    is_price, is_percent = _is_given(draft.price), _is_given(draft.percent)
    _check_gain(fields, items, is_price + is_percent)
    starts_at = fields.moment("starts_at", draft.starts_at, zone=draft.zone) or now
    ends_at = fields.moment("ends_at", draft.ends_at, zone=draft.zone) or starts_at + USUAL_TIME
    _check_times(fields, starts_at, ends_at, now)
    bundle = Bundle(
        id=new_id(),
        shop_id=shop_id,
        items=items,
        price=fields.money("price", draft.price, minimum=MIN_PRICE, maximum=MAX_PRICE) if is_price else None,
        percent=fields.count("percent", draft.percent, minimum=1, maximum=MAX_PERCENT)
        if is_percent
        else None,
        per_order=fields.count("per_order", draft.per_order, minimum=1, maximum=MAX_SETS)
        if _is_given(draft.per_order)
        else None,
        starts_at=starts_at,
        ends_at=ends_at,
        actor_id=actor_id,
        created_at=now,
    )
    fields.settle()
    return bundle


def stopped(bundle: Bundle, now: datetime) -> datetime:
    """Return when the bundle ends if it is stopped now; one that has not begun ends as it begins."""
    return min(bundle.ends_at, max(bundle.starts_at, now))


def _check_items(fields: Fields, drafts: Sequence[ItemDraft]) -> tuple[BundleItem, ...]:
    """Read the parts; two of the same product, of which one is free, are one."""
    if not drafts:
        fields.refuse("product-0", "required")
    if len(drafts) > MAX_ITEMS:
        fields.refuse("product-0", "too_many", MAX_ITEMS)
    quantity, free = Counter[UUID](), Counter[UUID]()
    for place, one in enumerate(drafts[:MAX_ITEMS]):
        units = fields.count(f"quantity-{place}", one.quantity, minimum=1, maximum=MAX_UNITS)
        quantity[one.product_id] += units
        free[one.product_id] += fields.count(f"free-{place}", one.free, minimum=0, maximum=MAX_UNITS, empty=0)
    return tuple(BundleItem(product, units, free[product]) for product, units in quantity.items())


def _check_gain(fields: Fields, items: Sequence[BundleItem], prices: int) -> None:
    """Refuse what gives nothing, more than one thing, or everything."""
    free, units = sum(item.free for item in items), sum(item.quantity for item in items)
    if prices + bool(free) != 1:
        fields.refuse("price", "one_of_two" if prices or free else "required")
    if free and (free >= units or any(item.free > item.quantity for item in items)):
        fields.refuse("free", "too_high", max(units - 1, 1))
    if units == 1:
        fields.refuse("quantity-0", "too_low", 2)


def _check_times(fields: Fields, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if starts_at > now + MAX_AHEAD:
        fields.refuse("starts_at", "too_late")
    if ends_at <= max(now, starts_at):
        fields.refuse("ends_at", "too_early")
    elif ends_at > max(now, starts_at) + MAX_AHEAD:
        fields.refuse("ends_at", "too_late")


def _is_given(raw: str | int | None) -> bool:
    return raw is not None and bool(str(raw).strip())

"""Shipping for programs: the places of Indonesia, and what a shop asks for sending a parcel there."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from etalase.api._fields import named
from etalase.api._money import Currency, Minor
from etalase.api._workplace import shop_router
from etalase.commerce import shipping, shops
from etalase.commerce.shipping import UNSET_RATES, Area, Rate
from etalase.commerce.shops import Role, ShippingDiscountDraft, ShopView, Workplace
from etalase.kernel.money import RUPIAH, Money

Words = Annotated[
    str,
    QueryParameter(
        name="q", max_length=100, description="Words or a postcode, such as `beji depok` or `16421`."
    ),
]
Days = Annotated[int, msgspec.Meta(ge=0, le=90, examples=[3])]
_NAMES = {"flat": "flat_minor", "per_kilo": "per_kilo_minor", "area": "region_code", "days": "max_days"}
_DISCOUNT_NAMES = {"min_spend": "min_spend_minor", "amount": "max_off_minor"}
Price = Annotated[int, msgspec.Meta(ge=0, le=10**9, description="Whole rupiah.", examples=[12_000])]


class PlaceItem(msgspec.Struct, frozen=True):
    """A district with its city and province."""

    code: Annotated[str, msgspec.Meta(examples=["327606"])]
    label: Annotated[str, msgspec.Meta(examples=["Beji, Kota Depok, Jawa Barat"])]
    postcodes: list[str]


class RateFields(msgspec.Struct, frozen=True):
    """What one service asks, once and for each kilo begun; the most exact area counts.

    `region_code` is of a province (two digits) or a city (four), the beginning of its places' codes; without
    one the rate is for everywhere.
    """

    service: Annotated[str, msgspec.Meta(max_length=200, examples=["Reguler"])]
    flat_minor: Price = 0
    per_kilo_minor: Price = 0
    region_code: Annotated[str, msgspec.Meta(pattern="^([0-9]{2}|[0-9]{4})$", examples=["32"])] | None = None
    min_days: Days = 1
    max_days: Days = 7

    def rate(self) -> Rate:
        """Return it as a line of the table, not yet checked."""
        code = self.region_code
        area = Area.EVERYWHERE if code is None else Area.PROVINCE if len(code) == 2 else Area.CITY  # noqa: PLR2004 - BPS digits
        return Rate(
            service=self.service,
            area=area,
            region_code=code,
            flat=Money(self.flat_minor),
            per_kilo=Money(self.per_kilo_minor),
            min_days=self.min_days,
            max_days=self.max_days,
        )


class RateItem(msgspec.Struct, frozen=True):
    """A line of the table as it stands."""

    service: Annotated[str, msgspec.Meta(examples=["Reguler"])]
    flat_minor: Minor
    per_kilo_minor: Minor
    region_code: str | None
    min_days: Days
    max_days: Days


class RateTable(msgspec.Struct, frozen=True):
    """All that a shop asks for shipping; `is_set` is false while it has set nothing, and asks this."""

    rates: Sequence[RateItem]
    is_set: bool
    currency: Currency = RUPIAH


class RateTableFields(msgspec.Struct, frozen=True):
    """The whole table; what is left out is no longer sent to."""

    rates: Annotated[Sequence[RateFields], msgspec.Meta(max_length=200)]


@get("/api/v1/places", tags=["Buying"], summary="Find a place")
async def find_places(words: Words) -> list[PlaceItem]:
    """Find districts of Indonesia by words or postcode, best first; at most twelve. Needs no token."""
    return [
        PlaceItem(place.code, place.label, list(place.postcodes))
        for place in shipping.gazetteer().search(words)
    ]


class ShippingDiscountFields(msgspec.Struct, frozen=True):
    """What a shop takes off shipping for goods of at least `min_spend_minor`, before vouchers.

    At most `max_off_minor`; without one shipping is free. Without `min_spend_minor` nothing is taken off.
    """

    min_spend_minor: Annotated[int, msgspec.Meta(ge=0, le=10**12, examples=[100_000])] | None = None
    max_off_minor: Annotated[int, msgspec.Meta(ge=100, le=10**7, examples=[20_000])] | None = None
    currency: Currency = RUPIAH


@get("/shipping-discount", summary="Show the shipping discount")
async def show_discount(workplace: NamedDependency[Workplace]) -> ShippingDiscountFields:
    """Show what the shop takes off shipping. For its owner."""
    async with workplace.open(Role.OWNER) as (_, shop):
        return _discount(shop)


@put("/shipping-discount", summary="Set the shipping discount")
async def set_discount(
    workplace: NamedDependency[Workplace], data: JSONBody[ShippingDiscountFields]
) -> ShippingDiscountFields:
    """Take this off shipping from now on; orders placed earlier keep what they were given. For its owner."""
    with named(lambda field: _DISCOUNT_NAMES.get(field, field)):
        async with workplace.open(Role.OWNER) as (tx, shop):
            draft = ShippingDiscountDraft(data.min_spend_minor, data.max_off_minor)
            return _discount(await shops.set_shipping_discount(tx, shop.id, draft))


@get("/shipping-rates", summary="Show shipping rates")
async def show_rates(workplace: NamedDependency[Workplace]) -> RateTable:
    """Show the shop's table. For its owner."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        return _table(await shipping.list_rates(tx, shop.id))


@put("/shipping-rates", summary="Set shipping rates")
async def set_rates(workplace: NamedDependency[Workplace], data: JSONBody[RateTableFields]) -> RateTable:
    """Replace the shop's table; orders placed earlier keep what they were quoted. For its owner."""
    with named(_name_of):
        async with workplace.open(Role.OWNER) as (tx, shop):
            await shipping.set_rates(tx, shop.id, [one.rate() for one in data.rates])
            return _table(await shipping.list_rates(tx, shop.id))


def _name_of(field: str) -> str:
    """Return the API's name of a field that the table's form calls `flat-3`."""
    match = re.fullmatch(r"([a-z_]+)-(\d+)", field)
    if match is None:
        return field
    return f"rates.{match[2]}.{_NAMES.get(match[1], match[1])}"


def _discount(shop: ShopView) -> ShippingDiscountFields:
    found = shop.shipping_discount
    if found is None:
        return ShippingDiscountFields()
    return ShippingDiscountFields(found.min_spend.minor, None if found.amount is None else found.amount.minor)


def _table(rates: Sequence[Rate]) -> RateTable:
    items = [
        RateItem(
            rate.service,
            rate.flat.minor,
            rate.per_kilo.minor,
            rate.region_code,
            rate.min_days,
            rate.max_days,
        )
        for rate in rates or UNSET_RATES
    ]
    return RateTable(items, bool(rates))


ROUTES: list[Any] = [
    find_places,
    shop_router("Selling", [show_rates, set_rates, show_discount, set_discount]),
]

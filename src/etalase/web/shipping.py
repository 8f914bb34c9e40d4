"""Where parcels go and what that costs: the seller's table, and the places that a buyer types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from etalase.commerce import shipping, shops
from etalase.commerce.shipping import UNSET_RATES, Area, Quote, Rate
from etalase.commerce.shops import Role, ShippingDiscountDraft, ShopView
from etalase.kernel.discounts import ShippingDiscount
from etalase.kernel.errors import Invalid
from etalase.kernel.fields import Fields
from etalase.platform.db import Tx
from etalase.platform.i18n import gettext as _
from etalase.web._desk import Desk, DeskShop, desk_router
from etalase.web._flash import redirect
from etalase.web._forms import form_errors, text_of
from etalase.web._pages import HtmlPage, page
from etalase.web._shipping_words import shipping_terms

EMPTY_ROWS = 2
MAX_ROWS = 210
MAX_QUERY_LENGTH = 100
EXAMPLE_GRAMS = 1200
MAX_GRAMS = 100_000
SUGGESTIONS = 8
EVERYWHERE = {"", "everywhere", "seluruh indonesia"}


@dataclass(frozen=True, slots=True)
class RateRow:
    """A line of the table as it stands in the form."""

    service: str = ""
    area: str = ""
    flat: str = ""
    per_kilo: str = ""
    min_days: str = ""
    max_days: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A weight and a place, and what they would cost."""

    place: str
    grams: str
    found: str
    quotes: tuple[Quote, ...]


@get("/shipping/places", include_in_schema=False)
async def suggest_places(request: Request[Any, Any, Any]) -> Response[Any]:
    """Return the districts that the words fit: as options for a field, or as JSON for programs."""
    query = (request.query_params.get("q") or request.query_params.get("place") or "")[:MAX_QUERY_LENGTH]
    places = shipping.gazetteer().search(query, SUGGESTIONS)
    if "json" in request.headers.get("accept", ""):
        return Response(
            [
                {"code": place.code, "label": place.label, "postcodes": list(place.postcodes)}
                for place in places
            ]
        )
    return page("shipping/places.html", places=places, query=query.strip())


@get("/shipping")
async def show_rates(request: Request[Any, Any, Any], desk_shop: NamedDependency[DeskShop]) -> Template:
    """Show the shop's table, and try it on an example."""
    async with desk_shop.show(Role.OWNER) as (tx, desk):
        return await rates_as_they_are(tx, desk, request.query_params)


@post("/shipping")
async def save_rates(request: Request[Any, Any, Any], desk_shop: NamedDependency[DeskShop]) -> Response[Any]:
    """Replace the shop's table; a wrong line is marked and nothing changes."""
    form = await request.form()
    rows = read_rows(form)
    try:
        async with desk_shop.open(Role.OWNER) as (tx, shop):
            await shipping.set_rates(tx, shop.id, read_rates(rows))
    except Invalid as invalid:
        async with desk_shop.show(Role.OWNER) as (tx, desk):
            example = await work_example(tx, desk.shop, {})
        return rates_page(desk, rows, example, errors=form_errors(invalid), status=422)
    return redirect(request, f"{desk_shop.base}/shipping", _("Shipping rates saved."))


@post("/shipping/discount")
async def save_discount(
    request: Request[Any, Any, Any], desk_shop: NamedDependency[DeskShop]
) -> Response[Any]:
    """Take this off the way from now on, or nothing."""
    form = await request.form()
    typed = ShippingDiscountDraft(text_of(form, "min_spend"), text_of(form, "amount"))
    try:
        async with desk_shop.open(Role.OWNER) as (tx, shop):
            after = await shops.set_shipping_discount(tx, shop.id, typed)
    except Invalid as invalid:
        async with desk_shop.show(Role.OWNER) as (tx, desk):
            errors = form_errors(invalid)
            return await rates_as_they_are(tx, desk, {}, errors=errors, discount=typed, status=422)
    terms = shipping_terms(after.shipping_discount) if after.shipping_discount else ""
    words = _("Saved: %(terms)s.", terms=terms) if terms else _("Saved: nothing is taken off the shipping.")
    return redirect(request, f"{desk_shop.base}/shipping", words)


async def rates_as_they_are(
    tx: Tx,
    desk: Desk,
    query: Mapping[str, Any],
    *,
    errors: Mapping[str, str] | None = None,
    discount: ShippingDiscountDraft | None = None,
    status: int = 200,
) -> HtmlPage:
    """Return the page with what is saved, but for a discount that was typed and refused."""
    rates = await shipping.list_rates(tx, desk.shop.id)
    example = await work_example(tx, desk.shop, query)
    return rates_page(
        desk,
        [row_of(rate) for rate in rates or UNSET_RATES],
        example,
        unset=not rates,
        errors=errors,
        discount=discount,
        status=status,
    )


def draft_of(discount: ShippingDiscount | None) -> ShippingDiscountDraft:
    """Return the discount as the form shows it."""
    if discount is None:
        return ShippingDiscountDraft("", "")
    amount = discount.amount
    return ShippingDiscountDraft(discount.min_spend.minor, "" if amount is None else amount.minor)


def rates_page(
    desk: Desk,
    rows: list[RateRow],
    example: Example,
    *,
    errors: Mapping[str, str] | None = None,
    unset: bool = False,
    discount: ShippingDiscountDraft | None = None,
    status: int = 200,
) -> HtmlPage:
    """Return the page with some empty lines below the table."""
    return desk.page(
        "shipping/rates.html",
        "shipping",
        status=status,
        rows=[*rows, *[RateRow()] * EMPTY_ROWS],
        errors=errors or {},
        unset=unset,
        discount=discount or draft_of(desk.shop.shipping_discount),
        example=example,
        regions=[
            region.name
            for province in shipping.gazetteer().provinces()
            for region in (province, *named_cities(province.code))
        ],
    )


def named_cities(province_code: str) -> list[shipping.Region]:
    """Return a province's cities, named so that they can be told from their namesakes."""
    regions = shipping.gazetteer()
    return [shipping.Region(city.code, regions.describe(city.code)) for city in regions.cities(province_code)]


async def work_example(tx: Tx, shop: ShopView, query: Mapping[str, Any]) -> Example:
    """Work an example out: the place and weight that were asked for, or a usual one."""
    place = str(query.get("place") or "Menteng, Kota Administrasi Jakarta Pusat")[:MAX_QUERY_LENGTH]
    grams = str(query.get("grams") or EXAMPLE_GRAMS)[:MAX_QUERY_LENGTH]
    found = shipping.gazetteer().search(place, 1)
    fields = Fields()
    weight = fields.grams("grams", grams, minimum=1, maximum=MAX_GRAMS)
    if not found or fields.problems:
        return Example(place, grams, "", ())
    quotes = await shipping.quote(tx, shop.id, found[0], weight)
    return Example(place, grams, found[0].label, tuple(quotes))


def row_of(rate: Rate) -> RateRow:
    """Return a rate as the form shows it."""
    area = shipping.gazetteer().describe(rate.region_code) if rate.region_code else ""
    return RateRow(
        service=rate.service,
        area=area,
        flat=str(rate.flat.minor),
        per_kilo=str(rate.per_kilo.minor),
        min_days=str(rate.min_days),
        max_days=str(rate.max_days),
    )


def read_rows(form: Mapping[str, Any]) -> list[RateRow]:
    """Read the lines of the form that say anything and are not to be removed."""
    rows = []
    for position in range(MAX_ROWS):
        if f"service-{position}" not in form:
            break
        row = RateRow(
            *(
                text_of(form, f"{field}-{position}").strip()
                for field in ("service", "area", "flat", "per_kilo", "min_days", "max_days")
            )
        )
        if row != RateRow() and not text_of(form, f"remove-{position}"):
            rows.append(row)
    return rows


def read_rates(rows: list[RateRow]) -> list[Rate]:
    """Read the lines. Raises Invalid with the position of each that cannot be read."""
    fields = Fields()
    rates = [read_rate(row, position, fields) for position, row in enumerate(rows)]
    fields.settle()
    return rates


def read_rate(row: RateRow, position: int, fields: Fields) -> Rate:
    """Read a line, and note what is wrong with it."""
    area, region_code = read_area(row.area)
    if area is None:
        fields.refuse(f"area-{position}", "unknown")
    maximum = shipping.MAX_RUPIAH
    days = shipping.MAX_DAYS
    return Rate(
        service=row.service,
        area=area or Area.EVERYWHERE,
        region_code=region_code,
        flat=fields.money(f"flat-{position}", row.flat, minimum=0, maximum=maximum, empty=0),
        per_kilo=fields.money(f"per_kilo-{position}", row.per_kilo, minimum=0, maximum=maximum, empty=0),
        min_days=fields.days(f"min_days-{position}", row.min_days, minimum=0, maximum=days, empty=1),
        max_days=fields.days(f"max_days-{position}", row.max_days, minimum=0, maximum=days, empty=7),
    )


def read_area(text: str) -> tuple[Area | None, str | None]:
    """Read a destination: nothing for everywhere, the name of a province, or of a city with its province."""
    if text.casefold() in EVERYWHERE:
        return Area.EVERYWHERE, None
    region = shipping.gazetteer().find_region_by_name(text)
    if region is None:
        return None, None
    return (Area.PROVINCE if len(region.code) == 2 else Area.CITY), region.code  # noqa: PLR2004 - BPS digits


ROUTES: list[Any] = [suggest_places, desk_router([show_rates, save_rates, save_discount])]

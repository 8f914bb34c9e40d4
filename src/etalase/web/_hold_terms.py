"""How a shop's hold rules are said to a buyer: how long units are kept, and why they pay first."""

from collections.abc import Mapping
from uuid import UUID

from etalase.commerce import catalog, orders, shops
from etalase.commerce.catalog import VariantId
from etalase.commerce.inventory import InventorySettings
from etalase.commerce.orders import PayFirstReason, PayFirstTerms
from etalase.commerce.shops import ShopView
from etalase.platform.db import Tx
from etalase.platform.i18n import Lazy, lazy, ngettext
from etalase.platform.i18n import gettext as _
from etalase.web._cart import Buyer
from etalase.web._holds import HoldTerms
from etalase.web._waiting import minutes_of

AN_HOUR = 60
REASONS: Mapping[PayFirstReason, Lazy] = {
    PayFirstReason.EVERYBODY: lazy("This shop asks everybody to pay first."),
    PayFirstReason.NEW: lazy("You have not paid for an order here lately, so you pay first."),
    PayFirstReason.RECORD: lazy(
        "Orders of yours were left unpaid, cancelled or refused at the door lately, so you pay first. "
        "Only you see this."
    ),
}


def length_words(minutes: int) -> str:
    """Say a length of time, in hours where they are whole."""
    if minutes % AN_HOUR:
        return ngettext("%(number)s minute", "%(number)s minutes", minutes)
    return ngettext("%(number)s hour", "%(number)s hours", minutes // AN_HOUR)


def kept_words(hold_seconds: int) -> str:
    """Say for how long a unit is kept."""
    return ngettext(
        "It is yours for %(number)s minute while you fill in the rest.",
        "It is yours for %(number)s minutes while you fill in the rest.",
        minutes_of(hold_seconds),
    )


def pay_first_words(terms: PayFirstTerms) -> str:
    """Say why this buyer pays first, until when, and what is not to be had then."""
    within = _(
        "Please pay within %(time)s of ordering; cash on delivery is not offered.",
        time=length_words(terms.minutes),
    )
    return f"{REASONS[terms.reason]} {within}"


async def shop_of_variant(tx: Tx, variant_id: UUID) -> ShopView:
    """Return whose goods these are. Raises what the catalog refuses."""
    variant = await catalog.get_variant(tx, VariantId(variant_id))
    return await shops.get_shop(tx, shops.ShopId(variant.shop_id))


async def hold_terms(tx: Tx, shop: ShopView, buyer: Buyer, settings: InventorySettings) -> HoldTerms:
    """Return what this buyer is to know before they tap."""
    first = (await orders.find_pay_first(tx, buyer.holders, [shop.id])).get(shop.id)
    kept = kept_words(shop.hold_rules.hold_seconds(settings.hold_ttl_seconds))
    return HoldTerms(kept, pay_first_words(first) if first else "")

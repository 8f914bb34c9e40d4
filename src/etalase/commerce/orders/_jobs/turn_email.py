"""The letter that says that somebody's turn has come, until when, and what happens then."""

from etalase import accounts
from etalase.accounts import AccountId
from etalase.commerce import catalog, inventory, shops
from etalase.commerce.catalog import VariantId
from etalase.commerce.orders._commands import TurnMailWork
from etalase.platform.db import Tx
from etalase.platform.i18n import format_datetime, in_zone
from etalase.platform.i18n import gettext as _
from etalase.platform.mail import Mail


async def write_of_turn(tx: Tx, work: TurnMailWork, site_url: str) -> Mail | None:
    """Return the letter, in the current language; None where it is over, or there is no address."""
    account = await accounts.find_account(tx, AccountId(work.account_id))
    hold = (await inventory.get_holds(tx, [work.hold_id])).get(work.hold_id)
    if account is None or account.email is None or hold is None or not hold.is_in_cart:
        return None
    variant = await catalog.get_variant(tx, VariantId(hold.variant_id))
    shop = await shops.get_shop(tx, shops.ShopId(variant.shop_id))
    title = ", ".join(filter(None, (variant.title, variant.label)))
    with in_zone(shop.zone):
        until = format_datetime(hold.expires_at)
    facts = {"title": title, "count": hold.quantity, "shop": shop.name, "until": until}
    parts = [
        _("You waited for %(title)s at %(shop)s: %(count)s held for you until %(until)s.", **facts),
        _("After that it goes to the next in line. If you don't want it any more, let it go in your cart."),
        f"{site_url}/cart",
    ]
    return Mail(account.email, _("It is your turn: %(title)s", title=title), "\n\n".join(parts) + "\n")

"""The letter that says that a shop has let go of what it held for somebody."""

from etalase import accounts
from etalase.accounts import AccountId
from etalase.commerce import catalog, inventory, shops
from etalase.commerce.catalog import VariantId
from etalase.commerce.orders._commands import TakenBackMailWork
from etalase.commerce.orders._jobs.email_texts import contact_of
from etalase.platform.db import Tx
from etalase.platform.i18n import gettext as _
from etalase.platform.mail import Mail


async def write_of_taken_back(tx: Tx, work: TakenBackMailWork, site_url: str) -> Mail | None:
    """Return the letter, in the current language; None where there is no address to send it to."""
    account = await accounts.find_account(tx, AccountId(work.account_id))
    hold = (await inventory.get_holds(tx, [work.hold_id])).get(work.hold_id)
    if account is None or account.email is None or hold is None:
        return None
    variant = await catalog.get_variant(tx, VariantId(hold.variant_id))
    shop = await shops.get_shop(tx, shops.ShopId(variant.shop_id))
    title = ", ".join(filter(None, (variant.title, variant.label)))
    parts = [
        _("%(shop)s has let go of what was held for you: %(title)s.", shop=shop.name, title=title),
        _("It is no longer in your cart."),
        _("Questions? %(shop)s: %(contact)s", shop=shop.name, contact=contact_of(shop)),
        f"{site_url}/cart",
    ]
    return Mail(account.email, _("No longer held for you: %(title)s", title=title), "\n\n".join(parts) + "\n")

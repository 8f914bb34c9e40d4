"""How it is said what a shop takes off the way, and how much is missing for it."""

from etalase.commerce.orders import ShopCart
from etalase.kernel.discounts import ShippingDiscount
from etalase.platform.i18n import format_money
from etalase.platform.i18n import gettext as _


def shipping_terms(discount: ShippingDiscount) -> str:
    """Say what the shop takes off the way, and from which sum on."""
    start = format_money(discount.min_spend)
    if discount.amount is None:
        return _("Free shipping from %(start)s", start=start) if discount.min_spend else _("Free shipping")
    amount = format_money(discount.amount)
    if not discount.min_spend:
        return _("Up to %(amount)s off shipping", amount=amount)
    return _("Up to %(amount)s off shipping from %(start)s", amount=amount, start=start)


def shipping_outlook(cart: ShopCart) -> str:
    """Say what the goods of a cart still lack for it, or that it is reached; nothing where there is none."""
    discount, missing = cart.shipping_discount, cart.shipping_missing
    if discount is None or missing is None:
        return ""
    if not missing:
        return shipping_terms(ShippingDiscount(missing, discount.amount))
    more = format_money(missing)
    if discount.amount is None:
        return _("%(more)s more for free shipping", more=more)
    amount = format_money(discount.amount)
    return _("%(more)s more, and shipping costs up to %(amount)s less", more=more, amount=amount)

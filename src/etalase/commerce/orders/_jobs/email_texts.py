"""The letters about an order: what happened in a sentence, what to do now, the order, and the link."""

from collections.abc import Mapping
from dataclasses import dataclass

from etalase.commerce.orders._model import Order, OrderLine
from etalase.commerce.shops import ShopView
from etalase.kernel.discounts import Discount, DiscountKind, Payer
from etalase.platform.i18n import Lazy, format_datetime, format_money, in_zone, lazy
from etalase.platform.i18n import gettext as _
from etalase.platform.mail import Mail


@dataclass(frozen=True, slots=True)
class EmailWords:
    """A letter's subject and its first lines, with %(…)s for what `facts_of` knows."""

    subject: Lazy
    text: Lazy


DISCOUNTS: Mapping[tuple[DiscountKind, Payer], Lazy] = {
    (DiscountKind.FLASH_DEAL, Payer.SHOP): lazy("Flash deal: %(amount)s less, paid by the shop"),
    (DiscountKind.BUNDLE, Payer.SHOP): lazy("Bundle: %(amount)s less, paid by the shop"),
    (DiscountKind.VOUCHER, Payer.SHOP): lazy("Voucher: %(amount)s less, paid by the shop"),
    (DiscountKind.SHIPPING, Payer.SHOP): lazy("Shipping: %(amount)s less, paid by the shop"),
}
"""Every reason with every payer that there is yet."""
TO_BUYER: Mapping[str, EmailWords] = {
    "orders.order_placed": EmailWords(
        lazy("Your order %(number)s at %(shop)s"),
        lazy("Thank you for your order. Please pay by %(pay_by)s; the page below shows how."),
    ),
    "orders.order_paid": EmailWords(
        lazy("Paid: order %(number)s at %(shop)s"),
        lazy("Your payment has arrived. %(shop)s packs your order now."),
    ),
    "orders.order_cancelled": EmailWords(
        lazy("Cancelled: order %(number)s at %(shop)s"),
        lazy("Your order was cancelled. Reason: %(reason)s"),
    ),
    "orders.order_shipped": EmailWords(
        lazy("On its way: order %(number)s from %(shop)s"),
        lazy("Your parcel is with %(carrier)s. Tracking number: %(tracking)s"),
    ),
    "orders.order_delivered": EmailWords(
        lazy("Delivered: order %(number)s from %(shop)s"),
        lazy("Your parcel has arrived. If something is not right, please tell %(shop)s soon."),
    ),
    "orders.order_refund_promised": EmailWords(
        lazy("Money back: order %(number)s at %(shop)s"),
        lazy("%(refund)s goes back to you. Reason: %(reason)s"),
    ),
    "orders.order_part_refund_promised": EmailWords(
        lazy("Some money back: order %(number)s at %(shop)s"),
        lazy("%(refund)s goes back to you, and the rest of your order stays as it is. Reason: %(reason)s"),
    ),
    "orders.order_part_refunded": EmailWords(
        lazy("Refunded: order %(number)s at %(shop)s"),
        lazy("%(refund)s has been sent back to you. The rest of your order stays as it is."),
    ),
    "orders.order_refunded": EmailWords(
        lazy("Refunded: order %(number)s at %(shop)s"),
        lazy("%(refund)s has been sent back to you."),
    ),
}
PLACED_ON_DELIVERY = EmailWords(
    lazy("Your order %(number)s at %(shop)s"),
    lazy("Thank you for your order. You pay %(total)s to the courier when the parcel comes."),
)
TO_SELLER: Mapping[str, EmailWords] = {
    "orders.order_placed": EmailWords(
        lazy("New order %(number)s, paid on delivery"),
        lazy("%(buyer)s has ordered and pays when the parcel comes. Please pack it."),
    ),
    "orders.order_paid": EmailWords(
        lazy("Paid: order %(number)s"), lazy("%(buyer)s has paid %(total)s. Please pack the order.")
    ),
    "orders.order_cancelled": EmailWords(
        lazy("Cancelled: order %(number)s"),
        lazy("The order of %(buyer)s was cancelled. Reason: %(reason)s"),
    ),
}

REASONS: Mapping[str, Lazy] = {
    "unpaid": lazy("the payment did not arrive in time."),
    "sold_out": lazy("the last pieces went while the payment was on its way. The money goes back in full."),
    "changed_mind": lazy("the buyer has changed their mind."),
    "parcel_ended": lazy("the shipping of a parcel of which nothing goes any more."),
}


def write_to_buyer(order: Order, shop: ShopView, event: str, site_url: str) -> Mail:
    """Return the letter to the buyer, in the current language."""
    words = TO_BUYER[event]
    if event == "orders.order_placed" and order.pay_by is None:
        words = PLACED_ON_DELIVERY
    contact = _("Questions? %(shop)s: %(contact)s", shop=shop.name, contact=contact_of(shop))
    return compose(
        order, shop, words, to=order.email, link=f"{site_url}/order/{order.token}", closing=contact
    )


def write_to_seller(order: Order, shop: ShopView, event: str, site_url: str) -> Mail:
    """Return the letter to the seller, in the current language."""
    link = f"{site_url}/desk/{shop.slug}/orders/{order.number}"
    return compose(order, shop, TO_SELLER[event], to=shop.contact_email, link=link, closing="")


def compose(order: Order, shop: ShopView, words: EmailWords, *, to: str, link: str, closing: str) -> Mail:
    """Put a letter together."""
    with in_zone(shop.zone):
        facts = facts_of(order, shop)
    lines = [written for line in order.lines for written in write_line(line)]
    sums = [
        f"{_('Shipping')}  {format_money(order.shipping)}",
        *(f"  {discount_words(one)}" for one in order.shipping_discounts),
        f"{_('Total')}  {format_money(order.total)}",
    ]
    parts = [words.text % facts, "\n".join(lines + sums), link, closing]
    return Mail(to, words.subject % facts, "\n\n".join(filter(None, parts)) + "\n")


def facts_of(order: Order, shop: ShopView) -> dict[str, str]:
    """Return what a letter may name."""
    return {
        "number": order.number,
        "shop": shop.name,
        "buyer": order.address.recipient,
        "total": format_money(order.total),
        "refund": format_money(order.refund_amount),
        "pay_by": format_datetime(order.pay_by) if order.pay_by else "",
        "carrier": order.carrier,
        "tracking": order.tracking_number or "-",
        "reason": reason_of(order),
    }


def reason_of(order: Order) -> str:
    """Return why the order ended: the house's words, or those of whoever ended it."""
    known = REASONS.get(order.reason)
    return str(known) if known else order.reason


def contact_of(shop: ShopView) -> str:
    """Return how a shop is reached."""
    return " · ".join(filter(None, (shop.contact_phone, shop.contact_email)))


def write_line(line: OrderLine) -> list[str]:
    """Return a line of the order, and below it what it cost less than in the shop's list."""
    named = f"{line.quantity} x {line.title} {line.label}".rstrip()
    return [
        f"{named}  {format_money(line.amount)}",
        *(f"  {discount_words(one)}" for one in line.discounts),
    ]


def discount_words(discount: Discount) -> str:
    """Say how much less something costs, why, and who goes without that money, for letters and pages."""
    return DISCOUNTS[discount.kind, discount.payer] % {"amount": format_money(discount.amount)}

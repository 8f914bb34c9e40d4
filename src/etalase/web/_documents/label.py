"""The address label of a parcel: who gets it, who sent it, what the courier collects, and what is scanned.

The shop scans the order's number as QR, the courier the tracking number as Code 128; until that is known, the
bars say the order's number too.
"""

from collections.abc import Sequence

from etalase.commerce.orders import DeliveryAddress, Order, OrderState
from etalase.commerce.payments import Method
from etalase.commerce.shops import ShopAddress, ShopView
from etalase.kernel.money import Money
from etalase.platform.i18n import format_money
from etalase.platform.i18n import gettext as _
from etalase.web._documents.sheet import MARGIN, MM, WIDTH, Paper, fit

QR_SIDE = 24 * MM
BAR_HEIGHT = 13 * MM
SENDER_HEIGHT = 25 * MM
MAX_BARS_LENGTH = 40
"""More letters would make bars thinner than 0.19 mm, which scanners and printers miss."""
BESIDE_QR = WIDTH - 2 * MARGIN - QR_SIDE - 3 * MM


def render_label(orders: Sequence[Order], shop: ShopView) -> bytes:
    """Return the label of a parcel with these orders (at least one), which all go to one address."""
    title = _("Address label %(number)s", number=orders[0].number)
    return fit(title, lambda sheet: write_label(sheet, orders, shop))


def write_label(sheet: Paper, orders: Sequence[Order], shop: ShopView) -> None:
    """Write the whole label."""
    first = orders[0]
    write_head(sheet, orders, shop)
    sheet.barcode(number_to_scan(first), BAR_HEIGHT)
    sheet.rule()
    write_address(sheet, _("To"), first.address, large=True)
    if first.note:
        sheet.gap(1 * MM)
        sheet.text(_("Note: %(note)s", note=first.note), size=8)
    sheet.rule()
    to_collect = cash_to_collect(orders)
    if to_collect:
        sheet.banner(_("COD · collect %(amount)s", amount=format_money(to_collect)))
    sheet.text(contents_of(orders), size=8)
    sheet.rule()
    sheet.new_page_unless(SENDER_HEIGHT)
    write_address(sheet, _("From"), shop.origin, large=False)


def write_head(sheet: Paper, orders: Sequence[Order], shop: ShopView) -> None:
    """Write the shop, the orders' numbers and the service, beside the QR code of the first number."""
    first = orders[0]
    sheet.qr(first.number, QR_SIDE)
    below_qr = sheet.y + QR_SIDE
    sheet.text(shop.name, size=12, bold=True, width=BESIDE_QR)
    sheet.gap(1 * MM)
    sheet.text(_("Order"), size=7, width=BESIDE_QR)
    sheet.text(", ".join(order.number for order in orders), size=11, bold=True, width=BESIDE_QR)
    sheet.text(" · ".join(filter(None, (first.carrier, first.service))), size=8, width=BESIDE_QR)
    if sheet.pages == 1:
        sheet.y = max(sheet.y, below_qr)
    sheet.gap(2 * MM)


def number_to_scan(order: Order) -> str:
    """Return what the bars say: the tracking number, or the order's where there is none that they can say."""
    tracking = order.tracking_number
    readable = tracking.isascii() and tracking.isprintable() and 0 < len(tracking) <= MAX_BARS_LENGTH
    return tracking if readable else order.number


def write_address(sheet: Paper, heading: str, address: DeliveryAddress | ShopAddress, *, large: bool) -> None:
    """Write an address as a courier reads it; the postcode stands out."""
    sheet.text(heading, size=7)
    sheet.text(address.recipient, size=13 if large else 9, bold=True)
    sheet.text(address.phone, size=10 if large else 8)
    sheet.text(address.street, size=10 if large else 8)
    sheet.text(f"{address.district}, {address.city}", size=10 if large else 8)
    sheet.text(f"{address.province} {address.postcode}", size=11 if large else 8, bold=large)


def cash_to_collect(orders: Sequence[Order]) -> Money:
    """Return what the courier has to be paid: for orders on delivery that stand and are not paid yet."""
    owed = (
        order.total
        for order in orders
        if Method.read(order.method).on_delivery
        and not order.paid
        and order.state is not OrderState.CANCELLED
    )
    return sum(owed, Money(0))


def contents_of(orders: Sequence[Order]) -> str:
    """Return pieces and weight of the parcel."""
    pieces = sum(line.kept for order in orders for line in order.lines)
    grams = sum(order.weight_grams for order in orders)
    return _("%(pieces)s pieces · %(grams)s g", pieces=pieces, grams=grams)

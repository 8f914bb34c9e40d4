"""The packing slip: what goes into the parcel, so that nothing is forgotten and the buyer can check."""

from collections.abc import Sequence

from etalase.commerce.orders import Order, OrderLine, discount_words
from etalase.commerce.shops import ShopView
from etalase.kernel.money import Money
from etalase.platform.i18n import format_date, format_money
from etalase.platform.i18n import gettext as _
from etalase.web._documents.sheet import MARGIN, MM, WIDTH, Paper

QR_SIDE = 18 * MM
BESIDE_QR = WIDTH - 2 * MARGIN - QR_SIDE - 3 * MM
COUNT_WIDTH = 9 * MM
AMOUNT_WIDTH = 20 * MM
HALF_WIDTH = (WIDTH - 2 * MARGIN) / 2
LINE_HEIGHT = 12 * MM


def render_slip(orders: Sequence[Order], shop: ShopView) -> bytes:
    """Return the slip of a parcel with these orders (at least one); long ones go on on a second page."""
    first = orders[0]
    sheet = Paper(_("Packing slip %(number)s", number=first.number))
    write_head(sheet, orders, shop)
    for order in orders:
        if len(orders) > 1:
            sheet.new_page_unless(LINE_HEIGHT)
            sheet.gap(1 * MM)
            sheet.text(_("Order %(number)s", number=order.number), bold=True)
        for line in order.lines:
            if line.kept:
                write_line(sheet, line)
        if order.note:
            sheet.new_page_unless(LINE_HEIGHT)
            sheet.text(_("Note: %(note)s", note=order.note))
    write_sums(sheet, orders)
    sheet.gap(3 * MM)
    sheet.text(_("Thank you for shopping at %(shop)s.", shop=shop.name), size=8)
    sheet.text(" · ".join(filter(None, (shop.contact_phone, shop.contact_email))), size=7)
    return sheet.finish()


def write_head(sheet: Paper, orders: Sequence[Order], shop: ShopView) -> None:
    """Write whose parcel it is, the numbers, and for whom."""
    first = orders[0]
    sheet.qr(first.number, QR_SIDE)
    below_qr = sheet.y + QR_SIDE
    sheet.text(_("Packing slip"), size=7, width=BESIDE_QR)
    sheet.text(shop.name, size=12, bold=True, width=BESIDE_QR)
    sheet.text(", ".join(order.number for order in orders), size=9, bold=True, width=BESIDE_QR)
    sheet.text(format_date(first.placed_at), size=7, width=BESIDE_QR)
    if sheet.pages == 1:
        sheet.y = max(sheet.y, below_qr)
    sheet.rule()
    sheet.text(f"{first.address.recipient}, {first.address.city}", size=8)
    sheet.rule()


def write_line(sheet: Paper, line: OrderLine) -> None:
    """Write how many of what are sent, by its show code, and what they cost."""
    sheet.new_page_unless(LINE_HEIGHT)
    sheet.right(format_money(line.kept_amount), width=AMOUNT_WIDTH)
    top = sheet.y
    sheet.text(f"{line.kept} x", bold=True, width=COUNT_WIDTH)
    sheet.y = top
    left, width = MARGIN + COUNT_WIDTH, WIDTH - 2 * MARGIN - COUNT_WIDTH - AMOUNT_WIDTH
    sheet.text(line.title, bold=True, left=left, width=width)
    details = " · ".join(filter(None, (line.code, line.label, line.sku)))
    if details:
        sheet.text(details, size=7, left=left, width=width)
    for discount in line.discounts:
        sheet.text(discount_words(discount), size=7, left=left, width=width)
    sheet.gap(1 * MM)


def write_sums(sheet: Paper, orders: Sequence[Order]) -> None:
    """Write goods, shipping and total of the whole parcel."""
    sheet.new_page_unless(3 * LINE_HEIGHT)
    sheet.rule()
    goods = sum((order.goods for order in orders), Money(0))
    shipping = sum((order.list_shipping for order in orders), Money(0))
    off = sum((order.shipping_saving for order in orders), Money(0))
    back = sum((order.refunded + order.part_due for order in orders), Money(0))
    lines = [(_("Goods"), goods, False), (_("Shipping"), shipping, False)]
    lines += [(_("Shipping discount"), -off, False)] if off else []
    lines += [(_("Paid back"), -back, False)] if back else []
    for words, amount, bold in (*lines, (_("Total"), goods + shipping - off - back, True)):
        sheet.right(format_money(amount), width=HALF_WIDTH, bold=bold)
        sheet.text(words, bold=bold)

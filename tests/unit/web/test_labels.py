"""What a courier's scanner reads from a label: the bars, decoded from the drawing (ISO/IEC 15417)."""

import re
import zlib
from base64 import a85decode
from dataclasses import replace

import pytest

from etalase.commerce.orders import State
from etalase.commerce.shops import Address, ShopId, ShopView
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.web._documents import render_label
from etalase.web._documents.label import cash_to_collect
from etalase.web._documents.sheet import WIDTH
from tests.make.orders import order

MM = 72 / 25.4
DRAWN = re.compile(rb"1 0 0 1 (\S+) \S+ cm|n (\S+) \S+ (\S+) (\S+) re f")
SYMBOLS = {}
START_B, START_C, STOP, TO_B, TO_C = 104, 105, 106, 100, 99
SHOP = ShopView(
    id=ShopId(new_id()),
    slug="kancil",
    name="Kancil Kids",
    logo_key=None,
    origin=Address("Kancil", "0812-1", "Jl. Braga 1", "Sumur Bandung", "Kota Bandung", "Jawa Barat", "40111"),
    contact_email="",
    contact_phone="",
    bank_account=None,
    qris_static=None,
    nib=None,
)


def bars_of(paper: bytes) -> list[tuple[float, float]]:
    """Return where each bar of the label begins, from the left, and how wide it is; in points."""
    page = re.findall(rb"stream\r?\n([!-u\s]+)~>\s*endstream", paper)[0]
    drawing = zlib.decompress(a85decode(page))
    bars, origin = [], 0.0
    for moved, *rectangle in DRAWN.findall(drawing):
        if moved:
            origin = float(moved)
            continue
        left, width, height = map(float, rectangle)
        if abs(height - 13 * MM) < 0.1:
            bars.append((origin + left, width))
    return sorted(bars)


def symbols_of(bars: list[tuple[float, float]]) -> list[int]:
    """Read bars and the gaps between them, each one to four modules wide, as the values of symbols."""
    module = min(width for _, width in bars)
    written = ""
    for (left, width), (following, _) in zip(bars, [*bars[1:], (0.0, 0.0)], strict=True):
        written += " ABCD"[round(width / module)]
        if following:
            written += " abcd"[round((following - left - width) / module)]
    whole, end = written[:-7], written[-7:]
    return [SYMBOLS[whole[at : at + 6]] for at in range(0, len(whole), 6)] + [SYMBOLS[end]]


def scan(paper: bytes) -> str:
    """Read the label as a scanner does: refuse a wrong check symbol, return the text."""
    first, *symbols, check, last = symbols_of(bars_of(paper))
    assert last == STOP
    assert check == (first + sum(place * value for place, value in enumerate(symbols, 1))) % 103
    text, in_pairs = "", first == START_C
    for value in symbols:
        if value == (TO_B if in_pairs else TO_C):
            in_pairs = not in_pairs
        else:
            text += f"{value:02}" if in_pairs else chr(value + 32)
    return text


@pytest.mark.parametrize("tracking", ["JP1234567890", "000123456789", "SPXID04 5512-x", "A" * 40])
def test_a_courier_scans_the_tracking_number(tracking: str) -> None:
    assert scan(render_label([order(tracking_number=tracking)], SHOP)) == tracking


@pytest.mark.parametrize("tracking", ["", "résumé", "A" * 41])
def test_what_bars_cannot_say_leaves_them_the_orders_number(tracking: str) -> None:
    made = order(tracking_number=tracking)
    assert scan(render_label([made], SHOP)) == made.number


@pytest.mark.parametrize("tracking", ["1", "JP1234567890", "A" * 40])
def test_bars_are_wide_enough_and_stand_alone(tracking: str) -> None:
    bars = bars_of(render_label([order(tracking_number=tracking)], SHOP))
    module = min(width for _, width in bars)
    assert 0.19 * MM <= module <= 0.51 * MM
    quiet = 10 * module - 0.01
    assert bars[0][0] >= quiet
    assert WIDTH - sum(bars[-1]) >= quiet


def test_a_long_address_moves_the_sender_to_another_page_and_loses_nothing() -> None:
    made = order(tracking_number="JP1234567890", note="Titip satpam. " * 20)
    long = replace(made, address=replace(made.address, recipient="Dewi " * 20, street="Gang Melati " * 20))
    assert render_label([made], SHOP).count(b"/Type /Page\n") == 1
    assert render_label([long], SHOP).count(b"/Type /Page\n") == 2


def test_a_courier_collects_what_is_paid_on_delivery_and_nothing_else() -> None:
    on_delivery, transfer = order(State.CONFIRMED), order()
    assert cash_to_collect([on_delivery, transfer]) == on_delivery.total
    assert cash_to_collect([replace(on_delivery, paid_at=on_delivery.placed_at)]) == Money(0)

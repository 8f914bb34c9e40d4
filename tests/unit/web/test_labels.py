"""What a courier's scanner reads from a label, from the page as it is printed (ISO/IEC 15417)."""

from dataclasses import replace

import pypdfium2.raw as pdfium
import pytest
from zxingcpp import BarcodeFormat

from etalase.commerce.orders import OrderState
from etalase.kernel.money import Money
from etalase.web._documents import render_label
from etalase.web._documents.label import cash_to_collect
from etalase.web._documents.sheet import WIDTH
from tests.make.orders import order
from tests.make.papers import POINTS_A_MM as MM
from tests.make.papers import SHOP, opened, scan

BAR_HEIGHT = 13 * MM


def bars_of(paper: bytes) -> list[tuple[float, float]]:
    """Return where each bar of the label begins, from the left, and how wide it is; in points."""
    with opened(paper) as document:
        boxes = [shape.get_bounds() for shape in document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])]
    return sorted(
        (left, right - left) for left, bottom, right, top in boxes if abs(top - bottom - BAR_HEIGHT) < 0.1
    )


@pytest.mark.parametrize("tracking", ["JP1234567890", "000123456789", "SPXID04 5512-x", "A" * 40])
def test_a_courier_scans_the_tracking_number(tracking: str) -> None:
    assert scan(render_label([order(tracking_number=tracking)], SHOP), BarcodeFormat.Code128) == [tracking]


@pytest.mark.parametrize("tracking", ["", "résumé", "A" * 41])
def test_what_bars_cannot_say_leaves_them_the_orders_number(tracking: str) -> None:
    made = order(tracking_number=tracking)
    paper = render_label([made], SHOP)
    assert scan(paper, BarcodeFormat.Code128) == scan(paper, BarcodeFormat.QRCode) == [made.number]


@pytest.mark.parametrize("tracking", ["1", "JP1234567890", "A" * 40])
def test_bars_are_wide_enough_and_stand_alone(tracking: str) -> None:
    bars = bars_of(render_label([order(tracking_number=tracking)], SHOP))
    module = min(width for _, width in bars)
    assert 0.19 * MM <= module <= 0.51 * MM
    quiet = 10 * module - 0.01
    assert bars[0][0] >= quiet
    assert WIDTH - sum(bars[-1]) >= quiet


def test_a_courier_collects_what_is_paid_on_delivery_and_nothing_else() -> None:
    on_delivery, transfer = order(OrderState.CONFIRMED), order()
    assert cash_to_collect([on_delivery, transfer]) == on_delivery.total
    assert cash_to_collect([replace(on_delivery, paid_at=on_delivery.placed_at)]) == Money(0)

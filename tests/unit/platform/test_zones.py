"""Times are told by a named clock: the reader's on pages, the shop's in letters."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from etalase.commerce.orders._jobs.letters import write_to_buyer
from etalase.kernel.zones import WIB, WIT, WITA, zone_of
from etalase.platform.i18n import choose_zone, format_date, format_datetime, in_zone, speaking
from tests.make.orders import order
from tests.make.papers import SHOP

MOMENT = datetime(2026, 11, 24, 16, 30, 45, tzinfo=UTC)
SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("cookie", "told"),
    [
        ("Asia/Jakarta", "24 Nov 23.30 WIB"),
        ("Asia/Makassar", "25 Nov 00.30 WITA"),
        ("Asia/Jayapura", "25 Nov 01.30 WIT"),
        ("Asia/Singapore", "25 Nov 00.30 GMT+8"),
        ("America/St_Johns", "24 Nov 13.00 GMT-3:30"),
        (None, "24 Nov 23.30 WIB"),
        ("", "24 Nov 23.30 WIB"),
        ("../../etc/passwd", "24 Nov 23.30 WIB"),
        ("Asia", "24 Nov 23.30 WIB"),
        ("Mars/Olympus", "24 Nov 23.30 WIB"),
        ("x" * 5000, "24 Nov 23.30 WIB"),
    ],
)
def test_a_page_tells_the_readers_time_and_names_the_clock(cookie: str | None, told: str) -> None:
    with speaking("id"), in_zone(choose_zone(cookie)):
        assert format_datetime(MOMENT, "short").replace(SPACE, " ") == told


def test_a_day_alone_names_no_clock_and_is_the_readers() -> None:
    with speaking("en"), in_zone(WIT):
        assert format_date(MOMENT) == "25 November 2026"
        assert format_datetime(MOMENT, "day") == "Wednesday 25 November 2026"


@pytest.mark.parametrize(
    ("province", "zone", "clock"),
    [("Jawa Barat", WIB, "23:30 WIB"), ("Bali", WITA, "00:30 WITA"), ("Papua Barat Daya", WIT, "01:30 WIT")],
)
def test_a_letter_tells_the_shops_time_without_seconds(province: str, zone: object, clock: str) -> None:
    shop = replace(SHOP, origin=replace(SHOP.origin, province=province))
    assert zone_of(province) == zone
    with speaking("en"):
        mail = write_to_buyer(order(pay_by=MOMENT), shop, "orders.order_placed", "https://toko.example")
    assert clock in mail.text.replace(SPACE, " ")
    assert ":45" not in mail.text

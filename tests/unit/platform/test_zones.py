"""Times are told by a named clock: the reader's on pages, the shop's in letters."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import etalase
from etalase.commerce.orders._jobs.email_texts import write_to_buyer
from etalase.kernel.zones import WIB, WIT, WITA, day_began, zone_of
from etalase.platform.i18n import choose_zone, format_date, format_datetime, in_zone, speaking
from tests.make.orders import order
from tests.make.papers import SHOP

MOMENT = datetime(2026, 11, 24, 16, 30, 45, tzinfo=UTC)
SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("cookie", "message"),
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
def test_a_page_tells_the_readers_time_and_names_the_clock(cookie: str | None, message: str) -> None:
    with speaking("id"), in_zone(choose_zone(cookie)):
        assert format_datetime(MOMENT, "short").replace(SPACE, " ") == message


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


@pytest.mark.parametrize(
    ("province", "now", "began"),
    [
        ("Papua", "2026-11-24T23:30", "2026-11-24T15:00"),
        ("Papua", "2026-11-24T14:59", "2026-11-23T15:00"),
        ("Bali", "2026-11-24T23:30", "2026-11-24T16:00"),
        ("Bali", "2026-11-24T15:59", "2026-11-23T16:00"),
        ("DKI Jakarta", "2026-11-24T23:30", "2026-11-24T17:00"),
        ("DKI Jakarta", "2026-11-24T16:59", "2026-11-23T17:00"),
    ],
)
def test_a_shops_day_begins_where_the_shop_is(province: str, now: str, began: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert day_began(moment, zone_of(province)) == datetime.fromisoformat(began).replace(tzinfo=UTC)


def test_no_page_knows_a_zone_of_its_own() -> None:
    """A shop's day is its own, a reader's time is theirs; only one place says what holds for neither."""
    source = Path(etalase.__path__[0])
    message = ('"Asia/', "import WIB", "import ZONE")
    allowed = {"kernel/zones.py", "platform/i18n/__init__.py", "commerce/payments/_adapters/midtrans/api.py"}
    places = [
        path
        for part in ("web", "api", "commerce", "social", "platform")
        for path in (source / part).rglob("*.py")
    ]
    knowing = {
        path.relative_to(source).as_posix()
        for path in places
        if any(word in path.read_text(encoding="utf-8") for word in message)
    }
    assert knowing <= allowed

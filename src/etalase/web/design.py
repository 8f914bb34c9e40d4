"""The living page: every component in every state, in both themes. Served in development only."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import get
from litestar.response import Template

from etalase.commerce.shops import Role
from etalase.kernel.money import Money
from etalase.web._flash import Flash
from etalase.web._pages import page
from etalase.web.home import ShopTile, ShowTile

TONES = ("neutral", "brand", "good", "warn", "danger", "info")


@dataclass(frozen=True, slots=True)
class SampleShop:
    """A shop that exists on the living page only."""

    slug: str = "kirana"
    name: str = "Kirana Kids"


def _samples() -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "rupiah": Money,
        "soon": now + timedelta(minutes=9, seconds=41),
        "later": now + timedelta(days=2),
        "earlier": now - timedelta(hours=3),
        "tones": TONES,
        "sample_errors": {"price": "At least Rp 100.", "address": "Write where the parcel goes."},
        "sample_flashes": [Flash("Gaun Melati removed.", undo="/design")],
    }


@get("/design", include_in_schema=False, opt={"public": True})
async def show_components() -> Template:
    """Show every component."""
    return page("design/components.html", **_samples())


@get("/design/desk", include_in_schema=False, opt={"public": True})
async def show_desk() -> Template:
    """Show the shell of the seller's desk with samples in it."""
    shop = SampleShop()
    return page(
        "design/desk.html", shop=shop, role=Role.OWNER, tab="today", counts={"orders": 4}, **_samples()
    )


@get("/design/home", include_in_schema=False, opt={"public": True})
async def show_front_page() -> Template:
    """Show the front page of a lively evening."""
    now = datetime.now(UTC)
    names = ("Baju Lebaran anak", "Kebaya untuk si kecil", "Koleksi hujan", "Cuci gudang", "Batik pagi")
    hours = (0, 0, 0, 5, 30, 70, -2, -26, -50)
    tiles = [
        ShowTile(
            "#",
            names[index % len(names)],
            ("Kirana Kids", "Toko Sinar")[index % 2],
            now + timedelta(hours=hour),
        )
        for index, hour in enumerate(hours)
    ]
    live = [replace(tile, viewers=128 - 31 * index) for index, tile in enumerate(tiles[:3])]
    shops = [ShopTile("#", name) for name in ("Kirana Kids", "Toko Sinar", "Batik Ayu", "Mainan Budi")]
    return page("home/home.html", live=live, coming=tiles[3:6], past=tiles[6:], shops=shops)


ROUTES: list[Any] = [show_components, show_desk, show_front_page]

"""The living page: every component in every state, in both themes. Served in development only."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import get
from litestar.response import Template

from etalase.kernel.money import Money
from etalase.web._flash import Flash
from etalase.web._pages import page

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
    return page("design/desk.html", shop=shop, tab="today", counts={"orders": 4}, **_samples())


ROUTES: list[Any] = [show_components, show_desk]

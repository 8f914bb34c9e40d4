"""What a page shows of itself elsewhere: where its link is shared, and to search engines.

Open Graph for messengers, JSON-LD with schema.org's types for search engines. Addresses are
made from the plane's public address, never from the Host header that a request brings.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from etalase.commerce.catalog import ProductView
from etalase.commerce.shops import ShopView
from etalase.kernel.money import Money
from etalase.platform.i18n import format_datetime, format_money
from etalase.platform.i18n import gettext as _
from etalase.social.rooms import Show, ShowState

Facts = Callable[[str], Mapping[str, Any]]
Kind = Literal["website", "product", "video.other"]
DEFAULT_IMAGE = "/static/share.png"
MAX_TEXT_LENGTH = 200
WHITE_SPACE = re.compile(r"[ \t\r\n]+")
"""What a line break may be made of; the space in an amount is none."""
IN_STOCK, SOLD_OUT = "https://schema.org/InStock", "https://schema.org/OutOfStock"


@dataclass(frozen=True, slots=True)
class Preview:
    """The preview of the page at `path`; `image` is the path of a JPEG or PNG.

    `facts` makes the page's JSON-LD for a base address, which is put before each path.
    """

    path: str
    title: str
    text: str
    facts: Facts
    kind: Kind = "website"
    image: str = DEFAULT_IMAGE
    price: Money | None = None


def preview_site(title: str, text: str, path: str = "/") -> Preview:
    """Return the preview of a front page or a list."""
    return Preview(path, title, text, lambda base: {"@type": "WebSite", "name": title, "url": base + path})


def preview_shop(shop: ShopView) -> Preview:
    """Return the preview of a shop's window: its name, place and logo."""
    path = f"/shop/{shop.slug}"
    image = f"/files/{shop.logo_key}/480.jpg" if shop.logo_key else DEFAULT_IMAGE
    text = _("%(name)s, %(city)s: look at the window and buy.", name=shop.name, city=shop.origin.city)

    def facts(base: str) -> dict[str, Any]:
        place = {"addressLocality": shop.origin.city, "addressRegion": shop.origin.province}
        return {
            "@type": "Store",
            "name": shop.name,
            "url": base + path,
            "image": base + image,
            "address": {"@type": "PostalAddress", "addressCountry": "ID", **place},
        }

    return Preview(path, shop.name, text, facts, image=image)


def preview_product(shop: ShopView, product: ProductView, stock: Mapping[UUID, int]) -> Preview:
    """Return the preview of a product: photo, price and whether something is left."""
    path = f"/shop/{shop.slug}/p/{product.id}"
    photos = [f"/files/{photo.key}/960.jpg" for photo in product.photos]
    lowest = product.prices[0] if product.prices else None
    lead = f"{format_money(lowest)} · {shop.name}" if lowest else shop.name

    def facts(base: str) -> dict[str, Any]:
        seller = {"@type": "Organization", "name": shop.name}
        offers = [
            {
                "@type": "Offer",
                "name": variant.label or product.title,
                "price": variant.price.minor,
                "priceCurrency": variant.price.currency,
                "availability": IN_STOCK if stock.get(variant.id, 0) else SOLD_OUT,
                "url": base + path,
                "seller": seller,
            }
            for variant in product.variants
        ]
        return {
            "@type": "Product",
            "name": product.title,
            "description": product.description,
            "url": base + path,
            "image": [base + photo for photo in photos],
            "offers": offers,
        }

    return Preview(
        path,
        product.title,
        _shortened(f"{lead}. {product.description}".strip(". ")),
        facts,
        kind="product",
        image=photos[0] if photos else DEFAULT_IMAGE,
        price=lowest,
    )


def preview_show(show: Show, *, image: str | None = None, seconds: float | None = None) -> Preview:
    """Return the preview of a show: an event while it is to come or on, a video once it can be watched again.

    `seconds` is the length of its replay, None where there is none.
    """
    path, text = f"/live/{show.code}", _summary_of(show)
    picture = image or DEFAULT_IMAGE

    def facts(base: str) -> dict[str, Any]:
        known = {
            "name": show.title,
            "description": text,
            "url": base + path,
            "image": [base + picture],
        }
        return known | (_event(show, base + path) if seconds is None else _video(show, base, seconds))

    title = f"{show.title} · {show.shop.name}"
    return Preview(path, title, text, facts, kind="video.other", image=picture)


def _summary_of(show: Show) -> str:
    match show.state:
        case ShowState.PLANNED:
            starts = format_datetime(show.starts_at, "EEEE d MMMM HH:mm")
            return _(
                "%(shop)s goes live %(time)s. Watch and buy, no account needed.",
                shop=show.shop.name,
                time=starts,
            )
        case ShowState.LIVE:
            return _("%(shop)s is live now. Watch and buy, no account needed.", shop=show.shop.name)
        case _:
            return _("The replay of a live show of %(shop)s, with what is left to buy.", shop=show.shop.name)


def _event(show: Show, url: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "@type": "BroadcastEvent",
        "isLiveBroadcast": show.state is not ShowState.ENDED,
        "startDate": _moment(show.started_at or show.starts_at),
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "eventStatus": "https://schema.org/EventScheduled",
        "location": {"@type": "VirtualLocation", "url": url},
        "organizer": {"@type": "Organization", "name": show.shop.name},
    }
    return facts | ({"endDate": _moment(show.ended_at)} if show.ended_at else {})


def _video(show: Show, base: str, seconds: float) -> dict[str, Any]:
    return {
        "@type": "VideoObject",
        "thumbnailUrl": f"{base}/replay/{show.code}.jpg",
        "uploadDate": _moment(show.listed_at),
        "duration": f"PT{round(seconds)}S",
        "contentUrl": f"{base}/replay/{show.code}.mp4",
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _shortened(text: str) -> str:
    """Return the text on one line, cut at a word where it is long."""
    line = WHITE_SPACE.sub(" ", text).strip()
    if len(line) <= MAX_TEXT_LENGTH:
        return line
    return line[:MAX_TEXT_LENGTH].rsplit(" ", 1)[0].rstrip(",;:. ") + "\N{HORIZONTAL ELLIPSIS}"

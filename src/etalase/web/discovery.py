"""What programs look for before they read a site: robots.txt, sitemaps, and whom to tell of a weakness."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

from litestar import MediaType, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException

from etalase.commerce import catalog, shops
from etalase.kernel.clock import Clock
from etalase.platform.db import Database, Plane
from etalase.social.rooms import list_coming, list_live, list_past

MAX_URLS = 10_000
"""Of one sitemap; the protocol allows 50,000 (sitemaps.org)."""
MAX_SHOWS = 500
CONTACT_VALID = timedelta(days=180)
"""RFC 9116, section 2.5.5: less than a year."""
PRIVATE = ("/api/", "/account", "/cart", "/checkout", "/desk", "/order/", "/orders", "/pay/", "/studio")
SITEMAPS: dict[Plane, str] = {"social": "sitemap-shows.xml", "commerce": "sitemap-shops.xml"}
CACHE = {"cache-control": "public, max-age=3600"}


@get("/sitemap-shows.xml", include_in_schema=False)
async def map_shows(db: NamedDependency[Database], public_url: NamedDependency[str]) -> Response[str]:
    """List the front page and the shows of the social plane."""
    async with db.begin() as tx:
        shows = [
            *await list_live(tx, MAX_SHOWS),
            *await list_coming(tx, MAX_SHOWS),
            *await list_past(tx, MAX_SHOWS),
        ]
    return _sitemap(public_url, ["/", *(f"/live/{show.code}" for show in shows)])


@get("/sitemap-shops.xml", include_in_schema=False)
async def map_shops(db: NamedDependency[Database], public_url: NamedDependency[str]) -> Response[str]:
    """List the windows of the commerce plane and what lies in them, the newest first."""
    async with db.begin() as tx:
        listed = await catalog.list_newest(tx, limit=MAX_URLS // 2)
        slugs: dict[UUID, str] = {
            shop.id: shop.slug for shop in await shops.list_shops(tx, limit=MAX_URLS // 2)
        }
    paths = [f"/shop/{slug}" for slug in slugs.values()]
    paths += [f"/shop/{slugs[shop]}/p/{product}" for shop, product in listed if shop in slugs]
    return _sitemap(public_url, ["/shops", *paths])


def _sitemap(base: str, paths: Iterable[str]) -> Response[str]:
    rows = "".join(f"<url><loc>{escape(base + path)}</loc></url>" for path in paths)
    schema = "http://www.sitemaps.org/schemas/sitemap/0.9"
    body = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{schema}">{rows}</urlset>'
    return Response(body, media_type="application/xml", headers=CACHE)


@get("/robots.txt", media_type=MediaType.TEXT, include_in_schema=False)
async def show_robots(sitemaps: NamedDependency[Sequence[str]]) -> Response[str]:
    """Say what is nobody else's (RFC 9309), and where the lists of all other pages are."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), ""]
    lines += [f"Sitemap: {address}" for address in sitemaps]
    return Response("\n".join(lines) + "\n", media_type=MediaType.TEXT, headers=CACHE)


@get("/.well-known/security.txt", media_type=MediaType.TEXT, include_in_schema=False)
async def show_security_contact(
    contact: NamedDependency[str], canonical: NamedDependency[str], clock: NamedDependency[Clock]
) -> Response[str]:
    """Say whom to tell of a weakness (RFC 9116); not there until the operator names somebody."""
    if not contact:
        raise NotFoundException
    lines = [
        f"Contact: {contact}",
        f"Expires: {clock.now() + CONTACT_VALID:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: id, en",
        f"Canonical: {canonical}",
    ]
    return Response("\n".join(lines) + "\n", media_type=MediaType.TEXT, headers=CACHE)


def site_router(public_url: str, planes: Sequence[Plane], *, contact: str, clock: Clock) -> Router:
    """Return what one site says of itself, whichever planes it serves."""
    given = {
        "sitemaps": [f"{public_url}/{SITEMAPS[plane]}" for plane in planes],
        "contact": contact,
        "canonical": f"{public_url}/.well-known/security.txt",
        "clock": clock,
    }
    return Router(
        "/",
        route_handlers=[show_robots, show_security_contact],
        dependencies={name: _provide(thing) for name, thing in given.items()},
    )


def _provide(thing: Any) -> Provide:
    return Provide(lambda: thing, sync_to_thread=False)


SOCIAL: list[Any] = [map_shows]
COMMERCE: list[Any] = [map_shops]

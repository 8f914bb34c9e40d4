"""Pages that are read once for many: each reader gets their own, and nothing old decides."""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from etalase.bootstrap import System
from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import ProductDraft, VariantDraft
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_code
from etalase.platform.db import Database
from etalase.web import _public_pages
from etalase.web._public_pages import PublicPage
from tests.integration.web.conftest import open_market
from tests.make import deals as make_deals
from tests.make.orders import Market
from tests.make.program import MakesDatabases, csrf, program, send, visitor

TOKEN = re.compile(r'name="csrf-token" content="([0-9a-f]+)"')
KEY = re.compile(r'name="idempotency_key"\s+value="([^"]+)"')
SEEN = re.compile(r'name="price-[^"]+"\s+value="(\d+)"')
SCRATCHED = re.compile(r"<(s|del)\b.*?</\1>", re.DOTALL)
SCRIPT = {"accept": "application/json"}
NBSP = "\N{NO-BREAK SPACE}"


def shop_path(market: Market) -> str:
    return f"/shop/{market.shop.slug}"


def product_path(market: Market) -> str:
    return f"{shop_path(market)}/p/{market.variants[0].product_id}"


async def body_of(client: httpx.AsyncClient, path: str, **headers: str) -> str:
    answer = await client.get(path, headers=headers)
    assert answer.status_code == httpx.codes.OK
    return answer.text.replace(NBSP, " ")


async def set_price(db: Database, market: Market, price: str) -> None:
    """Change what the first variant costs, as its seller does."""
    async with db.begin() as tx:
        product = await catalog.get_product(tx, market.variants[0].product_id)
        drafts = [
            VariantDraft(one.size, one.colour, price, str(one.weight_grams), one.sku, id=one.id)
            for one in product.variants
        ]
        draft = ProductDraft(product.title, product.description, product.code, tuple(drafts))
        await catalog.update_product(tx, product.shop_id, product.id, draft)


@pytest.mark.parametrize("path_of", [shop_path, product_path, lambda _: "/"])
async def test_a_kept_page_is_what_its_reader_would_get_alone(
    system: System, market: Market, monkeypatch: pytest.MonkeyPatch, path_of: object
) -> None:
    path = path_of(market) if callable(path_of) else ""
    async with visitor(system) as first, visitor(system) as second:
        for language in ("id", "en"):
            await body_of(first, path, **{"accept-language": language})
            kept = await second.get(path, headers={"accept-language": language})
            monkeypatch.setattr(_public_pages, "OF_ONE_READER", ("plainly",))
            monkeypatch.setattr(_public_pages, "SHELL", {"plainly": lambda _: True})
            alone = await second.get(path, headers={"accept-language": language})
            monkeypatch.undo()
            assert TOKEN.findall(kept.text) == [second.cookies["csrftoken"]]
            assert KEY.sub("", kept.text) == KEY.sub("", alone.text)
            kept_headers, alone_headers = dict(kept.headers), dict(alone.headers)
            for name in ("content-length", "x-request-id", "set-cookie"):
                kept_headers.pop(name, None), alone_headers.pop(name, None)
            assert kept_headers == alone_headers


async def test_each_reader_has_a_token_and_a_key_of_their_own(system: System, market: Market) -> None:
    pages = []
    for _ in range(3):
        async with visitor(system) as reader:
            pages.append(await body_of(reader, product_path(market)))
            assert set(TOKEN.findall(pages[-1])) == {reader.cookies["csrftoken"]}
    assert len({tuple(TOKEN.findall(text)) for text in pages}) == 3
    assert len({tuple(KEY.findall(text)) for text in pages}) == 3


async def test_what_a_reader_chose_is_theirs_alone(system: System, market: Market) -> None:
    async with visitor(system) as dark, visitor(system) as plain:
        dark.cookies.set("etalase_theme", "dark", domain="shop.example")
        dark.cookies.set("etalase_cart_count", "3", domain="shop.example")
        assert 'data-theme="dark"' in await body_of(dark, shop_path(market))
        assert 'data-theme="dark"' not in await body_of(plain, shop_path(market))
        assert "Your account" not in await body_of(plain, shop_path(market), **{"accept-language": "en"})


async def test_who_is_signed_in_is_shown_so_and_nobody_else(
    system: System, market: Market, browser: httpx.AsyncClient
) -> None:
    own = await body_of(browser, shop_path(market))
    async with visitor(system) as stranger:
        other = await body_of(stranger, shop_path(market))
    assert ["sign-out" in text for text in (own, other)] == [True, False]


async def test_many_addresses_of_one_page_do_not_fill_the_memory(system: System, market: Market) -> None:
    views = []

    class Watched(PublicPage):
        def _text(self, *args: object) -> object:  # type: ignore[override]
            views.append(self._view)
            return super()._text(*args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("etalase.web.storefront.PublicPage", Watched)
        async with visitor(system) as reader:
            for number in range(_public_pages.MAX_PAGES + 5):
                await body_of(reader, f"{shop_path(market)}?page={number}")
    assert max(len(view.pages) for view in views) <= _public_pages.MAX_PAGES


async def test_a_seller_sees_a_new_price_at_once_on_every_page(system: System, market: Market) -> None:
    db = system.databases["commerce"]
    async with visitor(system) as reader:
        for price in ("81000", "82000", "83000"):
            await set_price(db, market, price)
            for path in (shop_path(market), product_path(market)):
                assert f"Rp {price[:2]}.000" in await body_of(reader, path), path


async def test_a_buyer_sees_what_is_left_after_their_own_hold(system: System, market: Market) -> None:
    async with visitor(system) as reader:
        assert "sisa 5" in await body_of(reader, product_path(market), **{"accept-language": "id"})
        await send(reader, "/cart/holds", variant_id=str(market.variants[0].id), quantity="2")
        assert "sisa 3" in await body_of(reader, product_path(market), **{"accept-language": "id"})


async def test_a_price_that_another_process_changed_a_moment_ago_is_not_sold_at_the_old(
    databases: MakesDatabases, tmp_path: Path
) -> None:
    """The clock stands, so the page may be old; the hold, the cart and the total may not."""
    clock = FixedClock(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    async with program(databases, tmp_path, clock) as system, visitor(system) as owner:
        market = await open_market(system, owner)
        other = Database(system.databases["commerce"].dsn, "commerce", clock=clock)
        variant = market.variants[0]
        async with visitor(system) as reader:
            page = await body_of(reader, product_path(market))
            await set_price(other, market, "95000")
            refused = await hold(reader, variant.id, price_minor=int(SEEN.findall(page)[0]))
            assert (refused.status_code, refused.json()["code"]) == (httpx.codes.CONFLICT, "price_changed")
            assert await held_prices(other, variant.id) == []
            await send(reader, "/cart/holds", variant_id=str(variant.id), quantity="1")
            assert await held_prices(other, variant.id) == [95_000]
            assert "Rp 95.000" in await body_of(reader, "/cart")
            total = await send(reader, "/checkout/total", place="Beji, Kota Depok, Jawa Barat")
            assert "110.000" in total.text.replace(NBSP, " ")
        await other.close()


async def test_units_that_another_process_sold_a_moment_ago_are_not_held(
    databases: MakesDatabases, tmp_path: Path
) -> None:
    clock = FixedClock(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    async with program(databases, tmp_path, clock) as system, visitor(system) as owner:
        market = await open_market(system, owner)
        other = Database(system.databases["commerce"].dsn, "commerce", clock=clock)
        variant = market.variants[0]
        async with visitor(system) as reader:
            await body_of(reader, product_path(market))
            async with other.begin() as tx:
                await inventory.adjust(tx, variant.id, -5, actor_id=None, reason="broken")
            refused = await hold(reader, variant.id)
            assert (refused.status_code, refused.json()["code"]) == (httpx.codes.CONFLICT, "sold_out")
            assert await held_prices(other, variant.id) == []
        await other.close()


async def hold(reader: httpx.AsyncClient, variant_id: UUID, **seen: int) -> httpx.Response:
    """Ask for a unit as the page's script does."""
    wanted = {"variant_id": str(variant_id), "quantity": 1, "idempotency_key": new_code(20)}
    return await reader.post("/cart/holds", json=wanted | seen, headers=await csrf(reader) | SCRIPT)


async def held_prices(db: Database, variant_id: UUID) -> list[int]:
    async with db.begin() as tx:
        held = await inventory.list_holds_of_variant(tx, variant_id, limit=10)
    return [one.unit_price.minor for one in held]


async def test_a_deals_price_is_shown_from_its_first_moment_until_its_last(
    databases: MakesDatabases, tmp_path: Path
) -> None:
    clock = FixedClock(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    async with program(databases, tmp_path, clock) as system, visitor(system) as owner:
        market = await open_market(system, owner)
        db = system.databases["commerce"]
        async with db.begin() as tx:
            product = await catalog.get_product(tx, market.variants[0].product_id)
            await make_deals.deal(tx, product, price=70_000, countdown=10, seconds=60)
        shown = []
        async with visitor(system) as reader:
            for step in (9.5, 0.5, 59.5, 0.5, 0):
                shown.append(await prices_shown(reader, market))
                clock.advance(seconds=step)
    assert shown == [["89"] * 2, ["89"] * 2, ["70"] * 2, ["70"] * 2, ["89"] * 2]


async def prices_shown(reader: httpx.AsyncClient, market: Market) -> list[str]:
    """Return what the shop's page shows, and what the product's page would hold at."""
    [shop] = re.findall(r"Rp (\d+)\.000", SCRATCHED.sub("", await body_of(reader, shop_path(market))))
    [product] = set(SEEN.findall(await body_of(reader, product_path(market))))
    return [shop, product[:-3]]

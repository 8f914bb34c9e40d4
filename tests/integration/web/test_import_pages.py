"""The import's pages: a file is sent once, looked at cell by cell, decided about, and done by a job."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from etalase.commerce import catalog, inventory
from tests.integration.web.conftest import open_market
from tests.make.imports import book
from tests.make.markup import on_one_line
from tests.make.orders import Market
from tests.make.pictures import dress
from tests.make.program import MakesDatabases, csrf, path_of, program, send, visitor
from tests.make.waiting import until

BASE = (
    "Kode;Nama Produk*;Ukuran;Harga (Rp)*;Berat (Gram)*;Stok*\nK1;Kemeja;S;75.000;160;6\nK1;;M;75.000;170;4\n"
)


async def upload(browser: httpx.AsyncClient, market: Market, content: str | bytes) -> httpx.Response:
    """Send a file as the form does."""
    return await browser.post(
        f"/desk/{market.shop.slug}/products/import",
        files={"file": ("produk.csv", content, "text/csv")},
        headers=await csrf(browser),
    )


async def look(browser: httpx.AsyncClient, market: Market, content: str | bytes) -> httpx.Response:
    """Send a file and read its preview."""
    sent = await upload(browser, market, content)
    assert sent.status_code == 303, sent.text
    return await browser.get(path_of(sent.headers["location"]))


def form_of(page: httpx.Response, **more: str) -> dict[str, str]:
    """Return the fields of the preview's form as a browser sends them."""
    fields = dict(re.findall(r'<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page.text))
    if chosen := re.search(r'name="stock"\s+value="(\w+)"\s+required\s+checked', page.text):
        fields["stock"] = chosen[1]
    if moment := re.search(r'name="counted_at"\s+type="datetime-local"\s+value="([^"]*)"', page.text):
        fields["counted_at"] = moment[1]
    return fields | more


async def run(browser: httpx.AsyncClient, page: httpx.Response, **more: str) -> httpx.Response:
    """Press the button of the preview; return the page once the import is over."""
    there = page.url.path
    sent = await send(browser, there, **form_of(page, deed="run", **more))
    assert sent.status_code == 303, sent.text
    return await when_over(browser, there)


async def when_over(browser: httpx.AsyncClient, there: str) -> httpx.Response:
    """Return the import's page once no job has it in hand."""

    async def find_page() -> httpx.Response | None:
        page = await browser.get(there)
        return None if "<progress" in page.text else page

    return await until(find_page)


async def units(market: Market) -> dict[str, int]:
    async with market.db.begin() as tx:
        products = await catalog.list_products(tx, market.shop.id)
        variants = [variant for product in products for variant in product.variants if product.code == "K1"]
        stock = await inventory.stock_of(tx, [variant.id for variant in variants])
        return {variant.size: stock[variant.id].on_hand for variant in variants if variant.id in stock}


async def test_a_workbook_is_imported_as_it_is_shown(browser: httpx.AsyncClient, market: Market) -> None:
    rows = [line.split(";") for line in BASE.splitlines()]
    preview = await look(browser, market, book(["Daftar produk"], [], *rows))
    assert preview.status_code == 200
    page = await run(browser, preview)
    assert "Produk sudah diimpor." in page.text
    assert await units(market) == {"S": 6, "M": 4}
    ruined = await look(browser, market, book(rows[0], ["K2", "Rok", date(2026, 3, 2), "=1+1", 160, 1]))
    assert ruined.status_code == 422
    assert "2026-03-02" in ruined.text
    assert (await upload(browser, market, book()[:-200])).status_code == 422


async def test_a_workbook_is_read_once(browser: httpx.AsyncClient, market: Market) -> None:
    content = book(*(line.split(";") for line in BASE.splitlines()))
    preview = await look(browser, market, content)
    import_id = UUID(preview.url.path.rpartition("/")[2])
    async with market.db.begin() as tx:
        kept = await inventory.read_import(tx, market.shop.id, import_id)
        assert kept.is_read
        read = await catalog.reopen_spreadsheet(kept, catalog.CatalogSettings())
        assert read == await catalog.read_spreadsheet(content, catalog.CatalogSettings())
        assert not kept.content.startswith(b"PK")


@pytest.mark.parametrize("is_read", [False, True])
async def test_a_file_that_another_version_kept_is_imported_or_asked_for_again(
    browser: httpx.AsyncClient, market: Market, *, is_read: bool
) -> None:
    preview = await look(browser, market, BASE)
    kept = {"content": BASE.encode(), "is_read": is_read}
    async with market.db.begin() as tx:
        await tx.execute(text("UPDATE product_imports SET content = :content, is_read = :is_read"), kept)
    page = await browser.get(preview.url.path)
    if is_read:
        assert page.status_code == 422
        assert "sekali lagi" in on_one_line(page.text)
        sent = await send(browser, preview.url.path, **form_of(preview, deed="run"))
        assert sent.status_code == 303
        assert "sekali lagi" in on_one_line((await when_over(browser, preview.url.path)).text)
    else:
        await run(browser, page)
    assert await units(market) == ({} if is_read else {"S": 6, "M": 4})


async def test_a_file_is_previewed_run_by_a_job_and_told(browser: httpx.AsyncClient, market: Market) -> None:
    preview = await look(browser, market, BASE)
    assert preview.status_code == 200
    assert await units(market) == {}
    sent = await send(browser, preview.url.path, **form_of(preview, deed="run"))
    again = await send(browser, preview.url.path, **form_of(preview, deed="run"))
    assert [sent.status_code, again.status_code] == [303, 303]
    waiting = await browser.get(preview.url.path)
    assert "<progress" in waiting.text
    assert '<meta http-equiv="refresh"' in waiting.text
    asks = re.search(r'hx-get="([^"]+)"', waiting.text)
    assert asks is not None
    done = await when_over(browser, preview.url.path)
    assert await units(market) == {"S": 6, "M": 4}
    news = await browser.get(asks[1])
    assert news.headers["hx-refresh"] == "true"
    assert (await browser.get(f"{preview.url.path}/news?seen=done-4-0")).status_code == 204
    assert "hx-get" not in done.text.split("<main")[1]


async def test_a_wrong_row_is_named_as_the_file_names_it(browser: httpx.AsyncClient, market: Market) -> None:
    preview = await look(
        browser, market, BASE + 'K2;"Celana 6" panjang;S;75.000;160;1\nK3;Topi;S;4/5/2026;90;1\n'
    )
    assert preview.status_code == 422
    assert "<code>Nama Produk*</code>" in preview.text
    assert "<code>Harga (Rp)*</code>" in preview.text
    assert 'value="run"' not in preview.text
    await send(browser, preview.url.path, **form_of(preview, deed="run"))
    assert await units(market) == {}


async def test_the_preview_shows_old_and_new_and_the_same_file_puts_nothing_back(
    browser: httpx.AsyncClient, market: Market
) -> None:
    await run(browser, await look(browser, market, BASE))
    async with market.db.begin() as tx:
        found = {one.code: one for one in await catalog.list_products(tx, market.shop.id)}
        await inventory.adjust(tx, found["K1"].variants[0].id, -3, actor_id=None, reason="terjual")
    preview = await look(browser, market, BASE.replace("M;75.000", "M;79.000"))
    assert re.search(r"(?s)<del>Rp.75\.000</del>.*<ins>Rp.79\.000</ins>", preview.text)
    assert re.search(r"(tetap|stays) 3; .* 6", preview.text)
    await run(browser, preview)
    assert await units(market) == {"S": 3, "M": 4}
    other = await look(browser, market, BASE)
    chosen = await send(browser, other.url.path, **form_of(other, deed="run", stock="added"))
    assert chosen.status_code == 303
    assert await units(market) == {"S": 3, "M": 4}  # what was not previewed is not done
    shown = await browser.get(other.url.path)
    assert re.search(r"(?s)<del>3</del>.*<ins>9</ins>", shown.text)
    await run(browser, shown)
    assert await units(market) == {"S": 9, "M": 8}


async def test_an_import_is_not_done_when_the_shop_has_changed_since(
    browser: httpx.AsyncClient, market: Market
) -> None:
    await run(browser, await look(browser, market, BASE))
    preview = await look(browser, market, BASE.replace("75.000", "79.000"))
    await run(browser, await look(browser, market, BASE.replace("S;75.000", "S;70.000")))
    refused = await run(browser, preview)
    assert refused.status_code == 200
    assert re.search(r"(?s)<del>Rp.70\.000</del>.*<ins>Rp.79\.000</ins>", refused.text)
    async with market.db.begin() as tx:
        found = {one.code: one for one in await catalog.list_products(tx, market.shop.id)}
    assert [one.price.minor for one in found["K1"].variants] == [70_000, 75_000]


async def test_a_doubt_is_settled_by_saying_so(browser: httpx.AsyncClient, market: Market) -> None:
    preview = await look(browser, market, BASE.replace(";S;", ";45934;"))
    assert preview.status_code == 422
    assert "2025-10-04" in preview.text
    settled = await send(
        browser, preview.url.path, **form_of(preview, deed="look", confirmed="size:turned_into_a_day_number")
    )
    assert settled.status_code == 303
    shown = await browser.get(preview.url.path)
    await run(browser, shown, confirmed="size:turned_into_a_day_number")
    assert await units(market) == {"45934": 6, "M": 4}


async def test_an_export_names_its_moment_and_comes_back_as_it_is(
    browser: httpx.AsyncClient, market: Market
) -> None:
    exported = await browser.get(f"/desk/{market.shop.slug}/products/export.csv")
    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    assert exported.headers["cache-control"] == "no-store"
    assert re.search(rf"{market.shop.slug}-\d{{4}}-\d\d-\d\d\.csv", exported.headers["content-disposition"])
    assert "stock@" in exported.text.split("\r\n")[0]
    preview = await look(browser, market, exported.content)
    assert 'value="counted" required checked' in on_one_line(preview.text)
    assert "<del>" not in preview.text


@pytest.mark.parametrize("path", ["orders.csv", "money.csv", "products/export.csv"])
async def test_every_export_has_one_charset_guards_and_the_shops_day(
    browser: httpx.AsyncClient, market: Market, path: str
) -> None:
    exported = await browser.get(f"/desk/{market.shop.slug}/{path}")
    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.search(r"\d{4}-\d\d-\d\d\.csv", exported.headers["content-disposition"])
    assert exported.content.startswith(b"\xef\xbb\xbf")
    assert not re.search(r'(^|[,;\t"])[=@]', exported.text)


async def test_an_import_of_another_shop_is_not_there(browser: httpx.AsyncClient, market: Market) -> None:
    preview = await look(browser, market, BASE)
    elsewhere = preview.url.path.replace(market.shop.slug, "elsewhere")
    assert (await browser.get(elsewhere)).status_code == 404
    missing = re.sub(r"[0-9a-f-]{36}$", "01a21ee3-b8fe-779f-ba0e-b9ecba8e26e3", preview.url.path)
    assert (await browser.get(missing)).status_code == 404


PHOTOS = (
    "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Price,Image Src\n"
    "gaun,Gaun Fajar,Size,S,GF-S,180,89000.00,{here}/first.png\n"
    "gaun,,,M,GF-M,190,92000.00,{here}/second.png\n"
    "gaun,,,,,,,http://10.0.0.1/inner.png\n"
    "gaun,,,,,,,{here}/page.html\n"
)


@asynccontextmanager
async def photo_server() -> AsyncIterator[str]:
    """Serve a photo at each address that ends as one, and a page at others."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wanted = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
        kind, body = (b"image/png", dress(form="PNG")) if wanted.endswith(b".png") else (b"text/html", b"<p>")
        head = b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n" % (kind, len(body))
        writer.write(head + body)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


async def test_photos_by_address_are_fetched_by_a_job_and_failures_are_told(
    databases: MakesDatabases, tmp_path: Path
) -> None:
    async with (
        program(databases, tmp_path, ETALASE_CATALOG_PHOTO_NETWORKS="127.0.0.1/32") as system,
        visitor(system) as browser,
        photo_server() as here,
    ):
        market = await open_market(system, browser)
        preview = await look(browser, market, PHOTOS.format(here=here))
        assert "Shopify" in preview.text
        done = await run(browser, preview)
        async with market.db.begin() as tx:
            products = await catalog.list_products(tx, market.shop.id)
            [product] = [one for one in products if one.title == "Gaun Fajar"]
            downloads = await catalog.list_downloads(tx, UUID(preview.url.path.rpartition("/")[2]))
    assert [one.reason for one in downloads] == ["", "", "inner", "type"]
    assert len(product.photos) == 2
    assert "http://10.0.0.1/inner.png" in done.text
    assert "2/4" not in done.text

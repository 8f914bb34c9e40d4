"""What is taken off, on each page and paper where a buyer or a seller looks for it."""

import csv
from io import StringIO

import httpx
import pytest

from etalase.commerce import bundles, shops
from etalase.commerce.orders import Order
from etalase.commerce.orders._jobs.email_texts import write_to_buyer
from etalase.commerce.shops import ShippingDiscountDraft
from tests.make.bundles import bundle as make_bundle
from tests.make.markup import on_one_line
from tests.make.orders import Market
from tests.make.papers import text_of
from tests.make.program import send


@pytest.fixture(autouse=True)
def english(browser: httpx.AsyncClient) -> None:
    browser.headers["accept-language"] = "en"


async def read(browser: httpx.AsyncClient, path: str) -> str:
    """Return a page's words."""
    answer = await browser.get(path)
    assert answer.status_code == 200, path
    return words_of(answer.text)


def words_of(text: str) -> str:
    return on_one_line(text.replace("\N{NO-BREAK SPACE}", " "))


async def offer_shipping(market: Market, min_spend: int, amount: int | None) -> None:
    async with market.db.begin() as tx:
        await shops.set_shipping_discount(tx, market.shop.id, ShippingDiscountDraft(min_spend, amount))


async def ordered(market: Market) -> Order:
    await market.hold("cart:a")
    placed = await market.place("cart:a")
    await market.pay(placed)
    return placed


async def test_a_seller_sets_the_shipping_discount_and_takes_it_away(
    browser: httpx.AsyncClient, market: Market
) -> None:
    path = f"/desk/{market.shop.slug}/shipping"
    refused = await send(browser, f"{path}/discount", amount="20.000")
    assert refused.status_code == 422
    assert "Please fill this in." in refused.text
    assert 'value="20.000"' in refused.text
    saved = await send(browser, f"{path}/discount", min_spend="100.000", amount="20.000")
    assert saved.status_code == 303
    said = await read(browser, path)
    assert said.count("Up to Rp 20.000 off shipping from Rp 100.000") == 2, "as news, and as it stands"
    assert "Up to Rp 20.000 off shipping from Rp 100.000" in await read(browser, f"/shop/{market.shop.slug}")
    await send(browser, f"{path}/discount", min_spend="", amount="")
    assert "You take nothing off the shipping now." in await read(browser, path)
    assert "off shipping" not in await read(browser, f"/shop/{market.shop.slug}")


@pytest.mark.parametrize(
    ("min_spend", "amount", "said"),
    [
        (101_000, None, "Rp 12.000 more for free shipping"),
        (101_000, 5_000, "Rp 12.000 more, and shipping costs up to Rp 5.000 less"),
        (89_000, None, "Free shipping"),
        (0, 5_000, "Up to Rp 5.000 off shipping"),
    ],
)
async def test_a_cart_says_what_is_missing_for_cheaper_shipping(
    browser: httpx.AsyncClient, market: Market, min_spend: int, amount: int | None, said: str
) -> None:
    await offer_shipping(market, min_spend, amount)
    await send(browser, "/cart/holds", variant_id=str(market.variants[0].id))
    assert f"<span>{said}</span>" in await read(browser, "/cart")


async def test_an_order_shows_its_shipping_discount_wherever_it_is_read(
    browser: httpx.AsyncClient, market: Market
) -> None:
    await offer_shipping(market, 0, 5_000)
    placed = await ordered(market)
    desk = f"/desk/{market.shop.slug}/orders"
    for path in (f"/order/{placed.token}", f"{desk}/{placed.number}"):
        page = await read(browser, path)
        assert "Shipping: Rp 5.000 less, paid by the shop" in page
        assert "<dd>Rp 15.000</dd>" in page
        assert "<dd>\N{MINUS SIGN}Rp 5.000</dd>" in page
        assert "Rp 99.000" in page
    (row,) = csv.DictReader(StringIO((await browser.get(f"{desk}.csv")).text.removeprefix("\ufeff")))
    assert (row["shipping"], row["shipping_discount"], row["total"]) == ("10000", "5000", "99000")
    slip = text_of((await browser.get(f"{desk}/{placed.number}/slip.pdf")).content)
    assert "Shipping discount" in slip
    letter = write_to_buyer(placed, market.shop, "orders.order_placed", "https://shop.example").text
    assert "Ongkir: potongan Rp 5.000, ditanggung toko" in words_of(letter)


async def test_a_bundle_is_made_shown_and_stopped(browser: httpx.AsyncClient, market: Market) -> None:
    path = f"/desk/{market.shop.slug}/bundles"
    product = str(market.variants[0].product_id)
    assert "No bundles yet" in await read(browser, path)
    items = {"product-0": product, "quantity-0": "2", "product-1": product}
    for kind, wrong in (("free", "0"), ("together", "1")):
        refused = await send(browser, f"{path}/new?kind={kind}", **items, **{"quantity-1": wrong})
        assert refused.status_code == 422
        assert "field__error" in refused.text
    await send(browser, f"{path}/new", **items, **{"quantity-1": "1"})
    terms = "Buy 2 x =HYPERLINK(&#34;x&#34;), get 1 x =HYPERLINK(&#34;x&#34;) free"
    for page in (path, f"/shop/{market.shop.slug}", f"/shop/{market.shop.slug}/p/{product}"):
        assert terms in await read(browser, page)
    await send(browser, "/cart/holds", variant_id=str(market.variants[0].id), quantity="3")
    cart = await read(browser, "/cart")
    assert terms in cart
    assert "Rp 178.000" in cart
    async with market.db.begin() as tx:
        (bundle,) = await bundles.list_bundles(tx, market.shop.id)
    await send(browser, f"{path}/{bundle.id}/stop")
    assert "Past bundles" in await read(browser, path)
    assert "Rp 178.000" not in await read(browser, "/cart")


async def test_things_together_for_a_price(browser: httpx.AsyncClient, market: Market) -> None:
    product = str(market.variants[0].product_id)
    items = {"product-0": product, "quantity-0": "2", "product-1": "", "price": "150.000"}
    await send(browser, f"/desk/{market.shop.slug}/bundles/new?kind=together", **items)
    said = await read(browser, f"/shop/{market.shop.slug}")
    assert "2 x =HYPERLINK(&#34;x&#34;) together for Rp 150.000" in said


async def test_an_order_shows_its_bundle_wherever_it_is_read(
    browser: httpx.AsyncClient, market: Market
) -> None:
    async with market.db.begin() as tx:
        await make_bundle(tx, market.shop.id, [(market.variants[0].product_id, 2, 0)], percent=10)
    await market.hold("cart:a", 2)
    placed = await market.place("cart:a")
    await market.pay(placed)
    desk = f"/desk/{market.shop.slug}/orders"
    assert "Bundle: Rp 17.800 less, paid by the shop" in await read(browser, f"{desk}/{placed.number}")
    (row,) = csv.DictReader(StringIO((await browser.get(f"{desk}.csv")).text.removeprefix("\ufeff")))
    assert (row["discount"], row["discount_paid_by"]) == ("17800", "shop")
    letter = write_to_buyer(placed, market.shop, "orders.order_placed", "https://shop.example").text
    assert "Paket: potongan Rp 17.800, ditanggung toko" in words_of(letter)

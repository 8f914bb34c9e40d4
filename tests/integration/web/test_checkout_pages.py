"""The pages of the cart, the checkout, and the seller's orders, on the composed program."""

import csv
from io import StringIO

import httpx
from sqlalchemy import text

from etalase.commerce import inventory, orders
from etalase.commerce.orders import Order
from etalase.web._cart import what_to_keep
from tests.make import orders as make_orders
from tests.make.laws import OPEN
from tests.make.orders import Market, checkout
from tests.make.papers import POINTS_A_MM, opened
from tests.make.program import csrf, send


def as_guest(client: httpx.AsyncClient) -> None:
    """Sign out, so to speak."""
    client.cookies.delete("etalase_session_commerce", domain="shop.example")


async def test_a_price_that_the_browser_sends_is_never_read(
    browser: httpx.AsyncClient, market: Market
) -> None:
    as_guest(browser)
    await send(browser, "/cart/holds", variant_id=str(market.variants[0].id), quantity="1", price="1")
    answer = await send(
        browser,
        "/checkout/total",
        place="Beji, Kota Depok, Jawa Barat",
        total="1",
        price="1",
        shipping="0",
    )
    assert "104.000" in answer.text.replace("\N{NO-BREAK SPACE}", " ")


async def test_the_carts_secret_is_kept_from_scripts_and_from_the_database(
    browser: httpx.AsyncClient, market: Market
) -> None:
    as_guest(browser)
    answer = await send(browser, "/cart/holds", variant_id=str(market.variants[0].id))
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("etalase_cart="))
    assert "httponly" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    secret = browser.cookies.get("etalase_cart", domain="shop.example")
    async with market.db.begin() as tx:
        assert await inventory.list_holds(tx, f"cart:{secret}") == []


async def test_what_a_guest_holds_is_in_the_cart_after_signing_in(
    browser: httpx.AsyncClient, market: Market
) -> None:
    session = browser.cookies.get("etalase_session_commerce", domain="shop.example")
    as_guest(browser)
    await send(browser, "/cart/holds", variant_id=str(market.variants[0].id))
    browser.cookies.set("etalase_session_commerce", str(session), domain="shop.example")
    assert "HYPERLINK" in (await browser.get("/cart")).text


async def test_a_script_is_told_what_its_buyer_holds_and_nobody_elses(
    browser: httpx.AsyncClient, market: Market
) -> None:
    as_guest(browser)
    variant = str(market.variants[0].id)
    await send(browser, "/cart/holds", variant_id=variant, quantity="2")
    (held,) = (await browser.get("/cart/holds")).json()["holds"]
    assert (held["variant_id"], held["quantity"]) == (variant, 2)
    await send(browser, f"/cart/lines/{variant}", quantity="0")
    assert (await browser.get("/cart/holds")).json()["holds"] == []
    await send(browser, "/cart/holds", variant_id=variant)
    browser.cookies.clear()
    assert (await browser.get("/cart/holds")).json()["holds"] == []


async def test_a_number_of_units_that_is_none_is_refused(browser: httpx.AsyncClient, market: Market) -> None:
    variant_id = str(market.variants[0].id)
    for quantity in ("-1", "0", "1.5", "x", "9999999999999999999999"):
        answer = await send(browser, "/cart/holds", variant_id=variant_id, quantity=quantity)
        assert answer.status_code == 422, quantity
    assert (await send(browser, "/cart/holds", variant_id="nonsense")).status_code == 422
    assert await market.available() == 5


async def test_a_form_that_wants_too_much_goes_back_to_the_product_and_says_why(
    browser: httpx.AsyncClient, market: Market
) -> None:
    variant_id = str(market.variants[0].id)
    browser.headers["accept-language"] = "en"
    product = f"/shop/{market.shop.slug}/p/{market.variants[0].product_id}?ref=a-show"
    browser.headers["referer"] = f"{browser.base_url}{product}"
    refused = await send(browser, "/cart/holds", variant_id=variant_id, quantity="6")
    assert (refused.status_code, refused.headers["location"]) == (303, product)
    assert "Sold out. There are 5 left." in (await browser.get(product)).text
    too_many = await send(browser, f"/cart/lines/{variant_id}", quantity="6")
    assert (too_many.status_code, too_many.headers["location"]) == (303, "/cart")
    assert "Sold out. There are 5 left." in (await browser.get("/cart")).text
    assert await market.available() == 5


async def test_fewer_units_give_back_the_newest_holds_first(
    browser: httpx.AsyncClient, market: Market
) -> None:
    variant_id = str(market.variants[0].id)
    for _ in range(2):
        await send(browser, "/cart/holds", variant_id=variant_id, quantity="2")
    assert await market.available() == 1
    await send(browser, f"/cart/lines/{variant_id}", quantity="3")
    assert await market.available() == 2
    await send(browser, f"/cart/lines/{variant_id}", quantity="0")
    assert await market.available() == 5
    assert what_to_keep([], 0) == {}


async def test_fewer_units_are_kept_by_the_hold_that_there_is(
    browser: httpx.AsyncClient, market: Market
) -> None:
    variant_id = str(market.variants[0].id)
    await send(browser, "/cart/holds", variant_id=variant_id, quantity="3")
    async with market.db.begin() as tx:
        ids = list((await tx.execute(text("SELECT id FROM holds"))).scalars())
    await send(browser, f"/cart/lines/{variant_id}", quantity="2")
    async with market.db.begin() as tx:
        holds = await inventory.get_holds(tx, ids)
        assert [hold.quantity for hold in holds.values()] == [2]
        assert len(list(await tx.execute(text("SELECT id FROM holds")))) == 1
    assert await market.available() == 3


async def buy(market: Market) -> Order:
    """Order a dress and pay."""
    await market.hold("cart:a")
    async with market.db.begin() as tx:
        (placed,) = await orders.place_orders(
            tx, checkout("cart:a", [market.shop.id]), make_orders.SETTINGS, OPEN
        )
    await market.pay(placed)
    return await market.reload(placed)


async def test_a_spreadsheet_runs_no_formula_of_an_export(browser: httpx.AsyncClient, market: Market) -> None:
    order = await buy(market)
    answer = await browser.get(f"/desk/{market.shop.slug}/orders.csv?state=to_pack")
    (row,) = csv.DictReader(StringIO(answer.text.lstrip("\ufeff")))
    assert row["order"] == order.number
    assert row["title"].startswith("'=HYPERLINK")
    assert row["phone"] == "+6281298765432"
    assert (await browser.get(f"/desk/{market.shop.slug}/orders.csv?state=packed")).text.count("\n") == 1


async def test_orders_are_found_by_words(browser: httpx.AsyncClient, market: Market) -> None:
    order = await buy(market)
    for words in (order.number.lower(), "lestari", "depok", "A1"):
        assert order.number in (await browser.get(f"/desk/{market.shop.slug}/orders?q={words}")).text
    for words in ("surabaya", "%25", "_"):
        assert order.number not in (await browser.get(f"/desk/{market.shop.slug}/orders?q={words}")).text


async def test_several_orders_are_packed_at_once_or_none(browser: httpx.AsyncClient, market: Market) -> None:
    first, second = await buy(market), await buy(market)
    token = (await csrf(browser))["x-csrftoken"]
    path = f"/desk/{market.shop.slug}/orders/pack"
    ids = [str(first.id), str(second.id)]
    strange = await browser.post(path, data={"_csrf_token": token, "order": [*ids, str(market.shop.id)]})
    assert strange.status_code == 404
    assert (await market.reload(first)).packed_at is None
    assert (await browser.post(path, data={"_csrf_token": token, "order": ids})).status_code == 303
    assert (await market.reload(second)).packed_at is not None


async def test_the_desk_says_that_another_order_of_the_parcel_is_to_come(
    browser: httpx.AsyncClient, market: Market
) -> None:
    first = await market.buy("cart:a", show="S")
    await market.hold("cart:a", show="S")
    second = await market.place("cart:a")
    browser.headers["accept-language"] = "en"
    desk = f"/desk/{market.shop.slug}"
    for page in (desk, f"{desk}/orders", f"{desk}/orders/{first.number}"):
        assert "Another order to come" in (await browser.get(page)).text
    await market.pay(second)
    for page in (desk, f"{desk}/orders", f"{desk}/orders/{first.number}"):
        assert "Another order to come" not in (await browser.get(page)).text


async def test_a_buyer_is_told_why_an_order_that_carries_others_cannot_be_cancelled(
    browser: httpx.AsyncClient, market: Market
) -> None:
    first = await market.buy("cart:a", "cod", show="S")
    browser.headers["accept-language"] = "en"
    assert f'action="/order/{first.token}/cancel' in (await browser.get(f"/order/{first.token}")).text
    await market.hold("cart:a", show="S")
    await market.place("cart:a")
    html = (await browser.get(f"/order/{first.token}")).text
    assert f'action="/order/{first.token}/cancel' not in html
    assert "first cancel those that go with it" in html


async def test_the_papers_of_a_parcel_are_small_and_in_both_languages(
    browser: httpx.AsyncClient, market: Market
) -> None:
    order = await buy(market)
    for paper in ("slip", "label"):
        pages = [
            await browser.get(f"/desk/{market.shop.slug}/orders/{order.number}/{paper}.pdf?language={one}")
            for one in ("id", "en")
        ]
        assert all(page.headers["content-type"] == "application/pdf" for page in pages)
        assert pages[0].content != pages[1].content
        with opened(pages[0].content) as document:
            assert [round(side / POINTS_A_MM) for side in document[0].get_size()] == [105, 148]


async def test_a_secret_link_tells_no_search_engine_and_no_other_site(
    browser: httpx.AsyncClient, market: Market
) -> None:
    order = await buy(market)
    answer = await browser.get(f"/order/{order.token}")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert (await browser.get(f"/order/{order.number}")).status_code == 404


async def test_a_waiting_page_is_told_when_to_look_again(browser: httpx.AsyncClient, market: Market) -> None:
    order = await buy(market)
    assert (await browser.get(f"/order/{order.token}/state/paid")).status_code == 204
    moved = await browser.get(f"/order/{order.token}/state/awaiting_payment")
    assert moved.headers["hx-refresh"] == "true"

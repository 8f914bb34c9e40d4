"""Back, and the same form once more: the same is done once, a correction is not lost without a word."""

import re
from html import unescape

import httpx

from tests.make.checkouts import TYPED, hidden
from tests.make.orders import Market
from tests.make.program import csrf, send


async def test_a_corrected_street_is_asked_about_and_ordered_anew(
    browser: httpx.AsyncClient, market: Market
) -> None:
    browser.headers["accept-language"] = "en"
    await send(browser, "/cart/holds", variant_id=str(market.variants[0].id))
    form = TYPED | {f"method-{market.shop.id}": "bank_transfer"}
    form |= hidden((await browser.get("/checkout")).text)
    total = await send(browser, "/checkout/total", **form)
    form |= hidden(total.text)
    first = await send(browser, "/checkout", **form)
    assert first.status_code == 303, first.text
    again = await send(browser, "/checkout", **form)
    assert again.headers["location"] == first.headers["location"]

    corrected = form | {"street": "Jl. Margonda Raya 101"}
    asked = await send(browser, "/checkout", **corrected)
    assert asked.status_code == 409
    assert f'href="{first.headers["location"]}"' in asked.text
    assert "You have ordered with this form already" in asked.text
    assert "Jl. Margonda Raya 101" in asked.text
    corrected |= hidden(asked.text)
    assert corrected["checkout_key"] != form["checkout_key"]

    anew = await send(browser, "/checkout", **corrected, action="again")
    assert anew.status_code == 200, anew.text
    corrected |= hidden(anew.text)
    second = await send(browser, "/checkout", **corrected)
    assert second.status_code == 303, second.text
    assert second.headers["location"] != first.headers["location"]
    assert "Jl. Margonda Raya 101" in (await browser.get(second.headers["location"])).text
    assert "Jl. Margonda Raya 100" in (await browser.get(first.headers["location"])).text


async def test_another_quantity_under_a_products_key_leads_to_the_cart_and_says_so(
    browser: httpx.AsyncClient, market: Market
) -> None:
    browser.headers["accept-language"] = "en"
    hold_request = {"variant_id": str(market.variants[0].id), "idempotency_key": "abcdefghij"}
    await send(browser, "/cart/holds", **hold_request, quantity="1")
    answer = await send(browser, "/cart/holds", **hold_request, quantity="2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cart")
    cart = (await browser.get("/cart")).text
    assert "This page has put something into your cart already" in cart
    assert await market.available() == 4
    more = re.search(r'action="(/cart/holds\?[^"]+)"', cart)
    assert more is not None
    for _ in range(2):  # two taps are one
        await send(browser, unescape(more[1]))
        assert await market.available() == 2
    headers = {"accept": "application/json", **await csrf(browser)}
    script = await browser.post("/cart/holds", json={**hold_request, "quantity": 2}, headers=headers)
    assert (script.status_code, script.json()["code"]) == (409, "idempotency_key_reused")

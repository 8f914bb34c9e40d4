"""What a buyer no longer wants is given back at once, from the room's sheet; what is others' stays theirs."""

import httpx

from etalase.commerce import inventory
from tests.make.orders import Market
from tests.make.program import csrf, send


async def release(browser: httpx.AsyncClient, hold_id: object) -> httpx.Response:
    """Let a hold go, as the sheet does."""
    headers = await csrf(browser) | {"accept": "application/json"}
    return await browser.post(f"/cart/holds/{hold_id}/release", json={}, headers=headers)


async def test_a_hold_is_given_back_and_anothers_is_not(browser: httpx.AsyncClient, market: Market) -> None:
    theirs = await market.hold("cart:somebody")
    await send(browser, "/cart/holds", variant_id=str(market.variants[0].id))
    (held,) = (await browser.get("/cart/holds")).json()["holds"]
    before = await market.available()
    answer = await release(browser, theirs)
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()["holds"]] == [held["id"]]
    assert await market.available() == before
    for _ in range(2):  # a second tap is nothing
        answer = await release(browser, held["id"])
        assert (answer.status_code, answer.json()["holds"]) == (200, [])
    assert await market.available() == before + 1
    async with market.db.begin() as tx:
        assert (await inventory.get_holds(tx, [theirs]))[theirs].is_in_cart


async def test_without_a_script_it_leads_back_to_the_cart(browser: httpx.AsyncClient, market: Market) -> None:
    await send(browser, "/cart/holds", variant_id=str(market.variants[0].id))
    (held,) = (await browser.get("/cart/holds")).json()["holds"]
    answer = await send(browser, f"/cart/holds/{held['id']}/release")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cart")

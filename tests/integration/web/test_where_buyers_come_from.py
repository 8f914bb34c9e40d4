"""A buyer's way from a show to the till: signed, kept with the hold, and never in a sale's way."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from etalase import bridge
from etalase.bridge import Referral
from etalase.kernel.ids import new_code, new_id
from etalase.kernel.sources import Venue
from tests.integration.web.test_the_law_at_the_deed import Street, street, write_book
from tests.make.databases import Databases
from tests.make.figures import Figures, read_figures
from tests.make.program import csrf, send

KEY = "a bridge's key that only this test knows"


@pytest.fixture
async def found(databases: Databases, tmp_path: Path) -> AsyncIterator[Street]:
    write_book(tmp_path, "open", "2020-01-01")
    async with street(databases, tmp_path, ETALASE_BRIDGE_KEY=KEY) as opened:
        yield opened


async def by_script(found: Street, referral: object, guest: httpx.AsyncClient | None = None) -> UUID:
    """Hold a unit as the room's script does; return the hold."""
    guest = guest or found.guest
    hold_request = {
        "variant_id": str(found.market.variants[0].id),
        "quantity": 1,
        "idempotency_key": new_code(),
        "referral": referral,
    }
    answer = await guest.post("/cart/holds", json=hold_request, headers=await csrf(guest))
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["hold"]["id"])


async def of_room(found: Street) -> str:
    """Return the referral that the room's page gives to its viewer."""
    page = (await found.guest.get(f"/live/{found.show}")).text
    token = re.search(r'"referral":"([^"]+)"', page)
    assert token
    return token[1]


async def of_link(found: Street) -> str:
    """Return the referral with which the room's link leads to the shop."""
    return (await found.follow_link()).headers["location"].partition("?ref=")[2]


async def shows(found: Street) -> list[str | None]:
    """Return from which show each hold was made, in their order."""
    async with found.market.db.begin() as tx:
        rows = await tx.execute(text("SELECT source ->> 'show' AS show FROM holds ORDER BY id"))
        return [row.show for row in rows]


async def counted(found: Street, before: Figures, result: str) -> float:
    name = f"etalase_referrals_total {result}"
    return (await read_figures(found.guest)).get(name, 0) - before.get(name, 0)


async def test_a_hold_in_the_room_and_one_at_the_shop_know_their_show(found: Street) -> None:
    before = await read_figures(found.guest)
    await by_script(found, await of_room(found))
    location = (await found.follow_link()).headers["location"]
    product = (await found.guest.get(location)).text
    assert f'/live/{found.show}"' in product, "the first page of the shop leads not back to the show"
    ref = re.search(r'name="ref" value="([^"]+)"', product)
    assert ref
    variant_id = str(found.market.variants[0].id)
    await send(found.guest, "/cart/holds", variant_id=variant_id, ref=ref[1])
    hold_request = {"variant_id": variant_id, "referral": await of_link(found)}
    held = await found.program.post("/api/v1/holds", json=hold_request, headers={"idempotency-key": "k"})
    assert held.status_code == 201
    assert await shows(found) == [found.show] * 3
    assert await counted(found, before, "kept") == 3


def forged(found: Street, key: str = KEY, days: int = 0, shop_id: UUID | None = None) -> str:
    """Return a referral that somebody else has signed, or for another shop, or long ago."""
    referral = Referral(shop_id or found.market.shop.id, found.show, Venue.ROOM)
    long_ago = found.clock.now().replace(day=31 - days)
    return bridge.sign_referral(key, referral, long_ago)


async def test_what_is_no_referral_stands_in_nobodys_way_and_is_counted(found: Street) -> None:
    before = await read_figures(found.guest)
    tokens: dict[str, list[object]] = {
        "forged": [forged(found, "k" * 40), "nonsense", "x" * 5000, 7, ["a"], {"b": 1}, True],
        "expired": [forged(found, days=8)],
        "foreign": [forged(found, shop_id=new_id())],
    }
    for wrong in tokens.values():
        for token in wrong:
            found.guest.cookies.clear()
            await by_script(found, token)
    await by_script(found, None)
    await by_script(found, "")
    assert set(await shows(found)) == {None}
    for result, wrong in tokens.items():
        assert await counted(found, before, result) == len(wrong), result
    assert await counted(found, before, "kept") == 0


async def test_a_referral_is_one_buyers(found: Street) -> None:
    """The same buyer may hold more with it; whoever else has got hold of it comes from nowhere."""
    before = await read_figures(found.guest)
    token = await of_room(found)
    await by_script(found, token)
    await by_script(found, token)
    guest_cookies = dict(found.guest.cookies)
    found.guest.cookies.clear()
    await by_script(found, token)
    assert await shows(found) == [found.show, found.show, None]
    assert await counted(found, before, "replayed") == 1
    found.guest.cookies.clear()
    for name, value in guest_cookies.items():
        found.guest.cookies.set(name, value)
    await by_script(found, token)
    assert (await shows(found))[-1] == found.show


async def test_what_is_held_once_more_comes_from_where_it_came(found: Street) -> None:
    """By the undo of the cart, by more of the same, and by the checkout where a hold ran out."""
    await by_script(found, await of_room(found))
    path = f"/cart/lines/{found.market.variants[0].id}"
    await send(found.guest, path, quantity="3")
    emptied = await send(found.guest, path, quantity="0")
    page = (await found.guest.get(emptied.headers["location"])).text
    undo = re.search(r'action="(/cart/holds\?[^"]+)"', page)
    assert undo
    await send(found.guest, undo[1].replace("&amp;", "&"))
    assert await shows(found) == [found.show] * 3


async def test_another_buyers_hold_tells_nothing(found: Street) -> None:
    theirs = await by_script(found, await of_room(found))
    found.guest.cookies.clear()
    variant_id = str(found.market.variants[0].id)
    for again in (str(theirs), str(new_id()), "nonsense"):
        held = await send(found.guest, "/cart/holds", variant_id=variant_id, again=again)
        assert held.status_code == 303
    assert await shows(found) == [found.show, None, None, None]


async def test_the_order_comes_from_where_its_hold_came(found: Street) -> None:
    await by_script(found, await of_room(found))
    assert (await found.pay_in_sheet()).status_code == 303
    async with found.market.db.begin() as tx:
        rows = await tx.execute(
            text(
                "SELECT orders.show_code, holds.source ->> 'show' AS show FROM orders"
                " JOIN holds ON holds.order_id = orders.id"
            )
        )
        assert [(row.show_code, row.show) for row in rows] == [(found.show, found.show)]

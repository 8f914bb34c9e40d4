"""Nothing is ordered at a total that its buyer did not see, by whatever door."""

from typing import Any, Protocol

import httpx
import pytest

from etalase.commerce import orders, shipping
from etalase.commerce.shipping import Area, Rate
from etalase.kernel.money import Money
from tests.make.checkouts import DOCUMENT, as_program, fill_checkout
from tests.make.orders import Market
from tests.make.program import send

CHANGED = 409
Answer = tuple[int, bool]
"""The status, and whether it says that the total has changed."""


class Door(Protocol):
    """A way to order: what is looked at first is what is sent then."""

    async def hold(self) -> None:
        """Put a unit into the cart."""

    async def look(self) -> dict[str, Any]:
        """Return the form as it shows the total of now."""

    async def order(self, form: dict[str, Any]) -> Answer:
        """Order as the form has it."""


class Page:
    """The checkout's page, at the shop's own site or in a room's sheet."""

    def __init__(self, browser: httpx.AsyncClient, market: Market, query: str = "") -> None:
        self.browser, self.market, self.query = browser, market, query
        browser.headers["accept-language"] = "en"

    async def hold(self) -> None:
        """Hold as a page does."""
        await send(self.browser, f"/cart/holds{self.query}", variant_id=str(self.market.variants[0].id))

    async def look(self) -> dict[str, Any]:
        """Fill the form in until it shows the whole total."""
        return await fill_checkout(self.browser, self.market, self.query)

    async def order(self, form: dict[str, Any]) -> Answer:
        """Send the form."""
        answer = await send(self.browser, f"/checkout{self.query}", **form)
        return answer.status_code, "Please check the total" in answer.text


class Sheet(Page):
    """The checkout in the sheet of a room."""

    def __init__(self, browser: httpx.AsyncClient, market: Market) -> None:
        super().__init__(browser, market, "?embed=1")


class Program:
    """The API."""

    def __init__(self, browser: httpx.AsyncClient, market: Market) -> None:
        self.browser, self.market = browser, market
        self.token = dict[str, str]()
        self.tries = 0

    async def hold(self) -> None:
        """Hold by the API."""
        self.token = await as_program(self.market)
        await self._post("holds", {"variant_id": str(self.market.variants[0].id)})

    async def look(self) -> dict[str, Any]:
        """Add up what the cart costs with its shipping to the place."""
        address = f"/api/v1/cart?place_code={DOCUMENT['place_code']}"
        (shop,) = (await self.browser.get(address, headers=self.token)).json()["shops"]
        total = shop["goods_minor"] + shop["services"][0]["amount_minor"]
        choices = [{"shop_id": str(self.market.shop.id), "method": "bank_transfer"}]
        return DOCUMENT | {"choices": choices, "expected_total_minor": total}

    async def order(self, form: dict[str, Any]) -> Answer:
        """Send the order."""
        answer = await self._post("orders", form)
        said = answer.json()
        return answer.status_code, isinstance(said, dict) and said["code"] == "total_changed"

    async def _post(self, what: str, body: dict[str, Any]) -> httpx.Response:
        self.tries += 1
        headers = self.token | {"idempotency-key": f"try-{self.tries}"}
        return await self.browser.post(f"/api/v1/{what}", json=body, headers=headers)


@pytest.mark.parametrize("door", [Page, Sheet, Program])
async def test_a_total_that_has_changed_is_looked_at_again_before_it_is_ordered(
    browser: httpx.AsyncClient, market: Market, door: Any
) -> None:
    way: Door = door(browser, market)
    await way.hold()
    seen = await way.look()
    async with market.db.begin() as tx:
        dearer = [Rate("Reguler", Area.EVERYWHERE, None, Money(0), Money(40_000))]
        await shipping.set_rates(tx, market.shop.id, dearer)
    assert await way.order(seen) == (CHANGED, True)
    assert await _count_orders(market) == 0
    status, is_refused = await way.order(await way.look())
    assert (status in {201, 303}, is_refused) == (True, False)
    assert await _count_orders(market) == 1


async def _count_orders(market: Market) -> int:
    async with market.db.begin() as tx:
        return len((await orders.list_orders(tx, market.shop.id, orders.Filter(), limit=5)).orders)

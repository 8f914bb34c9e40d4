"""A running shop audits itself: what is broken by hand is frozen within its period, and said."""

from pathlib import Path

import pytest
from sqlalchemy import text

from etalase.bootstrap import audit, explain, unfreeze
from etalase.commerce import inventory
from etalase.commerce.inventory import StockFrozen, StockStillWrong
from etalase.kernel.ids import new_code
from tests.integration.web.conftest import open_market
from tests.make.program import MakesDatabases, csrf, program, visitor
from tests.make.waiting import until

BREAK = "UPDATE stock SET on_hand = on_hand + :by WHERE variant_id = :id"


async def test_the_shop_freezes_what_was_broken_by_hand_and_sells_the_rest(
    databases: MakesDatabases, tmp_path: Path
) -> None:
    often = "0.1"
    async with (
        program(databases, tmp_path, ETALASE_INVENTORY_AUDIT_EVERY_SECONDS=often) as system,
        visitor(system) as browser,
    ):
        market = await open_market(system, browser)
        broken, sound = (variant.id for variant in market.variants)

        async def change(by: int) -> None:
            async with market.db.begin() as tx:
                await tx.execute(text(BREAK), {"by": by, "id": broken})

        async def is_frozen() -> bool:
            async with market.db.begin() as tx:
                return bool(await inventory.list_freezes(tx))

        order = await market.buy("cart:before")
        assert await audit(system.settings) == []
        await change(3)
        await until(is_frozen)
        with pytest.raises(StockFrozen):
            await market.hold("cart:late")
        await market.hold("cart:other", variant=1)
        wanted = {"variant_id": str(broken), "quantity": 1, "idempotency_key": new_code()}
        headers = await csrf(browser) | {"accept": "application/json", "accept-language": "en"}
        refused = await browser.post("/cart/holds", json=wanted, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "stock_frozen")
        form = {"variant_id": str(broken), "quantity": "1", "idempotency_key": new_code()}
        sent_back = await browser.post("/cart/holds", data=form | {"_csrf_token": headers["x-csrftoken"]})
        assert sent_back.status_code == 303, sent_back.text
        (found,) = [one for one in await audit(system.settings) if one.counted == "frozen stock"]
        assert str(broken) in found.difference
        page = await browser.get(f"/desk/{market.shop.slug}/products/{market.variants[0].product_id}/stock")
        assert "by the movements 4" in page.text
        assert (await browser.get("/readyz")).status_code == 200
        assert "etalase_stock_frozen 1.0" in (await browser.get("/metrics")).text
        said = await explain(system.settings, str(broken))
        assert [line.split()[2] for line in said[:3]] == ["received", "held", "sold"]
        assert said[-2:-1] == ["the stock's own figures:  on hand 7  held 0"]
        assert order.number in (await explain(system.settings, order.number))[0]
        with pytest.raises(StockStillWrong):
            await unfreeze(system.settings, broken)
        await change(-3)
        assert "by the movements 4" in str(await unfreeze(system.settings, broken))
        await market.hold("cart:late")
        assert await audit(system.settings) == []
        assert sound != broken
        await market.desk.close()

"""Where the law keeps watching and buying apart, every page of a shop leads back to the show."""

from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from etalase import bridge
from etalase.bridge import Referral
from etalase.commerce import inventory
from etalase.kernel.sources import Venue
from tests.make import catalog as make_catalog
from tests.make.program import MakesDatabases, program
from tests.make.world import world

SITES = {
    "ETALASE_RULEBOOK": "id/permendag-19-2026",
    "ETALASE_SOCIAL_URL": "http://live.example",
    "ETALASE_COMMERCE_URL": "http://shop.example",
}
PAGES = ("/cart", "/checkout", "/shops", "/", "/sign-in", "/sign-up", "/order/nothing", "/nowhere")


@pytest.mark.parametrize("is_sent", [True, False])
async def test_every_page_of_the_shop_leads_back_to_the_show(
    databases: MakesDatabases, tmp_path: Path, *, is_sent: bool
) -> None:
    async with program(databases, tmp_path, None, **SITES) as system:
        market = await world(system)
        async with system.databases["commerce"].begin() as tx:
            product = await make_catalog.product(tx, market.shop.id)
            await inventory.receive(tx, product.variants[0].id, 3)
        rules = system.wirings["social"].given["room_rules"]
        referral = Referral(market.shop.id, market.show_code, Venue.SHOP, product.id)
        now = system.databases["social"].clock.now()
        ref = bridge.issue_referral(rules.law, rules.bridge_key, referral, now)
        [shop] = [endpoint.app for endpoint in system.endpoints if endpoint.name == "commerce"]
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(cast("Any", shop)),
            base_url="http://shop.example",
            follow_redirects=True,
        ) as buyer:
            article = f"/shop/{market.shop.slug}/p/{product.id}"
            pages = (f"{article}?ref={ref}" if is_sent else article, f"/shop/{market.shop.slug}", *PAGES)
            texts = {path: (await buyer.get(path)).text for path in pages}
    back = f'href="http://live.example/live/{market.show_code}"'
    assert [path for path, text in texts.items() if (back in text) is not is_sent] == []

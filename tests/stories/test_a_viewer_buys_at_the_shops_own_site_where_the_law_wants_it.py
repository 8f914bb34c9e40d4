"""Two regimes, one switch: under a law that keeps the planes apart, the room shows and the shop sells."""

import json
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from playwright.async_api import expect

from etalase.lab.demo import GOODS, Seller
from etalase.lab.person import SyntheticPerson
from tests.make.markets import selling
from tests.make.ports import free_port
from tests.make.waiting import PATIENCE_SECONDS, until
from tests.stories import browsing
from tests.stories.conftest import Screens, Servers
from tests.stories.serving import Server

LAW = "id/permendag-19-2026"
TILL = (
    "/cart",
    "/checkout",
    "/cart/holds",
    "/order/abc",
    "/pay/abc",
    "/shops",
    "/desk",
    "/webhooks/midtrans",
)
WINDOW = ("/live/ABCD2345", "/studio/new", "/media/x/index.m3u8")


async def apart(servers: Servers) -> tuple[Server, str]:
    """Start both planes in one process, on a port each; return it and the commerce plane's address."""
    port = free_port()
    server = await servers(ETALASE_RULEBOOK=LAW, ETALASE_COMMERCE_PORT=str(port))
    return server, f"http://127.0.0.1:{port}"


def claims_of(token: str) -> dict[str, object]:
    """Read what a token says, as anyone can who has the link."""
    body = token.split(".")[1]
    claims: dict[str, object] = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


async def test_the_room_shows_the_offer_and_the_shop_sells_it(servers: Servers, screens: Screens) -> None:
    server, commerce = await apart(servers)
    async with selling(server.url, commerce) as seller:
        await seller.command({"do": "pin", "product_id": seller.product_ids[0]})
        phone = await screens(server.url, **browsing.PHONE)
        page = await phone.new_page()
        await page.goto(f"/live/{seller.show_code}")
        card = page.locator(".pin-card")
        await expect(card).to_contain_text(GOODS[0].title)
        await expect(card).to_contain_text("Rp")
        await expect(page.locator("buy-sheet, hold-dock")).to_have_count(0)
        await card.get_by_role("link").click()
        await page.wait_for_url(f"{commerce}/shop/**")
        claims = claims_of(parse_qs(urlsplit(page.url).query)["ref"][0])
        assert set(claims) == {
            "v", "shop_id", "show", "venue", "product_id", "creator", "jti", "iat", "aud", "exp"
        }  # fmt: skip
        await expect(page.get_by_role("link", name="Back to the show")).to_be_visible()
        await page.locator("label.chip, .choice").first.click()
        await page.get_by_role("button", name="Hold for me").click()
        await page.wait_for_url(f"{commerce}/cart**")
        await expect(page.locator("main")).to_contain_text(GOODS[0].title)
        await expect(page.locator("main")).to_contain_text("Rp")
        await browsing.axe(page)
        await page.get_by_role("link", name="Back to the show").click()
        await page.wait_for_url(f"{server.url}/live/{seller.show_code}")


async def test_each_plane_has_its_own_routes_and_nothing_of_the_other(servers: Servers) -> None:
    server, commerce = await apart(servers)
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:
        for path in TILL:
            assert (await client.get(server.url + path)).status_code == 404, path
        for path in WINDOW:
            assert (await client.get(commerce + path)).status_code == 404, path
        assert (await client.get(f"{commerce}/cart")).is_success
        assert (await client.get(server.url)).is_success


async def test_the_planes_run_as_two_processes_with_two_databases(servers: Servers) -> None:
    ports = {"social": free_port(), "commerce": free_port()}
    shared = {"ETALASE_BRIDGE_KEY": "k" * 40} | {
        f"ETALASE_{plane.upper()}_URL": f"http://127.0.0.1:{port}" for plane, port in ports.items()
    }
    commerce = await servers("--plane", "commerce", ETALASE_PORT=str(ports["commerce"]), **shared)
    social = await servers("--plane", "social", ETALASE_PORT=str(ports["social"]), **shared)
    async with selling(social.url, commerce.url) as seller, SyntheticPerson(social.url) as viewer:
        tray = await look(viewer, seller)
        assert [offer["title"] for offer in tray] == [goods.title for goods in GOODS[:2]]
        variant = tray[0]["variants"][0]
        async with SyntheticPerson(commerce.url) as buyer:
            await buyer.visit("/cart")
            hold_request = {"variant_id": variant["variant_id"], "quantity": 1, "idempotency_key": "first"}
            assert (await buyer.post_json("/cart/holds", hold_request)).is_success

        async def is_signalled() -> bool:
            return bool(
                (await look(viewer, seller))[0]["variants"][0]["available"] == variant["available"] - 1
            )

        await until(is_signalled)


async def look(viewer: SyntheticPerson, seller: Seller) -> list[dict[str, Any]]:
    """Return what is on offer in the room, as a newcomer gets it."""
    frames = (await viewer.visit(f"/live/{seller.show_code}/poll")).json()["frames"]
    tray: list[dict[str, Any]] = next(frame["state"] for frame in frames if frame["t"] == "snapshot")["tray"]
    return tray

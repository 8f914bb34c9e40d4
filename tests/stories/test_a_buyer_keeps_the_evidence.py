"""The evidence of an order in a buyer's hand: one tap, one file, and anybody can check it."""

import asyncio
import sys
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.stories.browsing import PHONE, opened
from tests.stories.market import open_market
from tests.stories.serving import Server
from tests.stories.test_a_buyer_orders_what_is_held import look, open_cart
from tests.stories.test_a_seller_fulfils_an_order import place


async def download(page: Page, folder: Path) -> Path:
    """Tap the button, and keep the file."""
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Download the evidence").click()
    file = await coming.value
    kept = folder / file.suggested_filename
    await file.save_as(kept)
    return kept


async def verify(file: Path, *keys: str) -> tuple[int, str]:
    """Run `etalase evidence verify` as its reader does; return its exit status and what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "etalase", "evidence", "verify", str(file), *keys),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_one_tap_keeps_the_evidence_and_anybody_can_check_it(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    async with (
        open_market(server) as market,
        opened(browser, server.url, **PHONE) as buyers,
        opened(browser, server.url, **PHONE) as sellers,
    ):
        buyer = await open_cart(buyers, market)
        order = await place(buyer, market)
        await buyer.get_by_role("link", name="Download the evidence").scroll_into_view_if_needed()
        await look(buyer, "order-evidence")
        bought = await download(buyer, tmp_path)
        assert bought.name == f"evidence-{order.number}-buyer.zip"

        await market.sign_in(sellers, server.url)
        desk = await sellers.new_page()
        await desk.goto(f"/desk/{market.shop.slug}/orders/{order.number}")
        await expect(desk.get_by_role("heading", name="Evidence of this order")).to_be_visible()
        await look(desk, "desk-order-evidence")
        sold = await download(desk, tmp_path)

    for file in (bought, sold):
        status, said = await verify(file, "--key", f"{server.url}/evidence/keys.json")
        assert (status, said[:2]) == (0, "ok"), said
    status, said = await verify(bought)
    assert status == 0
    assert "was not checked" in said

    altered = tmp_path / "altered.zip"
    content = bought.read_bytes()
    altered.write_bytes(content.replace(b"Dewi Lestari", b"Dewi Lestarx"))
    assert altered.read_bytes() != content
    status, said = await verify(altered)
    assert status == 1
    assert "evidence.json was changed" in said


@pytest.mark.parametrize("content", [b"", b"%PDF-1.3 no archive"])
async def test_what_is_no_evidence_is_said_in_plain_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other.zip"
    file.write_bytes(content)
    status, said = await verify(file)
    assert status == 1
    assert "can't be read as evidence" in said
    assert "Traceback" not in said

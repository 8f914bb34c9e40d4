"""Who pays first is told before the tap and until the order, and may ask the shop; nobody else sees it."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from etalase.commerce import shops
from etalase.commerce.shops import HoldRulesDraft
from etalase.web._cart import digest
from etalase.web._holed_text import HoledText
from etalase.web._public_pages import PublicPage
from tests.make.checkouts import fill_checkout
from tests.make.orders import Market
from tests.make.program import send

WORDS = "You have not paid for an order here lately, so you pay first."


async def set_rules(market: Market, pay_first: str, minutes: int | None = None) -> None:
    async with market.db.begin() as tx:
        await shops.set_hold_rules(tx, market.shop.id, HoldRulesDraft(minutes, pay_first, 30))


def as_guest(browser: httpx.AsyncClient) -> None:
    browser.cookies.delete("etalase_session_commerce", domain="shop.example")


@pytest.fixture(autouse=True)
def _english(browser: httpx.AsyncClient) -> None:
    browser.headers["accept-language"] = "en"


def product_of(market: Market) -> str:
    return f"/shop/{market.shop.slug}/p/{market.variants[0].product_id}"


def text_of(answer: httpx.Response) -> str:
    return " ".join(unescape(answer.text).split())


async def test_it_is_said_before_the_tap_in_the_cart_and_at_the_checkout(
    browser: httpx.AsyncClient, market: Market
) -> None:
    as_guest(browser)
    assert WORDS not in text_of(await browser.get(product_of(market)))
    await set_rules(market, "new", 25)
    page = text_of(await browser.get(product_of(market)))
    assert WORDS in page
    assert "It is yours for 25 minutes" in page
    terms = (await browser.get(f"/cart/terms/{market.variants[0].id}")).json()
    assert terms["kept"].startswith("It is yours for 25 minutes")
    assert "within 30 minutes of ordering; cash on delivery is not offered" in terms["pay_first"]
    await send(browser, "/cart/holds", variant_id=str(market.variants[0].id))
    assert WORDS in text_of(await browser.get("/cart"))
    checkout = await browser.get("/checkout")
    assert WORDS in text_of(checkout)
    assert 'value="cod"' not in checkout.text
    assert 'value="bank_transfer"' in checkout.text


async def test_what_is_one_buyers_stands_on_no_page_that_another_is_given(
    browser: httpx.AsyncClient, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    keep = PublicPage._text

    def watch(self: PublicPage, request: Any, words: dict[str, Any]) -> HoledText:
        kept.append(request.url.path)
        return keep(self, request, words)

    monkeypatch.setattr(PublicPage, "_text", watch)
    as_guest(browser)
    await set_rules(market, "new")
    await send(browser, "/cart/holds", variant_id=str(market.variants[0].id))
    assert WORDS in text_of(await browser.get(product_of(market)))
    assert kept == []
    await market.buy(digest(str(browser.cookies.get("etalase_cart", domain="shop.example"))))
    assert WORDS not in text_of(await browser.get(product_of(market)))
    assert kept == [product_of(market)]


async def test_who_asks_for_delivery_all_the_same_is_told_at_the_field(
    browser: httpx.AsyncClient, market: Market
) -> None:
    as_guest(browser)
    await send(browser, "/cart/holds", variant_id=str(market.variants[0].id))
    form = await fill_checkout(browser, market) | {f"method-{market.shop.id}": "cod", "action": "place"}
    await set_rules(market, "new")
    answer = await send(browser, "/checkout", **form)
    assert answer.status_code == 409
    assert "Please choose another way to pay." in text_of(answer)
    answer = await send(browser, "/checkout", **form | {f"method-{market.shop.id}": "bank_transfer"})
    assert answer.status_code == 303


async def test_a_buyer_asks_and_the_shop_answers(browser: httpx.AsyncClient, market: Market) -> None:
    await set_rules(market, "new")
    session = str(browser.cookies.get("etalase_session_commerce", domain="shop.example"))
    as_guest(browser)
    mine = f"/shop/{market.shop.slug}/pay-first"
    desk = f"/desk/{market.shop.slug}/hold-rules"
    assert "What should the shop know?" in text_of(await browser.get(mine))
    assert (await send(browser, mine, words="")).status_code == 422
    assert (await send(browser, mine, words="Saya selalu bayar.")).status_code == 303
    assert "Not answered yet" in text_of(await browser.get(mine))
    assert (await send(browser, mine, words="Lagi")).status_code == 409
    stranger = str(browser.cookies.get("etalase_cart", domain="shop.example"))
    browser.cookies.delete("etalase_cart", domain="shop.example")
    assert "Saya selalu bayar." not in text_of(await browser.get(mine))  # another browser
    browser.cookies.set("etalase_session_commerce", session, domain="shop.example")
    page = await browser.get(desk)
    assert "Saya selalu bayar." in text_of(page)
    (answering,) = re.findall(r'action="(/desk/[^"]+/appeals/[^"]+)"', page.text)
    assert (await send(browser, answering, verdict="granted", answer="Baik.")).status_code == 303
    assert "Need not pay first" in text_of(await browser.get(desk))
    as_guest(browser)
    browser.cookies.delete("etalase_cart", domain="shop.example")
    browser.cookies.set("etalase_cart", stranger, domain="shop.example")
    page_after = text_of(await browser.get(mine))
    assert "You need not pay first at this shop." in page_after
    assert "Baik." in page_after


async def test_the_rules_are_kept_as_they_were_sent(browser: httpx.AsyncClient, market: Market) -> None:
    desk = f"/desk/{market.shop.slug}/hold-rules"
    wrong = await send(browser, desk, hold_minutes="90", pay_first="record", pay_first_minutes="30")
    assert wrong.status_code == 422
    assert "At most 60." in text_of(wrong)
    await send(browser, desk, hold_minutes="20", pay_first="record", pay_first_minutes="30")
    async with market.db.begin() as tx:
        shop = await shops.get_shop(tx, market.shop.id)
    assert (shop.hold_rules.hold_minutes, shop.hold_rules.pay_first) == (20, "record")
    line = (await browser.get(f"/cart/waitlist/{market.variants[0].id}")).json()
    assert "20 minutes" in line["promise"]

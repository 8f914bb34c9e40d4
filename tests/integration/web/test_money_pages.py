"""The seller's money pages on the composed program: each amount leads to its order."""

import csv
from io import StringIO

import httpx
import pytest

from etalase.api._paging import encode_cursor
from etalase.commerce import payments
from etalase.commerce.orders import Order
from etalase.commerce.payments._commands import record_report
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.platform.i18n import format_money
from tests.make.markup import on_one_line
from tests.make.orders import Market
from tests.make.payments import QRIS
from tests.make.program import send


async def read(browser: httpx.AsyncClient, market: Market, page: str) -> str:
    """Return a page of the desk."""
    answer = await browser.get(f"/desk/{market.shop.slug}/{page}")
    assert answer.status_code == 200, page
    return answer.text


def link_of(market: Market, order: Order) -> str:
    """Return how a page leads to the order."""
    return f'<a href="/desk/{market.shop.slug}/orders/{order.number}">{order.number}</a>'


async def captured_by_the_gateway(market: Market, amount: Money) -> None:
    """Let the gateway hold so much of the shop's."""
    async with market.db.begin() as tx:
        placed = await payments.start_payment(
            tx,
            order_id=new_id(),
            shop_id=market.shop.id,
            amount=amount,
            method=QRIS,
            expires_at=None,
        )
        paid = payments.Report(payments.Standing.PAID, placed.due)
        await record_report(tx, placed.id, placed.reference, paid)


async def test_each_amount_names_its_order_and_leads_to_it(
    browser: httpx.AsyncClient, market: Market
) -> None:
    paid = await market.buy("cart:a")
    await market.hold("cart:b")
    waiting = await market.place("cart:b")
    text = await read(browser, market, "money")
    statement = text.partition('id="statement-title"')[2]
    assert link_of(market, paid) in statement
    assert link_of(market, waiting) in text.removesuffix(statement)
    trail = await read(browser, market, f"money/orders/{paid.id}")
    assert f"/desk/{market.shop.slug}/orders/{paid.number}" in trail
    rows = list(csv.DictReader(StringIO((await read(browser, market, "money.csv")).lstrip("\ufeff"))))
    assert {row["order"] for row in rows} == {paid.number, waiting.number}


async def test_a_seller_gives_some_of_the_money_back_and_the_buyer_reads_why(
    browser: httpx.AsyncClient, market: Market
) -> None:
    order = await market.buy("cart:a")
    page = f"/desk/{market.shop.slug}/orders/{order.number}"
    for amount in ("viele", "-5", "999.999", ""):
        wrong = await send(browser, f"{page}/part", amount=amount, reason="Kancing lepas")
        assert wrong.status_code == 422, amount
        assert 'id="f-part-amount-error"' in wrong.text
        silent = await send(browser, f"{page}/part", amount=amount, reason=" ")
        for field in ("amount", "reason"):
            assert f'id="f-part-{field}-error"' in silent.text
    assert await market.reload(order) == order
    given = await send(browser, f"{page}/part", amount="Rp 4.500", reason="Kancing lepas")
    assert given.status_code == 303
    assert (await market.reload(order)).refund_amount == Money(4_500)
    for shown in (await browser.get(page), await browser.get(f"/order/{order.token}")):
        assert "Kancing lepas" in shown.text
        assert "4.500" in shown.text


MEANT = ("1.500", "1,500.00", "1500.00", "Rp1.500,-", "\uff11\uff15\uff10\uff10")
UNCLEAR = ("1.5", "1,5", "1500.50", "1.50.000", "89rb", "1e3", "-1500")


@pytest.mark.parametrize("typed", MEANT)
async def test_an_amount_goes_back_as_it_was_meant(
    browser: httpx.AsyncClient, market: Market, typed: str
) -> None:
    order = await market.buy("cart:a")
    page = f"/desk/{market.shop.slug}/orders/{order.number}"
    given = await send(browser, f"{page}/part", amount=typed, reason="Kancing lepas")
    assert given.status_code == 303
    assert (await market.reload(order)).refund_amount == Money(1_500)


async def test_what_could_be_several_amounts_is_asked_and_sends_nothing(
    browser: httpx.AsyncClient, market: Market
) -> None:
    order = await market.buy("cart:a")
    page = f"/desk/{market.shop.slug}/orders/{order.number}"
    for typed in UNCLEAR:
        unclear = await send(browser, f"{page}/part", amount=typed, reason="Kancing lepas")
        assert unclear.status_code == 422, typed
        assert 'id="f-part-amount-error"' in unclear.text
        payout = await send(
            browser, f"/desk/{market.shop.slug}/money/payouts", amount=typed, fee="0", key="one"
        )
        assert payout.status_code == 422, typed
    assert await market.reload(order) == order


async def test_much_money_is_booked_only_after_its_amount_was_confirmed_in_words(
    browser: httpx.AsyncClient, market: Market
) -> None:
    await captured_by_the_gateway(market, Money(3_000_000))
    path = f"/desk/{market.shop.slug}/money/payouts"
    hold_request = {"amount": "1.000.001", "fee": "1.000", "key": "one"}
    asked = await send(browser, path, **hold_request)
    assert asked.status_code == 200
    assert "satu juta satu rupiah" in asked.text
    question = on_one_line(asked.text).partition(" autofocus>")[2].partition("</form>")[0]
    assert "satu juta satu rupiah" in question, "the page opens elsewhere than at its question"
    assert 'name="confirmed" value="1000001 1000"' in on_one_line(asked.text)
    other = await send(browser, path, **hold_request | {"amount": "1.000.002"}, confirmed="1000001 1000")
    assert other.status_code == 200
    async with market.db.begin() as tx:
        assert not await payments.list_payouts(tx, market.shop.id)
    assert (await send(browser, path, **hold_request, confirmed="1000001 1000")).status_code == 303
    async with market.db.begin() as tx:
        (payout,) = await payments.list_payouts(tx, market.shop.id)
    assert (payout.amount, payout.fee) == (Money(1_000_001), Money(1_000))


async def test_a_refused_step_keeps_what_was_typed_and_blames_no_other_form(
    browser: httpx.AsyncClient, market: Market
) -> None:
    order = await market.buy("cart:a")
    page = f"/desk/{market.shop.slug}/orders/{order.number}"
    kept = await send(browser, f"{page}/part", amount="999.999", reason="Kancing lepas")
    assert kept.text.count('value="Kancing lepas"') == 1
    assert 'href="#f-part-amount"' in kept.text
    blamed = await send(browser, f"{page}/cancel", reason="")
    assert 'href="#f-cancel-reason"' in blamed.text
    assert blamed.text.count('aria-invalid="true"') == 1
    assert on_one_line(blamed.text).count('<details class="card order__cancel" open>') == 1


async def test_the_desk_says_what_is_owed_to_the_last_rupiah(
    browser: httpx.AsyncClient, market: Market
) -> None:
    order = await market.buy("cart:a")
    async with market.db.begin() as tx:
        payment = await payments.find_payment_of_order(tx, order.id)
    assert payment
    assert payment.due != order.total
    page = f"/desk/{market.shop.slug}/orders/{order.number}"
    await send(browser, f"{page}/cancel", reason="Kainnya cacat")
    await market.relay.drain()
    shown = (await browser.get(page)).text
    notice = shown.partition("notice--danger")[2].partition("</div>")[0]
    assert str(payment.due.minor)[-3:] in notice
    assert shown.count(format_money(payment.due)) >= 2


async def test_a_payout_is_booked_from_the_page(browser: httpx.AsyncClient, market: Market) -> None:
    path = f"/desk/{market.shop.slug}/money/payouts"
    await captured_by_the_gateway(market, Money(89_000))
    for amount, fee in (("", ""), ("89.001", "0"), ("89.000", "1"), ("x", "0")):
        wrong = await send(browser, path, amount=amount, fee=fee, key="one")
        assert wrong.status_code == 422, amount
        assert f'value="{amount}"' in wrong.text
    for _ in range(2):
        booked = await send(browser, path, amount="Rp 88.377", fee="623", key="one")
        assert booked.status_code == 303
    shown = (await read(browser, market, "money")).replace("\N{NO-BREAK SPACE}", " ")
    assert "Rp 88.377" in shown
    async with market.db.begin() as tx:
        (payout,) = await payments.list_payouts(tx, market.shop.id)
    assert f'action="{path}/{payout.id}/taken-back"' in shown
    assert (await send(browser, f"{path}/{payout.id}/taken-back")).status_code == 303
    assert f'action="{path}/{payout.id}/taken-back"' not in await read(browser, market, "money")
    assert (await send(browser, f"{path}/{new_id()}/taken-back")).status_code == 404


async def test_a_place_in_a_list_that_no_list_has_is_no_fault_of_ours(
    browser: httpx.AsyncClient, market: Market
) -> None:
    await read(browser, market, f"products?after={10**30}.{new_id()}")
    answer = await browser.get(f"/desk/{market.shop.slug}/money?before={10**30}")
    assert answer.status_code == 422
    for name, cursor in (("products", [10**30, str(new_id())]), ("products", [-1, str(new_id())])):
        path = f"/api/v1/shops/{market.shop.slug}/{name}?cursor={encode_cursor(cursor)}"
        answer = await browser.get(path)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")

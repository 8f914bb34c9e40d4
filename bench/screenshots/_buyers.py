"""Somebody who buys without scripts: holds, orders in any way of paying, and keeps the order's address."""

import asyncio
import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from etalase.kernel.ids import new_token
from etalase.lab.demo import Market, Seller, pay
from etalase.lab.person import PageRefused, SyntheticPerson

PAID_TRIES = 120
NUMBER = re.compile(r"\?subject=([A-Z0-9-]+)")
REFERRAL = re.compile(r'"referral":"([^"]+)"')
METHOD = re.compile(r'name="(method-[0-9a-f-]+)"')
HOME: dict[str, str | list[str]] = {
    "recipient": "Dewi Lestari",
    "phone": "081298765432",
    "email": "dewi@pembeli.example",
    "street": "Jl. Mawar No. 17",
    "place": "Gubeng, Kota Surabaya",
    "postcode": "60281",
}


@dataclass(frozen=True)
class Order:
    """An order as both sides open it: the buyer's secret address, the seller's number."""

    path: str
    number: str


async def hold(person: SyntheticPerson, *variants: str, show: str | None = None, quantity: int = 1) -> None:
    """Hold a unit of each, or more: as the room does, or by the shop's own form. Raises PageRefused."""
    referral = None
    if show:
        found = REFERRAL.search((await person.visit(f"/live/{show}")).text)
        referral = found[1] if found else None
    await person.visit("/cart")
    for variant in variants:
        request = {"variant_id": variant, "idempotency_key": new_token()}
        if referral is None:
            await person.post_form("/cart/holds", request | {"quantity": str(quantity)})
            continue
        answer = await person.post_json("/cart/holds", request | {"quantity": quantity, "referral": referral})
        if answer.is_error:
            raise PageRefused(answer.text[:500])


async def wait(person: SyntheticPerson, variant: str, quantity: int = 1) -> None:
    """Join the line for what others hold. Raises PageRefused."""
    await person.visit("/cart")
    request = {"variant_id": variant, "idempotency_key": new_token(), "quantity": quantity, "wait": True}
    answer = await person.post_json("/cart/holds", request)
    if answer.status_code != HTTPStatus.ACCEPTED:
        raise PageRefused(answer.text[:500])


async def let_go(person: SyntheticPerson, variant: str) -> None:
    """Take what is held of it out of the cart."""
    await person.visit("/cart")
    await person.post_form(f"/cart/lines/{variant}", {"quantity": "0"})


async def order(
    person: SyntheticPerson, method: str, *variants: str, show: str | None = None, quantity: int = 1
) -> Order:
    """Buy a unit of each, or more, to be paid in this way. Raises PageRefused."""
    await hold(person, *variants, show=show, quantity=quantity)
    page = await person.visit("/checkout")
    names = set(METHOD.findall(page.text))
    form = HOME | dict.fromkeys(names, method)
    counted = await person.fill_in("/checkout", form | {"action": "total"})
    placed = await person.submit(counted, form | {"action": "place"})
    return _order_of(placed)


def _order_of(page: httpx.Response) -> Order:
    number = NUMBER.search(page.text)
    path = urlsplit(str(page.url)).path
    if number is None or not path.startswith("/order/"):
        raise PageRefused(f"no order came of it: {page.url}")
    return Order(path, number[1])


async def step(seller: Seller, bought: Order, name: str, **form: str) -> None:
    """Let the seller take a step with the order, on its page at the desk."""
    path = f"/desk/{seller.slug}/orders/{bought.number}"
    await seller.person.fill_in(f"{seller.commerce}{path}", dict(form), action=f"{path}/{name}")


async def order_and_pay(market: Market, seller: Seller, variant: str) -> Order:
    """Order by QRIS, pay at the pretend bank, and wait until the desk knows that it is paid."""
    async with SyntheticPerson(market.commerce) as person:
        bought = await order(person, "qris:midtrans", variant, show=seller.show_code)
        await pay(person, f"{market.commerce}{bought.path}")
        for _ in range(PAID_TRIES):
            news = await person.visit(f"{bought.path}/state/awaiting_payment")
            if "hx-refresh" in news.headers:
                return bought
            await asyncio.sleep(0.5)
    raise PageRefused(f"{bought.number} was paid, and nobody noticed")

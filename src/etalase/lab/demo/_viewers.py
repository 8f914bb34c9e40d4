"""The demo's viewers: they come by the link, chat, give hearts, and now and then one buys and pays."""

import asyncio
import json
import random
import re
from contextlib import suppress
from dataclasses import dataclass

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from etalase.kernel.ids import new_token
from etalase.lab.demo._goods import GOODS, LINES, PLACES, Goods
from etalase.lab.person import PageRefused, SyntheticPerson

THINK_SECONDS = (3.0, 11.0)
BUY_SECONDS = (20.0, 70.0)
BILL_TRIES = 20
BY_LINE = 0.5
"""Of those who buy in the room, so many write what they want instead of tapping."""


@dataclass
class Viewer:
    """Somebody on a phone. `buys_in_room` is what the law allows there."""

    name: str
    social: str
    commerce: str
    show_code: str
    buys_in_room: bool
    goods: tuple[Goods, ...] = GOODS
    """What there is to ask for in a line of the chat."""

    async def watch(self) -> None:
        """Stay in the room, chat and give hearts; come back when the connection is lost."""
        address = self.social.replace("http", "ws", 1) + f"/live/{self.show_code}/socket"
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                async with connect(address) as socket:
                    listening = asyncio.create_task(_listen(socket))
                    try:
                        await self._take_part(socket)
                    finally:
                        listening.cancel()
            await asyncio.sleep(random.uniform(*THINK_SECONDS))

    async def _take_part(self, socket: ClientConnection) -> None:
        number = 0
        while True:
            await asyncio.sleep(random.uniform(*THINK_SECONDS))
            number += 1
            body: dict[str, object] = {"id": number, "do": "heart", "count": random.randint(1, 5)}
            if random.random() < 0.4:  # noqa: PLR2004 - people chat less than they tap
                body = {"id": number, "do": "say", "text": random.choice(LINES), "name": self.name}
            await socket.send(json.dumps(body))

    async def shop(self, variants: list[str]) -> None:
        """Buy something from time to time, with a new cart each time, and pay at the pretend bank."""
        while True:
            await asyncio.sleep(random.uniform(*BUY_SECONDS))
            with suppress(PageRefused, httpx.HTTPError):
                async with SyntheticPerson(self.commerce) as person:
                    if self.buys_in_room and random.random() < BY_LINE:
                        order_url = await self.claim(person)
                    else:
                        order_url = await self.buy(person, random.choice(variants))
                    await pay(person, order_url)

    async def buy(self, person: SyntheticPerson, variant_id: str) -> str:
        """Hold one unit and order it; return the order's address. Raises PageRefused."""
        await person.visit("/cart")
        body = {"variant_id": variant_id, "quantity": "1", "idempotency_key": new_token()}
        if self.buys_in_room:
            page = await person.visit(f"{self.social}/live/{self.show_code}")
            referral = re.search(r'"referral":"([^"]+)"', page.text)
            came = {"quantity": 1, "referral": referral[1] if referral else None}
            held = await person.post_json("/cart/holds", body | came)
            if held.is_error:
                raise PageRefused(held.text[:500])
        else:
            await person.post_form("/cart/holds", body)
        return await self.order(person)

    async def claim(self, person: SyntheticPerson) -> str:
        """Write a line that asks for a unit, and order it; return the order's address. Raises PageRefused."""
        room = f"{self.social}/live/{self.show_code}"
        await person.visit(room)
        known = await person.post_json("/cart/buyer", {})
        goods = random.choice(self.goods)
        size, _ = random.choice(goods.units)
        line = {"do": "say", "text": f"keep {goods.code} {size}", "name": self.name}
        said = await person.post_json(f"{room}/commands", {"id": 1, **line, "buyer": known.json()["buyer"]})
        if said.is_error or said.json()["result"]["claim"]["code"] != "held":
            raise PageRefused(said.text[:500])
        return await self.order(person)

    async def order(self, person: SyntheticPerson) -> str:
        """Order what is held; return the order's address. Raises PageRefused."""
        form = self._checkout(await person.visit("/checkout"))
        counted = await person.fill_in("/checkout", form | {"action": "total"})
        placed = await person.submit(counted, form | {"action": "place"})
        return str(placed.url)

    def _checkout(self, page: httpx.Response) -> dict[str, str | list[str]]:
        """Fill in the checkout as far as a person does."""
        method = re.search(r'name="(method-[0-9a-f-]+)"[^>]*value="(qris:[a-z]+)"', page.text)
        place, postcode = random.choice(PLACES)
        form: dict[str, str | list[str]] = {
            "email": f"{self.name.lower()}@pembeli.example",
            "recipient": self.name,
            "phone": f"0812{random.randint(10_000_000, 99_999_999)}",
            "street": f"Jl. Mawar No. {random.randint(1, 99)}",
            "place": place,
            "postcode": postcode,
        }
        if method:
            form[method[1]] = method[2]
        return form


async def pay(person: SyntheticPerson, order_url: str) -> None:
    """Follow the order's link to the pretend bank, and pay there."""
    for _ in range(BILL_TRIES):
        page = await person.visit(order_url)
        bill = re.search(r'href="(http://[^"]+/bank/[^"]+)"', page.text)
        if bill:
            await person.client.post(f"{bill[1]}/pay")
            return
        await asyncio.sleep(1)


async def _listen(socket: ClientConnection) -> None:
    async for _ in socket:
        pass

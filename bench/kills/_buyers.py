"""The buyers: each does what people do, sends again what was not answered, and notes what was answered."""

import asyncio
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Self
from uuid import UUID, uuid4

import msgspec

from bench.http_client import Answer, Connection, Guest
from bench.kills._host import VOUCHER, Sale
from bench.kills._house import House

PATIENCE_SECONDS = 240
ANSWER_SECONDS = 30
SEEN = re.compile(r'name="seen"\s+value="([^"]*)"')
BILL = re.compile(r'href="(http://[^"]+/bank/[^"]+)"')
CREATED, WAITS, SEE_OTHER, FAILED = 201, 202, 303, 500


class Unanswered(RuntimeError):
    """Nobody answers a buyer any more."""


@dataclass
class Notes:
    """What buyers were answered."""

    answers: int = 0
    repeated: int = 0
    """Requests that were sent again, since no answer came."""
    holds: dict[UUID, int | None] = field(default_factory=dict)
    """With the number of its claim, where it came from the show."""
    orders: dict[str, str] = field(default_factory=dict)
    """The token of each, and how it is paid."""
    paid: set[str] = field(default_factory=set)
    """Tokens of orders that the pretend bank has taken money for."""
    claimed: int = 0
    waiting: list[tuple[Guest, str]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def summary(self) -> str:
        """Say in a line how it goes."""
        return (
            f"{self.answers} answers, {self.repeated} sent again, {len(self.holds)} holds,"
            f" {self.claimed} by comment, {len(self.orders)} orders, {len(self.paid)} paid"
        )


@dataclass
class Buyers:
    """All who buy; `closing` has each end what they do, and come no more."""

    house: House
    sale: Sale
    chance: random.Random
    notes: Notes = field(default_factory=Notes)
    closing: bool = False
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def keep_buying(self) -> None:
        """Come as one guest after the other."""
        async with Lines(self) as by:
            while not self.closing:
                await Buyer(self, by, Guest(next(self.numbers))).visit()

    async def give_up_places(self) -> None:
        """Have all who wait in line leave it."""
        async with Lines(self) as by:
            for guest, variant_id in self.notes.waiting:
                await by.ask(guest, "POST", f"/cart/waitlist/{variant_id}/leave", json={})


class Lines:
    """One buyer's connections; what is not answered is asked again, of whichever till."""

    def __init__(self, buyers: Buyers) -> None:
        self._buyers = buyers
        self._open: dict[str, Connection] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for one in self._open.values():
            with suppress(OSError):
                await one.close()

    async def ask(
        self, guest: Guest, method: str, path: str, *, at: str = "", form: Any = None, json: Any = None
    ) -> Answer:
        """Ask until there is an answer that is no failure. Raises Unanswered."""
        buyers = self._buyers
        tills = (buyers.house.server.url, buyers.house.till.url)
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            origin = at or buyers.chance.choice(tills)
            with suppress(OSError, EOFError, TimeoutError):
                answer = await self._try(guest, origin, method, path, form, json)
                if answer.status < FAILED:
                    buyers.house.note_answer(origin)
                    buyers.notes.answers += 1
                    return answer
            buyers.notes.repeated += 1
            await asyncio.sleep(buyers.chance.uniform(0.05, 0.4))
        raise Unanswered(f"{method} {path}\n{buyers.house.logs()}")

    async def _try(self, guest: Guest, origin: str, method: str, path: str, form: Any, json: Any) -> Answer:
        by = self._open.pop(origin, None) or Connection(origin)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await guest.ask(by, method, path, form=form, json=json)
        except BaseException:
            with suppress(OSError):
                await by.close()
            raise
        self._open[origin] = by
        return answer


@dataclass
class Buyer:
    """One guest, from their first page to the bank."""

    buyers: Buyers
    by: Lines
    guest: Guest

    async def visit(self) -> None:
        """Hold something, and mostly order it."""
        chance, sale = self.buyers.chance, self.buyers.sale
        await self._ask("GET", "/cart")
        place = chance.randrange(len(sale.variants))
        hold_id = await (self._claim(place) if chance.random() < 0.4 else self._tap(sale.variants[place]))
        if hold_id is None:
            return
        fate = chance.random()
        if fate < 0.1:
            return  # it lapses
        if fate < 0.2:
            await self._ask("POST", f"/cart/lines/{sale.variants[place]}", form={"quantity": "0"})
            return
        order = await self._order(hold_id, sale.variants[place])
        if order and self.notes.orders[order] != "cod" and chance.random() < 0.8:
            await self._pay(order)

    @property
    def notes(self) -> Notes:
        return self.buyers.notes

    async def _ask(self, method: str, path: str, **more: Any) -> Answer:
        return await self.by.ask(self.guest, method, path, **more)

    async def _tap(self, variant_id: str) -> UUID | None:
        """Hold by the button, mostly in the show; some wait where no unit is free."""
        chance = self.buyers.chance
        wanted = {"variant_id": variant_id, "quantity": 1, "idempotency_key": str(uuid4())}
        if chance.random() < 0.8:
            wanted["referral"] = self.buyers.sale.referral
        if chance.random() < 0.4:
            wanted["wait"] = True
        answer = await self._ask("POST", "/cart/holds", json=wanted)
        if answer.status == CREATED:
            hold = msgspec.json.decode(answer.body)["hold"]
            self.notes.holds[UUID(hold["id"])] = hold.get("claim")
            return UUID(hold["id"])
        if answer.status == WAITS:
            self.notes.waiting.append((self.guest, variant_id))
            return await self._wait_for_turn()
        self._refused("hold", answer)
        return None

    async def _wait_for_turn(self) -> UUID | None:
        for _ in range(self.buyers.chance.randint(1, 20)):
            if (held := await self._held()) is not None:
                return held
            await asyncio.sleep(0.2)
        return None

    async def _held(self) -> UUID | None:
        answer = await self._ask("GET", "/cart/holds")
        held = msgspec.json.decode(answer.body)["holds"]
        return UUID(held[0]["id"]) if held else None

    async def _claim(self, place: int) -> UUID | None:
        """Hold by a line of the chat."""
        known = await self._ask("POST", "/cart/buyer", json={})
        buyer = msgspec.json.decode(known.body).get("buyer", "")
        line = {"id": 1, "do": "say", "text": self.buyers.sale.lines[place], "name": "Rina"}
        answer = await self._ask(
            "POST",
            f"/live/{self.buyers.sale.show}/commands",
            at=self.buyers.house.server.url,
            json=line | {"buyer": buyer, "key": str(uuid4())},
        )
        said = msgspec.json.decode(answer.body).get("result", {}).get("claim", {})
        if said.get("code") != "held":
            self.notes.refused[f"claim: {said.get('code') or answer.body[:200]}"] += 1
            return None
        self.notes.claimed += 1
        return await self._held()

    async def _order(self, hold_id: UUID, variant_id: str) -> str | None:
        """Order what is held; return the order's token."""
        chance = self.buyers.chance
        method = chance.choice(("cod", "qris:midtrans", "qris:midtrans"))
        form = self._form(method, VOUCHER if chance.random() < 0.4 else "")
        form["line"] = f"{hold_id}:{variant_id}:1"
        total = await self._ask("POST", "/checkout/total", form=form)
        form["seen"] = unescape("".join(SEEN.findall(total.body)))
        placed = await self._ask("POST", "/checkout", form=form)
        path = placed.headers.get("location", "")
        if placed.status != SEE_OTHER or "/order/" not in path:
            self._refused("order", placed)
            return None
        token = path.rpartition("/order/")[2].partition("/")[0].partition("?")[0]
        self.notes.orders[token] = method
        return token

    def _form(self, method: str, code: str) -> dict[str, str]:
        number, shop_id = self.guest.number, self.buyers.sale.shop_id
        return {
            "email": f"guest{number}@example.com",
            "recipient": "Dewi Lestari",
            "phone": f"0812{number:08}",
            "street": f"Jl. Margonda Raya {number}",
            "place": "Beji, Kota Depok, Jawa Barat",
            "place_code": "327606",
            "postcode": "16421",
            f"service-{shop_id}": "Reguler",
            f"method-{shop_id}": method,
            f"code-{shop_id}": code,
            "checkout_key": str(uuid4()),
            "action": "place",
        }

    async def _pay(self, token: str) -> None:
        """Follow the order's link to the bank, and pay; some come back and pay once more."""
        for _ in range(100):
            page = await self._ask("GET", f"/order/{token}")
            if bill := BILL.search(page.body):
                break
            await asyncio.sleep(0.2)
        else:
            self.notes.refused["pay: no bill came in time"] += 1
            return
        bank, _, path = bill[1].partition("/bank/")
        await self.by.ask(self.guest, "POST", f"/bank/{path}/pay", at=bank)
        taken = self.buyers.house.simulator.book.by_id[path]
        if taken.arrived:
            self.notes.paid.add(token)

    def _refused(self, what: str, answer: Answer) -> None:
        code = re.search(r'"code":"([a-z_]+)"', answer.body)
        self.notes.refused[f"{what}: {answer.status} {code[1] if code else ''}"] += 1

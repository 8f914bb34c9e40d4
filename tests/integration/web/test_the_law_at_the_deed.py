"""The law is asked at the deed, by whatever door it is done, and for the moment at which it is done."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from etalase import accounts
from etalase.bootstrap import System
from etalase.commerce import inventory, orders
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_code
from etalase.platform.outbox import Relay
from etalase.policy import Action
from etalase.social.rooms import ShowPlan
from tests.make import catalog as make_catalog
from tests.make import orders as make_orders
from tests.make.accounts import sign_up
from tests.make.checkouts import DOCUMENT, fill_checkout
from tests.make.databases import Databases
from tests.make.orders import Market
from tests.make.program import csrf, program, send, visitor
from tests.make.rooms import admit_host

MIDNIGHT = datetime(2026, 12, 31, 17, tzinfo=UTC)
"""In Jakarta, between the last day of 2026 and the first of 2027."""
REFUSED = 451
BOOK = """id = "xx/{name}"
jurisdiction = "XX"
zone = "Asia/Jakarta"
valid_from = {valid_from}
{until}
[title]
en = "{name}"
{decisions}
[[clauses]]
id = "why"
article = "Article 7"
source = "a test"
confidence = "unverified"
[clauses.text]
en = "Rooms show, tills sell."
id = "Ruang menampilkan, kasir menjual."
"""


def write_book(folder: Path, name: str, valid_from: str, until: str = "", *, refused: str = "") -> None:
    """Write a rulebook that allows everything but one action, or everything but nothing."""
    (folder / "xx").mkdir(exist_ok=True)
    decisions = "\n".join(
        f'[decisions.{action}]\nallowed = {str(action != refused).lower()}\nclauses = ["why"]'
        for action in Action
    )
    ending = f"valid_until = {until}" if until else ""
    text = BOOK.format(name=name, valid_from=valid_from, until=ending, decisions=decisions)
    (folder / "xx" / f"{name}.toml").write_text(text)


@dataclass
class Street:
    """A shop with a show, in a program whose law changes at midnight."""

    system: System
    clock: FixedClock
    market: Market
    show: str
    guest: httpx.AsyncClient
    program: httpx.AsyncClient

    async def hold_by_script(self) -> httpx.Response:
        """Hold as the room's script does."""
        return await self.guest.post("/cart/holds", json=self._hold_request(), headers=await csrf(self.guest))

    async def hold_in_sheet(self) -> httpx.Response:
        """Hold as the form of a page in the room's sheet does."""
        path = "/cart/holds?embed=1"
        return await send(
            self.guest, path, **{name: str(value) for name, value in self._hold_request().items()}
        )

    async def more_in_sheet(self) -> httpx.Response:
        """Hold more of what is in the cart, in the room's sheet."""
        held = (await self.guest.get("/cart/holds")).json()["holds"]
        more = str(1 + sum(line["quantity"] for line in held))
        return await send(self.guest, f"/cart/lines/{self.market.variants[0].id}?embed=1", quantity=more)

    async def hold_by_program(self) -> httpx.Response:
        """Hold by the API, for a buyer in a room."""
        hold_request = {"variant_id": str(self.market.variants[0].id), "venue": "room"}
        return await self.program.post(
            "/api/v1/holds", json=hold_request, headers={"idempotency-key": new_code()}
        )

    async def pay_in_sheet(self) -> httpx.Response:
        """Order and pay in the room's sheet."""
        return await send(self.guest, "/checkout?embed=1", **await fill_checkout(self.guest, self.market))

    async def pay_by_program(self, key: str = "") -> httpx.Response:
        """Order and pay by the API, for a buyer in a room."""
        form = DOCUMENT | {
            "choices": [{"shop_id": str(self.market.shop.id), "method": "bank_transfer"}],
            "venue": "room",
        }
        headers = {"idempotency-key": key or new_code()}
        return await self.program.post("/api/v1/orders", json=form, headers=headers)

    async def follow_link(self) -> httpx.Response:
        """Follow the room's link to the shop."""
        return await self.guest.get(f"/live/{self.show}/offers/{self.market.variants[0].product_id}")

    async def buy_at_shop(self) -> tuple[int, int]:
        """Hold and pay at the shop's own site."""
        held = await send(self.guest, "/cart/holds", variant_id=str(self.market.variants[0].id))
        paid = await send(self.guest, "/checkout", **await fill_checkout(self.guest, self.market))
        return held.status_code, paid.status_code

    async def fill_carts(self) -> bool:
        """Put a unit into the carts of guest and program, at the shop's own site."""
        held = await send(self.guest, "/cart/holds", variant_id=str(self.market.variants[0].id))
        hold_request = {"variant_id": str(self.market.variants[0].id)}
        key = {"idempotency-key": new_code()}
        other = await self.program.post("/api/v1/holds", json=hold_request, headers=key)
        return (held.status_code, other.status_code) == (303, 201)

    async def figures(self) -> tuple[int, int]:
        """Return what a deed would change: free units, and orders."""
        async with self.market.db.begin() as tx:
            placed = (await tx.execute(text("SELECT count(*) FROM orders"))).scalar_one()
        return await self.market.available(), int(placed)

    def _hold_request(self) -> dict[str, str | int]:
        variant_id = str(self.market.variants[0].id)
        return {"variant_id": variant_id, "quantity": 1, "idempotency_key": new_code()}


Deed = Callable[[Street], Awaitable[httpx.Response]]
DEEDS: list[tuple[Action, Deed]] = [
    (Action.HOLD_IN_ROOM, Street.hold_by_script),
    (Action.HOLD_IN_ROOM, Street.hold_in_sheet),
    (Action.HOLD_IN_ROOM, Street.more_in_sheet),
    (Action.HOLD_IN_ROOM, Street.hold_by_program),
    (Action.PAY_IN_ROOM, Street.pay_in_sheet),
    (Action.PAY_IN_ROOM, Street.pay_by_program),
    (Action.LINK_TO_SHOP, Street.follow_link),
]


@asynccontextmanager
async def street(databases: Databases, folder: Path, **more: str) -> AsyncIterator[Street]:
    """Open the street a second before midnight, under the books that the test has written."""
    clock = FixedClock(MIDNIGHT)
    clock.advance(seconds=-1)
    settings = {"ETALASE_RULEBOOK": "xx", "ETALASE_RULEBOOKS_DIR": str(folder)} | more
    async with program(databases, folder, clock, **settings) as system:
        db = system.databases["commerce"]
        buyer = await sign_up(db)
        async with db.begin() as tx:
            shop = await make_orders.open_shop(tx, owner_id=buyer)
            product = await make_catalog.product(tx, shop.id)
            for variant in product.variants:
                await inventory.receive(tx, variant.id, 1000)
            token = await accounts.issue_token(tx, buyer, "Test")
        desk = system.wirings["commerce"].given["hold_queue"]
        market = Market(db, desk, shop, product.variants, Relay(db, [*orders.REACTIONS]))
        show = await _plan(system, shop.id, product.id)
        async with visitor(system) as guest, visitor(system) as by_program:
            by_program.headers["accept-language"] = "en"
            by_program.headers["authorization"] = f"Bearer {token.secret}"
            guest.headers["accept-language"] = "en"
            yield Street(system, clock, market, show, guest, by_program)


async def _plan(system: System, shop_id: UUID, product_id: UUID) -> str:
    """Plan a show of the shop with the product in its tray."""
    db, rooms = system.databases["social"], system.wirings["social"].given["rooms"]
    host = await sign_up(db)
    async with db.begin() as tx:
        await admit_host(tx, host, shop_id, "Sari", shop="Kancil Kids")
    show = await rooms.shows.plan_show(host, shop_id, ShowPlan("Baju anak", db.clock.now()))
    await rooms.shows.set_tray(host, show.code, (product_id,))
    return str(show.code)


@pytest.mark.parametrize(("action", "deed"), DEEDS, ids=[deed.__name__ for _, deed in DEEDS])
async def test_at_midnight_the_next_book_holds_in_a_running_process(
    databases: Databases, tmp_path: Path, action: Action, deed: Deed
) -> None:
    """A refusal changes nothing, tells the clause, and the shop's own site goes on."""
    write_book(tmp_path, "old", "2020-01-01", "2027-01-01")
    write_book(tmp_path, "new", "2027-01-01", refused=action)
    async with street(databases, tmp_path) as found:
        assert await found.fill_carts()
        assert (await deed(found)).status_code < 400
        assert await found.fill_carts()
        found.clock.advance(seconds=1)
        before = await found.figures()
        refused = await deed(found)
        assert await found.figures() == before
        message = refused.text
        if refused.status_code == 303:  # a form goes back, and the page says why
            message = (await found.guest.get(refused.headers["location"])).text
        else:
            assert refused.status_code == REFUSED
        assert "Rooms show, tills sell. (Article 7)" in message
        if "json" in refused.headers.get("content-type", ""):
            assert refused.json()["code"] == "refused_by_law"
            assert refused.json()["facts"]["rulebook"] == "xx/new"
            assert refused.json()["facts"]["source"] == "a test"
        assert await found.buy_at_shop() == (303, 303)


async def test_where_no_book_follows_the_refusal_is_plain_and_the_shop_sells(
    databases: Databases, tmp_path: Path
) -> None:
    write_book(tmp_path, "old", "2020-01-01", "2027-01-01")
    async with street(databases, tmp_path) as found:
        assert (await found.hold_by_script()).status_code == 201
        ready = (await found.guest.get("/readyz")).text
        assert "law xx: xx/old; changes at 2026-12-31 17:00 UTC" in ready
        found.clock.advance(seconds=1)
        for deed in (
            Street.hold_by_script,
            Street.hold_by_program,
            Street.pay_by_program,
            Street.follow_link,
        ):
            refused = await deed(found)
            if "json" in refused.headers["content-type"]:
                assert (refused.status_code, refused.json()["code"]) == (REFUSED, "no_law_in_force")
            assert "No rulebook in force" in refused.text
        assert "no rulebook in force" in (await found.guest.get("/readyz")).text
        assert await found.buy_at_shop() == (303, 303)


async def test_an_answer_given_before_midnight_is_given_again_after_it(
    databases: Databases, tmp_path: Path
) -> None:
    """An order placed in the room under the old book stays what it is, whatever the next one says."""
    write_book(tmp_path, "old", "2020-01-01", "2027-01-01")
    write_book(tmp_path, "new", "2027-01-01", refused=Action.PAY_IN_ROOM)
    async with street(databases, tmp_path) as found:
        assert await found.fill_carts()
        first = await found.pay_by_program("one")
        found.clock.advance(seconds=1)
        again = await found.pay_by_program("one")
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()


OFFERS = "/live/{show}/offers/"
CLAUSE = "Rooms show, tills sell. (Article 7)"
SHOWN: list[tuple[Action, str, str]] = [
    (Action.HOLD_IN_ROOM, "/live/{show}", "<buy-sheet"),
    (Action.PAY_IN_ROOM, "/live/{show}", "<buy-sheet"),
    (Action.LINK_TO_SHOP, "/live/{show}", OFFERS),
    (Action.LINK_TO_SHOP, "/", "/shop/{shop}"),
    (Action.HOLD_IN_ROOM, "/cart?embed=1", "One more of"),
    (Action.PAY_IN_ROOM, "/cart?embed=1", 'href="/checkout?embed=1"'),
    (Action.PAY_IN_ROOM, "/checkout?embed=1", 'value="place"'),
]
"""What a page offers, as it stands in its source."""


@pytest.mark.parametrize(("action", "path", "offered"), SHOWN)
async def test_a_page_says_why_instead_of_offering_what_would_be_refused(
    databases: Databases, tmp_path: Path, action: Action, path: str, offered: str
) -> None:
    """The page that is asked for before midnight offers it, the same page after midnight doesn't."""
    write_book(tmp_path, "old", "2020-01-01", "2027-01-01")
    write_book(tmp_path, "new", "2027-01-01", refused=action)
    async with street(databases, tmp_path) as found:
        assert await found.fill_carts()
        names = {"show": found.show, "shop": "kancil-kids"}
        before = (await found.guest.get(path.format(**names))).text
        found.clock.advance(seconds=1)
        after = (await found.guest.get(path.format(**names))).text
        assert offered.format(**names) in before
        assert CLAUSE not in before
        assert offered.format(**names) not in after
        if "buy-sheet" not in offered:  # there the way to the shop stands in its place
            assert CLAUSE in after


async def test_the_shops_own_pages_offer_all_whatever_rooms_may(databases: Databases, tmp_path: Path) -> None:
    write_book(tmp_path, "old", "2020-01-01", "2027-01-01")
    async with street(databases, tmp_path) as found:
        assert await found.fill_carts()
        found.clock.advance(seconds=1)
        for path, offered in (
            ("/cart", "One more of"),
            ("/cart", '"/checkout"'),
            ("/checkout", 'value="place"'),
        ):
            html = (await found.guest.get(path)).text
            assert offered in html
            assert "No rulebook in force" not in html

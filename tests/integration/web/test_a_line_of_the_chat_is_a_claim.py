"""Buying by comment: a line is a claim for its writer, by the one queue of holds, or it is asked about."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from etalase.bootstrap._bridge import Bridge
from etalase.bridge import LocalClaimDesk, RemoteClaimDesk
from etalase.kernel.ids import new_code, new_id
from etalase.policy import Action
from etalase.social.rooms import ClaimAnswer, ClaimVerdict, RoomClaim
from tests.integration.web.test_the_law_at_the_deed import Street, street, write_book
from tests.make.accounts import sign_up
from tests.make.databases import Databases
from tests.make.program import ORIGIN, app_of, csrf, visitor
from tests.make.rooms import admit_host

KEY = "a bridge's key that only this test knows"


@dataclass
class Live:
    """A street whose show is live."""

    street: Street

    async def say(
        self, line: str, buyer: str = "", *, key: str = "", guest: httpx.AsyncClient | None = None
    ) -> dict[str, Any]:
        """Say a line as the room's script does; return the reply."""
        guest = guest or self.street.guest
        command = {"id": 1, "do": "say", "text": line, "name": "Rina", "key": key or f"key {new_code(8)}"}
        path = f"/live/{self.street.show}/commands"
        answer = await guest.post(path, json={**command, "buyer": buyer}, headers=await csrf(guest))
        assert answer.status_code == 200, answer.text
        reply: dict[str, Any] = answer.json()
        return reply

    async def claim(self, line: str, buyer: str = "", **more: Any) -> dict[str, Any]:
        """Say a line; return what is said of it as a claim."""
        said: dict[str, Any] = (await self.say(line, buyer, **more))["result"].get("claim", {})
        return said

    async def buyer(self, guest: httpx.AsyncClient | None = None) -> str:
        """Return the till's word for the guest."""
        guest = guest or self.street.guest
        answer = await guest.post("/cart/buyer", json={}, headers=await csrf(guest))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["buyer"])

    async def holds(self) -> list[tuple[int, str]]:
        """Return the units and the show of each hold."""
        async with self.street.market.db.begin() as tx:
            rows = await tx.execute(text("SELECT quantity, source ->> 'show' AS show FROM holds ORDER BY id"))
            return [(row.quantity, row.show) for row in rows]

    @property
    def line(self) -> str:
        """What asks for the first variant."""
        first = self.street.market.variants[0]
        return f"keep {first.code} {first.label.replace(' · ', ' ')}"


async def go_live(found: Street) -> Live:
    db, rooms = found.system.databases["social"], found.system.wirings["social"].given["rooms"]
    host = await sign_up(db, "wati@example.com")
    async with db.begin() as tx:
        await admit_host(tx, host, found.market.shop.id, "Wati", shop="Kancil Kids")
    await rooms.shows.go_live(host, found.show)
    return Live(found)


@pytest.fixture
async def live(databases: Databases, tmp_path: Path) -> AsyncIterator[Live]:
    write_book(tmp_path, "old", "2020-01-01", "2027-01-01")
    write_book(tmp_path, "new", "2027-01-01", refused=Action.HOLD_IN_ROOM)
    async with street(databases, tmp_path, ETALASE_BRIDGE_KEY=KEY) as opened:
        yield await go_live(opened)


async def test_a_claim_is_held_for_its_writer_and_lies_in_their_cart(live: Live) -> None:
    claim = await live.claim(f"{live.line} x2", await live.buyer())
    assert claim["code"] == "held"
    assert "2 \u00d7 " in claim["detail"]
    assert live.street.market.variants[0].title in claim["detail"]
    assert claim["cart_url"] == "/cart"
    held = (await live.street.guest.get("/cart/holds")).json()["holds"]
    assert [line["quantity"] for line in held] == [2]
    assert await live.holds() == [(2, live.street.show)]


async def test_a_line_sent_twice_claims_once(live: Live) -> None:
    buyer = await live.buyer()
    answers = [await live.claim(live.line, buyer, key="the same key") for _ in range(2)]
    assert [answer["code"] for answer in answers] == ["held", "held"]
    assert await live.holds() == [(1, live.street.show)]


async def test_two_buyers_who_write_the_same_each_get_theirs(live: Live) -> None:
    async with visitor(live.street.system) as other:
        other.headers["accept-language"] = "id"
        mine = await live.claim(live.line, await live.buyer())
        theirs = await live.claim(live.line, await live.buyer(other), guest=other)
        assert (mine["code"], theirs["code"]) == ("held", "held")
        assert theirs["detail"].startswith("Diamankan untuk Anda: 1 \u00d7")
        assert len((await other.get("/cart/holds")).json()["holds"]) == 1


async def test_a_claim_for_nobody_waits_for_a_buyer(live: Live) -> None:
    assert (await live.claim(live.line, key="a line's key"))["code"] == "buyer_needed"
    assert (await live.claim(live.line, "forged"))["code"] == "buyer_needed"
    assert await live.holds() == []
    assert (await live.claim(live.line, await live.buyer(), key="a line's key"))["code"] == "held"
    live.street.clock.advance(seconds=-13 * 60 * 60)
    old = await live.buyer()
    live.street.clock.advance(seconds=13 * 60 * 60)
    assert (await live.claim(live.line, old))["code"] == "buyer_needed"


async def test_what_is_no_claim_is_chat_and_what_is_unclear_is_asked(live: Live) -> None:
    buyer, code = await live.buyer(), live.street.market.variants[0].code
    assert await live.claim("bagus banget kak", buyer) == {}
    assert await live.claim(f"{code} berapa kak?", buyer) == {}
    asked = await live.claim(f"keep {code}", buyer)
    assert asked["code"] == "which_variant"
    assert live.street.market.variants[0].label in asked["detail"]
    assert await live.holds() == []


async def test_sold_out_and_over_the_limit_are_said(live: Live) -> None:
    buyer = await live.buyer()
    over = await live.claim(f"{live.line} x11", buyer)
    assert over["code"] == "over_limit"
    assert "as many as one buyer" in over["detail"]
    async with live.street.market.db.begin() as tx:
        await tx.execute(text("UPDATE stock SET held = on_hand - 1"))
    few = await live.claim(f"{live.line} x2", buyer)
    assert (few["code"], "only 1 left" in few["detail"]) == ("sold_out", True)
    assert (await live.claim(live.line, buyer))["code"] == "held"
    none = await live.claim(live.line, buyer)
    assert (none["code"], "You are number 1 in line" in none["detail"]) == ("waitlisted", True)
    assert none["detail"].endswith("Claim 3.")
    async with visitor(live.street.system) as other:
        other.headers["accept-language"] = "id"
        second = await live.claim(live.line, await live.buyer(other), guest=other)
        assert "Anda nomor 2 dalam antrean" in second["detail"]


async def test_where_the_law_closes_the_room_a_claim_is_refused_in_words(live: Live) -> None:
    buyer = await live.buyer()
    live.street.clock.advance(seconds=1)
    before = await live.street.figures()
    refused = await live.claim(live.line, buyer)
    assert (refused["code"], "Nothing may be bought" in refused["detail"]) == ("closed", True)
    assert (await live.claim(live.line))["code"] == "closed"
    assert await live.street.figures() == before
    assert await live.holds() == []


async def test_a_room_that_has_no_time_for_a_line_takes_its_claim_all_the_same(live: Live) -> None:
    room = live.street.system.wirings["social"].given["rooms"].registry.find(live.street.show)
    assert room is not None
    for _ in range(200):
        try:
            room.require_room_pace()
        except Exception:  # noqa: BLE001  the room is full now
            break
    lines = len(room.state.chat)
    assert (await live.claim(live.line, await live.buyer()))["code"] == "held"
    assert len(room.state.chat) == lines


async def test_a_room_of_another_process_asks_the_till_by_signed_messages(live: Live) -> None:
    system = live.street.system
    law, clock = system.wirings["commerce"].given["law"], live.street.clock
    transport = httpx.ASGITransport(app_of(system), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
        program = system.settings.program
        bridge = Bridge(program, client, system.databases, clock, law)
        assert isinstance(bridge.claim_desk(system.wirings["commerce"].given["hold_queue"]), LocalClaimDesk)
        first = live.street.market.variants[0]
        shop_id = live.street.market.shop.id
        claim = RoomClaim(shop_id, live.street.show, str(new_id()), first.id, 1, await live.buyer())
        desk = RemoteClaimDesk(client, ORIGIN, KEY, clock)
        answer = await desk.claim(claim)
        assert isinstance(answer, ClaimAnswer)
        assert answer.verdict is ClaimVerdict.HELD
        assert await live.holds() == [(1, live.street.show)]
        with pytest.raises(OSError, match="did not take"):
            await RemoteClaimDesk(client, ORIGIN, "another key", clock).claim(claim)

"""A show's hosts see its claims with their verdicts, who is next in line, and let a hold go by hand."""

from typing import Any

import httpx
from sqlalchemy import text

from etalase import accounts
from etalase.commerce import orders
from etalase.kernel.ids import new_code
from etalase.platform.outbox import Relay
from tests.integration.web.test_a_line_of_the_chat_is_a_claim import Live, go_live, live
from tests.make.accounts import sign_up
from tests.make.program import csrf, visitor
from tests.make.rooms import admit_host
from tests.make.waiting import until

__all__ = ["go_live", "live"]


async def studio_of(live: Live) -> httpx.AsyncClient:
    """Return the browser of a host of the show."""
    db = live.street.system.databases["social"]
    host = await sign_up(db, "wira@example.com")
    async with db.begin() as tx:
        await admit_host(tx, host, live.street.market.shop.id, "Wira", shop="Kancil Kids")
        session = await accounts.open_session(tx, host)
    browser = visitor(live.street.system)
    browser.cookies.set("etalase_session_social", session.token)
    browser.headers["accept-language"] = "en"
    return browser


async def claims_of(live: Live, browser: httpx.AsyncClient) -> dict[str, Any]:
    answer = await browser.get(f"/studio/{live.street.show}/claims")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def sell_all_but(live: Live, units: int) -> None:
    async with live.street.market.db.begin() as tx:
        await tx.execute(text(f"UPDATE stock SET held = on_hand - {units}"))


async def relay(live: Live) -> None:
    await Relay(live.street.market.db, [*orders.REACTIONS]).drain()


async def test_a_host_sees_who_won_who_waits_and_who_is_next(live: Live) -> None:
    await sell_all_but(live, 1)
    assert (await live.claim(live.line, await live.buyer()))["code"] == "held"
    async with await studio_of(live) as studio, visitor(live.street.system) as other:
        assert (await live.claim(live.line, await live.buyer(other), guest=other))["code"] == "waitlisted"
        found = await claims_of(live, studio)
        last, first = found["claims"]
        assert (first["number"], first["name"], first["text"]) == (1, "Rina", live.line)
        assert (first["words"], first["stands"], first["quantity"]) == ("Won", "held for them", 1)
        assert (last["words"], last["stands"], last["hold_id"]) == ("Too late", "in line", None)
        [line] = found["lines"]
        assert (line["waiting"], line["first"]) == (1, [{"name": "Rina", "number": 2, "quantity": 1}])
        assert line["title"].startswith(live.street.market.variants[0].code)
        stranger = await other.get(f"/studio/{live.street.show}/claims")
        assert stranger.status_code in {303, 401, 404}


async def test_a_hold_let_go_by_hand_goes_to_the_next_and_its_buyer_reads_it(live: Live) -> None:
    await sell_all_but(live, 1)
    await live.claim(live.line, await live.buyer())
    async with await studio_of(live) as studio, visitor(live.street.system) as other:
        await live.claim(live.line, await live.buyer(other), guest=other)
        [hold_id] = [one["hold_id"] for one in (await claims_of(live, studio))["claims"] if one["hold_id"]]
        owner = live.street.program
        path = f"/api/v1/shops/{live.street.market.shop.slug}/holds/{hold_id}"
        assert (await owner.delete(path)).status_code == 204
        again = await owner.delete(path)
        assert (again.status_code, again.json()["code"]) == (409, "hold_ended")
        standings = [one["stands"] for one in (await claims_of(live, studio))["claims"]]
        assert standings == ["held for them", "let go"]
        lost = (await live.street.guest.get("/cart/holds")).json()
        assert lost["holds"] == []
        assert [one["id"] for one in lost["taken_back"]] == [hold_id]
        assert "let go of what was held for you: 1 \u00d7 " in lost["taken_back"][0]["words"]
        assert "let go of what was held" in (await live.street.guest.get("/cart")).text
        won = (await other.get("/cart/holds")).json()
        assert (len(won["holds"]), won["taken_back"]) == (1, [])


async def test_whoever_has_an_account_is_written_to(live: Live) -> None:
    owner = live.street.program
    wanted = {"variant_id": str(live.street.market.variants[0].id)}
    held = await owner.post("/api/v1/holds", json=wanted, headers={"idempotency-key": "a-key-of-mine"})
    path = f"/api/v1/shops/{live.street.market.shop.slug}/holds/{held.json()['id']}"
    assert (await owner.delete(path)).status_code == 204
    await relay(live)

    async def has_letter() -> bool:
        return "Tidak diamankan lagi untuk Anda" in (await owner.get("/dev/mail")).text

    assert await until(has_letter)


async def hold_by_button(live: Live) -> httpx.Response:
    """Hold two as the room's sheet does, which takes along where the buyer comes from."""
    guest = live.street.guest
    page = (await guest.get(f"/live/{live.street.show}")).text
    wanted = {
        "variant_id": str(live.street.market.variants[0].id),
        "quantity": 2,
        "idempotency_key": new_code(12),
        "referral": page.partition('"referral":"')[2].partition('"')[0],
    }
    headers = await csrf(guest) | {"accept": "application/json"}
    return await guest.post("/cart/holds", json=wanted, headers=headers)


async def test_claims_by_button_have_no_name_and_wait_without_a_line(live: Live) -> None:
    held = await hold_by_button(live)
    assert (held.status_code, held.json()["hold"]["claim"]) == (201, 1)
    async with await studio_of(live) as studio:
        [claim] = (await claims_of(live, studio))["claims"]
    assert (claim["name"], claim["text"], claim["door"]) == ("By button", "", "button")


async def host_says(live: Live, studio: httpx.AsyncClient, line: str, key: str = "") -> httpx.Response:
    """Say a line as the host does."""
    command = {"id": 1, "do": "say", "text": line} | ({"key": key} if key else {})
    path = f"/live/{live.street.show}/commands"
    return await studio.post(path, json=command, headers=await csrf(studio))


async def test_sold_in_the_chat_closes_claims_at_each_door_and_opens_again(live: Live) -> None:
    code = live.street.market.variants[0].code
    room = await live.street.system.wirings["social"].given["rooms"].open_room(live.street.show)
    async with await studio_of(live) as studio:
        said = await host_says(live, studio, f"{code} habis ya kak")
        assert said.json()["ok"], said.text
        assert [card.code for card in room.state.tray if card.product_id in room.state.closed] == [code]
        refused = await live.claim(live.line, await live.buyer())
        assert (refused["code"], "takes no more claims" in refused["detail"]) == ("claims_closed", True)
        by_button = await hold_by_button(live)
        assert (by_button.status_code, by_button.json()["code"]) == (409, "claims_closed")
        assert [one["words"] for one in (await claims_of(live, studio))["claims"]] == ["After the close"] * 2
        at_the_shop = await live.street.program.post(
            "/api/v1/holds",
            json={"variant_id": str(live.street.market.variants[0].id)},
            headers={"idempotency-key": "a-key-of-mine"},
        )
        assert at_the_shop.status_code == 201
        command = {"id": 2, "do": "open_claims", "product_id": str(live.street.market.variants[0].product_id)}
        path = f"/live/{live.street.show}/commands"
        assert (await studio.post(path, json=command, headers=await csrf(studio))).json()["ok"]
        assert room.state.closed == ()
        assert (await live.claim(live.line, await live.buyer()))["code"] == "held"


async def test_a_viewers_sold_closes_nothing(live: Live) -> None:
    room = await live.street.system.wirings["social"].given["rooms"].open_room(live.street.show)
    await live.say(f"sold {live.street.market.variants[0].code}")
    assert room.state.closed == ()


async def test_next_in_the_chat_pins_the_next_offer_once_and_stops_at_the_end(live: Live) -> None:
    room = await live.street.system.wirings["social"].given["rooms"].open_room(live.street.show)
    async with await studio_of(live) as studio:
        for _ in range(2):
            assert (await host_says(live, studio, "lanjut", key="the same key")).json()["ok"]
        assert room.state.pinned is not None
        assert room.state.pinned.product_id == room.state.tray[0].product_id
        assert (await host_says(live, studio, "berikutnya")).json()["ok"]  # the only one is on show: but said
        path = f"/live/{live.street.show}/commands"
        asked = await studio.post(path, json={"id": 3, "do": "next"}, headers=await csrf(studio))
        assert asked.json()["problem"]["code"] == "no_next_offer"


async def test_a_frozen_article_is_being_checked_and_not_busy(live: Live) -> None:
    async with live.street.market.db.begin() as tx:
        await tx.execute(text("UPDATE stock SET frozen = true"))
    answer = await live.claim(live.line, await live.buyer())
    assert (answer["code"], "is checking its stock" in answer["detail"]) == ("frozen", True)

"""A show's hosts see its claims with their verdicts, who is next in line, and let a hold go by hand."""

from typing import Any

import httpx
from sqlalchemy import text

from etalase import accounts
from etalase.commerce import orders
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


async def test_claims_by_button_have_no_name_and_wait_without_a_line(live: Live) -> None:
    page = (await live.street.guest.get(f"/live/{live.street.show}")).text
    referral = page.partition('"referral":"')[2].partition('"')[0]
    wanted = {
        "variant_id": str(live.street.market.variants[0].id),
        "quantity": 2,
        "idempotency_key": "a-key-of-mine",
        "referral": referral,
    }
    guest = live.street.guest
    assert (await guest.post("/cart/holds", json=wanted, headers=await csrf(guest))).status_code == 201
    async with await studio_of(live) as studio:
        [claim] = (await claims_of(live, studio))["claims"]
    assert (claim["name"], claim["text"], claim["door"]) == ("By button", "", "button")

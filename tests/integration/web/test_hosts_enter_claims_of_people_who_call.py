"""A host claims for somebody who has called: like all claims of the show, with a private link to it."""

from typing import Any

import httpx

from etalase import accounts
from etalase.kernel.ids import new_code
from tests.integration.web.test_a_line_of_the_chat_is_a_claim import Live, go_live, live
from tests.integration.web.test_hosts_see_claims import claims_of, sell_all_but, studio_of
from tests.make.accounts import sign_up
from tests.make.program import ORIGIN, csrf, visitor
from tests.make.rooms import admit_host

__all__ = ["go_live", "live"]


async def enter(
    live: Live, studio: httpx.AsyncClient, name: str, *, key: str = "", **more: str
) -> httpx.Response:
    """Enter a claim for the first variant as the studio's script does."""
    fields = {"name": name, "variant_id": str(live.street.market.variants[0].id), "quantity": "1", **more}
    headers = await csrf(studio) | {"accept": "application/json"} | ({"idempotency-key": key} if key else {})
    return await studio.post(f"/studio/{live.street.show}/claims", data=fields, headers=headers)


async def entered(live: Live, studio: httpx.AsyncClient, name: str, **more: str) -> dict[str, Any]:
    answer = await enter(live, studio, name, **more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_caller_takes_what_is_held_by_the_link_that_the_host_sends(live: Live) -> None:
    async with await studio_of(live) as studio, visitor(live.street.system) as caller:
        claim = await entered(live, studio, "Bu Ani", quantity="2")
        assert (claim["code"], claim["number"]) == ("held", 1)
        assert claim["words"].startswith("Held for Bu Ani: 2 \u00d7 ")
        path = claim["link"].removeprefix(ORIGIN)
        for _ in range(2):  # to look changes nothing
            assert "Put it into my cart" in (await caller.get(path, headers={"accept-language": "en"})).text
        assert (await caller.get("/cart/holds")).json()["holds"] == []
        taken = await caller.post(path, headers=await csrf(caller))
        assert (taken.status_code, taken.headers["location"]) == (303, "/cart")
        [held] = (await caller.get("/cart/holds")).json()["holds"]
        assert held["quantity"] == 2
        async with visitor(live.street.system) as late:
            assert "Nothing is held here" in (await late.get(path, headers={"accept-language": "en"})).text
            await late.post(path, headers=await csrf(late))
            assert (await late.get("/cart/holds")).json()["holds"] == []


async def test_the_list_says_whose_it_is_and_who_entered_it(live: Live) -> None:
    async with await studio_of(live) as studio:
        claim = await entered(live, studio, "Bu Ani")
        [row] = (await claims_of(live, studio))["claims"]
        assert (row["name"], row["text"], row["door"]) == ("Bu Ani", "entered by Wira", "host")
        assert (row["words"], row["link"]) == ("Won", claim["link"])


async def test_an_entry_sent_twice_is_one_claim(live: Live) -> None:
    async with await studio_of(live) as studio:
        first, again = [await entered(live, studio, "Bu Ani", key="the same entry") for _ in range(2)]
        assert (first["link"], await live.holds()) == (again["link"], [(1, live.street.show)])
        assert len((await claims_of(live, studio))["claims"]) == 1
        other = await enter(live, studio, "Pak Budi", key="the same entry")
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_who_calls_too_late_waits_in_line_behind_those_who_wrote(live: Live) -> None:
    await sell_all_but(live, 1)
    async with await studio_of(live) as studio, visitor(live.street.system) as caller:
        assert (await live.claim(live.line, await live.buyer()))["code"] == "held"
        claim = await entered(live, studio, "Pak Budi")
        assert (claim["code"], "number 1 in line" in claim["words"]) == ("waitlisted", True)
        path = claim["link"].removeprefix(ORIGIN)
        await caller.post(path, headers=await csrf(caller))
        [waits] = (await caller.get("/cart/holds")).json()["awaited"]
        assert waits["number"] == 1


async def test_the_chain_with_claims_of_hosts_is_judged_right_by_a_stranger(live: Live) -> None:
    async with await studio_of(live) as studio:
        await entered(live, studio, "Bu Ani")
        await live.claim(live.line, await live.buyer())
    log = await live.street.guest.get(f"/claims/{live.street.show}")
    assert [one["door"] for one in log.json()["claims"]] == ["host", "comment"]
    assert "Ani" not in log.text
    judged = await live.street.guest.post(
        "/claims",
        files={"file": ("claims.json", log.content)},
        headers=await csrf(live.street.guest) | {"accept-language": "en"},
    )
    assert "Every verdict is right." in judged.text


async def test_what_can_not_be_entered_says_why(live: Live) -> None:
    async with await studio_of(live) as studio:
        nameless = await enter(live, studio, " ")
        assert (nameless.status_code, nameless.json()["code"]) == (422, "invalid_input")
        nothing = await enter(live, studio, "Bu Ani", quantity="0")
        assert nothing.status_code == 422
        elsewhere = await enter(live, studio, "Bu Ani", variant_id="0" * 31 + "1")
        assert elsewhere.json()["code"] == "offer_not_in_tray"
        many = await entered(live, studio, "Bu Ani", quantity="500")
        assert (many["code"], many["link"]) == ("over_limit", "")
        stranger = await enter(live, live.street.guest, "Bu Ani")
        assert stranger.status_code in {303, 401, 404}
    assert await live.holds() == []


async def test_a_link_that_was_not_given_leads_to_nothing(live: Live) -> None:
    async with await studio_of(live) as studio, visitor(live.street.system) as other:
        await entered(live, studio, "Bu Ani")
        log = (await other.get(f"/claims/{live.street.show}")).json()
        guessed = f"/cart/claims/{log['claims'][0]['line']}.{new_code(24).lower()}"
        await other.post(guessed, headers=await csrf(other))
        assert (await other.get("/cart/holds")).json()["holds"] == []


async def test_a_program_enters_claims_by_the_api(live: Live) -> None:
    db = live.street.system.databases["social"]
    host = await sign_up(db, "dewi@example.com")
    async with db.begin() as tx:
        await admit_host(tx, host, live.street.market.shop.id, "Dewi", shop="Kancil Kids")
        token = (await accounts.issue_token(tx, host, "Phone exchange")).secret
    wanted = {"name": "Bu Ani", "variant_id": str(live.street.market.variants[0].id), "quantity": 2}
    path = f"/api/v1/shows/{live.street.show}/claims"
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "a-key-of-mine"}
    async with visitor(live.street.system) as program:
        first, again = [await program.post(path, json=wanted, headers=headers) for _ in range(2)]
        assert (first.status_code, first.json()["verdict"]) == (201, "held"), first.text
        assert first.json()["link"] == again.json()["link"]
        [listed] = (await program.get(path, headers=headers)).json()["claims"]
        assert (listed["name"], listed["door"], listed["link"]) == ("Bu Ani", "host", first.json()["link"])

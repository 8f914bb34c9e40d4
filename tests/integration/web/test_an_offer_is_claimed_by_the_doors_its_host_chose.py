"""A host takes claims for an offer by button, by comment or by both; the other door says why."""

import httpx
import pytest

from tests.integration.web.test_a_line_of_the_chat_is_a_claim import Live, go_live, live
from tests.integration.web.test_hosts_see_claims import claims_of, hold_by_button, studio_of
from tests.make.program import csrf
from tests.make.waiting import until

__all__ = ["go_live", "live"]


async def choose(live: Live, studio: httpx.AsyncClient, by: str) -> None:
    """Choose the doors of the first offer, as the studio's script does."""
    product_id = str(live.street.market.variants[0].product_id)
    command = {"id": 1, "do": "claim_doors", "product_id": product_id, "by": by}
    path = f"/live/{live.street.show}/commands"
    answer = await studio.post(path, json=command, headers=await csrf(studio))
    assert answer.json()["ok"], answer.text


async def pin(live: Live, studio: httpx.AsyncClient, by: str) -> None:
    """Pin the first offer and choose its doors, as the page without scripts does."""
    fields = {"product_id": str(live.street.market.variants[0].product_id), "claims_by": by}
    path = f"/studio/{live.street.show}/pin"
    answer = await studio.post(path, data=fields, headers=await csrf(studio))
    assert answer.status_code == 303, answer.text


async def room_page(live: Live) -> str:
    return (await live.street.guest.get(f"/live/{live.street.show}")).text


async def test_by_comment_alone_a_button_is_refused_and_says_what_to_write(live: Live) -> None:
    code = live.street.market.variants[0].code
    assert "data-buy=" in await room_page(live)
    async with await studio_of(live) as studio:
        await pin(live, studio, "comment")
        page = await room_page(live)
        assert ("data-buy=" in page, f"By comment: keep {code}" in page) == (False, True)
        refused = await hold_by_button(live)
        assert (refused.status_code, refused.json()["code"]) == (409, "by_comment_only")
        assert "in the chat" in refused.json()["detail"]
        assert (await live.claim(live.line, await live.buyer()))["code"] == "held"
        found = (await claims_of(live, studio))["claims"]
    assert [(one["door"], one["words"]) for one in found] == [
        ("comment", "Won"),
        ("button", "By the wrong door"),
    ]


async def test_by_button_alone_a_line_is_refused_and_says_what_to_tap(live: Live) -> None:
    async with await studio_of(live) as studio:
        await choose(live, studio, "button")
        refused = await live.claim(live.line, await live.buyer())
        assert (refused["code"], "tap" in refused["detail"]) == ("by_button_only", True)
        assert (await hold_by_button(live)).status_code == 201


@pytest.mark.parametrize("before", ["button", "comment"])
async def test_both_are_open_again_when_the_host_says_so(live: Live, before: str) -> None:
    async with await studio_of(live) as studio:
        await choose(live, studio, before)
        await choose(live, studio, "both")
    assert (await live.claim(live.line, await live.buyer()))["code"] == "held"
    assert (await hold_by_button(live)).status_code == 201


async def test_what_is_closed_stays_closed_at_each_door(live: Live) -> None:
    async with await studio_of(live) as studio:
        product_id = str(live.street.market.variants[0].product_id)
        command = {"id": 1, "do": "close_claims", "product_id": product_id}
        path = f"/live/{live.street.show}/commands"
        assert (await studio.post(path, json=command, headers=await csrf(studio))).json()["ok"]
        await choose(live, studio, "comment")
    assert (await live.claim(live.line, await live.buyer()))["code"] == "claims_closed"
    page = await room_page(live)
    assert ("data-buy=" in page, "Claims closed" in page) == (False, True)


async def test_a_viewer_chooses_nothing(live: Live) -> None:
    product_id = str(live.street.market.variants[0].product_id)
    command = {"id": 1, "do": "claim_doors", "product_id": product_id, "by": "button"}
    guest = live.street.guest
    answer = await guest.post(f"/live/{live.street.show}/commands", json=command, headers=await csrf(guest))
    assert answer.json()["problem"]["code"] == "not_a_host"


async def test_a_show_that_is_over_sells_by_button_whatever_was_chosen(live: Live) -> None:
    rooms = live.street.system.wirings["social"].given["rooms"]
    async with await studio_of(live) as studio:
        await choose(live, studio, "comment")
        ended = await studio.post(f"/studio/{live.street.show}/end", headers=await csrf(studio))
        assert ended.status_code == 303
    await rooms.upkeep.tidy()

    async def sells() -> bool:
        return (await hold_by_button(live)).status_code == 201

    assert await until(sells)

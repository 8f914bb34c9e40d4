"""Rooms and till in two processes: claims and what hosts decide go over signed HTTP, or not at all."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from etalase.bridge import RemoteClaimDesk, RemoteTill
from etalase.social.rooms import ClaimBoard
from tests.integration.web.test_a_line_of_the_chat_is_a_claim import KEY, Live, go_live, live
from tests.integration.web.test_an_offer_is_claimed_by_the_doors_its_host_chose import choose
from tests.integration.web.test_hosts_enter_claims_of_people_who_call import enter
from tests.integration.web.test_hosts_see_claims import claims_of, hold_by_button, host_says, studio_of
from tests.make.program import ORIGIN, app_of, csrf

__all__ = ["go_live", "live"]


class Wire(httpx.AsyncBaseTransport):
    """The network between the two; it notes what went over it, and can be cut."""

    def __init__(self, transport: httpx.ASGITransport) -> None:
        self.transport = transport
        self.is_cut = False
        self.paths: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_cut:
            raise httpx.ConnectError("connection refused", request=request)
        self.paths.append(request.url.path)
        return await self.transport.handle_async_request(request)


@dataclass
class Apart:
    """A live show whose till is behind a wire."""

    live: Live
    wire: Wire
    studio: httpx.AsyncClient


@pytest.fixture
async def apart(live: Live) -> AsyncIterator[Apart]:
    system, clock = live.street.system, live.street.clock
    social = system.wirings["social"].given
    transport = httpx.ASGITransport(app_of(system), raise_app_exceptions=False)  # type: ignore[arg-type]
    wire = Wire(transport)
    async with httpx.AsyncClient(transport=wire, trust_env=False) as client, await studio_of(live) as studio:
        social["rooms"].claim_desk = RemoteClaimDesk(client, ORIGIN, KEY, clock)
        law = system.wirings["commerce"].given["law"]
        till = RemoteTill(client, ORIGIN, KEY, system.databases["social"], law)
        board: ClaimBoard = social["claim_board"]
        board._till = till
        yield Apart(live, wire, studio)


async def test_all_that_claims_need_goes_over_the_wire(apart: Apart) -> None:
    live, studio = apart.live, apart.studio
    assert (await live.claim(live.line, await live.buyer()))["code"] == "held"
    assert (await enter(live, studio, "Bu Ani")).json()["code"] == "held"
    await choose(live, studio, "comment")
    assert (await hold_by_button(live)).json()["code"] == "by_comment_only"
    assert (await host_says(live, studio, f"sold {live.street.market.variants[0].code}")).json()["ok"]
    assert (await live.claim(live.line, await live.buyer()))["code"] == "claims_closed"
    found = (await claims_of(live, studio))["claims"]
    assert [(one["number"], one["verdict"]) for one in found] == [
        (4, "closed"),
        (3, "door_closed"),
        (2, "held"),
        (1, "held"),
    ]
    assert [one["name"] for one in found if one["verdict"] == "held"] == ["Bu Ani", "Rina"]
    base = "/bridge/claims"
    assert set(apart.wire.paths) == {base, f"{base}/entered", f"{base}/closing", f"{base}/report"}


async def test_while_the_till_is_away_nothing_is_done_by_half(apart: Apart) -> None:
    live, studio = apart.live, apart.studio
    room = await live.street.system.wirings["social"].given["rooms"].open_room(live.street.show)
    buyer = await live.buyer()
    apart.wire.is_cut = True
    assert (await live.claim(live.line, buyer, key="the same line"))["code"] == "busy"
    assert (await enter(live, studio, "Bu Ani", key="the same entry")).json()["code"] == "till_away"
    product_id = str(live.street.market.variants[0].product_id)
    path = f"/live/{live.street.show}/commands"
    for command in ({"do": "close_claims"}, {"do": "claim_doors", "by": "button"}):
        asked = {"id": 1, "product_id": product_id, **command}
        answer = (await studio.post(path, json=asked, headers=await csrf(studio))).json()
        assert answer["problem"]["code"] == "till_away"
    assert (room.state.closed, room.state.doors, await live.holds()) == ((), (), [])
    apart.wire.is_cut = False
    assert (await live.claim(live.line, buyer, key="the same line"))["code"] == "held"
    assert (await enter(live, studio, "Bu Ani", key="the same entry")).json()["code"] == "held"
    assert len(await live.holds()) == 2


async def test_an_answer_that_got_lost_is_given_again(apart: Apart) -> None:
    live, studio = apart.live, apart.studio
    first = await enter(live, studio, "Bu Ani", key="the same entry")
    again = await enter(live, studio, "Bu Ani", key="the same entry")
    assert first.json()["link"] == again.json()["link"]
    assert await live.holds() == [(1, live.street.show)]

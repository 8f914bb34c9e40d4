"""The studio's pages and forms: planning, going live, ending, and whom they let in."""

import re
from collections.abc import Mapping
from uuid import UUID

import httpx

from etalase.social.rooms import ShowState, get_show
from tests.integration.web.rooms.conftest import Client, Stage
from tests.integration.web.rooms.test_room_page import block


async def send(
    client: Client, address: str, form: Mapping[str, object], page: str = "/studio"
) -> httpx.Response:
    """Send a form as a browser does: with the token of a page."""
    html = (await client.get(page)).text
    token = re.search(r'name="csrf-token" content="([^"]*)"', html)
    assert token is not None
    return await client.post(address, data={"_csrf_token": token[1], **form})


async def test_a_host_without_shows_is_invited_to_plan_one(stage: Stage) -> None:
    async with stage.host() as client:
        html = (await client.get("/studio")).text
    assert "Your first show" in html
    assert 'href="/studio/new"' in html


async def test_a_show_is_planned_with_its_offers_in_order(stage: Stage) -> None:
    first, second = stage.window.offers
    form = {
        "title": "Gaun lebaran",
        "starts_at": (stage.clock.now()).strftime("%Y-12-31T19:30"),
        "product": [str(second.product_id), str(first.product_id)],
    }
    async with stage.host() as client:
        answer = await send(client, "/studio/new", form)
        assert answer.status_code == 303, answer.text
        html = (await client.get(answer.headers["location"])).text
    assert "Gaun lebaran" in html
    tray = [UUID(card["product_id"]) for card in block(html)["state"]["tray"]]
    assert tray == [second.product_id, first.product_id]


async def test_a_wrong_form_comes_back_with_words_beside_the_field_and_plans_nothing(stage: Stage) -> None:
    async with stage.host() as client:
        answer = await send(client, "/studio/new", {"title": " ", "starts_at": "2001-01-01T10:00"})
        assert answer.status_code == 422
        assert 'id="f-title-error"' in answer.text
        assert 'id="f-starts_at-error"' in answer.text
        assert "Your first show" in (await client.get("/studio")).text


async def test_title_and_tray_are_changed_later(stage: Stage) -> None:
    show = await stage.plan()
    form = {"title": "Lain", "starts_at": "", "product": str(stage.window.offers[1].product_id)}
    async with stage.host() as client:
        answer = await send(client, f"/studio/{show.code}/edit", form)
        assert answer.status_code == 303
        assert "Lain" in (await client.get(f"/studio/{show.code}/edit")).text
    room = await stage.rooms.open_room(show.code)
    assert [card.title for card in room.state.tray] == ["Topi jerami"]


async def test_the_form_says_that_the_shop_is_away_and_keeps_the_tray(stage: Stage) -> None:
    show = await stage.plan()
    stage.window.is_reachable = False
    async with stage.host() as client:
        assert "can&#39;t be reached" in (await client.get(f"/studio/{show.code}/edit")).text
        await send(client, f"/studio/{show.code}/edit", {"title": "Tetap", "starts_at": ""})
    async with stage.db.begin() as tx:
        kept = await get_show(tx, show.code)
    assert kept.title == "Tetap"
    assert len(kept.tray) == 2


async def test_a_show_goes_live_pins_and_ends_by_plain_forms(stage: Stage) -> None:
    show = await stage.plan()
    address = f"/studio/{show.code}"
    product_id = stage.window.offers[0].product_id
    async with stage.host() as client:
        assert (await send(client, f"{address}/go-live", {})).status_code == 303
        await send(client, f"{address}/pin", {"product_id": str(product_id)})
        room = await stage.rooms.open_room(show.code)
        assert room.state.pinned is not None
        assert room.state.pinned.product_id == product_id
        await send(client, f"{address}/pin", {"product_id": ""})
        room = await stage.rooms.open_room(show.code)
        assert room.state.pinned is None
        assert (await send(client, f"{address}/end", {})).status_code == 303
    assert room.state.show.state is ShowState.ENDED


async def test_the_stream_key_is_shown_to_the_host_and_can_be_replaced(stage: Stage) -> None:
    show = await stage.plan()
    async with stage.host() as client:
        before = re.findall(
            r'id="copy-stream-key" value="([^"]+)"', (await client.get(f"/studio/{show.code}")).text
        )
        await send(client, f"/studio/{show.code}/key", {})
        after = re.findall(
            r'id="copy-stream-key" value="([^"]+)"', (await client.get(f"/studio/{show.code}")).text
        )
    assert len(before) == len(after) == 1
    assert before != after


async def test_strangers_are_sent_away_and_other_shops_hosts_find_nothing(stage: Stage) -> None:
    show = await stage.plan()
    async with stage.client() as stranger:
        assert (await stranger.get(f"/studio/{show.code}")).status_code in {302, 303}
    other = await stage.other_host()
    async with other:
        for path in ("", "/edit"):
            assert (await other.get(f"/studio/{show.code}{path}")).status_code == 404
        for path in ("/edit", "/go-live", "/end", "/pin", "/key"):
            answer = await send(other, f"/studio/{show.code}{path}", {"title": "x", "product_id": ""})
            assert answer.status_code == 404, path
    async with stage.db.begin() as tx:
        assert (await get_show(tx, show.code)).state is ShowState.PLANNED

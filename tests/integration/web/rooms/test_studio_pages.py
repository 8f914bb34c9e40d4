"""The studio's pages and forms: planning, going live, ending, and whom they let in."""

import re
from collections.abc import Mapping
from io import BytesIO
from uuid import UUID

import httpx
import pytest
from PIL import Image

from etalase import accounts
from etalase.kernel.ids import new_id
from etalase.social.rooms import (
    TRAY_LENGTH,
    BlockViewer,
    MuteViewer,
    Participant,
    Say,
    ShowState,
    UnblockViewer,
    get_show,
)
from tests.integration.web.rooms.conftest import COMMERCE_URL, SHOP_ID, Client, Stage
from tests.integration.web.rooms.test_room_page import block
from tests.make import rooms as make
from tests.make.laws import INDONESIA
from tests.make.markup import on_one_line


async def csrf_token(client: Client, page: str = "/studio") -> str:
    """Return the token of a page."""
    found = re.search(r'name="csrf-token"\s+content="([^"]*)"', (await client.get(page)).text)
    assert found is not None
    return found[1]


async def send(
    client: Client, address: str, form: Mapping[str, object], page: str = "/studio"
) -> httpx.Response:
    """Send a form as a browser does: with the token of a page."""
    return await client.post(address, data={"_csrf_token": await csrf_token(client, page), **form})


async def test_a_planned_show_is_cancelled_from_its_form_and_a_live_one_is_not(stage: Stage) -> None:
    planned, live = await stage.plan(), await stage.go_live()
    room = await stage.rooms.open_room(planned.code)
    async with stage.host() as client:
        form = (await client.get(f"/studio/{planned.code}/edit")).text
        assert f'action="/studio/{planned.code}/cancel"' in form
        assert "/cancel" not in (await client.get(f"/studio/{live.code}/edit")).text
        answer = await send(client, f"/studio/{planned.code}/cancel", {})
        assert (answer.status_code, answer.headers["location"]) == (303, "/studio")
        assert (await send(client, f"/studio/{live.code}/cancel", {})).status_code == 409
        assert (await client.get(f"/live/{planned.code}")).status_code == 404
        listed = (await client.get("/studio")).text
    assert planned.code not in listed
    assert live.code in listed
    assert room.state.show.state is ShowState.ENDED


async def test_a_host_without_shows_is_invited_to_plan_one(stage: Stage) -> None:
    async with stage.host() as client:
        html = (await client.get("/studio")).text
    assert "Your first show" in html
    assert 'href="/studio/new"' in html


async def test_whom_no_shop_has_let_in_is_shown_the_way_to_the_shops_site(stage: Stage) -> None:
    async with stage.db.begin() as tx:
        account_id = await accounts.ensure_external_account(tx, "citra", "Citra")
        session = await accounts.open_session(tx, account_id)
    async with stage.client() as client:
        client.cookies.set("etalase_session_social", session.token)
        assert f'href="{COMMERCE_URL}/desk"' in (await client.get("/studio")).text


async def test_a_show_is_planned_with_its_offers_in_order(stage: Stage) -> None:
    first, second = stage.window.offers
    form = {
        "title": "Gaun lebaran",
        "starts_at": (stage.clock.now()).strftime("%Y-12-31T19:30"),
        "product": [str(second.product_id), str(first.product_id)],
        "shows_offers": "yes",
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
    kept = str(stage.window.offers[1].product_id)
    form = {"title": "Lain", "starts_at": "", "product": kept, "shows_offers": "yes"}
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


async def test_a_form_from_when_the_shop_was_away_leaves_the_tray_alone(stage: Stage) -> None:
    show = await stage.plan()
    address = f"/studio/{show.code}/edit"
    async with stage.host() as client:
        stage.window.is_reachable = False
        assert "shows_offers" not in (await client.get(address)).text
        stage.window.is_reachable = True
        again = await send(client, address, {"title": " ", "starts_at": ""})
        assert on_one_line(again.text).count(" checked") == 2
        assert (await send(client, address, {"title": "Tetap", "starts_at": ""})).status_code == 303
    async with stage.db.begin() as tx:
        assert len((await get_show(tx, show.code)).tray) == 2


async def test_a_host_is_told_when_the_shop_went_away_before_the_tray_was_set(stage: Stage) -> None:
    form = {
        "title": "Gaun",
        "starts_at": stage.clock.now().strftime("%Y-12-31T19:30"),
        "product": [str(card.product_id) for card in stage.window.offers],
        "shows_offers": "yes",
    }
    async with stage.host() as client:
        stage.window.is_reachable = False
        answer = await send(client, "/studio/new", form)
        assert answer.status_code == 303
        assert "Choose what to show again" in (await client.get(answer.headers["location"])).text


async def test_a_tray_that_is_too_long_plans_nothing(stage: Stage) -> None:
    stage.window.offers = tuple(make.offer(f"Gaun {number}") for number in range(TRAY_LENGTH + 1))
    form = {
        "title": "Gaun",
        "starts_at": stage.clock.now().strftime("%Y-12-31T19:30"),
        "product": [str(card.product_id) for card in stage.window.offers],
        "shows_offers": "yes",
    }
    async with stage.host() as client:
        answer = await send(client, "/studio/new", form)
        assert answer.status_code == 422
        assert "At most 100 of them." in answer.text
        assert "Your first show" in (await client.get("/studio")).text


async def test_a_form_that_is_sent_twice_plans_one_show(stage: Stage) -> None:
    async with stage.host() as client:
        key = re.search(r'name="key"\s+value="([^"]+)"', (await client.get("/studio/new")).text)
        assert key is not None
        form = {"title": "Gaun", "starts_at": stage.clock.now().strftime("%Y-12-31T19:30"), "key": key[1]}
        first, second = [await send(client, "/studio/new", form) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]


async def test_an_empty_title_is_told_together_with_a_missing_time(stage: Stage) -> None:
    async with stage.host() as client:
        answer = await send(client, "/studio/new", {"title": " ", "starts_at": ""})
    assert answer.status_code == 422
    assert 'id="f-title-error"' in answer.text
    assert 'id="f-starts_at-error"' in answer.text


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
            r'id="stream-key"\s+value="([^"]+)"', (await client.get(f"/studio/{show.code}")).text
        )
        await send(client, f"/studio/{show.code}/key", {})
        after = re.findall(
            r'id="stream-key"\s+value="([^"]+)"', (await client.get(f"/studio/{show.code}")).text
        )
    assert len(before) == len(after) == 1
    assert before != after


async def test_the_studio_asks_for_sales_where_the_law_lets_it_and_nowhere_else(stage: Stage) -> None:
    show = await stage.go_live()
    async with stage.host() as client:
        assert f'"sales":"/studio/{show.code}/sales"' in (await client.get(f"/studio/{show.code}")).text
        away = await client.get(f"/studio/{show.code}/sales", headers={"accept": "application/json"})
        assert (away.status_code, away.json()["code"]) == (503, "till_away")
    stage.law = INDONESIA
    async with stage.host() as client:
        assert '"sales":null' in (await client.get(f"/studio/{show.code}")).text


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


async def test_a_cover_is_made_anew_and_shown_in_the_room_and_in_shared_links(stage: Stage) -> None:
    show = await stage.plan()
    picture = BytesIO()
    Image.new("RGB", (720, 1280), "#c65f10").save(picture, "PNG", pnginfo=None)
    files = {"cover": ("../../etc/passwd.png", picture.getvalue(), "image/png")}
    async with stage.host() as client:
        token = await csrf_token(client)
        form = {"_csrf_token": token, "title": "Bersampul", "starts_at": ""}
        answer = await client.post(f"/studio/{show.code}/edit", data=form, files=files)
        assert answer.status_code == 303
        html = (await client.get(f"/live/{show.code}")).text
        shared = re.search(r'og:image" content="http://live.example(/covers/[0-9a-f]+/960.jpg)"', html)
        assert shared is not None
        cover = await client.get(shared[1])
    assert (cover.status_code, cover.headers["content-type"]) == (200, "image/jpeg")


async def test_what_is_no_picture_is_refused_beside_its_field_and_changes_nothing(stage: Stage) -> None:
    show = await stage.plan()
    files = {"cover": ("cover.png", b"<svg onload=alert(1)>", "image/png")}
    async with stage.host() as client:
        form = {"_csrf_token": await csrf_token(client), "title": "Lain", "starts_at": ""}
        answer = await client.post(f"/studio/{show.code}/edit", data=form, files=files)
    assert answer.status_code == 422
    assert 'id="f-cover-error"' in answer.text
    async with stage.db.begin() as tx:
        kept = await get_show(tx, show.code)
    assert (kept.title, kept.cover_key) == ("Sore ceria", None)


@pytest.mark.parametrize("path", ["..%2f..%2fetc%2fpasswd/480.webp", "x/..%2f..%2fsecret", "none/480.webp"])
async def test_a_cover_is_found_by_our_own_names_only(stage: Stage, path: str) -> None:
    async with stage.client() as client:
        assert (await client.get(f"/covers/{path}")).status_code == 404


async def test_hosts_see_who_may_not_write_and_can_lift_it(stage: Stage) -> None:
    show = await stage.go_live()
    room = await stage.rooms.registry.open(show.code)
    for viewer, name in (("v1", "Sari"), ("v2", "Budi"), ("v3", "Ani")):
        await stage.rooms.perform(room, Participant(viewer), Say(text="Halo", name=name))
    for command in (
        MuteViewer(viewer="v1", seconds=600),
        MuteViewer(viewer="v2", seconds=60),
        BlockViewer(viewer="v3"),
    ):
        await stage.rooms.perform_as_host(stage.host_id, show.code, command)
    stage.clock.advance(seconds=61)
    until = room.moderation.muted["v1"]
    address = f"/studio/{show.code}/silenced"
    async with stage.host() as host, await stage.other_host() as other, stage.client() as guest:
        message = (await host.get(address)).json()["viewers"]
        assert message == [
            {"viewer": "v1", "name": "Sari", "until": until},
            {"viewer": "v3", "name": "Ani", "until": None},
        ]
        assert (await other.get(address)).status_code == 404
        assert (await guest.get(address)).status_code in {303, 401}
        await stage.rooms.perform_as_host(stage.host_id, show.code, UnblockViewer(viewer="v3"))
        assert len((await host.get(address)).json()["viewers"]) == 1


async def test_a_show_that_is_over_is_not_offered_for_changes(stage: Stage) -> None:
    show = await stage.go_live()
    async with stage.host() as client:
        form = (await client.get(f"/studio/{show.code}/edit")).text
        assert 'name="title"' in form
        assert 'name="starts_at"' not in form  # it has begun
        await stage.rooms.shows.end_show(stage.host_id, show.code)
        answer = await client.get(f"/studio/{show.code}/edit", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/studio/{show.code}")


async def test_what_a_host_taps_on_air_comes_before_what_is_read_once(stage: Stage) -> None:
    show = await stage.go_live()
    async with stage.host() as client:
        live = (await client.get(f"/studio/{show.code}")).text
        await stage.rooms.shows.end_show(stage.host_id, show.code)
        over = (await client.get(f"/studio/{show.code}")).text
    parts = ("<studio-air", "<studio-tray", "<room-chat", "<studio-claims", "From OBS", "Link for viewers")
    places = [live.index(part) for part in parts]
    assert places == sorted(places)
    voucher = f"/desk/{show.shop.slug}/vouchers/new?show={show.code}"
    assert (voucher in live, voucher in over) == (True, False)
    assert "<studio-claims" in over  # what was claimed is still to be seen to


async def test_a_studio_offers_no_replay_of_what_nobody_recorded(stage: Stage) -> None:
    show = await stage.go_live()
    await stage.rooms.shows.end_show(stage.host_id, show.code)
    async with stage.host() as client:
        assert "Watch the replay" in (await client.get(f"/studio/{show.code}")).text
        stage.clock.advance(seconds=120)
        shown = (await client.get(f"/studio/{show.code}")).text
    assert "It was not recorded" in shown
    assert "Watch the replay" not in shown


async def test_a_host_of_two_shops_chooses_for_which_the_show_is(stage: Stage) -> None:
    other = new_id()
    async with stage.db.begin() as tx:
        await make.admit_host(tx, stage.host_id, other, "Bunga", "Toko Kedua")
    async with stage.host() as client:
        form = await client.get("/studio/new")
        assert form.status_code == 200
        assert {str(SHOP_ID), str(other)} <= set(re.findall(r'<option\s+value="([^"]*)"', form.text))
        wrong = await send(client, "/studio/new", {"title": "", "shop": str(other)}, page="/studio/new")
    assert wrong.status_code == 422
    assert re.search(rf'value="{other}"\s+selected', wrong.text)

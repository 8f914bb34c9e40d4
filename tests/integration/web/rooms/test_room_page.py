"""The room as a viewer's browser first gets it, before any script."""

import json
import re
from typing import Any

from etalase.social import media
from etalase.social.media._store import mark_joining, save_replay
from etalase.social.rooms import CloseClaims, Participant, PinOffer, Say, Show, UnpinOffer
from tests.integration.web.rooms.conftest import MAX_UNITS, Client, Stage
from tests.make.laws import INDONESIA


def block(html: str, name: str = "room-page") -> dict[str, Any]:
    """Return the JSON block that the scripts of the page start from."""
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


async def page(client: Client, address: str) -> str:
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_planned_show_says_when_it_starts_and_shows_itself_in_a_shared_link(stage: Stage) -> None:
    show = await stage.plan()
    async with stage.client() as client:
        html = await page(client, f"/live/{show.code}")
    assert '<meta property="og:title" content="Sore ceria · Toko Bunga">' in html
    assert f'<meta property="og:url" content="http://live.example/live/{show.code}">' in html
    assert "Starts" in html
    assert f"/live/{show.code}/reminder.ics" in html
    assert "Gaun katun" in html


async def test_a_live_room_is_useful_before_its_scripts(stage: Stage) -> None:
    show = await stage.go_live()
    pinned = stage.window.offers[0]
    await stage.rooms.perform_as_host(stage.host_id, show.code, PinOffer(product_id=pinned.product_id))
    room = await stage.rooms.open_room(show.code)
    await stage.rooms.perform(room, Participant("v1"), Say(text="Halo semua", name="Sari"))
    async with stage.client() as client:
        html = await page(client, f"/live/{show.code}")
    assert "Halo semua" in html
    assert f'href="/live/{show.code}/offers/{pinned.product_id}"' in html
    assert "Rp\N{NO-BREAK SPACE}89.000" in html
    assert "Sold out" in html
    data = block(html)
    assert data["seq"] == room.feed.number
    assert data["state"]["pinned"]["product_id"] == str(pinned.product_id)


async def test_an_offer_whose_claims_are_closed_is_not_offered_before_scripts_either(stage: Stage) -> None:
    show = await stage.go_live()
    closed, other = stage.window.offers[:2]
    for command in (PinOffer(product_id=closed.product_id), CloseClaims(product_id=closed.product_id)):
        await stage.rooms.perform_as_host(stage.host_id, show.code, command)
    async with stage.client() as client:
        html = await page(client, f"/live/{show.code}")
    assert f"/offers/{closed.product_id}" not in html
    assert html.count("Claims closed") == 2  # on the pinned offer's card and in the tray
    assert f"/offers/{other.product_id}" in html


async def test_what_viewers_write_never_becomes_markup(stage: Stage) -> None:
    show = await stage.go_live(title="</script><script>alert(1)</script>")
    room = await stage.rooms.open_room(show.code)
    line = "</script><img src=x onerror=alert(2)>"
    await stage.rooms.perform(room, Participant("v1"), Say(text=line, name="<b>x</b>"))
    async with stage.client() as client:
        html = await page(client, f"/live/{show.code}")
    assert "alert(1)</script>" not in html
    assert "<img src=x" not in html
    assert "<b>x</b>" not in html
    assert block(html)["state"]["chat"][0]["text"] == line


async def test_the_sheet_counts_as_far_as_the_shops_setting_lets_it(stage: Stage) -> None:
    show = await stage.go_live()
    async with stage.client() as client:
        assert block(await page(client, f"/live/{show.code}"))["limits"]["units"] == MAX_UNITS


async def test_a_rulebook_that_forbids_buying_in_the_room_leaves_no_trace_of_it(stage: Stage) -> None:
    show = await stage.go_live()
    stage.law = INDONESIA
    async with stage.client() as client:
        html = await page(client, f"/live/{show.code}")
    assert block(html)["buying"] is False
    assert "buy-sheet" not in html
    assert "hold-dock" not in html
    assert "/assets/buy" not in html
    assert "To the shop" in html


async def test_an_offer_leads_to_the_shop_with_a_token_that_names_the_show_and_nobody(stage: Stage) -> None:
    show = await stage.go_live()
    card = stage.window.offers[0]
    async with stage.client() as client:
        answer = await client.get(f"/live/{show.code}/offers/{card.product_id}")
        missing = await client.get(f"/live/{show.code}/offers/{show.id}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{card.url}?ref=")
    assert missing.status_code == 404


async def test_an_unknown_show_is_not_there(stage: Stage) -> None:
    async with stage.client() as client:
        assert (await client.get("/live/NOWHERE1")).status_code == 404


async def outlook(client: Client, code: str) -> str:
    answer = await client.get(f"/live/{code}/replay")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    message: str = answer.json()["replay"]
    return message


async def record(stage: Stage, show: Show, seconds: float) -> None:
    """Let the show's recording be joined, from its beginning on."""
    assert show.started_at is not None
    chapter = media.Chapter("take-1.mp4", show.started_at, 0.0, seconds)
    key = f"{show.id}/replay-1.mp4"
    async with stage.db.begin() as tx:
        await mark_joining(tx, show.id)
        view = media.RecordingView(show.id, "ready", 1, key, None, 1, seconds, (chapter,))
        assert await save_replay(tx, view)


async def test_a_show_that_ended_just_now_says_that_the_replay_comes(stage: Stage) -> None:
    show = await stage.go_live()
    await stage.rooms.shows.end_show(stage.host_id, show.code)
    async with stage.client() as client:
        html = await page(client, f"/live/{show.code}")
        assert await outlook(client, show.code) == "coming"
    assert "The replay opens in a moment" in html
    assert block(html)["replay"] is None


async def test_a_show_that_nobody_recorded_is_not_waited_for(stage: Stage) -> None:
    show = await stage.go_live()
    await stage.rooms.shows.end_show(stage.host_id, show.code)
    stage.clock.advance(seconds=120)
    async with stage.client() as client:
        assert await outlook(client, show.code) == "none"
        assert "It was not recorded" in await page(client, f"/live/{show.code}")
        async with stage.db.begin() as tx:
            await mark_joining(tx, show.id)
        assert await outlook(client, show.code) == "coming"


async def test_a_replay_shows_each_offer_only_while_it_was_pinned(stage: Stage) -> None:
    show = await stage.go_live()
    first, second = (card.product_id for card in stage.window.offers)
    for seconds, command in (
        (5, PinOffer(product_id=first)),
        (10, UnpinOffer()),
        (5, PinOffer(product_id=second)),
    ):
        stage.clock.advance(seconds=seconds)
        await stage.rooms.perform_as_host(stage.host_id, show.code, command)
    stage.clock.advance(seconds=40)
    show = await stage.rooms.shows.end_show(stage.host_id, show.code)
    await record(stage, show, 60.0)
    async with stage.client() as client:
        assert await outlook(client, show.code) == "ready"
        replay = block(await page(client, f"/live/{show.code}"))["replay"]
    assert replay["pins"] == [
        {"product_id": str(first), "offset": 5, "until": 15},
        {"product_id": str(second), "offset": 20, "until": None},
    ]


async def test_a_replay_says_where_the_chain_of_its_claims_ends(stage: Stage) -> None:
    show = await stage.go_live()
    await stage.rooms.claims_recorded(show.code, 31, "9f2c" * 16)
    show = await stage.rooms.shows.end_show(stage.host_id, show.code)
    await record(stage, show, 60.0)
    async with stage.client() as client:
        html = await page(client, f"/live/{show.code}")
    assert "Claims in this show: 31." in html
    assert "Last link of their chain: 9f2c9f2c9f2c9f2c…" in html
    assert f'href="/claims/{show.code}"' in html

"""The evidence of an order, over a real show with video: what it says, to whom, and how it is checked."""

import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import httpx
import msgspec
import pytest

from etalase import accounts, bridge
from etalase.bootstrap import System
from etalase.bridge import RemoteShowRecords
from etalase.commerce import catalog, evidence, inventory, orders, payments
from etalase.commerce.catalog import ProductId, VariantDraft
from etalase.commerce.evidence import ClipQuestion, EvidenceKey, Moment, ShowQuestion, check, read, read_keys
from etalase.commerce.inventory import HoldRequest
from etalase.commerce.orders import Order
from etalase.kernel.ids import new_code, new_id
from etalase.kernel.sources import Source, Venue
from etalase.social.rooms import PinOffer, ShowPlan
from tests.make import catalog as make_catalog
from tests.make import orders as make_orders
from tests.make.accounts import sign_up
from tests.make.media import AAC, H264, measure, picture, start_ffmpeg
from tests.make.orders import Market
from tests.make.papers import text_of
from tests.make.program import ORIGIN, visitor
from tests.make.rooms import admit_host
from tests.make.waiting import until


@dataclass
class Broadcast:
    """A show on air with the shop's product pinned, and its host."""

    system: System
    market: Market
    host: UUID
    code: str

    @property
    def rooms(self) -> Any:
        return self.system.wirings["social"].given["rooms"]

    async def hold(self, holder: str, quantity: int = 1, variant: int = 0) -> None:
        """Hold units for a viewer of the show, who taps now."""
        source = Source(new_code(16), Venue.ROOM, UUID(str(self.market.shop.id)), self.code, self.now)
        await self.market.desk.hold(
            HoldRequest(
                holder, self.market.variants[variant].id, quantity, new_code(), Venue.SHOP, source=source
            )
        )

    @property
    def now(self) -> Any:
        return self.market.db.clock.now()


async def go_live(system: System, market: Market) -> Broadcast:
    """Plan a show of the market's shop with its product, begin it, and pin the product."""
    social, rooms = system.databases["social"], system.wirings["social"].given["rooms"]
    host = await sign_up(social)
    async with social.begin() as tx:
        await admit_host(tx, host, UUID(str(market.shop.id)))
    product_id = market.variants[0].product_id
    plan = ShowPlan("Baju anak baru", social.clock.now())
    show = await rooms.shows.plan_show(host, market.shop.id, plan, (product_id,))
    await rooms.shows.go_live(host, show.code)
    await rooms.perform_as_host(host, show.code, PinOffer(product_id))
    return Broadcast(system, market, host, show.code)


async def film(broadcast: Broadcast, holder: str) -> None:
    """Broadcast by RTMP, hold in the midst of it, end the show, and wait for the recording."""
    system, code = broadcast.system, broadcast.code
    given = system.wirings["social"].given
    async with system.databases["social"].begin() as tx:
        show = await given["rooms"].open_room(code)
        key = await given["stream_keys"].get_key(tx, show.show.id)
    address = f"{given['engine'].list_addresses(code).rtmp_url}/{key}"
    ffmpeg = await start_ffmpeg(*picture(seconds=10), *H264, *AAC, "-f", "flv", address)
    async with visitor(system) as client:

        async def has_begun() -> bool:
            live = given["engine"].find_live(show.show.id)
            url = live.playlist_url if live else None
            return url is not None and (await client.get(url)).text.count("#EXTINF") > 1

        async def is_recorded() -> bool:
            return (await client.get(f"/replay/{code}.mp4")).status_code == 200

        await until(has_begun)
        await broadcast.hold(holder, 2)
        await ffmpeg.running.wait()
        await given["rooms"].shows.end_show(broadcast.host, code)
        await until(is_recorded)


async def download(browser: httpx.AsyncClient, path: str, folder: Path) -> tuple[Path, dict[str, Any]]:
    """Fetch evidence; return where it lies and what it says."""
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert int(answer.headers["content-length"]) == len(answer.content)
    kept = folder / f"{new_code()}.zip"
    kept.write_bytes(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return kept, json.loads(archive.read("evidence.json"))


async def published(browser: httpx.AsyncClient) -> list[EvidenceKey]:
    answer = await browser.get("/evidence/keys.json")
    assert answer.headers["content-type"] == "application/jwk-set+json"
    return read_keys(answer.content)


@pytest.fixture
async def broadcast(system: System, market: Market) -> AsyncIterator[Broadcast]:
    yield await go_live(system, market)
    await market.desk.close()


def desk_path(market: Market, order: Order) -> str:
    return f"/desk/{market.shop.slug}/orders/{order.number}/evidence.zip"


@pytest.mark.slow
async def test_the_seconds_of_the_hold_are_in_the_evidence_as_they_were_recorded(
    broadcast: Broadcast, browser: httpx.AsyncClient, tmp_path: Path
) -> None:
    market = broadcast.market
    await film(broadcast, "cart:viewer")
    order = await market.place("cart:viewer")
    await letters_left(market, order, count=1)
    path, said = await download(browser, f"/order/{order.token}/evidence.zip", tmp_path)
    assert check(read(path), await published(browser)) == []
    (show,) = said["shows"]
    assert (show["code"], show["recording"], show["title"]) == (broadcast.code, "ready", "Baju anak baru")
    (scene,) = show["scenes"]
    then = scene["then"]
    assert then["pinned_product_id"] == str(market.variants[0].product_id)
    assert then["price_minor"] == said["lines"][0]["unit_price"] == market.variants[0].price.minor
    assert then["at"] == said["holds"][0]["held_at"]
    assert 0 < scene["frame_recording_seconds"] <= then["recording_seconds"]
    assert then["recording_seconds"] - scene["frame_recording_seconds"] < 0.2
    assert scene["frame"] > 1
    with zipfile.ZipFile(path) as archive:
        clip = archive.read(scene["clip"])
    whole = (await browser.get(f"/replay/{broadcast.code}.mp4")).content
    assert coded_pictures(clip) <= coded_pictures(whole)  # copied, not transcoded
    assert measure(clip).audio_codec == "aac"
    second = then["recording_seconds"]
    question = ClipQuestion(UUID(str(market.shop.id)), broadcast.code, second, second + 1, (second,))
    here = await broadcast.system.wirings["commerce"].given["evidence_office"].shows.film(question)
    assert here is not None
    assert await over_http(broadcast.system).film(question) == here
    again, _ = await download(browser, f"/order/{order.token}/evidence.zip", tmp_path)
    assert again.read_bytes() == path.read_bytes()


def coded_pictures(video: bytes) -> set[bytes]:
    """Return the coded pictures of a video, which tell whether it was transcoded."""
    with av.open(io.BytesIO(video), "r") as container:
        return {bytes(packet) for packet in container.demux(video=0) if packet.size}


def over_http(system: System, key: str = "") -> RemoteShowRecords:
    """Return the shows' records as a commerce plane of another process asks for them."""
    given = system.wirings["social"].given
    return RemoteShowRecords(
        visitor(system), ORIGIN, key or given["bridge_key"], system.databases["commerce"]
    )


async def test_both_planes_say_the_same_in_two_processes(broadcast: Broadcast) -> None:
    variant, shop_id = broadcast.market.variants[0], UUID(str(broadcast.market.shop.id))
    then = Moment(variant.product_id, variant.id, broadcast.now)
    early = replace_moment(then, broadcast.now - timedelta(days=1))
    question = ShowQuestion(shop_id, broadcast.code, (then, early))
    office = broadcast.system.wirings["commerce"].given["evidence_office"]
    here = await office.shows.recall(question)
    assert here is not None
    assert [shown.price_minor for shown in here.moments] == [variant.price.minor, None]
    assert [shown.pinned_product_id for shown in here.moments] == [variant.product_id, None]
    remote = over_http(broadcast.system)
    assert await remote.recall(question) == here
    foreign = ShowQuestion(new_id(), broadcast.code, (then,))
    assert await remote.recall(foreign) is None
    assert await office.shows.recall(foreign) is None
    assert await remote.film(ClipQuestion(new_id(), broadcast.code, 0, 1, ())) is None
    with pytest.raises(OSError, match="403"):
        await over_http(broadcast.system, "x" * 40).recall(question)
    databases = broadcast.system.databases
    for db, direction in ((databases["commerce"], "out"), (databases["social"], "in")):
        async with db.begin() as tx:
            crossed = await bridge.list_crossings(tx, None, 50)
        found = [one for one in crossed if one.kind == "show_question"]
        assert {one.direction for one in found} == {direction}
        assert set(found[0].content) == {"shop_id", "show", "moments"}


def replace_moment(moment: Moment, at: Any) -> Moment:
    return Moment(moment.product_id, moment.variant_id, at)


async def test_buyer_and_seller_see_what_is_theirs(
    broadcast: Broadcast, browser: httpx.AsyncClient, tmp_path: Path
) -> None:
    market = broadcast.market
    await broadcast.hold("cart:viewer")
    order = await market.place("cart:viewer")
    await market.pay(order)
    await letters_left(market, order, count=3)
    bought, buyer = await download(browser, f"/order/{order.token}/evidence.zip", tmp_path)
    sold, seller = await download(browser, desk_path(market, order), tmp_path)
    for path in (bought, sold):
        content = path.read_bytes()
        payment = await payment_of(market, order)
        for secret in (order.token, order.holder, order.checkout_key, payment.token):
            assert secret.encode() not in content
    assert {key for key in buyer if buyer[key] != seller[key]} == {"made_for", "letters", "ledger"}
    assert (buyer["made_for"], seller["made_for"]) == ("buyer", "seller")
    assert buyer["ledger"] == []
    assert sum(line["amount"] for line in seller["ledger"]) == 0
    assert {line["account"] for line in seller["ledger"]} >= {"shop_cash", "sales"}
    assert [letter["to"] for letter in buyer["letters"]] == [order.email] * 2
    assert [letter["to"] for letter in seller["letters"]] == [market.shop.contact_email]
    assert [step["event"] for step in buyer["steps"]] == ["order_placed", "order_paid"]
    assert [step["kind"] for step in buyer["holds"][0]["steps"]] == ["held", "sold"]
    assert buyer["payments"][0]["state"] == "captured"


async def test_the_claim_that_won_is_in_the_evidence_with_its_link_of_the_shows_chain(
    broadcast: Broadcast, browser: httpx.AsyncClient, tmp_path: Path
) -> None:
    market = broadcast.market
    await broadcast.hold("cart:another")
    await broadcast.hold("cart:viewer")
    order = await market.place("cart:viewer")
    path, said = await download(browser, f"/order/{order.token}/evidence.zip", tmp_path)
    claim = said["holds"][0]["claim"]
    assert (claim["number"], claim["door"], claim["verdict"]) == (2, "button", "held")
    links = [name for name in claim if name.startswith("link")]
    fields = "\n".join(str(claim[name]) for name in claim if name not in links)
    linked = hashlib.sha256(bytes.fromhex(claim["link_before"]) + fields.encode()).hexdigest()
    assert linked == claim["link"]
    exported = (await browser.get(f"/claims/{broadcast.code}")).json()
    assert [one["head"] for one in exported["claims"]] == [claim["link_before"], claim["link"]]
    with zipfile.ZipFile(path) as archive:
        paper = text_of(archive.read("evidence.pdf"))
    assert claim["link"] in paper.replace("\n", "")
    assert said["holds"][0]["waited"] is None


async def test_who_got_the_units_by_their_turn_has_that_in_the_evidence(
    market: Market, browser: httpx.AsyncClient, tmp_path: Path
) -> None:
    desk, variant = market.desk, market.variants[0]
    async with market.db.begin() as tx:
        free = (await inventory.stock_of(tx, [variant.id]))[variant.id].available
    first = await desk.hold(HoldRequest("cart:first", variant.id, free, new_code(), Venue.SHOP))
    asked = HoldRequest("cart:late", variant.id, 1, new_code(), Venue.SHOP, joining=inventory.Joining("id"))
    place = await desk.hold_or_wait(asked)
    async with market.db.begin() as tx:
        await inventory.release(tx, [first.id])
    order = await market.place("cart:late")
    _, said = await download(browser, f"/order/{order.token}/evidence.zip", tmp_path)
    (hold,) = said["holds"]
    assert isinstance(place, inventory.WaitlistPlace)
    assert hold["waited"] == {"since": moment_of(place.joined_at), "asked": 1}
    assert hold["claim"] is None
    await market.desk.close()


def moment_of(moment: Any) -> Any:
    """Return a moment as the files write it."""
    return msgspec.json.decode(msgspec.json.encode(moment))


async def test_programs_get_the_same_evidence_and_nobody_gets_anothers(
    broadcast: Broadcast, browser: httpx.AsyncClient, system: System, tmp_path: Path
) -> None:
    market = broadcast.market
    buyer, db = await sign_up(market.db, "dewi@example.com"), market.db
    await broadcast.hold(orders.holder_of_account(buyer))
    order = await market.place(orders.holder_of_account(buyer))
    mine, theirs = f"/api/v1/orders/{order.id}/evidence", api_path(market, order)
    tokens = {}
    async with db.begin() as tx:
        signed_in = await accounts.find_by_session(tx, browser.cookies["etalase_session_commerce"])
    assert signed_in is not None
    owner = signed_in.account_id
    for person in (buyer, owner, await sign_up(db, "budi@example.com")):
        async with db.begin() as tx:
            tokens[person] = (await accounts.issue_token(tx, person, "Test")).secret
    async with visitor(system) as program:
        got = {
            (person, path): await program.get(path, headers={"authorization": f"Bearer {token}"})
            for person, token in tokens.items()
            for path in (mine, theirs)
        }
    allowed = {(buyer, mine): "buyer", (owner, theirs): "seller"}
    for (person, path), answer in got.items():
        if (made_for := allowed.get((person, path))) is None:
            assert answer.status_code == 404, (path, answer.text)
            continue
        assert answer.headers["content-type"] == "application/zip"
        kept = tmp_path / f"{made_for}.zip"
        kept.write_bytes(answer.content)
        assert check(read(kept), await published(browser)) == []
        with zipfile.ZipFile(kept) as archive:
            assert json.loads(archive.read("evidence.json"))["made_for"] == made_for


def api_path(market: Market, order: Order) -> str:
    return f"/api/v1/shops/{market.shop.slug}/orders/{order.number}/evidence"


async def test_nobody_gets_anothers(broadcast: Broadcast, browser: httpx.AsyncClient, system: System) -> None:
    market = broadcast.market
    await broadcast.hold("cart:viewer")
    order = await market.place("cart:viewer")
    other = await make_orders.market(market.db)
    foreign = await other.buy("cart:other")
    assert (await browser.get(desk_path(market, foreign))).status_code == 404
    assert (
        await browser.get(f"/desk/{other.shop.slug}/orders/{foreign.number}/evidence.zip")
    ).status_code == 404
    async with visitor(system) as stranger:
        assert (await stranger.get(desk_path(market, order))).status_code in {303, 401}
        assert (await stranger.get(f"/order/{new_id().hex}/evidence.zip")).status_code == 404
    await other.desk.close()


async def test_without_a_recording_it_says_so_and_the_price_is_that_of_the_moment(
    broadcast: Broadcast, browser: httpx.AsyncClient, tmp_path: Path
) -> None:
    market = broadcast.market
    await broadcast.hold("cart:viewer")
    await reprice(market, "94.000")
    room = await broadcast.rooms.open_room(broadcast.code)
    await until(lambda: room.state.tray[0].variants[0].price_minor == 94_000)
    await broadcast.hold("cart:viewer", variant=1)
    order = await market.place("cart:viewer")
    _, said = await download(browser, f"/order/{order.token}/evidence.zip", tmp_path)
    (show,) = said["shows"]
    assert show["recording"] == "none"
    assert [scene["clip"] for scene in show["scenes"]] == [None, None]
    assert [scene["then"]["price_minor"] for scene in show["scenes"]] == [89_000, 94_000]


async def test_what_was_held_outside_a_show_has_none(
    market: Market, browser: httpx.AsyncClient, tmp_path: Path
) -> None:
    order = await market.buy("cart:shop")
    path, said = await download(browser, f"/order/{order.token}/evidence.zip", tmp_path)
    assert said["shows"] == []
    assert sorted(read(path).digests) == [
        "evidence.json",
        "evidence.pdf",
        "key.json",
        "manifest.json",
        "manifest.sig",
    ]
    await market.desk.close()


async def test_an_old_key_stays_published(system: System, browser: httpx.AsyncClient) -> None:
    old = evidence.Signer("the secret of an earlier year").key
    async with system.databases["commerce"].begin() as tx:
        await evidence.publish_key(tx, old)
        await evidence.publish_key(tx, old)
    keys = await published(browser)
    assert old in keys
    assert len(keys) == 2


async def test_who_asks_again_and_again_waits(market: Market, browser: httpx.AsyncClient) -> None:
    order = await market.buy("cart:shop")
    answers = [(await browser.get(f"/order/{order.token}/evidence.zip")).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    await market.desk.close()


async def letters_left(market: Market, order: Order, count: int) -> None:
    """Wait until the program's worker has sent that many letters of the order."""

    async def have_left() -> bool:
        async with market.db.begin() as tx:
            return len(await orders.list_letters(tx, order.id)) >= count

    await until(have_left)


async def payment_of(market: Market, order: Order) -> payments.Payment:
    async with market.db.begin() as tx:
        found = await payments.find_payment_of_order(tx, order.id)
    assert found is not None
    return found


async def reprice(market: Market, price: str) -> None:
    """Give all sizes another price, as the seller's product form does."""
    variants = tuple(
        VariantDraft(id=variant.id, size=size, colour="kuning", price=price, weight_grams="180")
        for variant, size in zip(market.variants, make_catalog.SIZES, strict=True)
    )
    draft = replace(make_catalog.product_draft(), variants=variants)
    product_id = ProductId(market.variants[0].product_id)
    async with market.db.begin() as tx:
        await catalog.update_product(tx, UUID(str(market.shop.id)), product_id, draft)

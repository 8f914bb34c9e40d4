"""Ten thousand claims by comment in two seconds on 50 units: when each has its verdict, and the room hears.

The whole program in this process beside its own PostgreSQL: lines are read, brought to the till by the queue
of all holds, numbered and chained, and the relay brings the chain's head back to the room. Who comes too late
joins the line. Lines are due evenly over the two seconds, and a verdict's time counts from that moment, so
that a server that falls behind can't hide it. At the end the chain is judged as a stranger would.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from bench.holds import figure
from etalase import bridge
from etalase.bootstrap import System, load_settings, open_system, spare_the_collector
from etalase.bridge import BuyerPass
from etalase.commerce import catalog, inventory, shops
from etalase.commerce.catalog import ProductDraft, VariantDraft
from etalase.commerce.shops import ShopAddress, ShopDraft
from etalase.kernel.ids import new_id
from etalase.social import people
from etalase.social.rooms import ClaimVerdict, OpenRoom, Participant, PinOffer, RoomService, Say, ShowPlan

Figure = dict[str, Any]
CLAIMS, SHORT_CLAIMS, UNITS, SECONDS = 10_000, 1_000, 50, 2.0
LOOK_SECONDS = 0.005
LATEST_SECONDS = 120.0
PLACE = ShopAddress("Bench", "0812000000", "Jl. Uji 1", "Uji", "Bandung", "Jawa Barat", "40111")


@dataclass
class Round:
    """Seconds from when each line was due to its verdict, from there to the room's word of it, and of CPU."""

    verdicts: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)
    held: int = 0
    cpu: float = 0.0
    elapsed: float = 0.0


async def run(*, short: bool) -> list[Figure]:
    """Return when verdicts came and when the room heard of them, and what it cost."""
    count = SHORT_CLAIMS if short else CLAIMS
    async with live_show() as (system, rooms, room):
        claims = sealed_claims(system, count)
        spare_the_collector()
        done = await rush(rooms, room, claims)
        await require_whole(system, room, done, count)
    what = f"{count:,} claims by comment in {SECONDS:g} s on {UNITS} units"
    return [
        figure(f"{what}: verdict, the last", "ms", max(done.verdicts) * 1000, None, "<= 1000"),
        figure(f"{what}: verdict, p99", "ms", quantiles(done.verdicts, n=100)[-1] * 1000, None),
        figure(f"{what}: verdict, median", "ms", median(done.verdicts) * 1000, None),
        figure(f"{what}: the room hears of it, the last", "ms", max(done.heard) * 1000, None, "<= 1000"),
        figure(f"{what}: cores of this process", "cores", done.cpu / done.elapsed, None, "<= 1"),
        figure(f"{what}: CPU time a claim", "ms", done.cpu / count * 1000, None),
    ]


@asynccontextmanager
async def live_show() -> AsyncIterator[tuple[System, RoomService, OpenRoom]]:
    """Give a live show that has one offer on air, of one variant."""
    with TemporaryDirectory(prefix="etalase-bench-") as name:
        folder = Path(name)
        settings = load_settings({"ETALASE_MEDIA_RTMP_PORT": "0"}, folder / "none.toml", data_dir=folder)
        async with open_system(settings) as system:
            host, commerce, social = new_id(), system.databases["commerce"], system.databases["social"]
            async with commerce.begin() as tx:
                draft = ShopDraft(name="Bench", origin=PLACE, contact_email="bench@shop.example")
                shop = await shops.create_shop(tx, host, draft)
                dress = ProductDraft(
                    title="Gaun", variants=(VariantDraft(size="S", price="1000", weight_grams="100"),)
                )
                product = await catalog.create_product(tx, shop.id, dress)
                await inventory.receive(tx, product.variants[0].id, UNITS)
            async with social.begin() as tx:
                await people.admit_host(
                    tx,
                    host,
                    reference=host.hex,
                    display_name="Host",
                    shop_id=shop.id,
                    shop_slug=shop.slug,
                    shop_name=shop.name,
                    role="owner",
                )
            rooms: RoomService = system.wirings["social"].given["rooms"]
            plan = ShowPlan("Bench", social.clock.now())
            show = await rooms.shows.plan_show(host, shop.id, plan, (product.id,))
            await rooms.shows.go_live(host, show.code)
            await rooms.perform_as_host(host, show.code, PinOffer(product_id=product.id))
            yield system, rooms, await rooms.open_room(show.code)


def sealed_claims(system: System, count: int) -> list[tuple[Participant, Say]]:
    """Return what so many guests are about to write; each has the till's word, and a network of their own."""
    given = system.wirings["commerce"].given
    now = system.databases["commerce"].clock.now()
    passes = (
        bridge.seal_buyer(given["buyer_key"], BuyerPass(f"cart:{number:040x}", f"n{number}"), now)
        for number in range(count)
    )
    return [
        (Participant(f"viewer-{number}", f"Pembeli {number}"), Say(text="keep S", buyer=sealed))
        for number, sealed in enumerate(passes)
    ]


async def rush(rooms: RoomService, room: OpenRoom, claims: list[tuple[Participant, Say]]) -> Round:
    """Let all write their lines, each at its moment; wait until the room has heard of every claim."""
    done, numbers, words = Round(), list[tuple[int, float]](), list[tuple[int, float]]()
    began, cpu = time.perf_counter(), time.process_time()

    async def claim(due: float, who: Participant, line: Say) -> None:
        _, outcome = await rooms.perform_for_buyer(room, who, line)
        now = time.perf_counter()
        if outcome is None or outcome.answer is None or outcome.answer.number is None:
            raise RuntimeError(f"no claim: {outcome}")
        done.held += outcome.answer.verdict is ClaimVerdict.HELD
        done.verdicts.append(now - due)
        numbers.append((outcome.answer.number, now))

    async def listen() -> None:
        async with asyncio.timeout(LATEST_SECONDS):
            while room.state.claims.number < len(claims):
                await asyncio.sleep(LOOK_SECONDS)
                words.append((room.state.claims.number, time.perf_counter()))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(listen())
        for place, (who, line) in enumerate(claims):
            due = began + SECONDS * place / len(claims)
            if due > time.perf_counter():
                await asyncio.sleep(due - time.perf_counter())
            tasks.create_task(claim(due, who, line))
    done.elapsed, done.cpu = time.perf_counter() - began, time.process_time() - cpu
    done.heard = until_heard(numbers, words)
    return done


def until_heard(numbers: list[tuple[int, float]], words: list[tuple[int, float]]) -> list[float]:
    """Return how many seconds after each verdict the room's count of claims reached the claim's."""
    heard, place = list[float](), 0
    for number, answered in sorted(numbers):
        while words[place][0] < number:
            place += 1
        heard.append(max(0.0, words[place][1] - answered))
    return heard


async def require_whole(system: System, room: OpenRoom, done: Round, count: int) -> None:
    """Refuse figures of a sale that is not right: units, numbers, and the chain as a stranger judges it."""
    async with system.databases["commerce"].begin() as tx:
        log = await inventory.get_claim_log(tx, room.show.code)
    judged = inventory.judge(log)
    if judged.wrong or (judged.claims, judged.held, done.held) != (count, UNITS, UNITS):
        raise RuntimeError(f"the sale is not right: {judged}, {done.held} held")
    if room.state.claims.head != log.head:
        raise RuntimeError("the room heard another head than the chain has")

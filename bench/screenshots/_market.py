"""What stands in the pictures: a busy shop, one just opened, shows in every state, orders in every state."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from bench.screenshots import _buyers as buyers
from bench.screenshots._buyers import Order
from etalase.commerce.shops import crc16
from etalase.kernel.zones import WIB
from etalase.lab.demo import GOODS, LINES, Market, Seller, draw_photo, on_air
from etalase.lab.person import PageRefused, SyntheticPerson

Cookie = dict[str, str]
NAMES = ("Budi", "Dewi", "Rina", "Agus", "Tuti", "Eka", "Wati", "Joko")
INVITATION = re.compile(r"/invitation/[\w-]+")
RESET = re.compile(r"/reset/[\w-]{20,}")
PLAYLIST = re.compile(r"/media/[\w-]+/index\.m3u8")
VARIANTS = {"A1": 0, "A2": 3, "A3": 6, "A4": 8}
"""Where each product's variants begin among those that the shop's pages offer."""
MORE_UNITS = 60
"""So that no picture of a cart takes the last unit from the next, nor too large a share of what there is."""
MANY = 8
"""Units of three sizes, which cost more than is given back unasked."""
TRIES = 240
ON_AIR_SECONDS = 8
_MERCHANT = {
    "00": "01",
    "01": "11",
    "26": "0016ID.CO.TELKOM.WWW0118936000080100000001",
    "51": "0014ID.CO.QRIS.WWW0215ID10200000000010303UMI",
    "52": "5641",
    "53": "360",
    "58": "ID",
    "59": "MELATI KIDS",
    "60": "BANDUNG",
    "61": "40131",
}
_UNSIGNED = "".join(f"{tag}{len(value):02}{value}" for tag, value in _MERCHANT.items()) + "6304"
QRIS = _UNSIGNED + crc16(_UNSIGNED)
"""A merchant's printed code, by EMV's specification of merchant-presented codes; its numbers are nobody's."""


@dataclass
class Stage:
    """Everything that the pictures are taken of, and who may see it."""

    market: Market
    sari: Seller
    """Has a busy shop."""
    rini: Seller
    """Has a shop with nothing in it."""
    tono: Seller
    """Has an account, an invitation and no shop."""
    planned: str = ""
    live: str = ""
    ended: str = ""
    rare: str = ""
    variants: list[str] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    line: dict[str, SyntheticPerson] = field(default_factory=dict)
    """Who waits for what others hold, and whose turn it is."""

    def variant(self, code: str, place: int = 0) -> str:
        """Return a variant of the product with this show code."""
        return self.variants[VARIANTS[code] + place]

    async def cookies(self, who: str) -> list[Cookie]:
        """Return what a browser needs to be this person; a buyer comes with a cart just filled."""
        if who == "guest":
            return []
        if who in {"waiter", "next"}:
            return _cookies(self.line[who])
        if who == "buyer":
            async with SyntheticPerson(self.market.commerce) as person:
                show = self.live if self.market.buys_in_room else None
                await buyers.hold(person, self.variant("A1", 1), self.variant("A2", 1), show=show)
                return _cookies(person)
        seller: Seller = getattr(self, who)
        return _cookies(seller.person)


def _cookies(person: SyntheticPerson) -> list[Cookie]:
    return [
        {"name": one.name, "value": one.value or "", "domain": one.domain, "path": one.path}
        for one in person.client.cookies.jar
    ]


async def open_shops(stage: Stage) -> None:
    """Open both shops and stock one, with everything about them that pages show."""
    sari, market = stage.sari, stage.market
    await sari.open_shop(qris_static=QRIS)
    for goods in GOODS:
        units = tuple((size, there + MORE_UNITS) for size, there in goods.units)
        await sari.stock(replace(goods, units=units) if goods.code in {"A1", "A2"} else goods)
    stage.variants = await sari.find_variants()
    desk = f"{market.commerce}/desk/{sari.slug}"
    await sari.person.fill_in(f"{desk}/money", {"cod": "on"}, action=f"/desk/{sari.slug}/money/cod")
    logo = {"logo": ("logo.jpg", await asyncio.to_thread(draw_photo, 0, 1), "image/jpeg")}
    await sari.person.fill_in(f"{desk}/settings", files=logo)
    await stage.rini.open_shop(name="Rumah Rajut Rini", city="Kota Semarang", province="Jawa Tengah")
    await stage.tono.sign_up()
    await sari.person.fill_in(
        f"{desk}/staff",
        {"email": stage.tono.email, "role": "packer"},
        action=f"/desk/{sari.slug}/staff/invitations",
    )
    await _find_links(stage)


async def _find_links(stage: Stage) -> None:
    """Ask for the letters whose links lead to pages, and read them."""
    async with SyntheticPerson(stage.market.commerce) as person:
        await person.fill_in("/reset", {"email": stage.sari.email})
        await person.visit("/sign-in")
        form = {"email": stage.sari.email, "_csrf_token": person.csrf_token()}
        asked = await person.client.post("/sign-in/code", data=form)
        stage.links["code"] = urlsplit(str(asked.url)).path
        for name, pattern in (("invitation", INVITATION), ("reset", RESET)):
            stage.links[name] = await _read_letter(person, pattern)


async def _read_letter(person: SyntheticPerson, pattern: re.Pattern[str]) -> str:
    for _ in range(TRIES):
        if found := pattern.search((await person.visit("/dev/mail")).text):
            return found[0]
        await asyncio.sleep(0.25)
    raise PageRefused(f"no letter with {pattern.pattern} came")


async def plan_show(seller: Seller, title: str, starts_at: datetime, drawing: int) -> str:
    """Plan a show of everything with a drawn cover; return its code."""
    await seller.person.visit(f"{seller.commerce}/desk/{seller.slug}/live")
    plan: dict[str, str | list[str]] = {
        "title": title,
        "starts_at": starts_at.astimezone(WIB).strftime("%Y-%m-%dT%H:%M"),
        "product": seller.product_ids,
    }
    cover = {"cover": ("cover.jpg", await asyncio.to_thread(draw_photo, drawing, 1), "image/jpeg")}
    planned = await seller.person.fill_in(f"{seller.social}/studio/new", plan, files=cover)
    return urlsplit(str(planned.url)).path.split("/")[2]


async def fill_shows(stage: Stage) -> None:
    """Plan a show for tomorrow evening, and record one that is over."""
    tomorrow = (datetime.now(UTC).astimezone(WIB) + timedelta(days=1)).replace(hour=19, minute=30)
    stage.planned = await plan_show(stage.sari, "Koleksi lebaran: gaun kunyit dan overall", tomorrow, 2)
    stage.ended = await plan_show(stage.sari, "Kaus garis untuk musim hujan", datetime.now(UTC), 1)
    past = replace(stage.sari, show_code=stage.ended)
    await past.go_live()
    async with on_air(await past.find_stream_url(), stage.market.folder):
        await _wait_for_picture(past)
        for product_id in past.product_ids[:3]:
            await past.command({"do": "pin", "product_id": product_id})
            await asyncio.sleep(ON_AIR_SECONDS / 3)
    path = f"/studio/{stage.ended}"
    await past.person.fill_in(f"{past.social}{path}", action=f"{path}/end")
    for _ in range(TRIES):
        if (await past.person.client.get(f"{past.social}/replay/{stage.ended}.mp4")).is_success:
            return
        await asyncio.sleep(0.25)
    raise PageRefused("the replay did not open")


async def go_live(stage: Stage) -> str:
    """Begin the show that people watch; return the address that its video is sent to."""
    stage.live = await plan_show(
        stage.sari, "Gaun & kaus anak, langsung dari Bandung", datetime.now(UTC) + timedelta(minutes=1), 0
    )
    stage.sari.show_code = stage.live
    await stage.sari.go_live()
    return await stage.sari.find_stream_url()


async def go_live_besides(stage: Stage) -> str:
    """Begin another show; return the address that its video is sent to."""
    stage.rare = await plan_show(stage.sari, "Overall kebun dari OBS", datetime.now(UTC), 3)
    other = replace(stage.sari, show_code=stage.rare)
    await other.go_live()
    return await other.find_stream_url()


async def fill_room(stage: Stage) -> None:
    """Wait for the picture, pin the first dress, let people say something."""
    sari = stage.sari
    await _wait_for_picture(sari)
    await sari.command({"do": "pin", "product_id": sari.product_ids[0]})
    for name, line in zip(NAMES, LINES, strict=False):
        async with SyntheticPerson(sari.social) as viewer:
            await viewer.visit(f"/live/{stage.live}")
            request = {"id": 1, "do": "say", "text": line, "name": name}
            said = await viewer.post_json(f"/live/{stage.live}/commands", request)
            if said.status_code >= HTTPStatus.BAD_REQUEST:
                raise PageRefused(said.text[:500])
    await sari.command({"do": "say", "text": "Yang bintik tinggal sedikit ya, kak. Bahannya adem."})


async def _wait_for_picture(seller: Seller) -> None:
    for _ in range(TRIES):
        if PLAYLIST.search((await seller.person.visit(f"{seller.social}/live/{seller.show_code}")).text):
            return
        await asyncio.sleep(0.25)
    raise PageRefused("no picture arrived")


async def fill_orders(stage: Stage) -> None:
    """Place an order in each way of paying, and bring others as far as orders come."""
    market, sari, orders = stage.market, stage.sari, stage.orders
    for place, method in enumerate(
        ("qris_static", "bank_transfer", "qris:midtrans", "virtual_account:midtrans", "cod")
    ):
        async with SyntheticPerson(market.commerce) as person:
            variants = (stage.variant("A1", place % 3), stage.variant("A2", place % 3))
            orders[method] = await buyers.order(person, method, *variants, show=stage.live)
    async with SyntheticPerson(market.commerce) as person:
        orders["cancelled"] = await buyers.order(person, "bank_transfer", stage.variant("A2"))
        path = orders["cancelled"].path
        await person.fill_in(path, {"reason": "salah ukuran"}, action=f"{path}/cancel")
    async with SyntheticPerson(market.commerce) as person:
        orders["refund_due"] = await buyers.order(person, "bank_transfer", stage.variant("A2"))
    await buyers.step(sari, orders["refund_due"], "paid")
    for name in ("paid", "packed", "shipped", "delivered", "part_back"):
        orders[name] = await buyers.order_and_pay(market, sari, stage.variant("A2", 2))
    async with SyntheticPerson(market.commerce) as person:
        sizes = (stage.variant("A1", place) for place in range(3))
        orders["large"] = await buyers.order(person, "bank_transfer", *sizes, quantity=MANY)
    await buyers.step(sari, orders["large"], "paid")
    for name in ("packed", "shipped", "delivered", "part_back", "large"):
        await buyers.step(sari, orders[name], "pack")
    for name in ("shipped", "delivered"):
        await buyers.step(sari, orders[name], "ship", carrier="JNE", tracking_number="JNE0081726354")
    await buyers.step(sari, orders["delivered"], "deliver")
    await buyers.step(sari, orders["refund_due"], "cancel", reason="Kainnya cacat, maaf sekali.")
    await buyers.step(sari, orders["part_back"], "part", amount="20.000", reason="Kancingnya lepas satu.")
    money = f"/desk/{sari.slug}/money"
    payout = {"amount": "150.000", "fee": "1.050"}
    await sari.person.fill_in(f"{market.commerce}{money}", payout, action=f"{money}/payouts")


async def plan_deals(stage: Stage) -> None:
    """Let one deal be over, one run, one be sold out and one be about to begin."""
    sari, path = stage.sari, f"{stage.market.commerce}/desk/{stage.sari.slug}/deals"
    first, second, third, fourth = sari.product_ids[:4]
    deals: list[dict[str, str | list[str]]] = [
        {"offer": second, "percent": "10"},
        {"offer": first, "percent": "20", "quantity": "12", "per_buyer": "2", "length": "3600"},
        {"offer": fourth, "percent": "", "price": "99.000", "quantity": "2", "length": "3600"},
        {"offer": third, "percent": "25", "countdown": "300"},
    ]
    for place, deal in enumerate(deals):
        page = await sari.person.fill_in(f"{path}/new", deal)
        if place == 0:
            stop = re.search(r"/desk/[\w-]+/deals/[0-9a-f-]{36}/stop", page.text)
            await sari.person.submit(page, {}, action=stop[0] if stop else "")
    async with SyntheticPerson(stage.market.commerce) as person:
        await buyers.hold(person, stage.variant("A4"), show=stage.live, quantity=2)
    async with SyntheticPerson(stage.market.commerce) as person:
        stage.orders["deal"] = await buyers.order(
            person, "bank_transfer", stage.variant("A1"), show=stage.live, quantity=2
        )


async def make_vouchers(stage: Stage) -> None:
    """Let one voucher need a code, one none, and one be over."""
    sari, path = stage.sari, f"{stage.market.commerce}/desk/{stage.sari.slug}/vouchers"
    for voucher in (
        {"off": "5.000", "code": "LEWAT"},
        {
            "kind": "percent",
            "off": "15",
            "cap": "25.000",
            "code": "HEMAT15",
            "budget": "500.000",
            "per_buyer": "1",
        },
        {"off": "10.000", "min_spend": "100.000", "max_uses": "50"},
    ):
        page = await sari.person.fill_in(f"{path}/new", dict(voucher))
        if voucher.get("code") == "LEWAT":
            stop = re.search(r"/desk/[\w-]+/vouchers/[0-9a-f-]{36}/stop", page.text)
            await sari.person.submit(page, {}, action=stop[0] if stop else "")


async def close_claims(stage: Stage) -> None:
    """Take no more claims for the last offer, and show it."""
    for do in ("pin", "close_claims"):
        await stage.sari.command({"do": do, "product_id": stage.sari.product_ids[3]})


@asynccontextmanager
async def waiting_in_line(stage: Stage) -> AsyncIterator[None]:
    """Let one hold all of an offer, one wait for it, and another have got their turn."""
    async with AsyncExitStack() as people:
        names = ("owner", "waiter", "next")
        owner, waiter, nxt = [
            await people.enter_async_context(SyntheticPerson(stage.market.commerce)) for _ in names
        ]
        scarce, other = stage.variant("A3"), stage.variant("A3", 1)
        for variant in (scarce, other):
            await buyers.hold(owner, variant, show=stage.live, quantity=5)
        await buyers.wait(nxt, other)
        await buyers.wait(waiter, scarce)
        await buyers.let_go(owner, other)
        stage.line |= {"waiter": waiter, "next": nxt}
        yield

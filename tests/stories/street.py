"""A street with something in every state: shows, orders, imports, and the addresses of its pages.

Everything is done by the doors that people use, so that nothing stands here that can't come about.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from playwright.async_api import BrowserContext

from etalase.kernel.ids import new_token
from etalase.lab.demo import Seller
from etalase.lab.person import SyntheticPerson
from etalase.lab.video import Broadcaster
from tests.make.markets import selling
from tests.make.shops import qris
from tests.make.waiting import PATIENCE_SECONDS, pace, until
from tests.stories.addresses import WORDS
from tests.stories.showing import LAB

NUMBER = re.compile(r"\?subject=([A-Z0-9-]+)")
METHOD = re.compile(r'name="(method-[0-9a-f-]+)"')
PAYMENT = re.compile(r"/pay/([\w-]+)/")
ORDER = re.compile(r"/desk/[\w-]+/money/orders/([0-9a-f-]{36})")
RESET = re.compile(r"/reset/[\w-]{20,}")
INVITATION = re.compile(r"/invitation/[\w-]+")
PLAYLIST = re.compile(r'"playlist":"')
SHEETS = {
    "wrong": "code,title,price,weight_grams,size,stock\nB1,Kardigan Awan,gratis,240,2-3 th,enam\n",
    "fine": "code,title,price,weight_grams,size,colour,stock\nB1,Kardigan Awan,119000,240,2-3 th,krem,6\n"
    "A1,Gaun Senja bintik malam,95000,180,2-3 th,terakota,9\n",
    "doubtful": "code,title,price,weight_grams,size,stock\nB2,Topi Rimba,45000,80,2-Mar,4\n",
}
HOME: dict[str, str | list[str]] = {
    "recipient": "Dewi Lestari Kusumawardhani",
    "phone": "081298765432",
    "street": "Jl. Mawar Melati Blok C No. 17, RT 04/RW 11",
    "place": "Gubeng, Kota Surabaya",
    "postcode": "60281",
}
FILM_SECONDS = 3
MANY = "60"
"""Units, so that the unpaid orders keep no large share of them."""


@dataclass
class Street:
    """What there is, by the words that routes use for it."""

    seller: Seller
    owner: SyntheticPerson
    buyer: SyntheticPerson
    origins: tuple[str, ...]
    values: dict[str, list[str]] = field(default_factory=dict)

    async def let_in(self, context: BrowserContext, who: str) -> None:
        """Let this browser be the seller's, or that of a buyer with something in the cart."""
        person = {"owner": self.owner, "buyer": self.buyer}[who]
        cookies = [
            {"name": one.name, "value": one.value or "", "domain": one.domain, "path": one.path}
            for one in person.client.cookies.jar
        ]
        await context.add_cookies(cookies)  # type: ignore[arg-type]


@asynccontextmanager
async def open_street(social: str, commerce: str | None = None) -> AsyncIterator[Street]:
    """Give the street of these origins; they may be one."""
    async with selling(social, commerce) as seller, SyntheticPerson(seller.commerce) as buyer:
        street = Street(seller, seller.person, buyer, tuple(dict.fromkeys((seller.social, seller.commerce))))
        await _settle_in(street)
        await _fill_orders(street)
        await _fill_imports(street)
        await _fill_shows(street)
        await hold(buyer, (await seller.find_variants())[1])
        assert set(street.values) == WORDS
        yield street


async def hold(person: SyntheticPerson, variant_id: str) -> None:
    """Hold a unit by the form of the shop's own page, which every law allows."""
    await person.visit("/cart")
    form = {"variant_id": variant_id, "quantity": "1", "idempotency_key": new_token()}
    await person.post_form("/cart/holds", form)


async def _settle_in(street: Street) -> None:
    """Give the shop every way to be paid, invite somebody, ask for letters whose links lead to pages."""
    seller, desk = street.seller, f"/desk/{street.seller.slug}"
    fill_in = seller.person.fill_in
    await fill_in(f"{seller.commerce}{desk}/settings", {"qris_static": qris()})
    await fill_in(f"{seller.commerce}{desk}/money", {"cod": "on"}, action=f"{desk}/money/cod")
    tono: dict[str, str | list[str]] = {"email": "tono@kita.example", "role": "packer"}
    await fill_in(f"{seller.commerce}{desk}/staff", tono, action=f"{desk}/staff/invitations")
    async with SyntheticPerson(seller.commerce) as guest:
        await guest.fill_in("/reset", {"email": seller.email})
        await guest.visit("/sign-in")
        form = {"email": seller.email, "_csrf_token": guest.csrf_token()}
        asked = await guest.client.post("/sign-in/code", data=form)
        street.values |= {
            "ticket": [urlsplit(str(asked.url)).path.split("/")[3]],
            "secret": [(await _read_email(guest, RESET)).split("/")[2]],
            "invitation": [(await _read_email(guest, INVITATION)).split("/")[2]],
        }
    stock = f"{desk}/products/{seller.product_ids[-1]}/stock"
    more: dict[str, str | list[str]] = {"variant_id": (await seller.find_variants())[-1], "quantity": MANY}
    await fill_in(f"{seller.commerce}{stock}", more | {"deed": "arrived"}, action=stock)
    street.values |= {"slug": [seller.slug], "product_id": seller.product_ids[:1]}


async def _read_email(person: SyntheticPerson, pattern: re.Pattern[str]) -> str:
    async def look() -> re.Match[str] | None:
        return pattern.search((await person.visit("/dev/mail")).text)

    return (await until(look))[0]


async def _fill_orders(street: Street) -> None:
    """Place an order in each way of paying, and bring others as far as orders come."""
    unpaid = [await _order(street, method) for method in ("bank_transfer", "qris_static", "cod")]
    steps: list[tuple[tuple[str, dict[str, str]], ...]] = [
        (("paid", {}),),
        (("paid", {}), ("pack", {}), ("ship", {"carrier": "JNE", "tracking_number": "JNE0081726354"})),
        (("paid", {}), ("pack", {}), ("ship", {"carrier": "JNE"}), ("deliver", {})),
        (("paid", {}), ("pack", {}), ("part", {"amount": "20.000", "reason": "Kancingnya lepas satu."})),
        (("paid", {}), ("cancel", {"reason": "Kainnya cacat, maaf sekali."})),
    ]
    moved = []
    for path in steps:
        number, token = await _order(street, "bank_transfer")
        for name, form in path:
            await _step(street.seller, number, name, form)
        moved.append((number, token))
    orders = [*unpaid, *moved]
    street.values |= {"number": [one[0] for one in orders], "order": [one[1] for one in orders]}
    async with SyntheticPerson(street.seller.commerce) as buyer:
        shown = [(await buyer.visit(f"/order/{token}")).text for _, token in unpaid]
    street.values["payment"] = list(dict.fromkeys(found for text in shown for found in PAYMENT.findall(text)))
    desk = f"{street.seller.commerce}/desk/{street.seller.slug}/orders/{moved[0][0]}"
    found = ORDER.search((await street.seller.person.visit(desk)).text)
    assert found, "the desk links no money of an order that is paid"
    street.values["order_id"] = [found[1]]


async def _order(street: Street, method: str) -> tuple[str, str]:
    """Order a unit as somebody new; return the order's number and the secret of its page."""
    async with SyntheticPerson(street.seller.commerce) as person:
        variants = await street.seller.find_variants()
        await hold(person, variants[-1])
        page = await person.visit("/checkout")
        form = HOME | {"email": f"{new_token()[:8].lower().strip('-_')}x@pembeli.example"}
        form |= dict.fromkeys(METHOD.findall(page.text), method)
        counted = await person.fill_in("/checkout", form | {"action": "total"})
        placed = await person.submit(counted, form | {"action": "place"})
    number = NUMBER.search(placed.text)
    assert number, placed.url
    return number[1], urlsplit(str(placed.url)).path.split("/")[2]


async def _step(seller: Seller, number: str, name: str, form: dict[str, str]) -> None:
    """Let the seller take a step with the order as soon as its page offers it."""
    path = f"/desk/{seller.slug}/orders/{number}"

    async def look() -> httpx.Response | None:
        page = await seller.person.visit(f"{seller.commerce}{path}")
        return page if f'action="{path}/{name}"' in page.text else None

    await seller.person.submit(await until(look), dict(form), action=f"{path}/{name}")


async def _fill_imports(street: Street) -> None:
    """Send spreadsheets that are fine, wrong and doubtful; import none."""
    seller = street.seller
    street.values["import_id"] = []
    for name, sheet in SHEETS.items():
        file = {"file": (f"{name}.csv", sheet.encode(), "text/csv")}
        path = f"/desk/{seller.slug}/products/import"
        await seller.person.visit(f"{seller.commerce}{path}")
        form = {"_csrf_token": seller.person.csrf_token(f"{seller.commerce}{path}")}
        sent = await seller.person.client.post(f"{seller.commerce}{path}", data=form, files=file)
        number = urlsplit(str(sent.url)).path.split("/")[5]  # wrong ones are 422
        street.values["import_id"].append(number)
        await _wait_until_read(seller, f"{path}/{number}")


async def _wait_until_read(seller: Seller, path: str) -> None:
    """Wait until the page of an import no longer loads itself anew, under whoever looks at it."""

    async def is_read() -> bool:
        page = await seller.person.client.get(f"{seller.commerce}{path}")
        return "/news?seen=" not in page.text

    await until(is_read)


async def _fill_shows(street: Street) -> None:
    """Plan a show, end one that nobody filmed, send and end another one for its replay; leave one on air."""
    seller, live = street.seller, street.seller.show_code
    street.values["code"] = [live]
    await seller.plan_show("Gaun lebaran untuk kakak dan adik")
    street.values["code"].append(seller.show_code)
    for is_filmed in (False, True):
        await seller.plan_show("Kaus garis untuk musim hujan")
        await seller.go_live()
        if is_filmed:
            await _film(seller)
        path = f"/studio/{seller.show_code}"
        await seller.person.fill_in(f"{seller.social}{path}", action=f"{path}/end")
        street.values["code"].append(seller.show_code)
    await _wait_for_replay(seller)
    seller.show_code = live
    await seller.command({"do": "pin", "product_id": seller.product_ids[0]})


async def _film(seller: Seller) -> None:
    """Send some seconds of video and pin something meanwhile."""
    broadcaster = Broadcaster(await seller.find_stream_url(), LAB)
    await broadcaster.start()
    try:
        await seller.wait_for_picture()
        await seller.command({"do": "pin", "product_id": seller.product_ids[0]})
        await pace(FILM_SECONDS)
    finally:
        await broadcaster.stop()


async def _wait_for_replay(seller: Seller) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as client:

        async def is_there() -> bool:
            return (await client.head(f"{seller.social}/replay/{seller.show_code}.mp4")).is_success

        await until(is_there)

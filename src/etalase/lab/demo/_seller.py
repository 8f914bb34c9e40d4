"""The demo's seller: opens a shop, stocks it, plans the show, goes live and pins, all in the pages."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from etalase.lab.demo._goods import GOODS, SHOP, Goods
from etalase.lab.demo._photos import draw_photo
from etalase.lab.person import PageRefused, SyntheticPerson

EMAIL = "sari@melati.example"
PASSWORD = "hujan sore di teras"  # noqa: S105 - printed for whoever tries the demo
NAME = "Sari Melati"
VARIANT = re.compile(r'name="variant_id"[^>]*value="([0-9a-f-]{36})"')
CODE = re.compile(r"(\d{6}) adalah kode")
ADDRESS = re.compile(r"rtmp://[^\s\"<]+")
KEY = re.compile(r'id="stream-key"\s+value="([^"]+)"')
OPTION = re.compile(r'(?:<option|name="variant_id")\s+value="([0-9a-f-]{36})"')
AVAILABLE = re.compile(r"<strong>(\d+)</strong>")
PLAYLIST = re.compile(r'"playlist":"')
EMAIL_TRIES = 40
PIN_SECONDS = 45
DEAL = {"countdown": "10", "length": "30"}
"""Seconds, of those that the form offers; over before the next pin."""
FEW_UNITS = 3
BOX_UNITS = 6
JAKARTA = ZoneInfo("Asia/Jakarta")


@dataclass
class Seller:
    """A person with a shop. `social` and `commerce` are the origins of the two planes; they may be one."""

    person: SyntheticPerson
    social: str
    commerce: str
    email: str = EMAIL
    name: str = NAME
    slug: str = ""
    show_code: str = ""
    product_ids: list[str] = field(default_factory=list)

    async def open_shop(self, **details: str) -> None:
        """Sign up and open the demo's shop, or one that differs from it in these details."""
        await self.sign_up()
        opened = await self.person.fill_in(f"{self.commerce}/desk/new-shop", SHOP | details)
        self.slug = urlsplit(str(opened.url)).path.split("/")[2]

    async def sign_up(self) -> None:
        """Open an account, with the code that comes by e-mail."""
        me: dict[str, str | list[str]] = {
            "display_name": self.name,
            "email": self.email,
            "password": PASSWORD,
        }
        asked = await self.person.fill_in(f"{self.commerce}/sign-up", me)
        await self.person.fill_in(str(asked.url), {"digits": await self._read_code()})

    async def _read_code(self) -> str:
        """Wait for the letter with the code, on the page that shows letters in development."""
        for _ in range(EMAIL_TRIES):
            letters = (await self.person.visit(f"{self.commerce}/dev/mail")).text.split("<article")
            mine = next((letter for letter in letters if f">{self.email}<" in letter), "")
            if code := CODE.search(mine):
                return code[1]
            await asyncio.sleep(0.5)
        raise PageRefused("no letter with a code came")

    async def stock(self, goods: Goods) -> None:
        """Put one product with its photos and its units into the shop."""
        form: dict[str, str | list[str]] = {
            "title": goods.title,
            "code": goods.code,
            "description": goods.description,
            "price": str(goods.price),
            "weight_grams": str(goods.weight_grams),
        }
        for place, (size, units) in enumerate(goods.units):
            form |= {
                f"variants.{place}.size": size,
                f"variants.{place}.colour": goods.colour,
                f"variants.{place}.units": str(units),
            }
        made = await self.person.fill_in(f"{self.commerce}/desk/{self.slug}/products/new", form)
        path = urlsplit(str(made.url)).path
        self.product_ids.append(path.split("/")[4])
        photos = [await asyncio.to_thread(draw_photo, goods.drawing, view) for view in (0, 1)]
        files = [("photos", (f"{goods.code}-{i}.jpg", photo, "image/jpeg")) for i, photo in enumerate(photos)]
        await self.person.fill_in(f"{self.commerce}{path}", action=path, files=files)

    async def stock_everything(self) -> None:
        """Put all of the demo's goods into the shop."""
        for goods in GOODS:
            await self.stock(goods)

    async def find_variants(self) -> list[str]:
        """Return the variants that the shop's own pages offer."""
        found: list[str] = []
        for product_id in self.product_ids:
            page = await self.person.visit(f"{self.commerce}/shop/{self.slug}/p/{product_id}")
            found += VARIANT.findall(page.text)
        return found

    async def plan_show(self, title: str) -> None:
        """Go to the studio and plan a show of everything."""
        await self.person.visit(f"{self.commerce}/desk/{self.slug}/live")
        soon = datetime.now(UTC).astimezone(JAKARTA) + timedelta(minutes=1)
        plan: dict[str, str | list[str]] = {
            "title": title,
            "starts_at": soon.strftime("%Y-%m-%dT%H:%M"),
            "product": self.product_ids,
        }
        planned = await self.person.fill_in(f"{self.social}/studio/new", plan)
        self.show_code = urlsplit(str(planned.url)).path.split("/")[2]

    async def find_stream_url(self) -> str:
        """Return where the studio says that OBS should send the video."""
        studio = await self.person.visit(f"{self.social}/studio/{self.show_code}")
        address, key = ADDRESS.search(studio.text), KEY.search(studio.text)
        if address is None or key is None:
            raise PageRefused("the studio tells no RTMP address and key")
        return f"{address[0]}/{key[1]}"

    async def go_live(self) -> None:
        """Begin the show."""
        path = f"/studio/{self.show_code}"
        await self.person.fill_in(f"{self.social}{path}", action=f"{path}/go-live")

    async def restock(self, product_id: str) -> None:
        """Book a new box of each variant of which few are left."""
        path = f"{self.commerce}/desk/{self.slug}/products/{product_id}/stock"
        page = (await self.person.visit(path)).text
        for variant_id, available in zip(OPTION.findall(page), AVAILABLE.findall(page), strict=True):
            if int(available) < FEW_UNITS:
                box: dict[str, str | list[str]] = {"variant_id": variant_id, "quantity": str(BOX_UNITS)}
                await self.person.fill_in(path, box | {"reason": "Kiriman baru dari penjahit"})

    async def pin_in_turn(self) -> None:
        """Pin one offer after the other, without end, each with something to sell; every other for less."""
        while True:
            for place, product_id in enumerate(self.product_ids):
                await self.restock(product_id)
                await self.command({"do": "pin", "product_id": product_id})
                if place % 2 == 0:
                    await self.start_deal(product_id)
                await asyncio.sleep(PIN_SECONDS)

    async def start_deal(self, product_id: str) -> None:
        """Sell an offer for less, for a part of the time that it is pinned; the room counts down to it."""
        path = f"{self.commerce}/desk/{self.slug}/deals/new"
        await self.person.fill_in(path, {"offer": product_id, "percent": "20"} | DEAL)

    async def command(self, command: dict[str, object]) -> None:
        """Ask the room for something, as the studio's script does. Raises PageRefused."""
        path = f"{self.social}/live/{self.show_code}/commands"
        answer = await self.person.post_json(path, {"id": 1} | command)
        if answer.is_error:
            raise PageRefused(answer.text[:500])

    async def wait_for_picture(self) -> None:
        """Wait until viewers have something to see."""
        path = f"{self.social}/live/{self.show_code}/poll"
        while not PLAYLIST.search((await self.person.visit(path)).text):  # noqa: ASYNC110
            await asyncio.sleep(0.5)

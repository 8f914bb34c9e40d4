"""How long a seller waits from choosing a file of 2,000 new products until they are in the shop.

By the pages, as a browser goes: the file is sent, its preview is opened, the import is started, and the page
asks until it is over. CSV and .xlsx take turns, each time into a shop of its own. Beside them stands what the
database can't do without: COPY of the same products, variants and stock on the same server, with the same
indexes. The server's CPU time (user and system) is the firmer figure on a shared machine.
"""

import asyncio
import csv
import io
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg
from openpyxl import Workbook

from etalase.kernel.ids import new_id
from etalase.lab.demo import Market, Seller, open_market
from etalase.lab.person import PageRefused, SyntheticPerson
from etalase.platform.db import connect_arguments, plain_dsn
from etalase.platform.postgres import EmbeddedPostgres

PRODUCTS, ROUNDS, SHORT_ROUNDS = 2_000, 5, 2
GOAL_SECONDS = 5
ASKS_EVERY_SECONDS = 0.05
ASKS = 2_000
HEADER = ("code", "title", "description", "size", "colour", "price", "weight_grams", "sku", "stock")
COPIED = {
    "products": ("id", "shop_id", "title", "description", "code", "position", "created_at"),
    "variants": (
        *("id", "product_id", "size", "colour", "sku", "price_minor", "currency", "weight_grams", "position"),
    ),
    "stock": ("variant_id", "product_id", "shop_id", "on_hand", "held", "offered"),
}
NEWS = re.compile(r'hx-get="([^"]+/news[^"]*)"')
TICKS = os.sysconf("SC_CLK_TCK")

Figure = dict[str, Any]
Row = tuple[str | int, ...]


@dataclass
class Times:
    """Seconds of each round: by the clock, and of the server's CPU."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


async def run(*, short: bool) -> list[Figure]:
    """Return the medians; a short pass imports less often."""
    rows = list(_rows())
    kinds: dict[str, tuple[str, Callable[[list[Row]], bytes], Times]] = {
        "CSV": ("produk.csv", _csv, Times()),
        ".xlsx": ("produk.xlsx", _workbook, Times()),
    }
    copied: list[float] = []
    async with open_market("open") as market:
        for place in range(SHORT_ROUNDS if short else ROUNDS):
            for kind, (name, write, times) in kinds.items():
                await _import(market, f"{kind.strip('.')}-{place}", name, write(rows), times)
            copied.append(await _copy(market, rows))
    return [
        figure
        for kind, (_, _, times) in kinds.items()
        for figure in (
            _figure(f"2,000 new products by {kind}, from the file to the shop", times.seconds, copied),
            _figure(f"2,000 new products by {kind}, CPU of the server", times.cpu, copied, None),
        )
    ]


def _rows() -> list[Row]:
    words = "Katun adem, jahitan rapi, muat untuk anak yang aktif; cuci dengan tangan."
    return [
        (f"P{place}", f"Gaun Senja motif {place}", words, "2-3 th", "terakota", 95_000, 180, f"GS{place}X", 5)
        for place in range(PRODUCTS)
    ]


def _csv(rows: list[Row]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue().encode()


def _workbook(rows: list[Row]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Produk")
    for row in (HEADER, *rows):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


async def _import(market: Market, who: str, name: str, content: bytes, times: Times) -> None:
    """Open a shop and import the file into it."""
    async with SyntheticPerson(market.social) as person:
        seller = Seller(person, market.social, market.commerce, f"{who.lower()}@bench.example", who)
        await seller.open_shop(name=f"Toko {who}")
        path = f"/desk/{seller.slug}/products/import"
        page = await person.visit(path)
        server, began = _cpu_seconds(), time.perf_counter()
        preview = await person.submit(page, files={"file": (name, content)})
        started = await person.submit(preview, {"deed": "run"})
        await _until_over(person, started.url.path, started.text)
        times.seconds.append(time.perf_counter() - began)
        times.cpu.append(_cpu_seconds() - server)


async def _until_over(person: SyntheticPerson, path: str, text: str) -> None:
    """Ask as the page does, a little more often, until the import is over."""
    for _ in range(ASKS):
        news = NEWS.search(text)
        if news is None:
            if str(PRODUCTS) not in text.replace(".", "").replace(",", ""):
                raise PageRefused(f"the import ended otherwise: {text[-2_000:]}")
            return
        await asyncio.sleep(ASKS_EVERY_SECONDS)
        if "hx-refresh" in (await person.visit(news[1])).headers:
            text = (await person.visit(path)).text
    raise PageRefused("the import does not end")


async def _copy(market: Market, rows: list[Row]) -> float:
    """Copy the same rows into empty tables with the same columns and indexes; return the seconds."""
    dsn = EmbeddedPostgres(market.folder / "data").dsn("etalase_commerce", "etalase_commerce")
    connection = await asyncpg.connect(plain_dsn(dsn), **connect_arguments(dsn, "commerce"))
    try:
        for table in COPIED:
            await connection.execute(f"CREATE TABLE copied_{table} (LIKE {table} INCLUDING ALL)")
        records = _records(rows)
        began = time.perf_counter()
        async with connection.transaction():
            for table, columns in COPIED.items():
                await connection.copy_records_to_table(
                    f"copied_{table}", records=records[table], columns=columns
                )
        return time.perf_counter() - began
    finally:
        for table in COPIED:
            await connection.execute(f"DROP TABLE IF EXISTS copied_{table}")
        await connection.close()


def _records(rows: list[Row]) -> dict[str, list[tuple[object, ...]]]:
    shop, now = new_id(), datetime.now(UTC)
    found: dict[str, list[tuple[object, ...]]] = {table: [] for table in COPIED}
    for place, (code, title, description, size, colour, price, weight, sku, units) in enumerate(rows):
        product, variant = UUID(str(new_id())), UUID(str(new_id()))
        found["products"].append((product, shop, title, description, code, place, now))
        found["variants"].append((variant, product, size, colour, sku, price, "IDR", weight, 0))
        found["stock"].append((variant, product, shop, units, 0, True))
    return found


def _cpu_seconds() -> float:
    """Return the CPU time that the server, which is a child of this process, has used."""
    found = 0.0
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text(encoding="ascii").split():
            if b"etalase\0serve" in Path(f"/proc/{child}/cmdline").read_bytes():
                fields = Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
                found += (int(fields[11]) + int(fields[12])) / TICKS
    return found


def _figure(
    metric: str, ours: list[float], reference: list[float], goal: int | None = GOAL_SECONDS
) -> Figure:
    return {
        "metric": metric,
        "unit": "s",
        "ours": round(median(ours), 2),
        "reference": round(median(reference), 3),
        "ratio": round(median(ours) / median(reference), 1),
        "goal": None if goal is None else f"<= {goal}",
    }

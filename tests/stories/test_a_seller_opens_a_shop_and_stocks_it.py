"""Stories 1 and 2: a seller signs up, opens a shop, and fills it by hand and from a spreadsheet."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.make.pictures import dress
from tests.make.shops import qris
from tests.make.waiting import until
from tests.stories.browsing import DESKTOP, PHONE, axe, fits
from tests.stories.conftest import Screens
from tests.stories.serving import Server

SHEET = (
    "kode;nama;ukuran;warna;harga;berat;stok\r\n"
    "B1;Kemeja Rimba;4-5 th;hijau;75.000;160;6\r\n"
    "B1;;6-7 th;hijau;75.000;170;4\r\n"
    "B2;Rok Payung;2-3 th;biru;{price};150;8\r\n"
)


async def look(page: Page, name: str) -> None:
    """Check the page as every reader meets it; keep a picture where STORY_PICTURES names a folder."""
    await fits(page)
    await axe(page)
    if folder := os.environ.get("STORY_PICTURES"):
        size = page.viewport_size or {"width": 0}
        await page.screenshot(path=Path(folder) / f"{name}-{size['width']}.png", full_page=True)


async def sign_up(page: Page, server: Server, name: str, email: str) -> None:
    """Open an account; the code comes by a letter, which without a mail server the terminal shows."""
    await page.goto("/sign-up?next=/desk")
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill("hujan sore di teras")
    await page.get_by_role("button", name="Sign up").click()
    await page.get_by_label("Code", exact=True).fill(await letter_with_code(server, email))
    await page.locator("main form button").first.click()
    await page.wait_for_url("**/desk")


async def letter_with_code(server: Server, email: str) -> str:
    """Return the digits of the letter to this address, once it is sent."""

    def find_code() -> re.Match[str] | None:
        letters = server.written().split(f"--- mail to {email}:")[1:]
        return re.search(r"\b\d{6}\b", letters[-1]) if letters else None

    return (await until(find_code))[0]


async def open_shop(page: Page, name: str) -> None:
    """Fill in the form for a new shop; the first try has a wrong postcode and QRIS."""
    await page.get_by_role("link", name="Open a shop").click()
    await page.get_by_label("Name of the shop").fill(name)
    await page.get_by_label("Name of the sender").fill("Ibu Sari")
    await page.get_by_label("Phone of the sender").fill("0812-3456-7890")
    await page.get_by_label("Street and number").fill("Jl. Kenanga 7")
    await page.get_by_label("District and city").fill("coblong bdg jabar")
    await page.get_by_label("Postcode", exact=True).fill("401")
    await page.get_by_label("Your own QRIS").fill(qris()[:-1] + "0")
    await look(page, "new-shop")
    await page.get_by_role("button", name="Open the shop").click()
    await expect(page.get_by_role("alert")).to_contain_text("A postcode has five digits.")
    await look(page, "new-shop-wrong")
    await page.get_by_label("Postcode", exact=True).fill("40132")
    await page.get_by_label("Your own QRIS").fill(qris())
    await page.get_by_role("button", name="Open the shop").click()


async def add_product(page: Page) -> None:
    """Add a dress in two sizes, with a photo."""
    await page.get_by_role("link", name="Add the first product").click()
    await page.get_by_label("Name", exact=True).fill("Gaun Bunga Matahari")
    await page.get_by_label("Price").first.fill("89.000")
    await page.get_by_label("Weight with packing").first.fill("180")
    await page.get_by_label("Size").fill("2-3 th")
    await page.get_by_label("Colour").fill("kuning")
    await page.get_by_label("Units that are there").fill("5")
    await page.get_by_role("button", name="Another size or colour").click()
    await page.get_by_label("Size").last.fill("4-5 th")
    await page.get_by_label("Colour").last.fill("kuning")
    await page.get_by_label("Units that are there").last.fill("3")
    await look(page, "new-product")
    await page.get_by_role("button", name="Add the product").click()
    await expect(page.get_by_role("status")).to_contain_text("is in the shop as A1")
    photo: FilePayload = {"name": "gaun.jpg", "mimeType": "image/jpeg", "buffer": dress()}
    await page.get_by_label("Add photos").set_input_files(photo)
    await page.get_by_label("Description").fill("Katun halus")
    await page.get_by_role("button", name="Save").last.click()
    await expect(page.get_by_role("img", name="Gaun Bunga Matahari")).to_be_visible()
    await page.get_by_label("Add photos").set_input_files(photo)
    await page.get_by_label("Description").fill("Katun halus, dua saku")
    await page.get_by_role("button", name="Upload").click()
    await expect(page.get_by_role("img", name="Gaun Bunga Matahari")).to_have_count(2)
    await page.get_by_label("Description").fill("Katun halus, dua saku, kancing kayu")
    await page.get_by_role("button", name="Show first").click()
    await expect(page.get_by_label("Description")).to_have_value("Katun halus, dua saku, kancing kayu")
    await page.reload()
    await expect(page.get_by_label("Description")).to_have_value("Katun halus, dua saku")
    await look(page, "product")


async def change_stock(page: Page) -> None:
    """Take a torn one out; without a reason it is refused."""
    await page.get_by_role("link", name="Stock", exact=True).click()
    await page.get_by_label("Variant").select_option(label="4-5 th · kuning")
    await page.get_by_text("Some are gone").click()
    await page.get_by_label("How many").fill("1")
    await page.get_by_role("button", name="Save the change").click()
    await expect(page.get_by_role("alert")).to_contain_text("Please fill this in.")
    await page.get_by_label("Why").fill("Sobek di jahitan")
    await page.get_by_role("button", name="Save the change").click()
    await expect(page.get_by_role("cell", name="Sobek di jahitan")).to_be_visible()
    await look(page, "stock")


async def import_sheet(page: Page) -> None:
    """Send a spreadsheet with a wrong row, which imports nothing; then the mended one."""
    await page.get_by_role("link", name="Products").first.click()
    await page.get_by_role("link", name="Import").click()
    await look(page, "import")
    for price in ("gratis", "65.000"):
        sheet = SHEET.format(price=price).encode("utf-8-sig")
        part: FilePayload = {"name": "produk.csv", "mimeType": "text/csv", "buffer": sheet}
        if price != "gratis":
            await page.get_by_role("link", name="Another file").click()
        await page.get_by_label("CSV file").set_input_files(part)
        await page.get_by_role("button", name="Check the rows").click()
        if price == "gratis":
            await expect(page.get_by_role("alert")).to_contain_text("1 row is wrong")
            await look(page, "import-wrong")
    await expect(page.get_by_text("New: 3, changed: 0, as they are: 0.")).to_be_visible()
    await look(page, "import-fine")
    await page.get_by_role("button", name="Import them").click()
    await expect(page.get_by_text("The products are imported.")).to_be_visible()
    await look(page, "import-done")
    await page.get_by_role("link", name="To the products").click()
    await expect(page.get_by_role("link", name="Rok Payung")).to_be_visible()
    await look(page, "products")


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_a_seller_opens_a_shop_and_stocks_it(
    screen: dict[str, Any], screens: Screens, server: Server
) -> None:
    page = await (await screens(server.url, **screen)).new_page()
    width = screen["viewport"]["width"]
    await sign_up(page, server, "Sari", f"sari{width}@kancil.example")
    await look(page, "desk-empty")
    await open_shop(page, f"Kancil Kids {width}")
    await page.wait_for_url(f"**/desk/kancil-kids-{width}/products")
    await look(page, "products-empty")
    await add_product(page)
    await change_stock(page)
    await import_sheet(page)
    await archive_and_undo(page)
    await settings_and_staff(page)


async def archive_and_undo(page: Page) -> None:
    await page.get_by_role("link", name="Rok Payung").click()
    await page.get_by_role("button", name="Archive").click()
    await expect(page.get_by_role("link", name="Rok Payung")).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("link", name="Rok Payung")).to_be_visible()


async def settings_and_staff(page: Page) -> None:
    """Give the shop a logo, and invite a host."""
    base = "/".join(page.url.split("/")[:5])
    await page.goto(f"{base}/settings")
    logo: FilePayload = {
        "name": "logo.png",
        "mimeType": "image/png",
        "buffer": dress(width=300, height=300, form="PNG"),
    }
    await page.get_by_label("Picture").set_input_files(logo)
    await page.get_by_label("Business number (NIB)").fill("1234567890123")
    await page.get_by_role("button", name="Save").last.click()
    await expect(page.get_by_role("button", name="Remove the logo")).to_be_visible()
    await expect(page.get_by_label("Business number (NIB)")).to_have_value("1234567890123")
    await look(page, "settings")
    await page.goto(f"{base}/staff")
    await page.get_by_label("E-mail").fill("budi@kancil.example")
    await page.get_by_text("Goes live").click()
    await page.get_by_role("button", name="Send the invitation").click()
    await expect(page.get_by_text("budi@kancil.example", exact=True)).to_be_visible()
    await look(page, "staff")
    await page.goto("/desk")
    await look(page, "desk")

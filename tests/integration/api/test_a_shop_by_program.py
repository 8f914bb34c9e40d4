"""What a shop's pages do besides selling, a program does too: photos, files, staff, money, shipping."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from etalase import accounts
from etalase.bootstrap import System
from etalase.platform.mail import DevelopmentMailer
from tests.make.accounts import sign_up
from tests.make.pictures import dress
from tests.make.program import MakesDatabases, program, visitor
from tests.make.shops import ADDRESS
from tests.make.waiting import until

SHOP: dict[str, Any] = {
    "name": "Kancil Kids",
    "origin": {name: getattr(ADDRESS, name) for name in ADDRESS.__dataclass_fields__},
    "contact_email": "halo@kancil.example",
}
DRESS: dict[str, Any] = {
    "title": "Gaun Bunga Matahari",
    "code": "A1",
    "variants": [{"price_minor": 89000, "weight_grams": 180, "size": "2-3 th"}],
}
API = "/api/v1/shops/kancil-kids"
SHEET = b"code,title,size,price,weight_grams,stock\nB2,Celana,4-5 th,65000,200,7\nB2,,6-7 th,%s,210,\n"


@dataclass
class Shop:
    """A shop with one product, its owner and somebody else."""

    system: System
    owner: httpx.AsyncClient
    other: httpx.AsyncClient

    @property
    def emails(self) -> list[str]:
        """The letters that went out, newest first."""
        mailer = self.system.wirings["commerce"].given["mailer"]
        assert isinstance(mailer, DevelopmentMailer)
        return [mail.text for mail in mailer.emails]

    async def add(self) -> str:
        """Add the dress and return its address."""
        product = (await self.owner.post(f"{API}/products", json=DRESS)).json()
        return f"{API}/products/{product['id']}"


@pytest.fixture
async def shop(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[Shop]:
    async with program(databases, tmp_path) as system, visitor(system) as owner, visitor(system) as other:
        db = system.databases["commerce"]
        for client, name in ((owner, "Sari"), (other, "Rini")):
            account_id = await sign_up(db, f"{name.lower()}@example.com", name)
            async with db.begin() as tx:
                secret = (await accounts.issue_token(tx, account_id, "Test")).secret
            client.headers["authorization"] = f"Bearer {secret}"
        assert (await owner.post("/api/v1/shops", json=SHOP)).status_code == 201
        yield Shop(system, owner, other)


async def test_photos_come_are_put_first_and_go(shop: Shop) -> None:
    product = await shop.add()
    photos = []
    for colour in ("#f4a836", "#3a7d44"):
        sent = {"photo": ("dress.jpg", dress(colour))}
        photos.append(await shop.owner.post(f"{product}/photos", files=sent, data={"alt": f"Gaun {colour}"}))
    assert [answer.status_code for answer in photos] == [201, 201]
    first, second = (answer.json() for answer in photos)
    assert first["alt"] == "Gaun #f4a836"
    file = await shop.owner.get(first["urls"]["480"])
    assert (file.status_code, file.headers["content-type"]) == (200, "image/webp")
    assert (await shop.owner.put(f"{product}/photos/{second['id']}/lead")).status_code == 204
    assert [photo["id"] for photo in await photos_of(shop, product)] == [second["id"], first["id"]]
    assert (await shop.owner.delete(f"{product}/photos/{first['id']}")).status_code == 204
    assert (await shop.owner.get(first["urls"]["480"])).status_code == 404


async def test_what_is_no_picture_is_refused_and_nothing_is_kept(shop: Shop, tmp_path: Path) -> None:
    product = await shop.add()
    for content, status, code in (
        (b"GIF89a no picture", 422, "unreadable_image"),
        (b"\xff\xd8" + b"0" * 12_200_000, 413, "too_large"),
    ):
        refused = await shop.owner.post(f"{product}/photos", files={"photo": ("x.jpg", content)})
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    missing = await shop.owner.post(f"{product}/photos", files={"alt": (None, "Gaun")})
    assert (missing.status_code, missing.json()["errors"][0]["field"]) == (422, "photo")
    no_file = await shop.owner.post(f"{product}/photos", files={"photo": (None, "Gaun")})
    assert (no_file.status_code, no_file.json()["errors"][0]["field"]) == (422, "photo")
    stranger = await shop.other.post(f"{product}/photos", files={"photo": ("x.jpg", dress())})
    assert (stranger.status_code, stranger.json()["code"]) == (404, "not_your_shop")
    long = await shop.owner.post(
        f"{product}/photos", files={"photo": ("x.jpg", dress())}, data={"alt": "x" * 150}
    )
    assert [error["field"] for error in long.json()["errors"]] == ["alt"]
    assert await photos_of(shop, product) == []
    assert list((tmp_path / "files" / "commerce").glob("photos/*")) == []


async def photos_of(shop: Shop, product: str) -> list[dict[str, Any]]:
    """Return the photos that everybody sees."""
    shown: list[dict[str, Any]] = (await shop.other.get(product)).json()["photos"]
    return shown


async def test_a_spreadsheet_is_looked_at_imported_whole_and_given_back(shop: Shop) -> None:
    wrong, right = ({"file": ("stock.csv", SHEET % price)} for price in (b"free", b"69000"))
    seen = (await shop.owner.post(f"{API}/products/import/preview", files=wrong)).json()
    assert seen["can_be_imported"] is False
    assert [problem["code"] for row in seen["rows"] for problem in row["problems"]] == ["not_a_price"]
    refused = await shop.owner.post(f"{API}/products/import", files=wrong)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "rows.3.price")
    assert (await shop.other.get(f"{API}/products")).json()["items"] == []
    done = (await shop.owner.post(f"{API}/products/import", files=right)).json()
    assert [row["change"] for row in done["rows"]] == ["new", "new"]
    [product] = (await shop.other.get(f"{API}/products")).json()["items"]
    assert [variant["available"] for variant in product["variants"]] == [7, 0]
    exported = await shop.owner.get(f"{API}/products.csv")
    again = (
        await shop.owner.post(f"{API}/products/import/preview", files={"file": ("x", exported.content)})
    ).json()
    assert {row["change"] for row in again["rows"]} == {"same"}
    assert (await shop.other.get(f"{API}/products.csv")).status_code == 404
    unread = await shop.owner.post(f"{API}/products/import/preview", files={"file": ("x", b"a,b\n1,2\n")})
    assert (unread.status_code, unread.json()["code"]) == (422, "unreadable_spreadsheet")


async def test_a_programs_import_moves_stock_as_it_says_and_names_columns_as_the_file_does(
    shop: Shop,
) -> None:
    async def send(content: bytes, where: str = "", **choice: str) -> httpx.Response:
        files = {"file": ("stock.csv", content)}
        return await shop.owner.post(f"{API}/products/import{where}", files=files, data=choice)

    base = b"Kode;Nama;Ukuran;Harga (Rp)*;Berat;Stok*\nB2;Celana;S;65.000;200;7\n"
    assert (await send(base)).status_code == 200
    seen = (await send(base.replace(b";7", b";9").replace(b"65.000", b"69.000"), "/preview")).json()
    assert (seen["stock"], seen["source"], seen["rows"][0]["stock_stays"]) == ("kept", "etalase", 7)
    assert seen["rows"][0]["changes"] == [{"field": "price", "old": 65000, "new": 69000}]
    added = (await send(base, stock="added")).json()
    assert added["rows"][0]["changes"] == [{"field": "stock", "old": 7, "new": 14}]
    late = await send(base, stock="counted", counted_at="2026-11-27T20:15")
    assert (late.status_code, late.json()["errors"][0]["field"]) == (422, "counted_at")
    unknown = await send(base, stock="overwritten")
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "stock")
    broken = (await send(base + b'B3;"Rok 6" lipit;S;1;1;1\nB4;Topi;S;3-Apr;1;1\n')).json()
    assert [(one["field"], one["code"]) for one in broken["errors"]] == [
        ("rows.3.Nama", "quote_inside"),
        ("rows.4.Harga (Rp)*", "turned_into_a_date"),
    ]
    doubted = base.replace(b"B2", b"B5").replace(b";S;", b";4/5/2026;")
    assert (await send(doubted, "/preview")).json()["doubts"] == ["size:turned_into_a_date"]
    assert (await send(doubted)).status_code == 422
    assert (await send(doubted, confirmed="size:turned_into_a_date")).status_code == 200
    exported = await shop.owner.get(f"{API}/products.csv")
    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    assert "B2,Celana,,S,,65000,200,,14\r\n" in exported.text
    back = (await send(exported.content, "/preview")).json()
    assert (back["stock"], {row["change"] for row in back["rows"]}) == ("counted", {"same"})


async def test_products_are_put_in_order_and_archived_ones_are_listed(shop: Shop) -> None:
    ids = [
        (await shop.owner.post(f"{API}/products", json=DRESS | {"code": code})).json()["id"]
        for code in ("A1", "A2", "A3")
    ]
    ordered = await shop.owner.put(f"{API}/product-order", json={"product_ids": [ids[2], ids[0]]})
    assert ordered.status_code == 204
    listed = (await shop.other.get(f"{API}/products")).json()["items"]
    assert [item["id"] for item in listed] == [ids[2], ids[1], ids[0]]
    doubled = await shop.owner.put(f"{API}/product-order", json={"product_ids": [ids[0], ids[0]]})
    assert [error["field"] for error in doubled.json()["errors"]] == ["product_ids"]
    await shop.owner.delete(f"{API}/products/{ids[1]}")
    gone = (await shop.other.get(f"{API}/products?archived=true")).json()["items"]
    assert [item["id"] for item in gone] == [ids[1]]
    found = (await shop.other.get(f"{API}/products?q=A3")).json()["items"]
    assert [item["code"] for item in found] == ["A3"]


async def test_staff_is_invited_given_a_role_and_let_go(shop: Shop) -> None:
    hold_request = {"email": "rini@example.com", "role": "packer"}
    invitation = (await shop.owner.post(f"{API}/invitations", json=hold_request)).json()
    assert (await shop.owner.get(f"{API}/invitations")).json()["items"] == [invitation]
    await until(lambda: any("/invitation/" in letter for letter in shop.emails))
    [token] = re.findall(r"/invitation/(\S+)", shop.emails[0])
    offered = (await shop.other.get(f"/api/v1/invitations/{token}")).json()
    assert (offered["shop_name"], offered["role"]) == ("Kancil Kids", "packer")
    joined = (await shop.other.post(f"/api/v1/invitations/{token}/accept")).json()
    assert (joined["slug"], joined["role"]) == ("kancil-kids", "packer")
    assert (await shop.other.post(f"/api/v1/invitations/{token}/accept")).status_code == 410
    staff = (await shop.owner.get(f"{API}/staff")).json()["items"]
    assert [(one["display_name"], one["role"]) for one in staff] == [("Sari", "owner"), ("Rini", "packer")]
    sari, rini = (one["account_id"] for one in staff)
    assert (await shop.other.put(f"{API}/staff/{rini}", json={"role": "owner"})).status_code == 404
    changed = await shop.owner.put(f"{API}/staff/{rini}", json={"role": "host"})
    assert changed.json()["role"] == "host"
    last = await shop.owner.put(f"{API}/staff/{sari}", json={"role": "host"})
    assert (last.status_code, last.json()["code"]) == (409, "last_owner")
    assert (await shop.other.delete(f"{API}/staff/{rini}")).status_code == 204
    assert (await shop.other.get(API)).status_code == 404


async def test_an_invitation_is_withdrawn_and_a_wrong_one_not_sent(shop: Shop) -> None:
    wrong = await shop.owner.post(f"{API}/invitations", json={"email": "rini", "role": "host"})
    assert [error["field"] for error in wrong.json()["errors"]] == ["email"]
    odd = await shop.owner.post(f"{API}/invitations", json={"email": "rini@example.com", "role": "king"})
    assert odd.status_code == 422
    made = (
        await shop.owner.post(f"{API}/invitations", json={"email": "r@example.com", "role": "host"})
    ).json()
    assert (await shop.owner.delete(f"{API}/invitations/{made['id']}")).status_code == 204
    assert (await shop.owner.get(f"{API}/invitations")).json()["items"] == []


async def test_ways_to_pay_and_shipping_rates_are_set(shop: Shop) -> None:
    methods = f"{API}/payment-methods"
    assert (await shop.owner.get(methods)).json() == {"offered": [], "cod": False}
    bank = {"bank": "BCA", "number": "1234567890", "holder": "Sari"}
    assert (await shop.owner.put(API, json=SHOP | {"bank_account": bank})).status_code == 200
    switched = (await shop.owner.put(f"{methods}/cod", json={"on": True})).json()
    assert switched == {"offered": ["bank_transfer", "cod"], "cod": True}
    unset = (await shop.owner.get(f"{API}/shipping-rates")).json()
    assert (unset["is_set"], unset["currency"]) == (False, "IDR")
    rates = [
        {"service": "Reguler", "flat_minor": 5000, "per_kilo_minor": 9000, "min_days": 2, "max_days": 4},
        {"service": "Reguler", "flat_minor": 0, "per_kilo_minor": 8000, "region_code": "32"},
    ]
    table = (await shop.owner.put(f"{API}/shipping-rates", json={"rates": rates})).json()
    assert table["is_set"] is True
    assert {(rate["region_code"], rate["per_kilo_minor"]) for rate in table["rates"]} == {
        (None, 9000),
        ("32", 8000),
    }
    wrong = [rates[0], rates[1] | {"region_code": "00", "min_days": 9, "max_days": 1}]
    refused = await shop.owner.put(f"{API}/shipping-rates", json={"rates": wrong})
    assert {error["field"] for error in refused.json()["errors"]} == {"rates.1.max_days"}
    assert (await shop.owner.get(f"{API}/shipping-rates")).json() == table


async def test_a_logo_is_shown_and_taken_down(shop: Shop) -> None:
    shown = (await shop.owner.put(f"{API}/logo", files={"logo": ("logo.png", dress(form="PNG"))})).json()
    logo = shown["logo_url"]
    assert (await shop.owner.get(logo)).status_code == 200
    assert (await shop.owner.delete(f"{API}/logo")).status_code == 204
    assert (await shop.owner.get(API)).json()["logo_url"] is None
    assert (await shop.owner.get(logo)).status_code == 404


async def test_problems_of_a_shop_are_told_by_the_apis_own_names(shop: Shop) -> None:
    wrong = SHOP | {
        "origin": SHOP["origin"] | {"postcode": "1"},
        "bank_account": {"bank": "BCA", "number": "x", "holder": ""},
    }
    refused = (await shop.owner.put(API, json=wrong)).json()
    assert {error["field"] for error in refused["errors"]} == {
        "origin.postcode",
        "bank_account.number",
        "bank_account.holder",
    }


async def test_poison_in_an_address_is_refused_as_described_where_nothing_is_asked_for(shop: Shop) -> None:
    for path in ("/api/v1/me", "/api/v1/waitlist", "/api/v1/cart", "/api/v1/shops"):
        assert (await shop.owner.get(f"{path}?text=a%00")).status_code == 422, path

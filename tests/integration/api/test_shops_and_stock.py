"""A program opens a shop, fills it and counts it, over the JSON API alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from etalase import accounts
from tests.make.accounts import sign_up
from tests.make.program import MakesDatabases, program, visitor
from tests.make.shops import ADDRESS

SHOP: dict[str, Any] = {
    "name": "Kancil Kids",
    "origin": {name: getattr(ADDRESS, name) for name in ADDRESS.__dataclass_fields__},
    "contact_email": "halo@kancil.example",
}
DRESS: dict[str, Any] = {
    "title": "Gaun Bunga Matahari",
    "variants": [{"price_minor": 89000, "weight_grams": 180, "size": size} for size in ("2-3 th", "4-5 th")],
}


@pytest.fixture
async def client(databases: MakesDatabases, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Give a program's client with a seller's token."""
    async with program(databases, tmp_path) as system:
        db = system.databases["commerce"]
        seller = await sign_up(db)
        async with db.begin() as tx:
            token = await accounts.issue_token(tx, seller, "Stock script")
        async with visitor(system) as client:
            client.headers["authorization"] = f"Bearer {token.secret}"
            yield client


async def test_a_program_opens_a_shop_fills_it_and_counts_it(client: httpx.AsyncClient) -> None:
    shop = (await client.post("/api/v1/shops", json=SHOP)).json()
    assert (shop["slug"], shop["role"]) == ("kancil-kids", "owner")
    base = f"/api/v1/shops/{shop['slug']}"
    product = (await client.post(f"{base}/products", json=DRESS)).json()
    stock = f"{base}/variants/{product['variants'][0]['id']}"
    for movement in (
        {"kind": "received", "quantity": 5},
        {"kind": "adjusted", "quantity": -1, "reason": "Sobek"},
        {"kind": "counted", "quantity": 3, "reason": "Hitung ulang"},
    ):
        assert (await client.post(f"{stock}/movements", json=movement)).status_code == 201
    figures = (await client.get(f"{stock}/stock")).json()
    assert (figures["on_hand"], figures["held"], figures["available"]) == (3, 0, 3)
    trail = (await client.get(f"{stock}/movements", params={"limit": 2})).json()
    rest = (await client.get(f"{stock}/movements", params={"cursor": trail["next_cursor"]})).json()
    changes = [line["on_hand_change"] for line in (*trail["items"], *rest["items"])]
    assert (changes, rest["next_cursor"]) == ([-1, -1, 5], None)
    del client.headers["authorization"]
    listed = (await client.get(f"{base}/products")).json()["items"]
    assert [variant["available"] for variant in listed[0]["variants"]] == [3, 0]


async def test_a_repeated_movement_with_a_key_counts_once(client: httpx.AsyncClient) -> None:
    shop = (await client.post("/api/v1/shops", json=SHOP)).json()
    base = f"/api/v1/shops/{shop['slug']}"
    product = (await client.post(f"{base}/products", json=DRESS)).json()
    stock = f"{base}/variants/{product['variants'][0]['id']}"
    movements = (
        ("1", {"kind": "received", "quantity": 5}, 5),
        ("2", {"kind": "adjusted", "quantity": -1, "reason": "Sobek"}, 4),
        ("3", {"kind": "counted", "quantity": 3, "reason": "Hitung ulang"}, 3),
    )
    for key, movement, left in movements:
        for _ in range(2):
            sent = await client.post(f"{stock}/movements", json=movement, headers={"idempotency-key": key})
            assert (sent.status_code, sent.json()["on_hand"]) == (201, left)
    other = {"kind": "received", "quantity": 6}
    refused = await client.post(f"{stock}/movements", json=other, headers={"idempotency-key": "1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")
    assert (await client.get(f"{stock}/stock")).json()["on_hand"] == 3


async def test_a_product_is_changed_archived_and_restored(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/shops", json=SHOP)
    base = "/api/v1/shops/kancil-kids/products"
    product = (await client.post(base, json=DRESS)).json()
    kept = product["variants"][0] | {"price_minor": 95000}
    only = {name: kept[name] for name in ("id", "size", "price_minor", "weight_grams")}
    changed = (await client.put(f"{base}/{product['id']}", json=DRESS | {"variants": [only]})).json()
    assert [(one["id"], one["price_minor"]) for one in changed["variants"]] == [(kept["id"], 95000)]
    assert (await client.delete(f"{base}/{product['id']}")).status_code == 204
    assert (await client.get(base)).json()["items"] == []
    restored = (await client.post(f"{base}/{product['id']}/restore")).json()
    assert restored["archived"] is False


async def test_wrong_fields_are_named_and_nothing_is_kept(client: httpx.AsyncClient) -> None:
    refused = await client.post("/api/v1/shops", json=SHOP | {"nib": "12", "contact_email": "x"})
    assert refused.status_code == 422
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert {error["field"] for error in refused.json()["errors"]} == {"nib", "contact_email"}
    assert (await client.get("/api/v1/shops")).json() == {"items": [], "next_cursor": None}
    await client.post("/api/v1/shops", json=SHOP)
    free = DRESS | {"variants": [{"price_minor": 0, "weight_grams": 180}]}
    wrong = await client.post("/api/v1/shops/kancil-kids/products", json=free)
    assert [error["field"] for error in wrong.json()["errors"]] == ["variants.0.price_minor"]
    assert (await client.get("/api/v1/shops/kancil-kids/products")).json()["items"] == []

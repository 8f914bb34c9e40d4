"""Files of products lose nothing: the absent stays, the unclear is asked, what was sold stays sold."""

from datetime import timedelta
from uuid import UUID

import pytest

from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import Change, ImportRefused, ProductDraft, VariantDraft
from etalase.commerce.inventory import ImportChoice, StockMode
from etalase.kernel.clock import FixedClock
from etalase.kernel.money import Money
from etalase.platform.db import Database, Tx
from tests.make import catalog as make
from tests.make import inventory as make_stock
from tests.make import shops as make_shops
from tests.make.imports import bring, export, look, message, problems_of

BASE = (
    "code,title,description,size,colour,price,weight_grams,sku,stock\n"
    "A1,Gaun Senja,Katun adem,2-3 th,merah,89000,180,GS-23,6\n"
    "A1,,,4-5 th,merah,92000,190,GS-45,4\n"
)


async def shop_with_base(tx: Tx) -> UUID:
    shop = await make_shops.shop(tx)
    await bring(tx, shop.id, BASE)
    return shop.id


async def units(tx: Tx, shop_id: UUID) -> dict[str, int]:
    """Return the units on hand of each variant by its code and label."""
    products = await catalog.list_products(tx, shop_id)
    variants = [variant for product in products for variant in product.variants]
    stock = await inventory.stock_of(tx, [variant.id for variant in variants])
    return {
        f"{one.code} {one.label}".strip(): stock[one.id].on_hand if one.id in stock else 0 for one in variants
    }


async def sell(tx: Tx, shop_id: UUID, code: str, quantity: int) -> None:
    """Let units of the first variant of a product go, as a sale does."""
    product = next(one for one in await catalog.list_products(tx, shop_id) if one.code == code)
    await inventory.adjust(tx, product.variants[0].id, -quantity, actor_id=None, reason="terjual")


async def test_an_import_does_what_its_preview_showed_and_twice_is_once(commerce_tx: Tx) -> None:
    product = await make_stock.stocked_product(commerce_tx, 5)
    sheet = (
        "code;title;description;size;colour;price;weight_grams;sku;stock\r\n"
        f"{product.code};{product.title};{product.description};2-3 th;kuning;89000;180;;5\r\n"
        f"{product.code};;;4-5 th;Kuning;95.000;180;;7\r\n"
        f"{product.code};;;6-7 th;kuning;95.000;200;;2\r\n"
        "B1;Rok;;;;50.000;100;ROK-1;3\r\n"
    )
    checked = await bring(commerce_tx, product.shop_id, sheet)
    changes = [row.change for row in checked.preview.rows]
    assert changes == [Change.SAME, Change.CHANGED, Change.NEW, Change.NEW]
    assert (3, "price", Money(89000), Money(95000)) in message(checked)
    assert checked.untaken == {3: 5}
    changed = await catalog.get_product(commerce_tx, product.id)
    assert changed.variants[1].id == product.variants[1].id
    assert await units(commerce_tx, product.shop_id) == {
        "A1 2-3 th · kuning": 5, "A1 4-5 th · Kuning": 5, "A1 6-7 th · kuning": 2, "B1": 3,
    }  # fmt: skip
    again = await look(commerce_tx, product.shop_id, sheet)
    assert {row.change for row in again.preview.rows} == {Change.SAME}
    assert await inventory.recount(commerce_tx) == []


@pytest.mark.parametrize(
    ("size", "colour"),
    [
        ("2-3 th\u200b", "merah"), ("\ufeff2-3 th", "Merah\u200d"), ("2-3\u00a0th", " MERAH "),
        ("2-3 th\ufe0f", "mer\u00adah"), ("\u20662-3 th\u2069", "merah\u2060"),
    ],
)  # fmt: skip
async def test_what_shows_the_same_is_the_same_variant(commerce_tx: Tx, size: str, colour: str) -> None:
    shop_id = await shop_with_base(commerce_tx)
    await sell(commerce_tx, shop_id, "A1", 2)
    sheet = f"code,size,colour,price,stock\nA1,{size},{colour},91000,6\n"
    checked = await bring(commerce_tx, shop_id, sheet)
    assert [row.change for row in checked.preview.rows] == [Change.CHANGED]
    left = {label.casefold(): number for label, number in (await units(commerce_tx, shop_id)).items()}
    assert left == {"a1 2-3 th · merah": 4, "a1 4-5 th · merah": 4}


async def test_one_wrong_row_imports_nothing(commerce_tx: Tx) -> None:
    shop = await make_shops.shop(commerce_tx)
    sheet = "code,title,price,weight_grams\nA1,Gaun,89000,180\nA2,Rok,murah,180\n"
    with pytest.raises(ImportRefused):
        await bring(commerce_tx, shop.id, sheet)
    assert await catalog.list_products(commerce_tx, shop.id) == []


@pytest.mark.parametrize(
    ("sheet", "changes"),
    [
        (
            "code,title,size,colour,price,weight_grams\nA1,Gaun Senja,2-3 th,merah,95000,180\n",
            [("price", 89000, 95000)],
        ),
        ("code,size,colour,price\nA1,4-5 th,merah,95000\n", [("price", 92000, 95000)]),
        ("sku,price\nGS-45,95000\n", [("price", 92000, 95000)]),
        ("code,sku,price\nA1,GS-45,95000\n", [("price", 92000, 95000)]),
        ("code,size,price\nA1,4-5 TH,95000\n", [("size", "4-5 th", "4-5 TH"), ("price", 92000, 95000)]),
        ("code,size,colour,sku\nA1,2-3 th,merah,\n", [("sku", "GS-23", "")]),
        ("code,size,colour,description\nA1,2-3 th,merah,\n", [("description", "Katun adem", "")]),
        ("code,size,colour,title\nA1,2-3 th,merah,Gaun Fajar\n", [("title", "Gaun Senja", "Gaun Fajar")]),
        ("Kode;Ukuran;Warna;Berat (Gram)*\nA1;2-3 th;merah;1,2 kg\n", [("weight_grams", 180, 1200)]),
    ],
)
async def test_an_absent_column_leaves_its_field_alone_and_an_empty_cell_clears_it(
    commerce_tx: Tx, sheet: str, changes: list[tuple[str, object, object]]
) -> None:
    shop_id = await shop_with_base(commerce_tx)
    before = await catalog.list_products(commerce_tx, shop_id)
    checked = await bring(commerce_tx, shop_id, sheet)
    plain = [
        (column, *(value.minor if isinstance(value, Money) else value for value in pair))
        for _, column, *pair in message(checked)
    ]
    assert plain == changes
    [product] = await catalog.list_products(commerce_tx, shop_id)
    assert len(product.variants) == 2
    touched = {column for column, _, _ in changes}
    for column in ("title", "description"):
        if column not in touched:
            assert getattr(product, column) == getattr(before[0], column)
    for old, new in zip(before[0].variants, product.variants, strict=True):
        for column in {"size", "colour", "price", "weight_grams", "sku"} - touched:
            assert getattr(old, column) == getattr(new, column)


@pytest.mark.parametrize(
    "sheet",
    [
        "code,title,price,weight_grams\nA1,Gaun Senja,99000,180\n",
        "code,colour,price\nA1,merah,99000\n",
        "code,size,price,weight_grams\nA1,6-7 th,99000,180\n",
        "title,price,weight_grams\nGaun Senja,99000,180\n",
    ],
)
async def test_a_product_with_sizes_gets_no_variant_without(commerce_tx: Tx, sheet: str) -> None:
    shop_id = await shop_with_base(commerce_tx)
    checked = await look(commerce_tx, shop_id, sheet)
    [(line, column, code)] = problems_of(checked)
    assert (line, code) == (2, "which_variant")
    assert column in {"size", "colour"}
    assert "2-3 th · merah" in str(checked.preview.rows[0].problems[0].limit)


async def test_the_same_file_after_a_sale_puts_no_sold_unit_back(commerce_tx: Tx) -> None:
    shop_id = await shop_with_base(commerce_tx)
    await sell(commerce_tx, shop_id, "A1", 3)
    checked = await bring(commerce_tx, shop_id, BASE)
    assert checked.untaken == {2: 3}
    assert await units(commerce_tx, shop_id) == {"A1 2-3 th · merah": 3, "A1 4-5 th · merah": 4}
    added = await bring(commerce_tx, shop_id, BASE, ImportChoice(StockMode.ADDED))
    assert message(added) == [(2, "stock", 3, 9), (3, "stock", 4, 8)]
    assert await units(commerce_tx, shop_id) == {"A1 2-3 th · merah": 9, "A1 4-5 th · merah": 8}
    assert await inventory.recount(commerce_tx) == []


async def test_ones_own_export_after_sales_puts_no_sold_unit_back(
    commerce_db: Database, clock: FixedClock
) -> None:
    async with commerce_db.begin() as tx:
        shop_id = await shop_with_base(tx)
    clock.advance(seconds=60)
    exported = await export(commerce_db, shop_id)
    clock.advance(seconds=60)
    async with commerce_db.begin() as tx:
        await sell(tx, shop_id, "A1", 3)
    clock.advance(seconds=60)
    async with commerce_db.begin() as tx:
        checked = await bring(tx, shop_id, exported)
        assert message(checked) == []
        assert await units(tx, shop_id) == {"A1 2-3 th · merah": 3, "A1 4-5 th · merah": 4}
        edited = exported.replace("GS-23,6", "GS-23,8").replace("GS-45,4", "GS-45,1")
        counted = await bring(tx, shop_id, edited)
        assert message(counted) == [(2, "stock", 3, 5), (3, "stock", 4, 1)]
        assert await units(tx, shop_id) == {"A1 2-3 th · merah": 5, "A1 4-5 th · merah": 1}
        impossible = await look(tx, shop_id, exported.replace("GS-23,6", "GS-23,0"))
        assert problems_of(impossible) == [(2, exported.split("\r\n")[0].split(",")[-1], "less_than_held")]
        assert await inventory.recount(tx) == []


async def rename(tx: Tx, shop_id: UUID, title: str, code: str) -> None:
    [product] = await catalog.list_products(tx, shop_id)
    variants = tuple(
        VariantDraft(one.size, one.colour, str(one.price.minor), str(one.weight_grams), one.sku, one.id)
        for one in product.variants
    )
    await catalog.update_product(
        tx, shop_id, product.id, ProductDraft(title, product.description, code, variants)
    )


async def test_ones_own_export_after_a_sale_a_return_and_a_rename(
    commerce_db: Database, clock: FixedClock
) -> None:
    async with commerce_db.begin() as tx:
        shop_id = await shop_with_base(tx)
    clock.advance(seconds=60)
    earlier = await export(commerce_db, shop_id)
    clock.advance(seconds=60)
    async with commerce_db.begin() as tx:
        await sell(tx, shop_id, "A1", 3)
        await sell(tx, shop_id, "A1", -1)  # one comes back
        await rename(tx, shop_id, "Gaun Fajar", "A1")
    clock.advance(seconds=60)
    left = {"A1 2-3 th · merah": 4, "A1 4-5 th · merah": 4}
    later = await export(commerce_db, shop_id)
    async with commerce_db.begin() as tx:
        again = await bring(tx, shop_id, later)
        assert [row.change for row in again.preview.rows] == [Change.SAME, Change.SAME]
        old = await look(tx, shop_id, earlier)
        assert message(old) == [(2, "title", "Gaun Fajar", "Gaun Senja")]
        assert await units(tx, shop_id) == left


async def test_ones_own_export_makes_no_second_product_of_one_whose_code_has_changed(
    commerce_db: Database, clock: FixedClock
) -> None:
    async with commerce_db.begin() as tx:
        shop_id = await shop_with_base(tx)
    clock.advance(seconds=60)
    earlier = await export(commerce_db, shop_id)
    async with commerce_db.begin() as tx:
        await rename(tx, shop_id, "Gaun Senja", "B7")
        old = await look(tx, shop_id, earlier)
        assert problems_of(old) == [(2, "sku", "sku_of_another"), (3, "sku", "sku_of_another")]


async def test_a_count_is_true_of_the_moment_that_is_chosen(commerce_db: Database, clock: FixedClock) -> None:
    async with commerce_db.begin() as tx:
        shop_id = await shop_with_base(tx)
    counted_at = clock.now() + timedelta(minutes=5)
    clock.advance(seconds=600)
    async with commerce_db.begin() as tx:
        await sell(tx, shop_id, "A1", 2)
        sheet = "kode,ukuran,warna,Stok*\nA1,2-3 th,merah,10\n"
        checked = await bring(tx, shop_id, sheet, ImportChoice(StockMode.COUNTED, counted_at))
        assert message(checked) == [(2, "stock", 4, 8)]
        assert (await units(tx, shop_id))["A1 2-3 th · merah"] == 8


async def test_a_variant_that_comes_back_has_the_stock_that_it_had(commerce_tx: Tx) -> None:
    shop_id = await shop_with_base(commerce_tx)
    [product] = await catalog.list_products(commerce_tx, shop_id)
    kept, gone = product.variants
    only = VariantDraft(kept.size, kept.colour, "89000", "180", kept.sku, kept.id)
    draft = ProductDraft(product.title, product.description, product.code, (only,))
    await catalog.update_product(commerce_tx, shop_id, product.id, draft)
    checked = await bring(commerce_tx, shop_id, BASE)
    assert [row.change for row in checked.preview.rows] == [Change.SAME, Change.NEW]
    [again] = await catalog.list_products(commerce_tx, shop_id)
    assert [variant.id for variant in again.variants] == [kept.id, gone.id]
    assert await units(commerce_tx, shop_id) == {"A1 2-3 th · merah": 6, "A1 4-5 th · merah": 4}


async def test_an_export_is_read_back_as_the_same(commerce_db: Database) -> None:
    tricky = ProductDraft(
        '=Gaun; "putri", 2-3',
        "Baris satu\n\n'Baris dua';=1+1",
        "",
        (
            VariantDraft("2-3", "", "89000", "180", sku="00123"),
            VariantDraft("Mar-23", "+merah", "95000", "190", sku="8992760001234"),
            VariantDraft("45934", "TRUE", "95000", "190", sku="1E5"),
        ),
    )
    async with commerce_db.begin() as tx:
        shop = await make_shops.shop(tx)
        await catalog.create_product(tx, shop.id, tricky)
        await make_stock.stocked_product(tx, 4, shop_id=shop.id)
    exported = await export(commerce_db, shop.id)
    async with commerce_db.begin() as tx:
        checked = await bring(tx, shop.id, exported)
        assert [(row.change, row.problems) for row in checked.preview.rows] == [(Change.SAME, ())] * 5
    assert (await export(commerce_db, shop.id)).split("\r\n")[1:] == exported.split("\r\n")[1:]


async def test_a_confirmed_doubt_is_taken_as_it_stands(commerce_tx: Tx) -> None:
    shop = await make_shops.shop(commerce_tx)
    sheet = "code,title,size,price,weight_grams\nA1,Gaun,4/5/2026,89000,180\nA2,Rok,#REF!,1,1\n"
    asked = await look(commerce_tx, shop.id, sheet)
    assert list(asked.preview.doubts()) == ["size:turned_into_a_date"]
    settled = ImportChoice(confirmed=frozenset({"size:turned_into_a_date", "size:spreadsheet_error"}))
    checked = await look(commerce_tx, shop.id, sheet, settled)
    assert problems_of(checked)[0] == (3, "size", "spreadsheet_error")
    assert checked.preview.rows[0].variant.size == "4/5/2026"


async def test_products_without_codes_are_found_by_sku_or_name_and_get_free_codes(commerce_tx: Tx) -> None:
    shop = await make_shops.shop(commerce_tx)
    await make.product(commerce_tx, shop.id, "Gaun Lama", sizes=("",))
    sheet = "Nama Produk*;Harga (Rp)*;Berat (Gram)*;Stok*;Kode SKU\nGaun Senja;89.000;180;6;GS-1\n"
    await bring(commerce_tx, shop.id, sheet)
    again = await bring(commerce_tx, shop.id, sheet.replace("89.000", "91.000").replace("Senja", "Fajar"))
    assert [row.change for row in again.preview.rows] == [Change.CHANGED]
    products = {one.code: one for one in await catalog.list_products(commerce_tx, shop.id)}
    assert [(code, one.title) for code, one in products.items()] == [
        ("A1", "Gaun Lama"),
        ("A2", "Gaun Fajar"),
    ]
    assert products["A2"].variants[0].price == Money(91000)

"""Products are offered, changed, ordered, archived and brought back."""

from dataclasses import replace

import pytest

from etalase.commerce import catalog
from etalase.commerce.catalog import (
    PhotoUnknown,
    ProductDraft,
    ProductUnknown,
    TooManyPhotos,
    VariantDraft,
)
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.platform.db import Tx
from etalase.platform.images import StoredPicture
from tests.make import catalog as make
from tests.make import inventory as make_stock
from tests.make import shops as make_shops


async def test_products_get_free_codes_and_stand_in_order(commerce_tx: Tx) -> None:
    shop = await make_shops.shop(commerce_tx)
    first, second = [await make.product(commerce_tx, shop.id, title) for title in ("Gaun", "Rok")]
    third = await make.product(commerce_tx, shop.id, "Topi", code="a2x")
    assert [one.code for one in (first, second, third)] == ["A1", "A2", "A2X"]
    await catalog.reorder_products(commerce_tx, shop.id, [third.id, first.id])
    assert [one.title for one in await catalog.list_products(commerce_tx, shop.id)] == ["Topi", "Rok", "Gaun"]
    page = await catalog.list_products(commerce_tx, shop.id, limit=1)
    rest = await catalog.list_products(commerce_tx, shop.id, after=(page[0].position, page[0].id))
    assert [one.title for one in rest] == ["Rok", "Gaun"]
    assert [one.title for one in await catalog.list_products(commerce_tx, shop.id, search="ga")] == ["Gaun"]


async def test_a_code_belongs_to_one_product_of_a_shop(commerce_tx: Tx) -> None:
    shop, other = [await make_shops.shop(commerce_tx) for _ in range(2)]
    product = await make.product(commerce_tx, shop.id, code="A1")
    await make.product(commerce_tx, other.id, code="A1")
    with pytest.raises(Invalid):
        await make.product(commerce_tx, shop.id, code="a1")
    await catalog.archive_product(commerce_tx, shop.id, product.id)
    await make.product(commerce_tx, shop.id, code="A1")
    with pytest.raises(Invalid):
        await catalog.restore_product(commerce_tx, shop.id, product.id)


async def test_a_product_of_another_shop_cannot_be_touched(commerce_tx: Tx) -> None:
    shop, other = [await make_shops.shop(commerce_tx) for _ in range(2)]
    product = await make.product(commerce_tx, shop.id)
    with pytest.raises(ProductUnknown):
        await catalog.update_product(commerce_tx, other.id, product.id, make.product_draft())
    with pytest.raises(ProductUnknown):
        await catalog.archive_product(commerce_tx, other.id, product.id)
    with pytest.raises(ProductUnknown):
        await catalog.reorder_products(commerce_tx, other.id, [product.id])
    with pytest.raises(ProductUnknown):
        await catalog.get_product_of(commerce_tx, other.id, product.id)


async def test_variants_swap_go_and_come_back_with_their_ids(commerce_tx: Tx) -> None:
    product = await make_stock.stocked_product(commerce_tx, 5)
    small, large = product.variants
    swapped = tuple(
        VariantDraft(size, "kuning", "89000", "180", id=id_)
        for size, id_ in ((large.size, small.id), (small.size, large.id))
    )
    draft = ProductDraft(product.title, "", product.code, swapped)
    changed = await catalog.update_product(commerce_tx, product.shop_id, product.id, draft)
    assert {one.size: one.id for one in changed.variants} == {large.size: small.id, small.size: large.id}
    only = replace(draft, variants=swapped[:1])
    await catalog.update_product(commerce_tx, product.shop_id, product.id, only)
    assert not (await catalog.get_variants(commerce_tx, [large.id]))[large.id].for_sale
    again = replace(draft, variants=(swapped[0], replace(swapped[1], id=None)))
    back = await catalog.update_product(commerce_tx, product.shop_id, product.id, again)
    assert [one.id for one in back.variants] == [small.id, large.id]


async def test_a_variant_of_another_product_is_refused(commerce_tx: Tx) -> None:
    shop = await make_shops.shop(commerce_tx)
    product, other = [await make.product(commerce_tx, shop.id) for _ in range(2)]
    stolen = VariantDraft("X", "", "89000", "180", id=other.variants[0].id)
    draft = ProductDraft("Gaun", "", product.code, (stolen,))
    with pytest.raises(Invalid):
        await catalog.update_product(commerce_tx, shop.id, product.id, draft)


async def test_photos_are_few_and_the_first_leads(commerce_tx: Tx) -> None:
    shop = await make_shops.shop(commerce_tx)
    product = await make.product(commerce_tx, shop.id)
    photos = [
        await catalog.add_photo(
            commerce_tx, shop.id, product.id, StoredPicture(f"photos/{number}", 9, 9, "data:")
        )
        for number in range(catalog.MAX_PHOTOS)
    ]
    with pytest.raises(TooManyPhotos):
        await catalog.add_photo(commerce_tx, shop.id, product.id, StoredPicture("photos/x", 9, 9, "data:"))
    await catalog.lead_with_photo(commerce_tx, shop.id, product.id, photos[3].id)
    await catalog.remove_photo(commerce_tx, shop.id, product.id, photos[0].id)
    with pytest.raises(PhotoUnknown):
        await catalog.remove_photo(commerce_tx, shop.id, product.id, new_id())
    shown = await catalog.get_product(commerce_tx, product.id)
    assert [photo.key for photo in shown.photos][:2] == ["photos/3", "photos/1"]
    assert shown.variants[0].photo_key == "photos/3"
    assert shown.photos[0].alt == product.title

"""Units come, are counted and corrected, each time with a movement; and follow the catalog."""

from uuid import UUID

import pytest
from sqlalchemy import text

from etalase.commerce import catalog, inventory
from etalase.commerce.catalog import ProductDraft, VariantDraft, VariantId, VariantUnknown
from etalase.commerce.inventory import HoldQueue, InventorySettings, NotForSale, StockTooLow
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.platform.db import Database, DatabaseBug, Tx
from etalase.platform.outbox import Relay
from tests.make import inventory as make
from tests.make.inventory import hold_request
from tests.make.laws import OPEN

SELLER = new_id()


async def on_hand(tx: Tx, variant_id: UUID) -> int:
    assert await inventory.recount(tx) == []
    found = await inventory.stock_of(tx, [variant_id])
    return found[variant_id].on_hand if found else 0


async def test_received_and_adjusted_units_leave_a_trail(commerce_tx: Tx) -> None:
    variant = (await make.stocked_product(commerce_tx, 0)).variants[0]
    await inventory.receive(commerce_tx, variant.id, 10, actor_id=SELLER, reason="Kiriman pertama")
    await inventory.adjust(commerce_tx, variant.id, -2, actor_id=SELLER, reason="Sobek")
    assert await on_hand(commerce_tx, variant.id) == 8
    trail = await inventory.list_movements(commerce_tx, [variant.id])
    assert [(line.kind, line.on_hand_change, line.reason, line.actor_id) for line in trail] == [
        ("adjusted", -2, "Sobek", SELLER),
        ("received", 10, "Kiriman pertama", SELLER),
    ]
    older = await inventory.list_movements(commerce_tx, [variant.id], before=trail[0].id)
    assert older == trail[1:]


async def test_a_correction_never_takes_what_buyers_hold(commerce_db: Database, clock: FixedClock) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    await HoldQueue(commerce_db, clock, InventorySettings(), OPEN).hold(hold_request(variant_id, 3))
    with pytest.raises(StockTooLow) as refused:
        async with commerce_db.begin() as tx:
            await inventory.adjust(tx, variant_id, -3, actor_id=SELLER, reason="Hilang")
    assert refused.value.facts["held"] == 3
    with pytest.raises(StockTooLow):
        async with commerce_db.begin() as tx:
            await inventory.count(tx, {variant_id: 2}, actor_id=SELLER, reason="Hitung ulang")
    async with commerce_db.begin() as tx:
        assert await on_hand(tx, variant_id) == 5
        await inventory.count(tx, {variant_id: 3}, actor_id=SELLER, reason="Hitung ulang")
        assert await inventory.available(tx, [variant_id]) == {variant_id: 0}


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
async def test_impossible_quantities_are_refused(commerce_tx: Tx, quantity: int) -> None:
    variant = (await make.stocked_product(commerce_tx, 1)).variants[0]
    with pytest.raises(Invalid):
        await inventory.receive(commerce_tx, variant.id, quantity)
    assert await on_hand(commerce_tx, variant.id) == 1


async def test_a_correction_needs_a_reason_and_a_known_variant(commerce_tx: Tx) -> None:
    variant = (await make.stocked_product(commerce_tx, 1)).variants[0]
    with pytest.raises(Invalid):
        await inventory.adjust(commerce_tx, variant.id, 1, actor_id=SELLER, reason=" ")
    with pytest.raises(VariantUnknown):
        await inventory.receive(commerce_tx, new_id(), 1)


@pytest.mark.parametrize(
    "change",
    ["held = held + 10", "on_hand = -1, held = -1", "on_hand = held - 1"],
)
async def test_the_database_itself_refuses_an_oversold_row(commerce_db: Database, change: str) -> None:
    await make.stocked_variant(commerce_db, 5)
    with pytest.raises(DatabaseBug):
        async with commerce_db.begin() as tx:
            await tx.execute(text(f"UPDATE stock SET {change}"))


async def test_what_is_archived_cannot_be_held_until_it_is_restored(
    commerce_db: Database, clock: FixedClock
) -> None:
    queue = HoldQueue(commerce_db, clock, InventorySettings(), OPEN)
    relay = Relay(commerce_db, inventory.REACTIONS)
    async with commerce_db.begin() as tx:
        product = await make.stocked_product(tx, 5)
        await catalog.archive_product(tx, product.shop_id, product.id)
    await relay.drain()
    with pytest.raises(NotForSale):
        await queue.hold(hold_request(product.variants[0].id))
    async with commerce_db.begin() as tx:
        await catalog.restore_product(tx, product.shop_id, product.id)
    await relay.drain()
    assert (await queue.hold(hold_request(product.variants[0].id))).quantity == 1


async def test_a_variant_left_out_of_its_product_cannot_be_held(
    commerce_db: Database, clock: FixedClock
) -> None:
    async with commerce_db.begin() as tx:
        product = await make.stocked_product(tx, 5)
        kept, gone = product.variants
        only = VariantDraft(kept.size, kept.colour, "90000", "180", id=kept.id)
        draft = ProductDraft(product.title, product.description, product.code, (only,))
        await catalog.update_product(tx, product.shop_id, product.id, draft)
    await Relay(commerce_db, inventory.REACTIONS).drain()
    queue = HoldQueue(commerce_db, clock, InventorySettings(), OPEN)
    assert (await queue.hold(hold_request(kept.id))).quantity == 1
    with pytest.raises(NotForSale):
        await queue.hold(hold_request(gone.id))


async def test_a_recount_finds_each_figure_that_does_not_agree(commerce_db: Database) -> None:
    variant_id = await make.stocked_variant(commerce_db, 5)
    async with commerce_db.begin() as tx:
        await tx.execute(text(f"UPDATE stock SET on_hand = 7, held = 1 WHERE variant_id = '{variant_id}'"))
        found = await inventory.recount(tx)
    assert [(difference.figure, difference.recorded, difference.recounted) for difference in found] == [
        ("on_hand_by_movements", 7, 5),
        ("held_by_movements", 1, 0),
        ("held_by_holds", 1, 0),
    ]


async def test_stock_that_first_comes_to_an_archived_product_cannot_be_held(
    commerce_db: Database, clock: FixedClock
) -> None:
    async with commerce_db.begin() as tx:
        product = await make.stocked_product(tx, 0)
        await catalog.archive_product(tx, product.shop_id, product.id)
        await inventory.receive(tx, product.variants[0].id, 3)
    with pytest.raises(NotForSale):
        await HoldQueue(commerce_db, clock, InventorySettings(), OPEN).hold(
            hold_request(product.variants[0].id)
        )


async def test_stock_of_more_variants_than_a_statement_has_arguments_is_found(commerce_tx: Tx) -> None:
    variant_id = (await make.stocked_product(commerce_tx, 2)).variants[0].id
    many = [variant_id, *(new_id() for _ in range(40_000))]
    assert (await inventory.stock_of(commerce_tx, many)).keys() == {variant_id}
    assert (await catalog.get_variants(commerce_tx, map(VariantId, many))).keys() == {variant_id}

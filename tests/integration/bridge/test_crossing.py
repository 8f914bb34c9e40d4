"""What crosses the bridge arrives once, is logged at both ends, and the log can't be changed."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from etalase import bridge
from etalase.bridge import LocalShopfront, LocalSignals, Signal, SignalReceiver, SoldSignal, StockSignal
from etalase.commerce import inventory, shops
from etalase.commerce.inventory import HoldQueue, HoldRequest
from etalase.kernel.clock import FixedClock
from etalase.kernel.sources import Venue
from etalase.platform.db import Database, DatabaseBug
from etalase.platform.outbox import Relay
from etalase.social import people
from tests.make import inventory as make_inventory
from tests.make import shops as make_shops
from tests.make.laws import OPEN

KEY = "k" * 40


class Listener:
    """Rooms that only listen."""

    def __init__(self) -> None:
        self.heard: list[tuple[object, ...]] = []

    async def stock_changed(self, *facts: object) -> None:
        self.heard.append(("stock", *facts))

    async def deal_taken(self, *facts: object) -> None:
        self.heard.append(("deal", *facts))

    async def units_sold(self, *facts: object) -> None:
        self.heard.append(("sold", *facts))

    async def offers_changed(self, *facts: object) -> None:
        self.heard.append(("offers", *facts))

    async def shop_renamed(self, *facts: object) -> None:
        self.heard.append(("renamed", *facts))

    async def claims_recorded(self, *facts: object) -> None:
        """Count no claims."""

    def host_withdrawn(self, *facts: object) -> None:
        self.heard.append(("withdrawn", *facts))

    def access_ended(self, *facts: object) -> None:
        self.heard.append(("withdrawn", *facts))


async def test_a_host_pass_opens_the_studio_once(commerce_db: Database, social_db: Database) -> None:
    owner = uuid4()
    async with commerce_db.begin() as tx:
        shop = await make_shops.shop(tx, owner_id=owner)
        token = await bridge.issue_host_pass(tx, KEY, owner, "Sari")
    async with social_db.begin() as tx:
        account_id = (await bridge.accept_host_pass(tx, KEY, token)).account_id
        assert await people.is_host(tx, account_id, shop.id)
    async with social_db.begin() as tx:
        with pytest.raises(bridge.PassUnusable):
            await bridge.accept_host_pass(tx, KEY, token)
        crossed = await bridge.list_crossings(tx, None, 10)
    assert [(row.direction, row.kind) for row in crossed] == [("in", "host_pass")]
    assert "Sari" not in str(crossed[0].content)
    assert str(owner) not in str(crossed[0].content)


async def test_a_shops_new_name_is_heard_in_the_rooms(commerce_db: Database, social_db: Database) -> None:
    ears = Listener()
    reactions = bridge.signal_reactions(LocalSignals(SignalReceiver(social_db, ears)), KEY)
    async with commerce_db.begin() as tx:
        shop = await make_shops.shop(tx)
        await shops.update_shop(tx, shop.id, make_shops.shop_draft("Melati Kids"))
    await Relay(commerce_db, reactions).drain()
    assert ears.heard == [("renamed", shop.id, "Melati Kids")]


async def test_a_packer_and_a_stranger_get_no_pass(commerce_db: Database) -> None:
    async with commerce_db.begin() as tx:
        shop = await make_shops.shop(tx)
        packer = await make_shops.member(tx, shop, shops.Role.PACKER)
        for nobody in (packer, uuid4()):
            with pytest.raises(shops.NotYourShop):
                await bridge.issue_host_pass(tx, KEY, nobody, "Budi")
        assert await bridge.list_crossings(tx, None, 10) == []


async def test_a_hold_is_heard_in_the_rooms_and_shown_in_the_window(
    commerce_db: Database, social_db: Database, clock: FixedClock
) -> None:
    ears = Listener()
    reactions = bridge.signal_reactions(LocalSignals(SignalReceiver(social_db, ears)), KEY)
    async with commerce_db.begin() as tx:
        product = await make_inventory.stocked_product(tx, 5)
    relay = Relay(commerce_db, reactions)
    await relay.drain()
    ears.heard.clear()
    queue = HoldQueue(commerce_db, clock, inventory.InventorySettings(), OPEN)
    variant = product.variants[0]
    await queue.hold(HoldRequest("somebody", variant.id, 2, "first", Venue.SHOP))
    await relay.drain()
    assert ears.heard == [("stock", product.shop_id, product.id, variant.id, 3)]
    (card,) = await LocalShopfront(commerce_db, "https://shop.example").list_offers(product.shop_id)
    assert card.url.startswith("https://shop.example/shop/")
    assert card.variants[0].available == 3


class Counted(LocalSignals):
    """A way to the rooms that counts the messages."""

    def __init__(self, receiver: SignalReceiver) -> None:
        super().__init__(receiver)
        self.messages: list[tuple[Signal, ...]] = []

    async def send(self, signals: tuple[Signal, ...]) -> None:
        self.messages.append(signals)
        await super().send(signals)


async def test_a_hundred_holds_of_one_variant_are_one_message_with_the_last_number(
    commerce_db: Database, social_db: Database, clock: FixedClock
) -> None:
    ears = Listener()
    sink = Counted(SignalReceiver(social_db, ears))
    async with commerce_db.begin() as tx:
        product = await make_inventory.stocked_product(tx, 500)
        other = await make_inventory.stocked_product(tx, 500)
    relay = Relay(commerce_db, bridge.signal_reactions(sink, KEY))
    await relay.drain()
    sink.messages.clear()
    ears.heard.clear()
    variants = (product.variants[0].id, other.variants[0].id)
    for number in range(100):
        for variant_id in variants:
            queue = HoldQueue(commerce_db, clock, inventory.InventorySettings(), OPEN)
            await queue.hold(
                HoldRequest(f"buyer-{number}", variant_id, 2, f"{number}-{variant_id}", Venue.SHOP)
            )
    await relay.drain()
    [message] = sink.messages
    assert [(found.variant_id, found.available) for found in message if isinstance(found, StockSignal)] == [
        (variant_id, 300) for variant_id in variants
    ]
    assert [what for what, *_ in ears.heard] == ["stock", "stock"]
    async with social_db.begin() as tx:
        crossed = [row.kind for row in await bridge.list_crossings(tx, None, 1000)]
    assert crossed.count("stock") == 4 + 2  # when the goods came, and now


async def test_the_crossing_log_ends_after_its_time_and_not_before(
    social_db: Database, clock: FixedClock
) -> None:
    receiver = SignalReceiver(social_db, Listener())
    await receiver.receive((StockSignal(uuid4(), uuid4(), uuid4(), 1),))
    clock.advance(seconds=100 * 24 * 3600)
    await receiver.receive((StockSignal(uuid4(), uuid4(), uuid4(), 2),))
    for kept_days, left in ((101, 2), (99, 1)):
        async with social_db.begin() as tx:
            await bridge.forget_crossings(tx, kept_days=kept_days)
            assert len(await bridge.list_crossings(tx, None, 10)) == left
    with pytest.raises(DatabaseBug, match="only added to"):
        async with social_db.begin() as tx:
            await tx.execute(text("DELETE FROM crossings"))


@pytest.mark.parametrize("days", [0, 29, 3651])
def test_a_log_that_nobody_could_look_into_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="crossings_kept_days"):
        bridge.BridgeSettings(crossings_kept_days=days)


async def test_a_sale_that_is_told_twice_counts_once(social_db: Database) -> None:
    ears = Listener()
    sale = SoldSignal("order-1", uuid4(), uuid4(), uuid4(), 2)
    stock = StockSignal(sale.shop_id, sale.product_id, sale.variant_id, 1)
    receiver = SignalReceiver(social_db, ears)
    await receiver.receive((sale, stock))
    await receiver.receive((sale, stock))
    assert [what for what, *_ in ears.heard] == ["sold", "stock", "stock"]


async def test_the_crossing_log_is_only_added_to(social_db: Database) -> None:
    await SignalReceiver(social_db, Listener()).receive((StockSignal(uuid4(), uuid4(), uuid4(), 1),))
    for change in ("UPDATE crossings SET kind = 'x'", "DELETE FROM crossings", "TRUNCATE crossings"):
        with pytest.raises(DatabaseBug, match="only added to"):
            async with social_db.begin() as tx:
                await tx.execute(text(change))

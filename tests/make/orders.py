"""Builders of orders: as the model sees them, and placed by the commands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from etalase.commerce import inventory, ledger, orders, payments, shipping
from etalase.commerce.catalog import VariantView
from etalase.commerce.inventory import HoldQueue, HoldRequest
from etalase.commerce.orders import (
    Checkout,
    Choice,
    ContactDraft,
    DeliveryAddress,
    Order,
    OrderLine,
    OrderSettings,
    OrderState,
)
from etalase.commerce.shops import ShopView
from etalase.kernel.ids import new_code, new_id, new_token
from etalase.kernel.money import Money
from etalase.kernel.sources import Source, Venue
from etalase.platform.db import Database, Tx
from etalase.platform.outbox import Relay
from tests.make import catalog as make_catalog
from tests.make import shops as make_shops
from tests.make.laws import OPEN

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SETTINGS = OrderSettings(
    new_buyer_pay_within_minutes=24 * 60,
    max_unpaid_orders_per_contact=10_000,
    max_unpaid_share_percent=100,
)
"""All buyers of a test share a contact; what newcomers may keep has a test of its own."""
ADDRESS = DeliveryAddress(
    recipient="Dewi Lestari",
    phone="+6281298765432",
    street="Jl. Margonda Raya 100",
    district="Beji",
    city="Kota Depok",
    province="Jawa Barat",
    postcode="16421",
)


def line(**changes: Any) -> OrderLine:
    """Return a dress at Rp 89.000, twice."""
    made = OrderLine(
        variant_id=new_id(),
        product_id=new_id(),
        hold_id=new_id(),
        title="Gaun Bunga Matahari",
        label="2-3 th · kuning",
        code="A1",
        sku="GBM-23-K",
        unit_price=Money(89_000),
        quantity=2,
        weight_grams=180,
        photo_key=None,
    )
    return replace(made, **changes)


def order(state: OrderState = OrderState.AWAITING_PAYMENT, **changes: Any) -> Order:
    """Return an order as it was placed, in one of the two states in which orders begin."""
    order_id = new_id()
    made = Order(
        id=order_id,
        number=new_code(),
        token=new_token(),
        shop_id=new_id(),
        holder="cart:one",
        account_id=None,
        checkout_key="key",
        email="dewi@example.com",
        locale="id",
        state=state,
        method="cod" if state is OrderState.CONFIRMED else "bank_transfer",
        payment_id=new_id(),
        show_code=None,
        parcel_id=order_id,
        address=ADDRESS,
        place_code="327606",
        service="Reguler",
        shipping=Money(15_000),
        note="",
        lines=(line(),),
        placed_at=NOW,
        pay_by=None if state is OrderState.CONFIRMED else NOW + timedelta(hours=1),
    )
    return replace(made, **changes)


@dataclass
class Market:
    """A shop that takes every way of its own, with a dress on the shelf, and the doors of the planes."""

    db: Database
    desk: HoldQueue
    shop: ShopView
    variants: tuple[VariantView, ...]
    relay: Relay

    async def hold(
        self, holder: str, quantity: int = 1, *, show: str | None = None, variant: int = 0
    ) -> UUID:
        """Hold units for a buyer."""
        held = await self.desk.hold(
            HoldRequest(
                holder,
                self.variants[variant].id,
                quantity,
                new_code(),
                Venue.SHOP,
                source=source(self.shop.id, show) if show else None,
            )
        )
        return held.id

    async def place(self, holder: str, method: str = "bank_transfer", **changes: Any) -> Order:
        """Order everything that the buyer holds."""
        async with self.db.begin() as tx:
            (placed,) = await orders.place_orders(
                tx, checkout(holder, [self.shop.id], method, **changes), SETTINGS, OPEN
            )
        return placed

    async def buy(self, holder: str, method: str = "bank_transfer", **changes: Any) -> Order:
        """Hold a unit, order it and pay; paid on delivery, it stays unpaid."""
        await self.hold(holder, show=changes.pop("show", None))
        placed = await self.place(holder, method, **changes)
        if method != "cod":
            await self.pay(placed)
        return await self.reload(placed)

    async def pay(self, placed: Order) -> None:
        """Let the seller see the money, and all that follows from it happen."""
        async with self.db.begin() as tx:
            payment = await payments.find_payment_of_order(tx, placed.id)
            assert payment is not None
            await payments.confirm_by_seller(tx, payment.id, payment.due)
        await self.relay.drain()

    async def send_refund(self, placed: Order) -> None:
        """Let the seller send the promised money back."""
        async with self.db.begin() as tx:
            waiting = await payments.list_refunds_to_send(tx, self.shop.id)
            for payment, refund in waiting:
                if payment.order_id == placed.id:
                    await payments.confirm_refund_by_seller(tx, self.shop.id, refund.id)
        await self.relay.drain()

    async def reload(self, placed: Order) -> Order:
        """Read the order as it is now."""
        async with self.db.begin() as tx:
            return await orders.get_order(tx, placed.id)

    async def available(self, variant: int = 0) -> int:
        """Count the free units."""
        async with self.db.begin() as tx:
            variant_id = self.variants[variant].id
            return (await inventory.available(tx, [variant_id]))[variant_id]

    async def differences(self) -> list[str]:
        """Count everything again, once all has been told."""
        await self.relay.drain()
        async with self.db.begin() as tx:
            stock = [str(difference) for difference in await inventory.recount(tx)]
            return stock + await orders.recount(tx) + await ledger.recount(tx) + await payments.recount(tx)


def source(shop_id: UUID, show: str) -> Source:
    """Return where a buyer comes from, with a referral of their own."""
    return Source(new_code(16), Venue.SHOP, shop_id, show, NOW)


async def market(db: Database, units: int = 5) -> Market:
    """Open a market with so many units of each variant."""
    async with db.begin() as tx:
        shop = await open_shop(tx)
        product = await make_catalog.product(tx, shop.id)
        for variant in product.variants:
            await inventory.receive(tx, variant.id, units)
    desk = HoldQueue(db, db.clock, inventory.InventorySettings(), OPEN)
    relay = Relay(db, [*orders.REACTIONS])
    return Market(db, desk, shop, product.variants, relay)


async def open_shop(tx: Tx, name: str = "Kancil Kids", *, owner_id: UUID | None = None) -> ShopView:
    """Open a shop that takes transfers, its own QRIS, and cash on delivery."""
    draft = replace(
        make_shops.shop_draft(name),
        bank="BCA",
        bank_account_number="1234567890",
        bank_account_holder="Sari",
        qris_static=make_shops.qris(),
    )
    shop = await make_shops.open_shop(tx, owner_id or new_id(), draft)
    await payments.set_cod(tx, shop.id, on=True)
    return shop


def contact(**changes: Any) -> ContactDraft:
    """Return a contact as a buyer typed it."""
    (place,) = shipping.gazetteer().search("beji depok")
    draft = ContactDraft(
        email="dewi@example.com",
        recipient="Dewi Lestari",
        phone="0812-9876-5432",
        street="Jl. Margonda Raya 100",
        postcode="16421",
        place=place,
    )
    return replace(draft, **changes)


def checkout(
    holder: str, shop_ids: Sequence[UUID], method: str = "bank_transfer", **changes: Any
) -> Checkout:
    """Return a checkout of everything that the buyer holds."""
    made = Checkout(
        holders=(holder,),
        account_id=None,
        checkout_key=new_code(),
        locale="id",
        contact=contact(),
        choices=tuple(Choice(shop_id, "", method) for shop_id in shop_ids),
        venue=Venue.SHOP,
    )
    return replace(made, **changes)

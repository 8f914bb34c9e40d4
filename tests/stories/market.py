"""A shop with dresses on its shelf in a running server's database, and its seller's and buyers' browsers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from playwright.async_api import BrowserContext, Page
from sqlalchemy import text

from etalase import accounts
from etalase.commerce import inventory, orders, payments, shops
from etalase.commerce.catalog import ProductView
from etalase.commerce.orders import Order
from etalase.commerce.shops import ShopView
from etalase.kernel.ids import new_code
from etalase.platform.db import Database
from tests.make import catalog as make_catalog
from tests.make import shops as make_shops
from tests.stories.serving import Server


@dataclass
class Market:
    """The shop, what it sells, and the database behind it."""

    db: Database
    shop: ShopView
    owner_token: str
    products: tuple[ProductView, ...]

    async def sign_in(self, context: BrowserContext, url: str) -> None:
        """Let the seller be signed in in this browser."""
        await context.add_cookies(
            [{"name": "etalase_session_commerce", "value": self.owner_token, "url": url}]
        )

    async def hold(self, page: Page, product: int = 0, quantity: int = 1, *, show: str | None = None) -> None:
        """Hold units from the page, as the room's sheet does."""
        hold_request = {
            "variant_id": str(self.products[product].variants[0].id),
            "quantity": quantity,
            "idempotency_key": new_code(),
            "show": show,
        }
        status = await page.evaluate(
            """async (request) => (await fetch("/cart/holds", {
                method: "POST",
                headers: {
                    "content-type": "application/json",
                    "accept": "application/json",
                    "x-csrftoken": document.querySelector("meta[name=csrf-token]").content,
                },
                body: JSON.stringify(request),
            })).status""",
            hold_request,
        )
        assert status == 201

    async def available(self, product: int = 0) -> int:
        """Count the free units of a product's first variant."""
        variant_id = self.products[product].variants[0].id
        async with self.db.begin() as tx:
            return (await inventory.available(tx, [variant_id]))[variant_id]

    async def only_order(self) -> Order:
        """Return the shop's newest order."""
        async with self.db.begin() as tx:
            listed = await orders.list_orders(tx, self.shop.id, orders.Filter(), limit=1)
        return listed.orders[0]

    async def expire_holds(self) -> None:
        """End all holds of buyers who have not ordered, as if their time were over."""
        async with self.db.begin() as tx:
            ids = [variant.id for product in self.products for variant in product.variants]
            await tx.execute(
                text(
                    "UPDATE holds SET expires_at = now() - interval '1 second' "
                    "WHERE state = 'active' AND order_id IS NULL AND variant_id = ANY(:ids)"
                ),
                {"ids": ids},
            )


@asynccontextmanager
async def open_market(server: Server, units: int = 5) -> AsyncIterator[Market]:
    """Open a shop of its own for a story."""
    db = Database(server.environment["ETALASE_COMMERCE_DSN"], "commerce", pool_size=2)
    try:
        async with db.begin() as tx:
            name = new_code()
            owner = await accounts.sign_up(
                tx,
                email=f"{name}@example.com".lower(),
                password="hujan sore di teras",
                display_name="Ibu Sari",
            )
            session = await accounts.open_session(tx, owner)
            draft = replace(
                make_shops.shop_draft(f"Kancil Kids {name[:4]}"),
                bank="BCA",
                bank_account_number="1234567890",
                bank_account_holder="Sari",
                qris_static=make_shops.qris(),
                contact_phone="0812-3456-7890",
            )
            shop = await shops.create_shop(tx, owner, draft)
            await payments.set_cod(tx, shop.id, on=True)
            products = []
            for title, price in (("Gaun Bunga Matahari", "89.000"), ("Kaus Dino Hijau", "65.000")):
                product = await make_catalog.product(tx, shop.id, title, price=price)
                for variant in product.variants:
                    await inventory.receive(tx, variant.id, units)
                products.append(product)
        yield Market(db, shop, session.token, tuple(products))
    finally:
        await db.close()

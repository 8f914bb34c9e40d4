"""A shop asks who let it down to pay first: the buyer hears so before the tap, asks, and is let off."""

from playwright.async_api import Page, expect

from etalase.commerce import orders
from etalase.commerce.orders import Order
from tests.stories.browsing import PHONE, axe, fits
from tests.stories.conftest import Screens
from tests.stories.market import Market, open_market
from tests.stories.serving import Server

WORDS = "Orders of yours were left unpaid, cancelled or refused at the door lately"


async def look(page: Page) -> None:
    """Check what the page is to everybody."""
    await fits(page)
    await axe(page)


async def order_on_delivery(buyer: Page, market: Market) -> Order:
    """Hold a dress and have it sent, to be paid at the door."""
    await buyer.goto("/cart")
    await market.hold(buyer)
    await buyer.goto("/checkout")
    await buyer.get_by_label("Name", exact=True).fill("Dewi Lestari")
    await buyer.get_by_label("Phone").fill("0812-9876-5432")
    await buyer.get_by_label("E-mail").fill("dewi@example.com")
    await buyer.get_by_label("Street, number, RT/RW").fill("Jl. Margonda Raya 100")
    await buyer.get_by_label("District and city, or postcode").fill("Beji, Kota Depok, Jawa Barat")
    await buyer.get_by_label("Postcode", exact=True).fill("16421")
    await expect(buyer.get_by_text("Reguler")).to_be_visible()
    await buyer.get_by_label("Cash on delivery").check()
    await expect(buyer.locator("[data-total]")).not_to_contain_text("shipping")
    await buyer.get_by_role("button", name="Place the order").click()
    await expect(buyer.get_by_text("Have the money ready")).to_be_visible()
    return await market.only_order()


async def refuse_at_the_door(market: Market, placed: Order) -> None:
    """Send the parcel, and take it back unpaid."""
    async with market.db.begin() as tx:
        await orders.pack_orders(tx, market.shop.id, [placed.id])
        await orders.ship_order(tx, market.shop.id, placed.id, carrier="JNE", tracking_number="JP1")
        await orders.cancel_by_seller(tx, market.shop.id, placed.id, "refused at the door")


async def set_rules(seller: Page, market: Market) -> None:
    """Keep units for 15 minutes, and have those pay first who let others down."""
    await seller.goto(f"/desk/{market.shop.slug}/settings")
    await seller.get_by_role("link", name="Hold rules").click()
    await seller.get_by_label("Minutes that a unit is kept").fill("90")
    await seller.get_by_label("Who has let others down").check()
    await seller.get_by_role("button", name="Save").click()
    await expect(seller.get_by_text("At most 60.").first).to_be_visible()
    await look(seller)
    await seller.get_by_label("Minutes that a unit is kept").fill("15")
    await seller.get_by_role("button", name="Save").click()
    await expect(seller.get_by_text("Saved.")).to_be_visible()
    await expect(seller.get_by_label("Who has let others down")).to_be_checked()


async def test_who_let_a_shop_down_pays_first_and_is_let_off(server: Server, screens: Screens) -> None:
    async with open_market(server) as market:
        seller_context = await screens(server.url, **PHONE)
        await market.sign_in(seller_context, server.url)
        seller = await seller_context.new_page()
        buyer = await (await screens(server.url, **PHONE)).new_page()
        await set_rules(seller, market)
        await refuse_at_the_door(market, await order_on_delivery(buyer, market))

        product = f"/shop/{market.shop.slug}/p/{market.products[0].id}"
        await buyer.goto(product)
        await expect(buyer.get_by_text("It is yours for 15 minutes")).to_be_visible()
        await expect(buyer.locator("[data-pay-first]")).to_contain_text(WORDS)
        await look(buyer)
        await buyer.locator(".chip").first.click()
        await buyer.get_by_role("button", name="Hold for me").click()
        await expect(buyer.get_by_role("heading", name="Cart")).to_be_visible()
        await expect(buyer.locator("[data-pay-first]")).to_contain_text(WORDS)
        await look(buyer)
        await buyer.get_by_role("link", name="Check out").click()
        await expect(buyer.get_by_label("Bank transfer")).to_be_visible()
        await expect(buyer.get_by_label("Cash on delivery")).to_have_count(0)
        await look(buyer)

        await buyer.get_by_role("link", name="More about this").click()
        await expect(buyer.get_by_text("Refused at the door", exact=True)).to_be_visible()
        await buyer.get_by_label("What should the shop know?").fill("Saya sedang di rumah sakit.")
        await look(buyer)
        await buyer.get_by_role("button", name="Ask the shop").click()
        await expect(buyer.get_by_text("Not answered yet")).to_be_visible()
        await look(buyer)

        await seller.reload()
        await expect(seller.get_by_text("Saya sedang di rumah sakit.")).to_be_visible()
        await seller.get_by_label("Your answer").fill("Lekas sembuh.")
        await look(seller)
        await seller.get_by_role("button", name="Need not pay first").click()
        await expect(seller.get_by_role("heading", name="Answered")).to_be_visible()
        await look(seller)

        await buyer.reload()
        await expect(buyer.get_by_text("Lekas sembuh.")).to_be_visible()
        await buyer.goto("/checkout")
        await expect(buyer.get_by_label("Cash on delivery")).to_be_visible()
        await expect(buyer.locator("[data-pay-first]")).to_have_count(0)

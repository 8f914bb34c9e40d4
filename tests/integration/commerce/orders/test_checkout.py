from dataclasses import replace

import pytest

from etalase.commerce import inventory, orders, payments, shipping
from etalase.commerce.orders import OrderState, OrderStock, SeenLine
from etalase.commerce.shipping import Area, Rate
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Invalid
from etalase.kernel.money import Money
from etalase.kernel.sources import Venue
from etalase.platform.db import Database
from tests.make import catalog as make_catalog
from tests.make import orders as make
from tests.make.laws import OPEN


async def test_what_is_held_becomes_an_order_that_waits_for_its_money(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a", 2)
    placed = await market.place("cart:a")
    assert (placed.state, placed.goods, placed.shipping) == (
        OrderState.AWAITING_PAYMENT,
        Money(178_000),
        Money(15_000),
    )
    assert await market.available() == 3
    async with commerce_db.begin() as tx:
        payment = await payments.find_payment_of_order(tx, placed.id)
        assert await orders.get_order_by_token(tx, placed.token) == placed
        assert (await orders.get_cart(tx, ["cart:a"])).shops == ()
    assert payment is not None
    assert (payment.amount, payment.shipping, payment.expires_at) == (
        placed.total,
        placed.shipping,
        placed.pay_by,
    )
    assert await market.differences() == []


async def test_the_stock_stays_held_until_the_money_is_due(commerce_db: Database, clock: FixedClock) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    placed = await market.place("cart:a")
    clock.advance(seconds=11 * 60)
    await inventory.expire_due(commerce_db)
    assert await market.available() == 4
    assert (await market.reload(placed)).stock is OrderStock.HELD


async def test_the_same_checkout_again_is_the_same_order(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    first = await market.place("cart:a", checkout_key="twice")
    await market.hold("cart:a")
    assert await market.place("cart:a", checkout_key="twice") == first


async def test_everything_that_is_to_be_mended_is_told_in_one_round(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    empty = replace(make.checkout("cart:a", []), contact=orders.ContactDraft())
    with pytest.raises(Invalid) as refused:
        async with commerce_db.begin() as tx:
            await orders.place_orders(tx, empty, make.SETTINGS, OPEN)
    fields = {problem.field for problem in refused.value.problems}
    contact = {"email", "recipient", "phone", "street", "postcode", "place"}
    assert fields == contact | {f"method-{market.shop.id}"}


async def test_each_shop_gets_its_own_order_or_none_does(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    async with commerce_db.begin() as tx:
        other = await make.open_shop(tx, "Toko Lain")
        product = await make_catalog.product(tx, other.id)
        await inventory.receive(tx, product.variants[0].id, 1)
    await market.hold("cart:a")
    await market.desk.hold(inventory.HoldRequest("cart:a", product.variants[0].id, 1, "k", Venue.SHOP))
    one_method_missing = make.checkout("cart:a", [market.shop.id])
    with pytest.raises(Invalid) as refused:
        async with commerce_db.begin() as tx:
            await orders.place_orders(tx, one_method_missing, make.SETTINGS, OPEN)
    assert [problem.field for problem in refused.value.problems] == [f"method-{other.id}"]
    async with commerce_db.begin() as tx:
        assert (await orders.list_orders(tx, market.shop.id, orders.Filter())).orders == ()
        placed = await orders.place_orders(
            tx, make.checkout("cart:a", [market.shop.id, other.id]), make.SETTINGS, OPEN
        )
    assert {order.shop_id for order in placed} == {market.shop.id, other.id}
    assert await market.differences() == []


async def test_an_empty_cart_is_refused(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    with pytest.raises(orders.CartEmpty):
        await market.place("cart:a")


async def test_a_hold_that_ran_out_is_named_so_that_it_can_be_held_again(
    commerce_db: Database, clock: FixedClock
) -> None:
    market = await make.market(commerce_db)
    hold_id = await market.hold("cart:a", 2)
    seen = (SeenLine(hold_id, market.variants[0].id, 2),)
    clock.advance(seconds=11 * 60)
    with pytest.raises(orders.HoldRanOut) as refused:
        await market.place("cart:a", seen_lines=seen)
    assert refused.value.facts == {"variant_id": str(market.variants[0].id), "quantity": 2}


async def test_an_order_is_not_placed_at_a_total_that_the_buyer_did_not_see(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    async with commerce_db.begin() as tx:
        cart = await orders.get_cart(tx, ["cart:a"])
        priced = await orders.price_checkout(tx, cart, ["cart:a"], make.contact(), [], make.SETTINGS)
        seen = orders.fingerprint([part.total for part in priced])
        dearer = [Rate("Reguler", Area.EVERYWHERE, None, Money(0), Money(40_000))]
        await shipping.set_rates(tx, market.shop.id, dearer)
    with pytest.raises(orders.TotalChanged):
        await market.place("cart:a", seen=seen)
    assert await market.available() == 4


async def test_a_place_that_the_shop_does_not_ship_to_is_refused(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    async with commerce_db.begin() as tx:
        only_medan = [Rate("Reguler", Area.CITY, "1271", Money(9_000), Money(0))]
        await shipping.set_rates(tx, market.shop.id, only_medan)
    with pytest.raises(orders.NotShippedThere):
        await market.place("cart:a")


async def test_every_wrong_field_of_the_contact_is_named(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    wrong = make.contact(email="nobody", phone="12", street="", recipient="x" * 81, postcode="1", place=None)
    with pytest.raises(Invalid) as refused:
        await market.place("cart:a", contact=wrong)
    assert {problem.field for problem in refused.value.problems} == {
        "email",
        "phone",
        "street",
        "recipient",
        "postcode",
        "place",
    }
    assert await market.differences() == []


async def test_a_postcode_left_out_is_the_districts_where_it_has_only_one(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    (place,) = shipping.gazetteer().search("Bakongan, Kabupaten Aceh Selatan, Aceh")
    placed = await market.place("cart:a", contact=make.contact(place=place, postcode=""))
    assert placed.address.postcode == "23773"


async def test_an_address_is_remembered_only_on_request_and_forgotten_on_request(
    commerce_db: Database,
) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    await market.place("cart:a")
    await market.hold("cart:a")
    async with commerce_db.begin() as tx:
        assert await orders.find_remembered_contact(tx, ["cart:a"]) is None
    await market.place("cart:a", remember=True)
    async with commerce_db.begin() as tx:
        kept = await orders.find_remembered_contact(tx, ["cart:a"])
        assert kept == replace(make.contact(), phone="+6281298765432")
        await orders.forget_contact(tx, ["cart:a"])
        assert await orders.find_remembered_contact(tx, ["cart:a"]) is None


async def test_paid_on_delivery_the_units_are_sold_at_once(commerce_db: Database) -> None:
    market = await make.market(commerce_db)
    await market.hold("cart:a")
    placed = await market.place("cart:a", "cod")
    assert (placed.state, placed.stock, placed.pay_by) == (OrderState.CONFIRMED, OrderStock.SOLD, None)
    assert await market.differences() == []


async def test_a_second_order_of_the_show_joins_the_parcel_and_pays_only_more_weight(
    commerce_db: Database,
) -> None:
    market = await make.market(commerce_db, units=20)
    first = await market.buy("cart:a", show="SHOW1")
    second = await market.buy("cart:a", show="SHOW1")
    assert (second.parcel_id, second.shipping) == (first.parcel_id, Money(0))
    await market.hold("cart:a", 6, show="SHOW1")
    third = await market.place("cart:a")
    assert (third.parcel_id, third.shipping) == (first.parcel_id, Money(15_000))
    other_show = await market.buy("cart:a", show="SHOW2")
    other_buyer = await market.buy("cart:b", show="SHOW1")
    assert other_show.parcel_id == other_show.id
    assert other_buyer.parcel_id == other_buyer.id
    assert await market.differences() == []

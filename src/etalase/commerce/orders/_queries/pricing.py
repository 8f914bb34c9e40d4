"""What a buyer's cart comes to: the services offered, and the parcel that an order would join."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from etalase.commerce import bundles, shipping, vouchers
from etalase.commerce.bundles import BundleBook, BundleLine
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._model import (
    CartView,
    Choice,
    ContactDraft,
    DeliveryAddress,
    DeliveryPlace,
    Order,
    OrderLine,
    OrderSettings,
    ParcelCandidate,
    ShopCart,
    ShopTotal,
    check_contact,
    extra_shipping,
    is_guest,
    kept_shipping,
    open_parcel,
    shipping_discounts,
)
from etalase.commerce.shipping import Quote, Tariff
from etalase.commerce.vouchers import Chosen, Purchase
from etalase.kernel.discounts import sum_of
from etalase.kernel.errors import Invalid
from etalase.kernel.money import Money
from etalase.platform.db import Tx

NOT_CHOSEN = Chosen()


@dataclass(frozen=True, slots=True)
class Priced:
    """A shop's cart with what it comes to: the services offered, the parcel that it joins, its voucher.

    What bundles take off stands in the lines of `cart` already.
    """

    cart: ShopCart
    quotes: tuple[Quote, ...]
    service: str | None
    carriers: tuple[Order, ...]
    total: ShopTotal
    chosen: Chosen = NOT_CHOSEN

    def with_voucher(self, chosen: Chosen) -> "Priced":
        """Return the same with what a voucher takes off."""
        return replace(self, chosen=chosen, total=replace(self.total, discount=chosen.total))

    @property
    def lines(self) -> tuple[OrderLine, ...]:
        """The lines as an order has them: each with its part of what the voucher takes off."""
        lines = (held.line for held in self.cart.lines)
        saving = self.chosen.saving
        if saving is None:
            return tuple(lines)
        return tuple(
            replace(line, discounts=line.discounts + saving.discount_of(place))
            for place, line in enumerate(lines)
        )


def cart_of(priced: Iterable[Priced]) -> CartView:
    """Return the cart of these parts, with what bundles take off its lines."""
    return CartView(tuple(part.cart for part in priced))


@dataclass(frozen=True, slots=True)
class ToPrice:
    """A buyer's cart, and as much of the way as is known; a parcel is joined only by a whole address."""

    cart: CartView
    holders: tuple[str, ...]
    place: DeliveryPlace | None
    address: DeliveryAddress | None
    choices: Mapping[UUID, Choice]

    @property
    def shops_in_shows(self) -> list[ShopCart]:
        """The parts that may join the parcel of an earlier order."""
        is_known = self.place is not None and self.address is not None
        return [part for part in self.cart.shops if is_known and part.show_code]

    def purchase(self, part: ShopCart) -> Purchase:
        """Return what a shop's vouchers are asked about; a guest is also known by the phone, once typed."""
        choice = self.choices.get(part.shop_id)
        return Purchase(
            part.shop_id,
            self.holders,
            self.address.phone if self.address and is_guest(self.holders[0]) else "",
            choice.voucher_code if choice else "",
            tuple((held.show_code, held.line.amount) for held in part.lines),
        )

    def with_bundles(self, book: BundleBook, now: datetime) -> "ToPrice":
        """Return the same with what bundles take off its lines: all that comes after counts with that."""
        parts = tuple(
            part.with_discounts(book.discounts(part.shop_id, bundle_lines(part), now))
            if part.offers_bundles
            else part
            for part in self.cart.shops
        )
        return replace(self, cart=CartView(parts))

    @property
    def purchases(self) -> list[Purchase]:
        """What is asked of the shops that have vouchers."""
        return [self.purchase(part) for part in self.cart.shops if part.offers_vouchers]


def bundle_lines(part: ShopCart) -> list[BundleLine]:
    """Return a shop's part as its bundles see it: units at the price at which they are held."""
    return [BundleLine(held.line.product_id, held.line.unit_price, held.line.quantity) for held in part.lines]


async def price_carts(tx: Tx, wanted: Sequence[ToPrice], window: timedelta) -> list[list[Priced]]:
    """Return what each shop's part of each cart comes to, by the service chosen or else the cheapest."""
    now = tx.clock.now()
    offering = {part.shop_id for one in wanted for part in one.cart.shops if part.offers_bundles}
    if offering:
        offered = await bundles.open_book(tx, offering)
        wanted = [one.with_bundles(offered, now) for one in wanted]
    shipped = {part.shop_id for one in wanted if one.place for part in one.cart.shops}
    tariffs = await shipping.get_tariffs(tx, shipped)
    earlier = await store.list_orders_in_shows(
        tx,
        {
            (part.shop_id, holder, part.show_code or "")
            for one in wanted
            for part in one.shops_in_shows
            for holder in one.holders
        },
    )
    book = await vouchers.open_book(tx, [purchase for one in wanted for purchase in one.purchases])
    return [
        [
            price_part(one, part, tariffs.get(part.shop_id), earlier, now, window).with_voucher(
                book.choose(one.purchase(part), now)
            )
            for part in one.cart.shops
        ]
        for one in wanted
    ]


def price_part(
    one: ToPrice,
    part: ShopCart,
    tariff: Tariff | None,
    earlier: Sequence[Order],
    now: datetime,
    window: timedelta,
) -> Priced:
    """Return what a shop's part comes to, with the parcel that it would join. No I/O."""
    place = shipping.gazetteer().find_place(one.place.code) if one.place else None
    if tariff is None or one.place is None or place is None:
        return Priced(part, (), None, (), ShopTotal(part.shop_id, part.goods, None))
    quotes = tuple(tariff.quote(place, part.weight_grams))
    chosen = one.choices.get(part.shop_id)
    quoted = next((quote for quote in quotes if chosen and quote.service == chosen.service), None)
    if quoted is None and quotes:
        quoted = quotes[0]
    if quoted is None:
        return Priced(part, quotes, None, (), ShopTotal(part.shop_id, part.goods, None))
    theirs = [order for order in earlier if is_before(order, one, part)]
    carriers: tuple[Order, ...] = ()
    amount = whole = quoted.amount
    if one.address and part.show_code:
        newcomer = ParcelCandidate(part.show_code, one.address, one.place.code, quoted.service)
        carriers = open_parcel(theirs, newcomer, now, window)
    if carriers:
        weight = part.weight_grams + sum(order.weight_grams for order in carriers)
        whole = {quote.service: quote.amount for quote in tariff.quote(place, weight)}[quoted.service]
        parcel = [order for order in theirs if order.parcel_id == carriers[0].parcel_id]
        amount = extra_shipping(whole, carriers, kept=kept_shipping(parcel))
    return Priced(part, quotes, quoted.service, carriers, total_of_part(part, amount, whole, carriers))


def total_of_part(part: ShopCart, shipping: Money, whole: Money, carriers: tuple[Order, ...]) -> ShopTotal:
    """Return what a shop's part comes to; `shipping` and `whole` are as in `shipping_discounts`."""
    off = shipping_discounts(part.shipping_discount, shipping, part.goods, whole=whole, carriers=carriers)
    net = shipping - sum_of(off)
    return ShopTotal(part.shop_id, part.goods, net, bool(carriers), shipping_discounts=off)


def is_before(order: Order, one: ToPrice, part: ShopCart) -> bool:
    """Tell whether the order is the buyer's, at the same shop in the same show."""
    return order.shop_id == part.shop_id and order.show_code == part.show_code and order.holder in one.holders


async def price_checkout(
    tx: Tx,
    cart: CartView,
    holders: Sequence[str],
    draft: ContactDraft,
    choices: Sequence[Choice],
    settings: OrderSettings,
) -> list[Priced]:
    """Return what each shop's part comes to, as far as the place is known."""
    (priced,) = await price_carts(tx, [to_price(cart, holders, draft, choices)], settings.parcel_window)
    return priced


def to_price(
    cart: CartView, holders: Sequence[str], draft: ContactDraft, choices: Sequence[Choice]
) -> ToPrice:
    """Return what is to be priced for a form as it was typed; half an address counts for none."""
    try:
        address = check_contact(draft).address
    except Invalid:
        address = None
    by_shop = {choice.shop_id: choice for choice in choices}
    return ToPrice(cart, tuple(holders), draft.place, address, by_shop)

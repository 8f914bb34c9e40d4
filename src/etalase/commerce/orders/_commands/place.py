"""From what is held for a buyer to orders, one a shop, in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from etalase.commerce import inventory, payments, shops
from etalase.commerce.orders import _model as model
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._commands.bounds import require_bounds
from etalase.commerce.orders._commands.record import publish
from etalase.commerce.orders._errors import CartEmpty, HoldRanOut, NotShippedThere, TotalChanged
from etalase.commerce.orders._model import (
    CartView,
    Change,
    Choice,
    Contact,
    ContactDraft,
    Order,
    OrderSettings,
    OrderState,
    SeenLine,
)
from etalase.commerce.orders._queries import Priced, get_cart, price_carts
from etalase.commerce.orders._store import NewBuyer
from etalase.commerce.payments import Method, Payment
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import Fields
from etalase.kernel.ids import new_code, new_id, new_token
from etalase.kernel.sources import Venue
from etalase.platform.db import Tx
from etalase.platform.keys import reserve_key
from etalase.policy import Action, Facts, Law

MAX_KEY_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Checkout:
    """What a buyer sends when ordering. A page says by `seen` what total it showed, a program by
    `expected_minor`, which it may leave out.

    The same again under its `checkout_key` is the same order; something else under it is refused. `holders`
    are the names under which units are held for this buyer; the first owns the order. `venue` is where the
    buyer pays, which the law may mind.
    """

    holders: tuple[str, ...]
    account_id: UUID | None
    checkout_key: str
    locale: str
    contact: ContactDraft
    choices: tuple[Choice, ...]
    venue: Venue
    seen_lines: tuple[SeenLine, ...] = ()
    seen: str | None = None
    expected_minor: int | None = None
    remember: bool = False
    network: str = ""
    """Behind which address the buyer is; nothing where nobody can tell."""


async def place_orders(tx: Tx, checkout: Checkout, settings: OrderSettings, law: Law) -> list[Order]:
    """Order everything that is held for the buyer, and ask for the money.

    Either each shop's order is placed or none is. Raises Invalid, IdempotencyKeyReused, CartEmpty,
    HoldRanOut, NotShippedThere, TotalChanged, TooMuchUnpaid, LawRefusal for a payment inside a room, and
    what `payments.start_payment` raises.
    """
    fields = Fields()
    fields.identifier("checkout_key", checkout.checkout_key, max_length=MAX_KEY_LENGTH)
    fields.settle()
    await store.lock_holder(tx, checkout.holders[0])
    await reserve_key(tx, "order", checkout.holders, checkout.checkout_key, what_is_asked(checkout))
    placed = await store.find_orders_by_key(tx, checkout.holders, checkout.checkout_key)
    if placed:
        return placed
    require_venue(tx, law, checkout.venue)
    cart = await get_cart(tx, checkout.holders)
    choices = {choice.shop_id: choice for choice in checkout.choices}
    contact = check_form(checkout.contact, cart, choices)
    require_seen_lines(cart, checkout.seen_lines)
    priced = await price_carts(
        tx,
        cart,
        checkout.holders,
        place=contact.place,
        address=contact.address,
        choices=choices,
        window=settings.parcel_window,
    )
    model.require_seen_total([part.total for part in priced], checkout.seen, checkout.expected_minor)
    await keep_parcels_open(tx, priced)
    if checkout.remember:
        await store.remember_contact(tx, checkout.holders[0], contact)
    new_to = await find_shops_new_to(tx, checkout, contact, priced, settings)
    begun = [
        await begin_order(
            tx,
            checkout,
            contact,
            part,
            choices[part.cart.shop_id],
            settings,
            is_new=part.cart.shop_id in new_to,
        )
        for part in priced
    ]
    return await keep_orders(tx, begun, settings)


def require_venue(tx: Tx, law: Law, venue: Venue) -> None:
    """Ask the law whether a payment may begin there, now. Raises LawRefusal."""
    if venue is Venue.ROOM:
        law.require(Action.PAY_IN_ROOM, Facts(tx.clock.now()))


def what_is_asked(checkout: Checkout) -> tuple[object, ...]:
    """Return all that the buyer sent, which is not who they are."""
    return (
        asdict(checkout.contact),
        sorted(checkout.choices, key=lambda choice: choice.shop_id),
        checkout.seen_lines,
        checkout.seen,
        checkout.expected_minor,
        checkout.remember,
        checkout.locale,
    )


async def keep_parcels_open(tx: Tx, priced: list[Priced]) -> None:
    """Lock the parcels that are joined, by id: none of what carries them may be given up meanwhile.

    Raises TotalChanged where it has changed since it was priced.
    """
    joined = {part.carriers[0].parcel_id: part.carriers for part in priced if part.carriers}
    for parcel_id, carriers in sorted(joined.items()):
        parcel = await store.lock_parcel(tx, parcel_id)
        if any(carrier not in parcel for carrier in carriers):
            raise TotalChanged


def require_seen_lines(cart: CartView, seen: tuple[SeenLine, ...]) -> None:
    """Refuse when something that the buyer saw is no longer held, or nothing is."""
    held = {held.hold_id for held in cart.lines}
    for line in seen:
        if line.hold_id not in held:
            raise HoldRanOut(variant_id=str(line.variant_id), quantity=line.quantity)
    if not cart.shops:
        raise CartEmpty


def check_form(draft: ContactDraft, cart: CartView, choices: dict[UUID, Choice]) -> Contact:
    """Return who orders and where to. Raises Invalid with everything that is to be mended, in one round."""
    problems = list(find_missing_choices(cart, choices))
    try:
        contact = model.check_contact(draft)
    except Invalid as invalid:
        raise Invalid(*invalid.problems, *problems) from None
    if problems:
        raise Invalid(*problems)
    return contact


def find_missing_choices(cart: CartView, choices: dict[UUID, Choice]) -> Iterator[FieldProblem]:
    """Find the shops that have no way to pay yet that there is."""
    for part in cart.shops:
        if part.shop_id not in choices or not Method.find(choices[part.shop_id].method):
            yield FieldProblem(f"method-{part.shop_id}", "required")


async def find_shops_new_to(
    tx: Tx, checkout: Checkout, contact: Contact, priced: Sequence[Priced], settings: OrderSettings
) -> set[UUID]:
    """Return the shops at which this buyer has paid nothing yet, in whose bounds the orders are."""
    new_to = set()
    for part in sorted(priced, key=lambda part: part.cart.shop_id):  # one order of locks for everybody
        if not await store.has_paid(tx, part.cart.shop_id, checkout.holders):
            new_to.add(part.cart.shop_id)
            await require_bounds(tx, newcomer(checkout, contact, part), part.cart, settings)
    return new_to


def newcomer(checkout: Checkout, contact: Contact, priced: Priced) -> NewBuyer:
    """Return who orders, where nobody knows them; a guest also by e-mail and phone, which nothing proves."""
    is_guest = checkout.account_id is None
    return NewBuyer(
        priced.cart.shop_id,
        checkout.holders,
        checkout.network,
        contact.email if is_guest else "",
        contact.address.phone if is_guest else "",
    )


async def begin_order(
    tx: Tx,
    checkout: Checkout,
    contact: Contact,
    priced: Priced,
    choice: Choice,
    settings: OrderSettings,
    *,
    is_new: bool,
) -> Change:
    """Write one shop's order and ask for its money."""
    if priced.service is None or (choice.service and choice.service != priced.service):
        raise NotShippedThere(shop=priced.cart.shop_name, place=contact.place.label)
    shop = await shops.get_shop(tx, shops.ShopId(priced.cart.shop_id))
    time_to_pay = settings.time_to_pay(Method.read(choice.method), shop.hours_to_pay, is_new=is_new)
    order = make_order(tx, checkout, contact, priced, choice, time_to_pay)
    order, events = model.begin(order)
    await store.add_order(tx, order)
    if checkout.network:
        await store.note_network(tx, order.id, checkout.network)
    payment = await start_payment(tx, order)
    order = model.with_payment(order, payment.id)
    await store.save_order(tx, order)
    return order, events


async def keep_orders(tx: Tx, begun: Sequence[Change], settings: OrderSettings) -> list[Order]:
    """Keep these orders' stock, and tell of them: stock is locked last, when all else is written."""
    await inventory.lock_to_order(
        tx,
        [hold_id for order, _ in begun for hold_id in order.hold_ids],
        sold_at_once=[hold_id for order, _ in begun if order.pay_by is None for hold_id in order.hold_ids],
    )
    for order, events in begun:
        await keep_stock(tx, order, settings)
        await publish(tx, order, events)
    return [order for order, _ in begun]


def make_order(
    tx: Tx,
    checkout: Checkout,
    contact: Contact,
    priced: Priced,
    choice: Choice,
    time_to_pay: timedelta | None,
) -> Order:
    """Return the new order, not yet written."""
    method = Method.read(choice.method)
    now = tx.clock.now()
    order_id = new_id()
    return Order(
        id=order_id,
        number=new_code(),
        token=new_token(),
        shop_id=priced.cart.shop_id,
        holder=checkout.holders[0],
        account_id=checkout.account_id,
        checkout_key=checkout.checkout_key,
        email=contact.email,
        locale=checkout.locale,
        state=OrderState.CONFIRMED if method.on_delivery else OrderState.AWAITING_PAYMENT,
        method=str(method),
        payment_id=None,
        show_code=priced.cart.show_code,
        parcel_id=priced.carriers[0].parcel_id if priced.carriers else order_id,
        address=contact.address,
        place_code=contact.place.code,
        service=priced.service or "",
        shipping=priced.total.total - priced.total.goods,
        note=contact.note,
        lines=tuple(held.line for held in priced.cart.lines),
        placed_at=now,
        pay_by=now + time_to_pay if time_to_pay else None,
    )


async def start_payment(tx: Tx, order: Order) -> Payment:
    """Ask for the order's money."""
    return await payments.start_payment(
        tx,
        order_id=order.id,
        shop_id=order.shop_id,
        amount=order.total,
        shipping=order.shipping,
        method=Method.read(order.method),
        expires_at=order.pay_by,
    )


async def keep_stock(tx: Tx, order: Order, settings: OrderSettings) -> None:
    """Hold the units until the money is due, or sell them at once where it comes with the parcel.

    Raises HoldRanOut where a hold has ended, TotalChanged where its buyer gave some of it back meanwhile.
    """
    try:
        if order.pay_by is None:
            await inventory.sell(tx, order.hold_ids, order.id)
        else:
            await inventory.extend(tx, order.hold_ids, order.pay_by + settings.hold_grace, order_id=order.id)
    except inventory.HoldEnded as gone:
        line = order.lines[0]
        raise HoldRanOut(variant_id=str(line.variant_id), quantity=line.quantity) from gone
    kept = await inventory.get_holds(tx, order.hold_ids)  # locked by now; units given back before are not
    if any(kept[line.hold_id].quantity != line.quantity for line in order.lines):
        raise TotalChanged

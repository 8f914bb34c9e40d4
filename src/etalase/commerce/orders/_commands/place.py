"""From what is held for buyers to orders, one a shop: many checkouts in one transaction.

Everything is read for all of them together, each is decided by itself, and what is refused leaves the batch
before anything is written. Locks, for everybody in this order: buyers by name, what is in their carts,
parcels that are joined, contacts and networks of newcomers by name, vouchers, and stock last.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from etalase.commerce import inventory, payments, shops, vouchers
from etalase.commerce.inventory import HoldsOfOrder
from etalase.commerce.orders import _model as model
from etalase.commerce.orders import _store as store
from etalase.commerce.orders._commands.checkout import (
    Checkout,
    check_form,
    require_key,
    require_seen_lines,
)
from etalase.commerce.orders._commands.draft import Draft, Outcome, decide
from etalase.commerce.orders._commands.record import publish_all
from etalase.commerce.orders._commands.vouchers import require_codes, take_vouchers
from etalase.commerce.orders._errors import MustPayFirst, NotShippedThere, TotalChanged
from etalase.commerce.orders._model import (
    Change,
    Order,
    OrderSettings,
    OrderState,
)
from etalase.commerce.orders._queries import Priced, make_carts, price_carts, read_records
from etalase.commerce.payments import Method, PaymentRequest
from etalase.commerce.shops import ShopView
from etalase.kernel.errors import IdempotencyKeyReused, Refusal
from etalase.kernel.ids import new_code, new_id, new_token
from etalase.kernel.money import Money
from etalase.kernel.sources import Venue
from etalase.platform.db import Tx
from etalase.platform.keys import find_asked, keep_asked
from etalase.platform.observing import belongs
from etalase.policy import Action, Facts, Law

KEY_PURPOSE = "order"


async def place_orders(tx: Tx, checkout: Checkout, settings: OrderSettings, law: Law) -> list[Order]:
    """Order everything that is held for one buyer, and ask for the money.

    Either each shop's order is placed or none is. Raises Invalid, IdempotencyKeyReused, CartEmpty,
    HoldRanOut, NotShippedThere, MustPayFirst, TotalChanged, TooMuchUnpaid, LawRefusal for a payment inside a
    room, and what `payments.prepare_payments` refuses.
    """
    require_key(checkout)
    (outcome,) = await place_batch(tx, [checkout], settings, law)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome or []


async def place_batch(
    tx: Tx, checkouts: Sequence[Checkout], settings: OrderSettings, law: Law
) -> list[Outcome]:
    """Order what is held for each of these buyers, as `place_orders` does for one; return what became of it.

    Of checkouts of the same buyer the first is placed, the others have no outcome yet.
    """
    drafts = [Draft(checkout) for checkout in checkouts]
    live = one_of_each_buyer(drafts)
    await store.lock_holders(tx, [draft.checkout.holders[0] for draft in live])
    live = await answer_repeated(tx, live)
    live = decide(live, lambda draft: require_venue(law, draft.checkout.venue, tx.clock.now()))
    await read_carts(tx, live)
    live = decide(live, check)
    await price(tx, live, settings)
    live = decide(live, require_total)
    live = await keep_parcels_open(tx, live)
    live = await begin_orders(tx, live, settings)
    live = await prepare_payments(tx, live)
    live = await keep_in_bounds(tx, live, settings)
    live = await take_vouchers(tx, live)
    if live:
        await write(tx, live, settings)
    return [draft.outcome for draft in drafts]


def one_of_each_buyer(drafts: Iterable[Draft]) -> list[Draft]:
    """Return the first draft of each buyer: nobody is in one batch twice, by whichever of their names."""
    seen, first = set[str](), []
    for draft in drafts:
        if seen.isdisjoint(draft.checkout.holders):
            seen.update(draft.checkout.holders)
            first.append(draft)
    return first


async def answer_repeated(tx: Tx, drafts: list[Draft]) -> list[Draft]:
    """Answer what was asked before with what was placed then; return what is new."""
    known = await find_asked(tx, KEY_PURPOSE, [draft.checkout.asked for draft in drafts])
    for draft, is_same in zip(drafts, known, strict=True):
        if is_same is False:
            draft.outcome = IdempotencyKeyReused()
        elif is_same:
            checkout = draft.checkout
            draft.outcome = await store.find_orders_by_key(tx, checkout.holders, checkout.checkout_key)
    return [draft for draft in drafts if draft.outcome is None]


def require_venue(law: Law, venue: Venue, now: datetime) -> None:
    """Ask the law whether a payment may begin there, now. Raises LawRefusal."""
    if venue is Venue.ROOM:
        law.require(Action.PAY_IN_ROOM, Facts(now))


async def read_carts(tx: Tx, drafts: list[Draft]) -> None:
    """Lock and read what is held for the buyers: nobody takes or gives back any of it meanwhile."""
    buyers = [draft.checkout.holders for draft in drafts]
    held = await inventory.lock_carts(tx, {holder for holders in buyers for holder in holders})
    by_id = {hold.id: hold for hold in held}
    for draft, cart in zip(drafts, await make_carts(tx, buyers, held), strict=True):
        draft.cart = cart
        draft.holds = {line.hold_id: by_id[line.hold_id] for line in cart.lines}


def check(draft: Draft) -> None:
    """Refuse a form that is not whole, or that shows what is no longer held."""
    checkout = draft.checkout
    draft.contact_ = check_form(checkout.contact, draft.cart, checkout.by_shop)
    require_seen_lines(draft.cart, checkout.seen_lines)


async def price(tx: Tx, drafts: list[Draft], settings: OrderSettings) -> None:
    """Price the carts, with the parcels that they would join."""
    wanted = [draft.to_price for draft in drafts]
    for draft, priced in zip(drafts, await price_carts(tx, wanted, settings.parcel_window), strict=True):
        draft.priced = priced


def require_total(draft: Draft) -> None:
    """Refuse a code that takes nothing off, and any other total than the one that the buyer saw."""
    totals = [part.total for part in draft.priced]
    require_codes(draft.priced)
    model.require_seen_total(totals, draft.checkout.seen, draft.checkout.expected_minor)


async def keep_parcels_open(tx: Tx, drafts: list[Draft]) -> list[Draft]:
    """Lock the parcels that are joined: none of what carries them may be given up meanwhile.

    Refused is a draft whose parcel has changed since it was priced.
    """
    joined = {part.carriers[0].parcel_id for draft in drafts for part in draft.priced if part.carriers}
    locked = {order.id: order for order in await store.lock_parcels(tx, joined)}

    def require_same(draft: Draft) -> None:
        carriers = [carrier for part in draft.priced for carrier in part.carriers]
        if any(locked.get(carrier.id) != carrier for carrier in carriers):
            raise TotalChanged

    return decide(drafts, require_same)


async def begin_orders(tx: Tx, drafts: list[Draft], settings: OrderSettings) -> list[Draft]:
    """Make the orders, not yet written."""
    known = await shops.get_shops(tx, {part.shop_id for draft in drafts for part in draft.cart.shops})
    payers = await store.find_payers(
        tx,
        [
            (part.shop_id, holder)
            for draft in drafts
            for part in draft.cart.shops
            for holder in draft.checkout.holders
        ],
    )

    records = await read_records(
        tx, known.values(), {holder for draft in drafts for holder in draft.checkout.holders}
    )

    def begin(draft: Draft) -> None:
        parts = [part.shop_id for part in draft.cart.shops]
        holders = draft.checkout.holders
        draft.new_to = frozenset(
            shop_id for shop_id in parts if payers.isdisjoint((shop_id, holder) for holder in holders)
        )
        terms = {shop_id: records.terms(known[shop_id], holders) for shop_id in parts}
        draft.pays_first = {shop_id: one for shop_id, one in terms.items() if one is not None}
        draft.orders = [
            make_order(draft, part, known[part.cart.shop_id], settings, tx.clock.now())
            for part in draft.priced
        ]

    return decide(drafts, begin)


def make_order(draft: Draft, priced: Priced, shop: ShopView, settings: OrderSettings, now: datetime) -> Order:
    """Return a shop's new order. Raises NotShippedThere, MustPayFirst."""
    checkout, contact = draft.checkout, draft.contact
    choice = checkout.by_shop[shop.id]
    if priced.service is None or (choice.service and choice.service != priced.service):
        raise NotShippedThere(shop=priced.cart.shop_name, place=contact.place.label)
    method = Method.read(choice.method)
    first = draft.pays_first.get(shop.id)
    if first and method.on_delivery:
        raise MustPayFirst(shop=shop.name, reason=first.reason.value, minutes=first.minutes)
    within = first.minutes if first else None
    is_new = shop.id in draft.new_to
    time_to_pay = settings.time_to_pay(method, shop.hours_to_pay, is_new=is_new, within=within)
    order_id = new_id()
    return Order(
        id=order_id,
        number=new_code(),
        token=new_token(),
        shop_id=shop.id,
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
        service=priced.service,
        shipping=priced.total.shipping or Money(0),
        shipping_discounts=priced.total.shipping_discounts,
        note=contact.note,
        lines=priced.lines,
        placed_at=now,
        pay_by=now + time_to_pay if time_to_pay else None,
    )


async def prepare_payments(tx: Tx, drafts: list[Draft]) -> list[Draft]:
    """Prepare the payments of all orders; a draft of which one is refused is refused."""
    requests = [payment_request(order) for draft in drafts for order in draft.orders]
    prepared = iter(await payments.prepare_payments(tx, requests))

    def take(draft: Draft) -> None:
        outcomes = [next(prepared) for _ in draft.orders]
        for outcome in outcomes:
            if isinstance(outcome, Refusal):
                raise outcome
            draft.payments.append(outcome)

    return decide(drafts, take)


def payment_request(order: Order) -> PaymentRequest:
    """Return what is asked of payments for an order."""
    return PaymentRequest(
        order_id=order.id,
        shop_id=order.shop_id,
        amount=order.total,
        shipping=order.shipping,
        method=Method.read(order.method),
        expires_at=order.pay_by,
    )


async def keep_in_bounds(tx: Tx, drafts: list[Draft], settings: OrderSettings) -> list[Draft]:
    """Refuse what would keep more of a shop's stock than those may who have paid nothing there yet."""
    newcomers = [who for draft in drafts for who in draft.newcomers]
    if not newcomers:
        return drafts
    await store.lock_newcomers(tx, newcomers)
    unpaid = await store.list_unpaid(tx, newcomers)
    wanted = {line.variant_id for draft in drafts for order in draft.orders for line in order.lines}
    stock = {id_: one.on_hand for id_, one in (await inventory.stock_of(tx, wanted)).items()}

    def require(draft: Draft) -> None:
        now, added = tx.clock.now(), list[model.Unpaid]()
        for order in draft.orders:
            if order.shop_id in draft.new_to:
                who = draft.newcomer(order.shop_id)
                model.require_bounds(who, order, unpaid, stock, settings, now)
            added += model.unpaid_lines(order, draft.checkout.network)
        unpaid.extend(added)

    return decide(drafts, require)


async def write(tx: Tx, drafts: list[Draft], settings: OrderSettings) -> None:
    """Write all that was decided: a statement for each table, however many orders there are."""
    await keep_asked(tx, KEY_PURPOSE, [draft.checkout.asked for draft in drafts])
    await store.remember_contacts(
        tx, {draft.checkout.holders[0]: draft.contact for draft in drafts if draft.checkout.remember}
    )
    begun: list[Change] = []
    new: list[tuple[Order, str]] = []
    given: list[HoldsOfOrder] = []
    for draft in drafts:
        draft.outcome = []
        for order, payment in zip(draft.orders, draft.payments, strict=True):
            belongs(order.id, draft.checkout.holders[0])
            placed, events = model.begin(model.with_payment(order, payment.id))
            begun.append((placed, events))
            new.append((placed, draft.checkout.network))
            draft.outcome.append(placed)
            given.append(
                HoldsOfOrder(
                    placed.id,
                    tuple(draft.holds[hold_id] for hold_id in placed.hold_ids),
                    placed.pay_by + settings.hold_grace if placed.pay_by else None,
                )
            )
    await store.add_orders(tx, new)
    await payments.begin_payments(tx, [payment for draft in drafts for payment in draft.payments])
    if uses := [use for draft in drafts for use in draft.uses]:
        await vouchers.add_uses(tx, uses)
    await publish_all(tx, begun)
    await inventory.give_to_orders(tx, given)


def units_of(placed: Iterable[Order]) -> Counter[UUID]:
    """Return how many units of each variant were ordered."""
    units = Counter[UUID]()
    for order in placed:
        for line in order.lines:
            units[line.variant_id] += line.quantity
    return units

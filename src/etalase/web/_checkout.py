"""What the checkout's form says, read and prepared for the page and for placing the order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import FormMultiDict

from etalase.commerce import orders, payments
from etalase.commerce.inventory import HoldQueue
from etalase.commerce.orders import CartView, Checkout, Choice, ContactDraft, PayFirstTerms, Priced, SeenLine
from etalase.commerce.payments import Method
from etalase.commerce.shipping import Place
from etalase.kernel.ids import new_token
from etalase.kernel.money import Money
from etalase.kernel.reading import read_number
from etalase.kernel.sources import Venue
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import current_language
from etalase.web._cart import Buyer, sources_of
from etalase.web._forms import text_of
from etalase.web._hold_terms import pay_first_words
from etalase.web._places import choose_place
from etalase.web._refusals import say

MAX_LINES = 60


@dataclass(frozen=True, slots=True)
class CheckoutForm:
    """The form as it was typed: it comes back as it was, whatever is refused. No price is in it."""

    contact: ContactDraft
    place_text: str
    candidates: tuple[Place, ...]
    choices: tuple[Choice, ...]
    lines: tuple[SeenLine, ...]
    seen: str
    key: str
    remember: bool


@dataclass(frozen=True)
class CheckoutPart:
    """The form, what is held, and what it comes to as far as known: what the parts of the page show."""

    form: CheckoutForm
    cart: CartView
    priced: tuple[Priced, ...]

    @property
    def total(self) -> Money:
        """What everything comes to, as far as known."""
        return sum((part.total.total for part in self.priced), Money(0))

    @property
    def seen(self) -> str:
        """What the buyer is shown, summed up: an order is placed at no other total."""
        return orders.fingerprint([part.total for part in self.priced])

    @property
    def offers_vouchers(self) -> bool:
        """Whether one of the shops has vouchers: then there is a field for its code."""
        return any(part.cart.offers_vouchers for part in self.priced)

    @property
    def code_errors(self) -> dict[str, str]:
        """Say of each code that takes nothing off why, by the name of its field."""
        return {
            self.code_field(part): say(part.chosen.refusal).detail
            for part in self.priced
            if part.chosen.refusal is not None
        }

    def code_field(self, part: Priced) -> str:
        """Return the name of the field for a shop's code."""
        return code_field(part.cart.shop_id)

    def code_of(self, part: Priced) -> str:
        """Return the code that was typed for a shop."""
        return next((one.voucher_code for one in self.form.choices if one.shop_id == part.cart.shop_id), "")

    @property
    def complete(self) -> bool:
        """Whether shipping is known for every shop, so that the total is the total."""
        return all(part.total.shipping is not None for part in self.priced)


@dataclass(frozen=True)
class CheckoutView(CheckoutPart):
    """What the whole page shows."""

    methods: Mapping[UUID, tuple[Method, ...]]
    chosen: Mapping[UUID, str]
    lost: tuple[SeenLine, ...]
    remembered: bool
    pay_first: Mapping[UUID, PayFirstTerms]

    def pay_first_words(self, shop_id: UUID) -> str:
        """Say why this buyer pays first at a shop; nothing where they need not."""
        return pay_first_words(self.pay_first[shop_id]) if shop_id in self.pay_first else ""

    @property
    def absent_choices(self) -> list[Choice]:
        """What was chosen for shops of which nothing is held just now: kept for when it is again."""
        return [choice for choice in self.form.choices if choice.shop_id not in self.methods]


def empty_form(contact: ContactDraft | None, email: str) -> CheckoutForm:
    """Return the form as it is opened: with the address that was kept, or the account's e-mail."""
    draft = contact or ContactDraft(email=email)
    place = draft.place.label if draft.place else ""
    return CheckoutForm(draft, place, (), (), (), "", new_token(), remember=contact is not None)


async def read_form(request: Request[Any, Any, Any]) -> CheckoutForm:
    """Read the form; the place that was typed is looked up."""
    form = await request.form()
    chosen = choose_place(text_of(form, "place"), text_of(form, "place_code"))
    contact = ContactDraft(
        **{field: text_of(form, field) for field in ("email", "recipient", "phone", "street", "note")},
        postcode=chosen.postcode(text_of(form, "postcode")),
        place=chosen.place,
    )
    return CheckoutForm(
        contact=contact,
        place_text=chosen.text,
        candidates=chosen.candidates,
        choices=read_choices(form),
        lines=read_lines(form),
        seen=text_of(form, "seen"),
        key=text_of(form, "checkout_key") or new_token(),
        remember=bool(text_of(form, "remember")),
    )


def read_choices(form: Mapping[str, Any]) -> tuple[Choice, ...]:
    """Read service, method and voucher code of each shop."""
    shop_ids = {name.partition("-")[2] for name in form if name.startswith(("method-", "service-", "code-"))}
    return tuple(
        Choice(
            UUID(shop_id),
            text_of(form, f"service-{shop_id}"),
            text_of(form, f"method-{shop_id}"),
            text_of(form, code_field(shop_id)),
        )
        for shop_id in sorted(shop_ids)
        if is_uuid(shop_id)
    )


def read_lines(form: FormMultiDict) -> tuple[SeenLine, ...]:
    """Read what the buyer saw in the cart: hold, variant and quantity."""
    lines = []
    for text in form.getall("line", [])[:MAX_LINES]:
        hold_id, variant_id, quantity = (*str(text).split(":"), "", "")[:3]
        units = read_number(quantity, max_digits=4)
        if is_uuid(hold_id) and is_uuid(variant_id) and units is not None:
            lines.append(SeenLine(UUID(hold_id), UUID(variant_id), units))
    return tuple(lines)


def code_field(shop_id: UUID | str) -> str:
    """Return the name of the field for a voucher's code of this shop."""
    return f"code-{shop_id}"


def is_uuid(text: str) -> bool:
    """Tell whether the text is a UUID."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def prepare(
    tx: Tx,
    buyer: Buyer,
    form: CheckoutForm,
    order_settings: orders.OrderSettings,
    payment_settings: payments.PaymentSettings,
) -> CheckoutView:
    """Return what the page shows for the form: the cart, prices, ways to pay, and what is no longer held."""
    cart = await orders.get_cart(tx, buyer.holders)
    priced = await orders.price_checkout(tx, cart, buyer.holders, form.contact, form.choices, order_settings)
    shop_ids = [part.shop_id for part in cart.shops]
    pay_first = await orders.find_pay_first(tx, buyer.holders, shop_ids)
    methods = {
        shop_id: tuple(one for one in offered if not (one.on_delivery and shop_id in pay_first))
        for shop_id, offered in (await payments.get_offered_methods(tx, shop_ids, payment_settings)).items()
    }
    chosen = {choice.shop_id: choice.method for choice in form.choices}
    for shop_id, offered in methods.items():
        if len(offered) == 1:
            chosen[shop_id] = str(offered[0])
    held = {held.hold_id for held in cart.lines}
    return CheckoutView(
        form=form,
        cart=orders.cart_of(priced),
        priced=tuple(priced),
        methods=methods,
        chosen=chosen,
        lost=tuple(line for line in form.lines if line.hold_id not in held),
        remembered=await orders.find_remembered_contact(tx, buyer.holders) is not None,
        pay_first=pay_first,
    )


def checkout_of(form: CheckoutForm, buyer: Buyer, venue: Venue) -> Checkout:
    """Return what is asked of the commands."""
    return Checkout(
        holders=buyer.holders,
        account_id=buyer.account_id,
        checkout_key=form.key,
        locale=current_language(),
        contact=form.contact,
        choices=form.choices,
        venue=venue,
        seen_lines=form.lines,
        seen=form.seen,
        remember=form.remember,
        network=buyer.network,
    )


async def hold_again(
    db: Database, queue: HoldQueue, buyer: Buyer, lost: Sequence[SeenLine], venue: Venue
) -> None:
    """Hold what ran out once more; the same tap again holds nothing twice. Raises as `HoldQueue.hold`."""
    async with db.begin() as tx:
        sources = await sources_of(tx, buyer, [line.hold_id for line in lost])
    for line in lost:
        key, source = f"again:{line.hold_id}", sources.get(line.hold_id)
        await queue.hold(buyer.hold_request(line.variant_id, line.quantity, key, venue, source))


def without_codes(form: CheckoutForm, fields: Collection[str]) -> CheckoutForm:
    """Return the form without the codes in these fields; the buyer sees its total anew."""
    choices = tuple(
        replace(choice, voucher_code="") if code_field(choice.shop_id) in fields else choice
        for choice in form.choices
    )
    return replace(form, choices=choices, seen="")


def without_lost(form: CheckoutForm) -> CheckoutForm:
    """Return the form for a cart that the buyer sees anew."""
    return replace(form, lines=(), seen="")

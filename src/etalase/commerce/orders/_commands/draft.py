"""A checkout in a batch, from what was sent to orders."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from etalase.commerce.inventory import Hold
from etalase.commerce.orders._commands.checkout import Checkout
from etalase.commerce.orders._model import CartView, Contact, NewBuyer, Order, PayFirstTerms
from etalase.commerce.orders._queries import Priced, ToPrice
from etalase.commerce.payments import Payment
from etalase.commerce.vouchers import VoucherUse
from etalase.kernel.errors import Refusal

Outcome = list[Order] | Refusal | None
"""What became of a checkout; None where it is to be tried in another batch."""


@dataclass(eq=False, slots=True)
class Draft:
    """A checkout on its way to orders; once it has an outcome, nothing more is done for it."""

    checkout: Checkout
    outcome: Outcome = None
    holds: dict[UUID, Hold] = field(default_factory=dict)
    cart: CartView = field(default_factory=lambda: CartView(()))
    priced: list[Priced] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    new_to: frozenset[UUID] = frozenset()
    pays_first: dict[UUID, PayFirstTerms] = field(default_factory=dict)
    contact_: Contact | None = None
    uses: list[VoucherUse] = field(default_factory=list)

    @property
    def contact(self) -> Contact:
        """Who orders and where to, once the form has been checked."""
        assert self.contact_ is not None  # noqa: S101 - `check` comes first
        return self.contact_

    @property
    def to_price(self) -> ToPrice:
        """What is to be priced."""
        checkout, contact = self.checkout, self.contact
        return ToPrice(self.cart, checkout.holders, contact.place, contact.address, checkout.by_shop)

    @property
    def newcomers(self) -> list[NewBuyer]:
        """Who orders, at each shop that does not know them."""
        return [self.newcomer(shop_id) for shop_id in sorted(self.new_to)]

    def newcomer(self, shop_id: UUID) -> NewBuyer:
        """Return who orders; a guest also by e-mail and phone, which nothing proves."""
        is_guest = self.checkout.account_id is None
        return NewBuyer(
            shop_id,
            self.checkout.holders,
            self.checkout.network,
            self.contact.email if is_guest else "",
            self.contact.address.phone if is_guest else "",
        )


def decide(drafts: Iterable[Draft], step: Callable[[Draft], None]) -> list[Draft]:
    """Take the step for each draft; return those that it does not refuse."""
    for draft in drafts:
        try:
            step(draft)
        except Refusal as refusal:
            draft.outcome = refusal
    return [draft for draft in drafts if draft.outcome is None]

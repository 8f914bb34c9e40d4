"""What a buyer sends when ordering, and what is wrong with it. No I/O."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from etalase.commerce.orders import _model as model
from etalase.commerce.orders._errors import CartEmpty, HoldRanOut
from etalase.commerce.orders._model import CartView, Choice, Contact, ContactDraft, SeenLine
from etalase.commerce.payments import Method
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import Fields
from etalase.kernel.sources import Venue
from etalase.platform.keys import Asked

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

    @property
    def by_shop(self) -> dict[UUID, Choice]:
        """What was chosen for each shop."""
        return {choice.shop_id: choice for choice in self.choices}

    @property
    def asked(self) -> Asked:
        """All that the buyer sent, which is not who they are, under their key."""
        return Asked(
            self.holders,
            self.checkout_key,
            (
                asdict(self.contact),
                sorted(self.choices, key=lambda choice: choice.shop_id),
                self.seen_lines,
                self.seen,
                self.expected_minor,
                self.remember,
                self.locale,
            ),
        )


def require_key(checkout: Checkout) -> None:
    """Refuse a key that can't be kept. Raises Invalid."""
    fields = Fields()
    fields.identifier("checkout_key", checkout.checkout_key, max_length=MAX_KEY_LENGTH)
    fields.settle()


def require_seen_lines(cart: CartView, seen: tuple[SeenLine, ...]) -> None:
    """Refuse when something that the buyer saw is no longer held, or nothing is."""
    held = {held.hold_id for held in cart.lines}
    for line in seen:
        if line.hold_id not in held:
            raise HoldRanOut(variant_id=str(line.variant_id), quantity=line.quantity)
    if not cart.shops:
        raise CartEmpty


def check_form(draft: ContactDraft, cart: CartView, choices: Mapping[UUID, Choice]) -> Contact:
    """Return who orders and where to. Raises Invalid with everything that is to be mended, in one round."""
    problems = list(find_missing_choices(cart, choices))
    try:
        contact = model.check_contact(draft)
    except Invalid as invalid:
        raise Invalid(*invalid.problems, *problems) from None
    if problems:
        raise Invalid(*problems)
    return contact


def find_missing_choices(cart: CartView, choices: Mapping[UUID, Choice]) -> Iterator[FieldProblem]:
    """Find the shops that have no way to pay yet that there is."""
    for part in cart.shops:
        if part.shop_id not in choices or not Method.find(choices[part.shop_id].method):
            yield FieldProblem(f"method-{part.shop_id}", "required")

"""Who orders and where to: as typed, and checked. No I/O."""

from dataclasses import dataclass
from typing import Protocol

from etalase.commerce.orders._model.order import DeliveryAddress
from etalase.kernel.fields import Fields

MAX_NAME_LENGTH = 80
MAX_STREET_LENGTH = 200
MAX_NOTE_LENGTH = 300


class DeliveryPlace(Protocol):
    """A district, as shipping knows it."""

    @property
    def code(self) -> str:
        """What names it and no other."""
        ...

    @property
    def label(self) -> str:
        """What people call it, with its city and province."""
        ...

    @property
    def district(self) -> str:
        """Its own name."""
        ...

    @property
    def city(self) -> str:
        """The city or regency that it lies in."""
        ...

    @property
    def province(self) -> str:
        """The province that it lies in."""
        ...

    @property
    def postcodes(self) -> tuple[str, ...]:
        """Its postcodes, as far as they are known."""
        ...


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """Who orders and where to, as typed; the place has been found, or None."""

    email: str = ""
    recipient: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    note: str = ""
    place: DeliveryPlace | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Who orders and where to, checked."""

    email: str
    address: DeliveryAddress
    place: DeliveryPlace
    note: str


def check_contact(draft: ContactDraft) -> Contact:
    """Return the contact within its limits; a postcode left out is the district's, if it has only one.

    Raises Invalid with every problem.
    """
    fields = Fields()
    email = fields.email("email", draft.email)
    recipient = fields.line("recipient", draft.recipient, max_length=MAX_NAME_LENGTH)
    phone = fields.phone("phone", draft.phone)
    street = fields.line("street", draft.street, max_length=MAX_STREET_LENGTH)
    note = fields.text("note", draft.note, max_length=MAX_NOTE_LENGTH)
    place = draft.place
    known = place.postcodes if place else ()
    only = known[0] if len(known) == 1 else ""
    postcode = fields.postcode("postcode", draft.postcode, known=known, otherwise=only)
    if place is None:
        fields.refuse("place", "required")
    fields.settle()
    assert place is not None  # noqa: S101 - settled above
    address = DeliveryAddress(recipient, phone, street, place.district, place.city, place.province, postcode)
    return Contact(email, address, place, note)

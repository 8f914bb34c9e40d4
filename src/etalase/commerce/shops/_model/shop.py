"""What a shop is: its name in links, where it sends from, how it is paid. No I/O."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NewType
from uuid import UUID
from zoneinfo import ZoneInfo

from etalase.commerce.shops._model.hold_rules import AS_THE_OPERATOR_SAYS, HoldRules
from etalase.commerce.shops._model.qris import UnreadableQris, read_static_qris
from etalase.kernel.discounts import ShippingDiscount
from etalase.kernel.fields import Fields
from etalase.kernel.zones import zone_of

ShopId = NewType("ShopId", UUID)

MAX_NAME_LENGTH = 60
MAX_SLUG_LENGTH = 40
MAX_QRIS_LENGTH = 512
"""EMVCo's QR Code Specification for merchants, section 3.1."""
RESERVED_SLUGS = frozenset({"new", "new-shop", "shop", "desk", "api", "admin"})
_NIB_DIGITS = 13
MAX_HOURS_TO_PAY, MAX_NEW_BUYER_HOURS_TO_PAY = 7 * 24, 24
"""Units wait for their buyer so long at most: over a weekend, and a day for who has never paid here."""


@dataclass(frozen=True, slots=True)
class ShopAddress:
    """A place in Indonesia that a courier finds, and whom to call there."""

    recipient: str
    phone: str
    street: str
    district: str
    city: str
    province: str
    postcode: str


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where a buyer transfers to."""

    bank: str
    number: str
    holder: str


@dataclass(frozen=True, slots=True)
class ShopDraft:
    """A shop as someone typed it: nothing is checked yet, and what is left out is empty.

    `origin_postcodes` are those that the origin's district is known to have.
    """

    name: str = ""
    origin: ShopAddress = ShopAddress("", "", "", "", "", "", "")
    origin_postcodes: tuple[str, ...] = ()
    contact_email: str = ""
    contact_phone: str = ""
    bank: str = ""
    bank_account_number: str = ""
    bank_account_holder: str = ""
    qris_static: str = ""
    nib: str = ""
    hours_to_pay: str | int | None = None
    new_buyer_hours_to_pay: str | int | None = None


@dataclass(frozen=True, slots=True)
class HoursToPay:
    """How long the shop lets a buyer take to pay; None is as long as the operator says."""

    known_buyer: int | None = None
    new_buyer: int | None = None


@dataclass(frozen=True, slots=True)
class ShopDetails:
    """A shop's details, checked."""

    name: str
    origin: ShopAddress
    contact_email: str
    contact_phone: str | None
    bank_account: BankAccount | None
    qris_static: str | None
    nib: str | None
    hours_to_pay: HoursToPay = HoursToPay()


@dataclass(frozen=True, slots=True)
class ShopView:
    """A shop as pages and other contexts see it; only staff may see how it is paid."""

    id: ShopId
    slug: str
    name: str
    logo_key: str | None
    origin: ShopAddress
    contact_email: str
    contact_phone: str | None
    bank_account: BankAccount | None
    qris_static: str | None
    nib: str | None
    hours_to_pay: HoursToPay = HoursToPay()
    hold_rules: HoldRules = AS_THE_OPERATOR_SAYS
    offers_vouchers: bool = False
    """Whether it has ever made a voucher: where it has not, nobody looks for one."""
    offers_bundles: bool = False
    """Whether it has ever made a bundle, as for vouchers."""
    shipping_discount: ShippingDiscount | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of the place from which the shop sends."""
        return zone_of(self.origin.province)


def check_shop(draft: ShopDraft) -> ShopDetails:
    """Return the details within their limits, or raise `Invalid` with every problem."""
    fields = Fields()
    details = ShopDetails(
        name=fields.line("name", draft.name, max_length=MAX_NAME_LENGTH),
        origin=check_address(fields, draft.origin, draft.origin_postcodes),
        contact_email=check_email(fields, "contact_email", draft.contact_email),
        contact_phone=check_phone(fields, "contact_phone", draft.contact_phone, required=False) or None,
        bank_account=_check_bank_account(fields, draft),
        qris_static=_check_qris(fields, draft.qris_static),
        nib=_check_nib(fields, draft.nib),
        hours_to_pay=_check_hours(fields, draft),
    )
    if details.name and not slug_of(details.name):
        fields.refuse("name", "needs_letters")
    fields.settle()
    return details


def check_address(fields: Fields, raw: ShopAddress, postcodes: Sequence[str] = ()) -> ShopAddress:
    """Read an address; each part has its limit, and the postcode belongs to its district."""
    only = postcodes[0] if len(postcodes) == 1 else ""
    return ShopAddress(
        recipient=fields.line("recipient", raw.recipient, max_length=80),
        phone=check_phone(fields, "phone", raw.phone),
        street=fields.line("street", raw.street, max_length=200),
        district=fields.line("district", raw.district, max_length=80),
        city=fields.line("city", raw.city, max_length=80),
        province=fields.line("province", raw.province, max_length=80),
        postcode=fields.postcode("postcode", raw.postcode, known=postcodes, otherwise=only),
    )


def check_email(fields: Fields, field: str, raw: str) -> str:
    """Read an e-mail address: its form only, since only a message sent tells whether it lives."""
    return fields.email(field, raw)


def check_phone(fields: Fields, field: str, raw: str, *, required: bool = True) -> str:
    """Read a phone number into its international form: 0812-3456-7890 becomes +6281234567890 (E.164)."""
    return fields.phone(field, raw, required=required)


def slug_of(name: str) -> str:
    """Return the name as it stands in a link: small ASCII letters, digits and hyphens; maybe nothing."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:MAX_SLUG_LENGTH].strip("-")
    return f"{slug}-1" if slug in RESERVED_SLUGS else slug


def _check_bank_account(fields: Fields, draft: ShopDraft) -> BankAccount | None:
    """Read the bank account: all three parts or none."""
    given = draft.bank.strip() or draft.bank_account_number.strip() or draft.bank_account_holder.strip()
    if not given:
        return None
    return BankAccount(
        bank=fields.line("bank", draft.bank, max_length=60),
        number=fields.digits(
            "bank_account_number", draft.bank_account_number, minimum=5, maximum=20, code="not_an_account"
        ),
        holder=fields.line("bank_account_holder", draft.bank_account_holder, max_length=80),
    )


def _check_qris(fields: Fields, raw: str) -> str | None:
    """Read a static QRIS string; its value may hold spaces, so only its ends are trimmed."""
    text = fields.verbatim("qris_static", raw, max_length=MAX_QRIS_LENGTH)
    if not text:
        return None
    try:
        read_static_qris(text)
    except UnreadableQris as problem:
        fields.refuse("qris_static", f"qris_{problem.reason}")
    return text


def _check_nib(fields: Fields, raw: str) -> str | None:
    """Read a business identification number (Nomor Induk Berusaha): 13 digits."""
    return (
        fields.digits("nib", raw, minimum=_NIB_DIGITS, maximum=_NIB_DIGITS, code="not_a_nib", required=False)
        or None
    )


def _check_hours(fields: Fields, draft: ShopDraft) -> HoursToPay:
    """Read how long buyers may take to pay; who has never paid here takes no longer than the others."""
    known = fields.hours("hours_to_pay", draft.hours_to_pay, maximum=MAX_HOURS_TO_PAY)
    maximum = min(known or MAX_NEW_BUYER_HOURS_TO_PAY, MAX_NEW_BUYER_HOURS_TO_PAY)
    return HoursToPay(
        known, fields.hours("new_buyer_hours_to_pay", draft.new_buyer_hours_to_pay, maximum=maximum)
    )

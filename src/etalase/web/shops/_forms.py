"""A shop's details as a form has them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from etalase.commerce.shops import ShopAddress, ShopDraft, ShopView
from etalase.kernel.errors import Invalid
from etalase.platform.i18n import gettext as _
from etalase.web._forms import form_errors, text_of
from etalase.web._places import PlaceChoice, choose_place


@dataclass(frozen=True, slots=True)
class ShopForm:
    """What somebody writes about a shop; a field's name is also that of its problem."""

    name: str = ""
    recipient: str = ""
    phone: str = ""
    street: str = ""
    place: str = ""
    place_code: str = ""
    district: str = ""
    city: str = ""
    province: str = ""
    postcode: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    bank: str = ""
    bank_account_number: str = ""
    bank_account_holder: str = ""
    qris_static: str = ""
    nib: str = ""
    hours_to_pay: str = ""
    new_buyer_hours_to_pay: str = ""

    @property
    def chosen(self) -> PlaceChoice:
        """Where parcels start: as it was typed in one field, or in three by an older form."""
        three = ", ".join(filter(None, (self.district, self.city, self.province)))
        return choose_place(self.place or three, self.place_code)

    def draft(self) -> ShopDraft:
        """Return the form as a draft, not yet checked."""
        chosen = self.chosen
        place = chosen.place
        return ShopDraft(
            name=self.name,
            origin=ShopAddress(
                recipient=self.recipient,
                phone=self.phone,
                street=self.street,
                district=place.district if place else "",
                city=place.city if place else "",
                province=place.province if place else "",
                postcode=chosen.postcode(self.postcode),
            ),
            origin_postcodes=place.postcodes if place else (),
            contact_email=self.contact_email,
            contact_phone=self.contact_phone,
            bank=self.bank,
            bank_account_number=self.bank_account_number,
            bank_account_holder=self.bank_account_holder,
            qris_static=self.qris_static,
            nib=self.nib,
            hours_to_pay=self.hours_to_pay,
            new_buyer_hours_to_pay=self.new_buyer_hours_to_pay,
        )


def shop_errors(form: ShopForm, invalid: Invalid) -> dict[str, str]:
    """Return the words of each problem; what is wrong with the place stands at the one field that it has."""
    errors = form_errors(invalid)
    of_place = [errors.pop(part, None) for part in ("district", "city", "province")]
    if any(of_place):
        typed = bool(form.chosen.text.strip())
        unknown = _("Choose which one you mean.") if form.chosen.candidates else _("We know no such place.")
        errors["place"] = unknown if typed else next(filter(None, of_place))
    return errors


def read_form(posted: Mapping[str, Any]) -> ShopForm:
    """Return the form as it was sent."""
    return ShopForm(**{one.name: text_of(posted, one.name) for one in fields(ShopForm)})


def form_of(shop: ShopView) -> ShopForm:
    """Return the form that shows a shop as it is."""
    origin, account = shop.origin, shop.bank_account
    return ShopForm(
        name=shop.name,
        recipient=origin.recipient,
        phone=origin.phone,
        street=origin.street,
        place=f"{origin.district}, {origin.city}, {origin.province}",
        postcode=origin.postcode,
        contact_email=shop.contact_email,
        contact_phone=shop.contact_phone or "",
        bank=account.bank if account else "",
        bank_account_number=account.number if account else "",
        bank_account_holder=account.holder if account else "",
        qris_static=shop.qris_static or "",
        nib=shop.nib or "",
        hours_to_pay=str(shop.hours_to_pay.known_buyer or ""),
        new_buyer_hours_to_pay=str(shop.hours_to_pay.new_buyer or ""),
    )

"""A shop's details as a form has them."""

from dataclasses import dataclass

from etalase.commerce.shops import Address, ShopDraft, ShopView


@dataclass(frozen=True, slots=True)
class ShopForm:
    """What somebody writes about a shop; a field's name is also that of its problem."""

    name: str = ""
    recipient: str = ""
    phone: str = ""
    street: str = ""
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

    def draft(self) -> ShopDraft:
        """Return the form as a draft, not yet checked."""
        return ShopDraft(
            name=self.name,
            origin=Address(
                recipient=self.recipient,
                phone=self.phone,
                street=self.street,
                district=self.district,
                city=self.city,
                province=self.province,
                postcode=self.postcode,
            ),
            contact_email=self.contact_email,
            contact_phone=self.contact_phone,
            bank=self.bank,
            bank_account_number=self.bank_account_number,
            bank_account_holder=self.bank_account_holder,
            qris_static=self.qris_static,
            nib=self.nib,
        )


def form_of(shop: ShopView) -> ShopForm:
    """Return the form that shows a shop as it is."""
    origin, account = shop.origin, shop.bank_account
    return ShopForm(
        name=shop.name,
        recipient=origin.recipient,
        phone=origin.phone,
        street=origin.street,
        district=origin.district,
        city=origin.city,
        province=origin.province,
        postcode=origin.postcode,
        contact_email=shop.contact_email,
        contact_phone=shop.contact_phone or "",
        bank=account.bank if account else "",
        bank_account_number=account.number if account else "",
        bank_account_holder=account.holder if account else "",
        qris_static=shop.qris_static or "",
        nib=shop.nib or "",
    )

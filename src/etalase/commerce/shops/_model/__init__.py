"""What a shop is, who works in it, and what a QRIS string says. Pure."""

from etalase.commerce.shops._model.hold_rules import (
    HoldRules,
    HoldRulesDraft,
    check_hold_rules,
)
from etalase.commerce.shops._model.qris import UnreadableQris, crc16, read_fields, read_static_qris
from etalase.commerce.shops._model.shipping_discount import ShippingDiscountDraft, check_shipping_discount
from etalase.commerce.shops._model.shop import (
    BankAccount,
    HoursToPay,
    ShopAddress,
    ShopDetails,
    ShopDraft,
    ShopId,
    ShopView,
    check_address,
    check_email,
    check_phone,
    check_shop,
    slug_of,
)
from etalase.commerce.shops._model.staff import (
    INVITATION_TTL,
    KEEPERS,
    PACKERS,
    Invitation,
    Membership,
    Role,
    StaffMember,
    digest_of,
    require_an_owner_left,
)

__all__ = [
    "INVITATION_TTL",
    "KEEPERS",
    "PACKERS",
    "BankAccount",
    "HoldRules",
    "HoldRulesDraft",
    "HoursToPay",
    "Invitation",
    "Membership",
    "Role",
    "ShippingDiscountDraft",
    "ShopAddress",
    "ShopDetails",
    "ShopDraft",
    "ShopId",
    "ShopView",
    "StaffMember",
    "UnreadableQris",
    "check_address",
    "check_email",
    "check_hold_rules",
    "check_phone",
    "check_shipping_discount",
    "check_shop",
    "crc16",
    "digest_of",
    "read_fields",
    "read_static_qris",
    "require_an_owner_left",
    "slug_of",
]

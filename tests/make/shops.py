"""Builders of shops and their staff."""

from dataclasses import replace
from uuid import UUID

from etalase.commerce import shops
from etalase.commerce.shops import Role, ShopAddress, ShopDraft, ShopView
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_code, new_id
from etalase.platform.db import Tx

ADDRESS = ShopAddress(
    recipient="Ibu Sari",
    phone="0812-3456-7890",
    street="Jl. Kenanga 7",
    district="Coblong",
    city="Bandung",
    province="Jawa Barat",
    postcode="40132",
)


def shop_draft(name: str = "Kancil Kids", **changes: str) -> ShopDraft:
    """Return a shop as its owner typed it, with an address and a contact."""
    draft = ShopDraft(name=name, origin=ADDRESS, contact_email="halo@kancil.example")
    return replace(draft, **changes)  # type: ignore[arg-type]  # changes of the address are made apart


async def shop(tx: Tx, name: str = "Kancil Kids", *, owner_id: UUID | None = None) -> ShopView:
    """Open a shop; where another's has the name, it gets one more word."""
    return await open_shop(tx, owner_id or new_id(), shop_draft(name))


async def open_shop(tx: Tx, owner_id: UUID, draft: ShopDraft) -> ShopView:
    """Open a shop as drafted; where another's has the name, it gets one more word."""
    try:
        return await shops.create_shop(tx, owner_id, draft)
    except Invalid:
        return await shops.create_shop(tx, owner_id, replace(draft, name=f"{draft.name} {new_code(4)}"))


async def member(tx: Tx, its_shop: ShopView, role: Role) -> UUID:
    """Let someone new join the shop's staff by an invitation."""
    account_id = new_id()
    _, token = await shops.invite_staff(tx, its_shop.id, f"{account_id}@staff.example", role)
    await shops.accept_invitation(tx, token, account_id)
    return account_id


def qris(merchant: str = "KANCIL KIDS", **changes: str) -> str:
    """Return a static QRIS string with a right checksum; `changes` such as t54="5000" set or add tags."""
    fields = {
        "00": "01",
        "01": "11",
        "26": "0016ID.CO.TELKOM.WWW0118936000080100000001",
        "51": "0014ID.CO.QRIS.WWW0215ID10200000000010303UMI",
        "52": "5641",
        "53": "360",
        "58": "ID",
        "59": merchant,
        "60": "BANDUNG",
        "61": "40132",
    } | {tag.removeprefix("t"): value for tag, value in changes.items()}
    body = "".join(f"{tag}{len(value):02}{value}" for tag, value in sorted(fields.items()) if value) + "6304"
    return body + shops.crc16(body)

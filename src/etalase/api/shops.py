"""Shops for programs: those where the caller works, a new one, and their details."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_201_CREATED

from etalase.api._auth import caller, signed_in
from etalase.api._paging import Cursor, Limit, Page, cut_page, decode_cursor
from etalase.commerce import shops
from etalase.commerce.shops import Address, Membership, Role, ShopDraft, ShopId, ShopView
from etalase.platform.db import Database

TAGS = ["Shops"]
Slug = Annotated[str, msgspec.Meta(description="The shop's name in links.", examples=["kancil-kids"])]


class AddressFields(msgspec.Struct, frozen=True):
    """A place in Indonesia; `district` is the kecamatan."""

    recipient: Annotated[str, msgspec.Meta(examples=["Ibu Sari"])]
    phone: Annotated[str, msgspec.Meta(examples=["0812-3456-7890"])]
    street: Annotated[str, msgspec.Meta(examples=["Jl. Kenanga 7"])]
    district: Annotated[str, msgspec.Meta(examples=["Coblong"])]
    city: Annotated[str, msgspec.Meta(examples=["Bandung"])]
    province: Annotated[str, msgspec.Meta(examples=["Jawa Barat"])]
    postcode: Annotated[str, msgspec.Meta(examples=["40132"])]


class BankFields(msgspec.Struct, frozen=True):
    """Where buyers transfer to."""

    bank: Annotated[str, msgspec.Meta(examples=["BCA"])]
    number: Annotated[str, msgspec.Meta(examples=["1234567890"])]
    holder: Annotated[str, msgspec.Meta(examples=["Sari"])]


class ShopFields(msgspec.Struct, frozen=True):
    """What a shop is. `qris_static` is the text of the shop's own QRIS, `nib` its licence number."""

    name: Annotated[str, msgspec.Meta(examples=["Kancil Kids"])]
    origin: AddressFields
    contact_email: Annotated[str, msgspec.Meta(examples=["halo@kancil.example"])]
    contact_phone: str | None = None
    bank_account: BankFields | None = None
    qris_static: str | None = None
    nib: Annotated[str | None, msgspec.Meta(examples=["9120001234567"])] = None

    def draft(self) -> ShopDraft:
        """Return it as a draft, not yet checked."""
        account = self.bank_account
        return ShopDraft(
            name=self.name,
            origin=Address(**msgspec.structs.asdict(self.origin)),
            contact_email=self.contact_email,
            contact_phone=self.contact_phone or "",
            bank=account.bank if account else "",
            bank_account_number=account.number if account else "",
            bank_account_holder=account.holder if account else "",
            qris_static=self.qris_static or "",
            nib=self.nib or "",
        )


class Shop(ShopFields, frozen=True, kw_only=True):
    """A shop where the caller works, with the caller's role."""

    id: UUID
    slug: Slug
    role: Role
    logo_url: str | None


@get("/api/v1/shops", guards=[signed_in], tags=TAGS, summary="List my shops")
async def list_shops(
    request: Request[Any, Any, Any], db: NamedDependency[Database], limit: Limit = 50, cursor: Cursor = None
) -> Page[Shop]:
    """List the shops where the caller works, the oldest first."""
    after = decode_cursor(cursor, UUID)
    async with db.begin() as tx:
        rows = await shops.list_shops_of(
            tx, caller(request).account_id, after=ShopId(after) if after else None, limit=limit + 1
        )
    return cut_page(rows, limit, lambda row: _shop(row.shop, row.role), lambda row: row.shop.id)


@post("/api/v1/shops", guards=[signed_in], status_code=HTTP_201_CREATED, tags=TAGS, summary="Open a shop")
async def open_shop(
    request: Request[Any, Any, Any], db: NamedDependency[Database], data: JSONBody[ShopFields]
) -> Shop:
    """Open a shop; the caller is its owner. A taken name gets a number in its `slug`."""
    async with db.begin() as tx:
        shop = await shops.create_shop(tx, caller(request).account_id, data.draft())
    return _shop(shop, Role.OWNER)


@get("/api/v1/shops/{slug:str}", guards=[signed_in], tags=TAGS, summary="Show a shop")
async def show_shop(
    request: Request[Any, Any, Any], db: NamedDependency[Database], slug: FromPath[str]
) -> Shop:
    """Show a shop where the caller works."""
    async with db.begin() as tx:
        found: Membership = await shops.require_membership(tx, caller(request).account_id, slug)
    return _shop(found.shop, found.role)


@put("/api/v1/shops/{slug:str}", guards=[signed_in], tags=TAGS, summary="Change a shop")
async def change_shop(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    slug: FromPath[str],
    data: JSONBody[ShopFields],
) -> Shop:
    """Replace a shop's details. For its owners."""
    async with db.begin() as tx:
        found = await shops.require_membership(tx, caller(request).account_id, slug, Role.OWNER)
        shop = await shops.update_shop(tx, found.shop.id, data.draft())
    return _shop(shop, found.role)


def _shop(shop: ShopView, role: Role) -> Shop:
    account = shop.bank_account
    return Shop(
        id=shop.id,
        slug=shop.slug,
        role=role,
        name=shop.name,
        origin=msgspec.convert(shop.origin, AddressFields, from_attributes=True),
        contact_email=shop.contact_email,
        contact_phone=shop.contact_phone,
        bank_account=msgspec.convert(account, BankFields, from_attributes=True) if account else None,
        qris_static=shop.qris_static,
        nib=shop.nib,
        logo_url=f"/files/{shop.logo_key}" if shop.logo_key else None,
    )


ROUTES: list[Any] = [list_shops, open_shop, show_shop, change_shop]

"""The shops where the caller works, a new one, and their details."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, delete, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import JSONBody, MultipartBody
from litestar.status_codes import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from etalase.api._auth import caller, signed_in
from etalase.api._fields import named
from etalase.api._paging import Cursor, Limit, PageOf, cut_page, decode_cursor
from etalase.api._uploads import MAX_PICTURE_BYTES
from etalase.commerce import shipping, shops
from etalase.commerce.shops import Role, ShopAddress, ShopDraft, ShopId, ShopView, Workplace
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.platform.db import Database
from etalase.platform.files import FileStore
from etalase.platform.images import file_of, kept_picture

_NAMES = {part: f"origin.{part}" for part in ShopAddress.__dataclass_fields__} | {
    "bank": "bank_account.bank",
    "bank_account_number": "bank_account.number",
    "bank_account_holder": "bank_account.holder",
}
Slug = Annotated[str, msgspec.Meta(description="The shop's name in links.", examples=["kancil-kids"])]

HoursToPay = Annotated[
    int | None,
    msgspec.Meta(
        description="How many hours a transfer may take, 168 at most. Null: as long as the operator says.",
        examples=[24],
    ),
]
NewBuyerHoursToPay = Annotated[
    int | None,
    msgspec.Meta(
        description="The same for who has paid nothing here before: 24 at most, and no longer than that.",
        examples=[3],
    ),
]


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
    hours_to_pay: HoursToPay = None
    new_buyer_hours_to_pay: NewBuyerHoursToPay = None

    def draft(self) -> ShopDraft:
        """Return it as a draft, not yet checked but for its place. Raises Invalid."""
        account, origin = self.bank_account, self.origin
        place = shipping.gazetteer().find_named(f"{origin.district}, {origin.city}, {origin.province}")
        if place is None:
            raise Invalid(FieldProblem("district", "unknown"))
        known = {"district": place.district, "city": place.city, "province": place.province}
        return ShopDraft(
            name=self.name,
            origin=ShopAddress(**msgspec.structs.asdict(origin) | known),
            origin_postcodes=place.postcodes,
            contact_email=self.contact_email,
            contact_phone=self.contact_phone or "",
            bank=account.bank if account else "",
            bank_account_number=account.number if account else "",
            bank_account_holder=account.holder if account else "",
            qris_static=self.qris_static or "",
            nib=self.nib or "",
            hours_to_pay=self.hours_to_pay,
            new_buyer_hours_to_pay=self.new_buyer_hours_to_pay,
        )


class Shop(ShopFields, frozen=True, kw_only=True):
    """A shop where the caller works, with the caller's role."""

    id: UUID
    slug: Slug
    role: Role
    logo_url: str | None


@dataclass(frozen=True, slots=True)
class LogoUpload:
    """A JPEG, PNG, WebP or AVIF of up to 12 MB; it is encoded anew, without its metadata."""

    logo: UploadFile


@get("/api/v1/shops", guards=[signed_in], tags=["Shops"], summary="List my shops")
async def list_shops(
    request: Request[Any, Any, Any], db: NamedDependency[Database], limit: Limit = 50, cursor: Cursor = None
) -> PageOf[Shop]:
    """List the shops where the caller works, the oldest first."""
    after = decode_cursor(cursor, UUID)
    async with db.begin() as tx:
        rows = await shops.list_shops_of(
            tx, caller(request).account_id, after=ShopId(after) if after else None, limit=limit + 1
        )
    return cut_page(rows, limit, lambda row: show_shop(row.shop, row.role), lambda row: row.shop.id)


@post(
    "/api/v1/shops", guards=[signed_in], status_code=HTTP_201_CREATED, tags=["Shops"], summary="Open a shop"
)
async def open_shop(
    request: Request[Any, Any, Any], db: NamedDependency[Database], data: JSONBody[ShopFields]
) -> Shop:
    """Open a shop; the caller is its owner. A taken name gets a number in its `slug`."""
    with named(_name_of):
        async with db.begin() as tx:
            shop = await shops.create_shop(tx, caller(request).account_id, data.draft())
    return show_shop(shop, Role.OWNER)


@get("/", summary="Show a shop")
async def read_shop(workplace: NamedDependency[Workplace]) -> Shop:
    """Show a shop where the caller works."""
    found = await workplace.require()
    return show_shop(found.shop, found.role)


@put("/", summary="Change a shop")
async def change_shop(workplace: NamedDependency[Workplace], data: JSONBody[ShopFields]) -> Shop:
    """Replace a shop's details. For its owners."""
    with named(_name_of):
        async with workplace.open(Role.OWNER) as (tx, shop):
            return show_shop(await shops.update_shop(tx, shop.id, data.draft()), Role.OWNER)


@put("/logo", request_max_body_size=MAX_PICTURE_BYTES, summary="Set the logo")
async def set_logo(
    workplace: NamedDependency[Workplace], files: NamedDependency[FileStore], data: MultipartBody[LogoUpload]
) -> Shop:
    """Show this picture as the shop's logo. For its owners."""
    await workplace.require(Role.OWNER)  # whoever may not, costs us no picture
    content = await data.logo.read()
    async with kept_picture(files, content, "logos") as picture, workplace.open(Role.OWNER) as (tx, shop):
        changed = await shops.set_logo(tx, shop.id, picture.key)
    if shop.logo_key:
        await files.delete(shop.logo_key)
    return show_shop(changed, Role.OWNER)


@delete("/logo", status_code=HTTP_204_NO_CONTENT, summary="Remove the logo")
async def remove_logo(workplace: NamedDependency[Workplace], files: NamedDependency[FileStore]) -> None:
    """Show the shop without a logo. For its owners."""
    async with workplace.open(Role.OWNER) as (tx, shop):
        await shops.set_logo(tx, shop.id, None)
    if shop.logo_key:
        await files.delete(shop.logo_key)


def _name_of(field: str) -> str:
    """Return the API's name of a shop's field."""
    return _NAMES.get(field, field)


def show_shop(shop: ShopView, role: Role) -> Shop:
    """Return a shop as the API tells it to somebody of this role."""
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
        hours_to_pay=shop.hours_to_pay.known_buyer,
        new_buyer_hours_to_pay=shop.hours_to_pay.new_buyer,
        logo_url=f"/files/{file_of(shop.logo_key)}" if shop.logo_key else None,
    )


OWN: list[Any] = [list_shops, open_shop]
STAFF: list[Any] = [read_shop, change_shop, set_logo, remove_logo]

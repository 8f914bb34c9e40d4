"""A shop's settings: details, logo, how it is paid. For its owners only."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody

from etalase.commerce import shops
from etalase.commerce.shops import Role
from etalase.kernel.errors import Invalid
from etalase.platform.db import Database
from etalase.platform.files import FileStore
from etalase.platform.i18n import gettext as _
from etalase.platform.images import MOST_BYTES, UnreadableImage, store_picture
from etalase.web._auth import PageRequest
from etalase.web._desk import DeskShop
from etalase.web._flash import redirect
from etalase.web._pages import Page
from etalase.web._refusals import say
from etalase.web.shops._forms import ShopForm, form_of, shop_errors

LARGEST_UPLOAD = MOST_BYTES + 100_000


@get("/settings")
async def show_settings(desk_shop: NamedDependency[DeskShop]) -> Page:
    """Show the shop's details."""
    desk_shop.require(Role.OWNER)
    return _page(desk_shop, form_of(desk_shop.shop))


@post("/settings")
async def change_settings(
    request: PageRequest,
    db: NamedDependency[Database],
    desk_shop: NamedDependency[DeskShop],
    data: URLEncodedBody[ShopForm],
) -> Response[Any]:
    """Replace the shop's details."""
    desk_shop.require(Role.OWNER)
    try:
        async with db.begin() as tx:
            await shops.update_shop(tx, desk_shop.shop.id, data.draft())
    except Invalid as invalid:
        return _page(desk_shop, data, shop_errors(data, invalid))
    return redirect(request, f"{desk_shop.base}/settings", _("Saved."))


@post("/settings/logo", request_max_body_size=LARGEST_UPLOAD)
async def change_logo(
    request: PageRequest,
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
    desk_shop: NamedDependency[DeskShop],
) -> Response[Any]:
    """Take a picture in as the shop's logo."""
    desk_shop.require(Role.OWNER)
    upload = (await request.form()).get("logo")
    content = await upload.read() if isinstance(upload, UploadFile) else b""
    try:
        picture = await store_picture(files, content, "logos")
    except UnreadableImage as refusal:
        return _page(desk_shop, form_of(desk_shop.shop), {"logo": say(refusal).detail})
    async with db.begin() as tx:
        await shops.set_logo(tx, desk_shop.shop.id, picture.key)
    await _forget(files, desk_shop.shop.logo_key)
    return redirect(request, f"{desk_shop.base}/settings", _("The logo is in its place."))


@post("/settings/logo/remove")
async def remove_logo(
    request: PageRequest,
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
    desk_shop: NamedDependency[DeskShop],
) -> Response[Any]:
    """Show the shop without a logo."""
    desk_shop.require(Role.OWNER)
    async with db.begin() as tx:
        await shops.set_logo(tx, desk_shop.shop.id, None)
    await _forget(files, desk_shop.shop.logo_key)
    return redirect(request, f"{desk_shop.base}/settings", _("The logo is gone."))


async def _forget(files: FileStore, key: str | None) -> None:
    if key:
        await files.delete(key)


def _page(desk: DeskShop, form: ShopForm, errors: dict[str, str] | None = None) -> Page:
    status = 422 if errors else 200
    return desk.page("shops/settings.html", "settings", status=status, form=form, errors=errors or {})

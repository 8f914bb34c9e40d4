"""A shop's settings: details, logo, how it is paid. For its owners only."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency

from etalase.commerce import orders, shops
from etalase.commerce.shops import Role
from etalase.kernel.errors import Invalid
from etalase.platform.files import FileStore
from etalase.platform.i18n import format_number
from etalase.platform.i18n import gettext as _
from etalase.platform.images import MAX_BYTES, UnreadableImage, store_picture
from etalase.web._auth import PageRequest
from etalase.web._desk import DeskShop
from etalase.web._flash import redirect
from etalase.web._pages import HtmlPage
from etalase.web._refusals import say
from etalase.web.shops._forms import ShopForm, form_of, read_form, shop_errors

MAX_UPLOAD_BYTES = MAX_BYTES + 100_000


@get("/settings")
async def show_settings(
    desk_shop: NamedDependency[DeskShop], order_settings: NamedDependency[orders.OrderSettings]
) -> HtmlPage:
    """Show the shop's details."""
    return await _page(desk_shop, order_settings)


@post("/settings", request_max_body_size=MAX_UPLOAD_BYTES)
async def change_settings(
    request: PageRequest,
    files: NamedDependency[FileStore],
    order_settings: NamedDependency[orders.OrderSettings],
    desk_shop: NamedDependency[DeskShop],
) -> Response[Any]:
    """Replace the shop's details, and its logo if a picture was chosen."""
    return await _save(request, files, desk_shop, order_settings, saved=_("Saved."))


@post("/settings/logo/remove", request_max_body_size=MAX_UPLOAD_BYTES)
async def remove_logo(
    request: PageRequest,
    files: NamedDependency[FileStore],
    order_settings: NamedDependency[orders.OrderSettings],
    desk_shop: NamedDependency[DeskShop],
) -> Response[Any]:
    """Show the shop without a logo; what else the form says is kept too."""
    async with desk_shop.open(Role.OWNER) as (tx, shop):
        await shops.set_logo(tx, shop.id, None)
    await _forget(files, shop.logo_key)
    gone = _("The logo is gone.")
    return await _save(request, files, desk_shop, order_settings, saved=gone, has_logo=False)


async def _save(
    request: PageRequest,
    files: FileStore,
    desk_shop: DeskShop,
    order_settings: orders.OrderSettings,
    *,
    saved: str,
    has_logo: bool = True,
) -> Response[Any]:
    """Keep everything that was sent; what is refused is told, and the rest is kept all the same."""
    await desk_shop.require(Role.OWNER)  # whoever may not, costs us no picture
    posted = await request.form()
    form, errors = read_form(posted), {}
    if has_logo:
        try:
            await _take_logo(files, desk_shop, posted.get("logo"))
        except UnreadableImage as refusal:
            errors["logo"] = say(refusal).detail
    if "name" in posted:
        try:
            async with desk_shop.open(Role.OWNER) as (tx, shop):
                await shops.update_shop(tx, shop.id, form.draft())
        except Invalid as invalid:
            errors |= shop_errors(form, invalid)
    if errors:
        return await _page(desk_shop, order_settings, form if "name" in posted else None, errors)
    return redirect(request, f"{desk_shop.base}/settings", saved)


async def _take_logo(files: FileStore, desk_shop: DeskShop, upload: object) -> None:
    """Keep the chosen picture. A browser sends a field without a choice as a file without a name."""
    if not isinstance(upload, UploadFile) or not upload.filename:
        return
    picture = await store_picture(files, await upload.read(), "logos")
    async with desk_shop.open(Role.OWNER) as (tx, shop):
        await shops.set_logo(tx, shop.id, picture.key)
    await _forget(files, shop.logo_key)


async def _forget(files: FileStore, key: str | None) -> None:
    if key:
        await files.delete(key)


async def _page(
    desk_shop: DeskShop,
    operator: orders.OrderSettings,
    form: ShopForm | None = None,
    errors: dict[str, str] | None = None,
) -> HtmlPage:
    """Return the page with the form as it was sent, or with the shop as it is."""
    async with desk_shop.show(Role.OWNER) as (_tx, desk):
        return desk.page(
            "shops/settings.html",
            "settings",
            status=422 if errors else 200,
            form=form or form_of(desk.shop),
            errors=errors or {},
            waits={
                "known": format_number(operator.transfer_within_minutes / 60),
                "new": format_number(operator.new_buyer_pay_within_minutes / 60),
                "code": operator.pay_within_minutes,
            },
        )

"""A host's shows: the list, a new one, and changes to one that is planned. Plain forms; scripts only help."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from etalase.kernel.errors import FieldProblem, IdempotencyKeyReused, Invalid
from etalase.kernel.ids import new_token
from etalase.platform.db import Database
from etalase.platform.files import FileStore
from etalase.platform.i18n import current_zone
from etalase.platform.i18n import gettext as _
from etalase.platform.images import UnreadableImage, store_picture
from etalase.social import people
from etalase.social.people import HostGrant, NotItsHost
from etalase.social.rooms import (
    COVERS,
    OfferCard,
    RoomService,
    Shopfront,
    Show,
    ShowState,
    cover_key_of,
    get_hosted_show,
    get_show_by_id,
    list_hosted_shows,
)
from etalase.web._auth import me, signed_in
from etalase.web._flash import Flash, redirect
from etalase.web._forms import form_errors
from etalase.web._pages import page
from etalase.web.rooms._covers import MAX_FORM_BYTES
from etalase.web.rooms._plan_form import (
    LOCAL_TIME,
    PlanForm,
    choose_grant,
    chosen_of,
    form_of,
    plan_of,
    read_form,
)
from etalase.web.rooms._views import OfferView, offer_views

PAGE_SIZE = 30


@get("/studio", guards=[signed_in], include_in_schema=False)
async def list_my_shows(
    request: Request[Any, Any, Any], db: NamedDependency[Database], commerce_url: NamedDependency[str]
) -> Response[Any]:
    """List the shows of the shops that vouch for the host."""
    account_id = me(request).account_id
    async with db.begin() as tx:
        grants = await people.list_grants(tx, account_id)
        shows = await list_hosted_shows(tx, account_id, limit=PAGE_SIZE)
    return page("rooms/shows.html", shows=shows, grants=grants, commerce_url=commerce_url.rstrip("/"))


@get("/studio/new", guards=[signed_in], include_in_schema=False)
async def new_show(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    shopfront: NamedDependency[Shopfront],
    shop: FromQuery[str] = "",
) -> Response[Any]:
    """Show the form of a new show."""
    grants = await _grants(db, me(request).account_id)
    chosen = choose_grant(grants, shop)
    start = (db.clock.now() + timedelta(hours=1)).astimezone(current_zone()).replace(minute=0)
    form = PlanForm("", start.strftime(LOCAL_TIME), chosen.shop_id if chosen else None, (), new_token())
    return await _form_page(form, grants, shopfront)


@post("/studio/new", guards=[signed_in], include_in_schema=False, request_max_body_size=MAX_FORM_BYTES)
async def plan_show(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
    rooms: NamedDependency[RoomService],
    shopfront: NamedDependency[Shopfront],
) -> Response[Any]:
    """Plan the show, with its cover and its tray."""
    account_id = me(request).account_id
    grants = await _grants(db, account_id)
    sent = await request.form()
    form = read_form(sent, grants)
    if form.shop_id is None:
        raise NotItsHost
    show_id = uuid5(account_id, form.key)
    try:
        plan = plan_of(form, form.starts_at, await _new_cover(sent, files))
        chosen = chosen_of(form, await _offers(shopfront, form))
        show = await rooms.shows.plan_show(account_id, form.shop_id, plan, chosen or (), show_id=show_id)
    except Invalid as invalid:
        return await _form_page(form, grants, shopfront, invalid=invalid)
    except IdempotencyKeyReused:
        return await _ask_about(db, show_id, form, grants, shopfront)
    return _to_studio(request, show.code, is_tray_as_requested=chosen is not None or not form.product_ids)


async def _ask_about(
    db: Database, show_id: UUID, form: PlanForm, grants: tuple[HostGrant, ...], shopfront: Shopfront
) -> Response[Any]:
    """Say that this form has planned a show; offer to change that one, or to plan another as it reads now."""
    async with db.begin() as tx:
        earlier = await get_show_by_id(tx, show_id)
    return await _form_page(replace(form, key=new_token()), grants, shopfront, earlier=earlier)


@get("/studio/{code:str}/edit", guards=[signed_in], include_in_schema=False)
async def edit_form(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    db: NamedDependency[Database],
    shopfront: NamedDependency[Shopfront],
) -> Response[Any]:
    """Show the form of a show that is planned already."""
    account_id = me(request).account_id
    async with db.begin() as tx:
        show = await get_hosted_show(tx, account_id, code)
    if show.state is ShowState.ENDED:
        return redirect(request, f"/studio/{code}")  # nothing can be changed any more: the studio says so
    return await _form_page(form_of(show), await _grants(db, account_id), shopfront, show=show)


@post(
    "/studio/{code:str}/edit",
    guards=[signed_in],
    include_in_schema=False,
    request_max_body_size=MAX_FORM_BYTES,
)
async def edit_show(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
    rooms: NamedDependency[RoomService],
    shopfront: NamedDependency[Shopfront],
) -> Response[Any]:
    """Change title, time, cover and tray."""
    account_id = me(request).account_id
    async with db.begin() as tx:
        show = await get_hosted_show(tx, account_id, code)
    sent = await request.form()
    grants = await _grants(db, account_id)
    form = replace(read_form(sent, grants), shop_id=show.shop.id)
    if not form.shows_offers:
        form = replace(form, product_ids=form_of(show).product_ids)
    try:
        cover = await _new_cover(sent, files) or show.cover_key
        plan = plan_of(form, form.starts_at or show.starts_at, cover)
        await rooms.shows.edit_show(account_id, code, plan)
        is_tray_set = not form.shows_offers or await _set_tray(rooms, shopfront, account_id, code, form)
    except Invalid as invalid:
        return await _form_page(form, grants, shopfront, show=show, invalid=invalid)
    return _to_studio(request, code, is_tray_as_requested=is_tray_set)


@post("/studio/{code:str}/cancel", guards=[signed_in], include_in_schema=False)
async def cancel_show(
    request: Request[Any, Any, Any], code: FromPath[str], rooms: NamedDependency[RoomService]
) -> Response[Any]:
    """Drop a planned show."""
    await rooms.shows.cancel_show(me(request).account_id, code)
    return redirect(request, "/studio", _("The show is cancelled."))


async def _grants(db: Database, account_id: UUID) -> tuple[HostGrant, ...]:
    async with db.begin() as tx:
        return await people.list_grants(tx, account_id)


async def _set_tray(
    rooms: RoomService, shopfront: Shopfront, account_id: UUID, code: str, form: PlanForm
) -> bool:
    """Put the chosen offers into the tray; return whether the shop could be asked. Raises Invalid."""
    chosen = chosen_of(form, await _offers(shopfront, form))
    if chosen is None:
        return False
    try:
        await rooms.shows.set_tray(account_id, code, chosen)
    except OSError:
        return False
    return True


def _to_studio(request: Request[Any, Any, Any], code: str, *, is_tray_as_requested: bool) -> Response[Any]:
    """Go on to the studio, and say so where the tray could not become what the host chose."""
    if is_tray_as_requested:
        return redirect(request, f"/studio/{code}")
    away = _("The shop can't be reached just now. Choose what to show again when it is back.")
    return redirect(request, f"/studio/{code}", Flash(away, "warning"))


async def _new_cover(sent: FormMultiDict, files: FileStore) -> str | None:
    """Keep the picture that the form brought, if it brought one."""
    upload = sent.get("cover")
    content = await upload.read() if isinstance(upload, UploadFile) else b""
    if not content:
        return None
    try:
        picture = await store_picture(files, content, COVERS)
    except UnreadableImage:
        raise Invalid(FieldProblem("cover", "not_a_picture")) from None
    return cover_key_of(picture.key)


async def _offers(shopfront: Shopfront, form: PlanForm) -> tuple[OfferCard, ...] | None:
    """Return what the shop offers, or None while the shop can't be asked."""
    if form.shop_id is None:
        return ()
    try:
        return await shopfront.list_offers(form.shop_id)
    except OSError:
        return None


async def _form_page(
    form: PlanForm,
    grants: tuple[HostGrant, ...],
    shopfront: Shopfront,
    *,
    show: Show | None = None,
    earlier: Show | None = None,
    invalid: Invalid | None = None,
) -> Response[Any]:
    offers = await _offers(shopfront, form)
    return page(
        "rooms/plan.html",
        status=422 if invalid else 409 if earlier else 200,
        form=form,
        earlier=earlier,
        show=show,
        grants=grants,
        shops=[(grant.shop_id, grant.shop_name) for grant in grants],
        offers=_in_order(offer_views(show.code if show else "", offers or ()), form.product_ids),
        is_shop_away=offers is None,
        errors=form_errors(invalid) if invalid else {},
        cover_url=show.cover_path() if show else None,
    )


def _in_order(offers: list[OfferView], chosen: tuple[UUID, ...]) -> list[OfferView]:
    """Return the chosen offers in their order, then the others."""
    place = {product_id: position for position, product_id in enumerate(chosen)}
    return sorted(offers, key=lambda offer: place.get(offer.product_id, len(place)))


ROUTES: list[Any] = [list_my_shows, new_show, plan_show, edit_form, edit_show, cancel_show]

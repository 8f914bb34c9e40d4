"""A host's shows: the list, a new one, and changes to one that is planned. Plain forms; scripts only help."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from etalase.kernel.errors import FieldProblem, Invalid
from etalase.platform.db import Database
from etalase.platform.files import FileStore
from etalase.platform.i18n import ZONE
from etalase.platform.images import UnreadableImage, store_picture
from etalase.social import people
from etalase.social.people import HostGrant, NotItsHost
from etalase.social.rooms import (
    COVERS,
    OfferCard,
    RoomService,
    Shopfront,
    Show,
    ShowPlan,
    cover_key_of,
    get_hosted_show,
    list_hosted_shows,
)
from etalase.web._auth import me, signed_in
from etalase.web._forms import form_errors, text_of
from etalase.web._pages import page
from etalase.web.rooms._access import read_id
from etalase.web.rooms._covers import LARGEST_FORM
from etalase.web.rooms._views import OfferView, offer_views

PAGE_SIZE = 30
LOCAL_TIME = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class PlanForm:
    """The form of a show as it was sent, for another look at it when something was wrong."""

    title: str
    starts_at: str
    shop_id: UUID | None
    product_ids: tuple[UUID, ...]


@get("/studio", guards=[signed_in], include_in_schema=False)
async def list_my_shows(request: Request[Any, Any, Any], db: NamedDependency[Database]) -> Response[Any]:
    """List the shows of the shops that vouch for the host."""
    account_id = me(request).account_id
    async with db.begin() as tx:
        grants = await people.list_grants(tx, account_id)
        shows = await list_hosted_shows(tx, account_id, limit=PAGE_SIZE)
    return page("rooms/shows.html", shows=shows, grants=grants)


@get("/studio/new", guards=[signed_in], include_in_schema=False)
async def new_show(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    shopfront: NamedDependency[Shopfront],
    shop: FromQuery[str] = "",
) -> Response[Any]:
    """Show the form of a new show."""
    grants = await _grants(db, me(request).account_id)
    chosen = _choose(grants, shop)
    start = (db.clock.now() + timedelta(hours=1)).astimezone(ZONE).replace(minute=0)
    form = PlanForm("", start.strftime(LOCAL_TIME), chosen.shop_id if chosen else None, ())
    return await _form_page(form, grants, shopfront)


@post("/studio/new", guards=[signed_in], include_in_schema=False, request_max_body_size=LARGEST_FORM)
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
    form = _read(sent, grants)
    if form.shop_id is None:
        raise NotItsHost
    try:
        plan = ShowPlan(form.title, _moment(form), await _new_cover(sent, files))
        show = await rooms.plan_show(account_id, form.shop_id, plan)
    except Invalid as invalid:
        return await _form_page(form, grants, shopfront, invalid=invalid)
    await _set_tray(rooms, shopfront, account_id, show.code, form)
    return Redirect(f"/studio/{show.code}", status_code=303)


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
    return await _form_page(_form_of(show), await _grants(db, account_id), shopfront, show=show)


@post(
    "/studio/{code:str}/edit", guards=[signed_in], include_in_schema=False, request_max_body_size=LARGEST_FORM
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
    form = _read(sent, grants)
    try:
        starts_at = _moment(form) if form.starts_at else show.starts_at
        cover = await _new_cover(sent, files) or show.cover_key
        await rooms.edit_show(account_id, code, ShowPlan(form.title, starts_at, cover))
    except Invalid as invalid:
        return await _form_page(form, grants, shopfront, show=show, invalid=invalid)
    await _set_tray(rooms, shopfront, account_id, code, form)
    return Redirect(f"/studio/{code}", status_code=303)


async def _grants(db: Database, account_id: UUID) -> tuple[HostGrant, ...]:
    async with db.begin() as tx:
        return await people.list_grants(tx, account_id)


def _choose(grants: tuple[HostGrant, ...], wanted: str) -> HostGrant | None:
    """Return the shop that an address or a form names, by slug or id; the newest where it names none."""
    named = (grant for grant in grants if wanted in {grant.shop_slug, str(grant.shop_id)})
    return next(named, grants[0] if grants else None)


def _form_of(show: Show) -> PlanForm:
    starts_at = show.starts_at.astimezone(ZONE).strftime(LOCAL_TIME)
    return PlanForm(show.title, starts_at, show.shop.id, tuple(card.product_id for card in show.tray))


def _read(sent: FormMultiDict, grants: tuple[HostGrant, ...]) -> PlanForm:
    chosen = _choose(grants, text_of(sent, "shop"))
    product_ids = [read_id(text) for text in sent.getall("product", []) if isinstance(text, str)]
    return PlanForm(
        title=text_of(sent, "title"),
        starts_at=text_of(sent, "starts_at"),
        shop_id=chosen.shop_id if chosen else None,
        product_ids=tuple(found for found in product_ids if found is not None),
    )


async def _set_tray(
    rooms: RoomService, shopfront: Shopfront, account_id: UUID, code: str, form: PlanForm
) -> None:
    """Put the chosen offers into the tray; those that left the shop while the form was open fall out."""
    offers = await _offers(shopfront, form)
    if offers is None:
        return
    known = {card.product_id for card in offers}
    chosen = tuple(product_id for product_id in dict.fromkeys(form.product_ids) if product_id in known)
    await rooms.set_tray(account_id, code, chosen)


def _moment(form: PlanForm) -> datetime:
    """Return the moment that the form names, in Jakarta's time."""
    try:
        moment = datetime.fromisoformat(form.starts_at)
    except ValueError:
        raise Invalid(FieldProblem("starts_at", "required")) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


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
    invalid: Invalid | None = None,
) -> Response[Any]:
    offers = await _offers(shopfront, form)
    return page(
        "rooms/plan.html",
        status=422 if invalid else 200,
        form=form,
        show=show,
        grants=grants,
        offers=_in_order(offer_views(show.code if show else "", offers or ()), form.product_ids),
        is_shop_away=offers is None,
        errors=form_errors(invalid) if invalid else {},
        cover_url=show.cover_path() if show else None,
    )


def _in_order(offers: list[OfferView], chosen: tuple[UUID, ...]) -> list[OfferView]:
    """Return the chosen offers in their order, then the others."""
    place = {product_id: position for position, product_id in enumerate(chosen)}
    return sorted(offers, key=lambda offer: place.get(offer.product_id, len(place)))


ROUTES: list[Any] = [list_my_shows, new_show, plan_show, edit_form, edit_show]

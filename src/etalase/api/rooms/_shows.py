"""Shows: planned, changed, begun and ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, delete, get, patch, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, MultipartBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from etalase.api._auth import caller, signed_in
from etalase.api._paging import Cursor, Limit, PageOf, cut_page, decode_cursor
from etalase.api._uploads import MAX_PICTURE_BYTES
from etalase.api.rooms._hosting import Hosting, hosting_router
from etalase.api.rooms._shapes import (
    ClaimsItem,
    EditRequest,
    EnteredItem,
    EntryRequest,
    PlanRequest,
    SalesItem,
    ShowItem,
    TrayRequest,
    claims_item,
    show_item,
)
from etalase.platform.db import Database
from etalase.platform.files import FileStore
from etalase.platform.images import kept_picture
from etalase.social.rooms import (
    COVERS,
    ClaimBoard,
    EntryDraft,
    RoomService,
    SalesBoard,
    ShowPlan,
    cover_key_of,
    get_show,
    list_entered_claims,
    list_hosted_shows,
)


@dataclass(frozen=True, slots=True)
class CoverUpload:
    """A JPEG, PNG, WebP or AVIF of up to 12 MB; an upright one looks best."""

    cover: UploadFile


@post(
    "/api/v1/shows", guards=[signed_in], status_code=HTTP_201_CREATED, tags=["Shows"], summary="Plan a show"
)
async def plan_show(
    request: Request[Any, Any, Any], rooms: NamedDependency[RoomService], data: JSONBody[PlanRequest]
) -> ShowItem:
    """Plan a show; its tray is empty, and its page can be shared at once."""
    plan = ShowPlan(data.title, data.starts_at)
    return show_item(await rooms.shows.plan_show(caller(request).account_id, data.shop_id, plan))


@get("/api/v1/shows", guards=[signed_in], tags=["Shows"], summary="List my shows")
async def list_shows(
    request: Request[Any, Any, Any], db: NamedDependency[Database], limit: Limit = 50, cursor: Cursor = None
) -> PageOf[ShowItem]:
    """List the shows that the caller may host, from late to early."""
    before = decode_cursor(cursor, tuple[datetime, UUID])
    async with db.begin() as tx:
        rows = await list_hosted_shows(tx, caller(request).account_id, before=before, limit=limit + 1)
    return cut_page(rows, limit, show_item, lambda show: (show.starts_at, show.id))


@get("/api/v1/shows/{code:str}", opt={"public": True}, tags=["Shows"], summary="Show a show")
async def show_show(db: NamedDependency[Database], code: FromPath[str]) -> ShowItem:
    """Tell about a show with its tray; anybody with the code may ask."""
    async with db.begin() as tx:
        return show_item(await get_show(tx, code))


@get(
    "/sales",
    summary="Count a show's sales",
    description="For the show's hosts. Refused (451) where the rulebook keeps orders and money in the shop.",
)
async def show_sales(hosting: NamedDependency[Hosting], sales: NamedDependency[SalesBoard]) -> SalesItem:
    """Tell what the show has brought so far: orders paid or standing to be paid on delivery."""
    async with hosting.open() as (_, show):
        pass
    figures = await sales.look_up(show)
    return SalesItem(figures.orders, figures.goods_minor, figures.held_units, figures.sold_units)


@get(
    "/claims",
    summary="List a show's claims",
    description="For the show's hosts. Refused (451) where the rulebook keeps orders and money in the shop.",
)
async def list_claims(
    hosting: NamedDependency[Hosting],
    claim_board: NamedDependency[ClaimBoard],
    commerce_url: NamedDependency[str],
) -> ClaimsItem:
    """List the last claims, the newest first, how it stands with each, and who is next in each line."""
    async with hosting.open() as (_, show):
        pass
    found = await claim_board.look_up(show)
    async with hosting.db.begin() as tx:
        entered = await list_entered_claims(tx, show)
    return claims_item(await hosting.rooms.open_room(show.code), found, entered, commerce_url)


@post(
    "/claims",
    status_code=HTTP_201_CREATED,
    summary="Enter a claim",
    description="For somebody who has called. It gets a number and a verdict like all claims of the show.",
)
async def enter_claim(
    request: Request[Any, Any, Any],
    hosting: NamedDependency[Hosting],
    data: JSONBody[EntryRequest],
    commerce_url: NamedDependency[str],
) -> EnteredItem:
    """Claim for somebody who has called. The same `Idempotency-Key` enters one claim."""
    key = request.headers.get("idempotency-key")
    draft = EntryDraft(data.name, data.variant_id, data.quantity, key)
    answer = await hosting.rooms.enter_claim(hosting.account_id, hosting.code, draft)
    link = f"{commerce_url.rstrip('/')}{answer.link}" if answer.link else ""
    return EnteredItem(answer.number, answer.verdict, answer.place, answer.expires_at, link)


@patch("/", summary="Change a show")
async def edit_show(hosting: NamedDependency[Hosting], data: JSONBody[EditRequest]) -> ShowItem:
    """Change the title, and before the show its time."""
    async with hosting.open() as (_, show):
        plan = ShowPlan(data.title or show.title, data.starts_at or show.starts_at, show.cover_key)
    return show_item(await hosting.rooms.shows.edit_show(hosting.account_id, hosting.code, plan))


@put("/cover", request_max_body_size=MAX_PICTURE_BYTES, summary="Set the cover")
async def set_cover(
    hosting: NamedDependency[Hosting], files: NamedDependency[FileStore], data: MultipartBody[CoverUpload]
) -> ShowItem:
    """Show this picture where the show is announced, and until its video begins."""
    async with hosting.open() as (_, show):
        pass
    async with kept_picture(files, await data.cover.read(), COVERS) as picture:
        plan = ShowPlan(show.title, show.starts_at, cover_key_of(picture.key))
        return show_item(await hosting.rooms.shows.edit_show(hosting.account_id, hosting.code, plan))


@put("/tray", summary="Fill the tray")
async def set_tray(hosting: NamedDependency[Hosting], data: JSONBody[TrayRequest]) -> ShowItem:
    """Put these products of the shop into the tray, in this order; all others leave it."""
    product_ids = tuple(data.product_ids)
    return show_item(await hosting.rooms.shows.set_tray(hosting.account_id, hosting.code, product_ids))


@post("/go-live", status_code=HTTP_200_OK, summary="Go live")
async def go_live(hosting: NamedDependency[Hosting]) -> ShowItem:
    """Begin a planned show."""
    return show_item(await hosting.rooms.shows.go_live(hosting.account_id, hosting.code))


@post("/end", status_code=HTTP_200_OK, summary="End the show")
async def end_show(hosting: NamedDependency[Hosting]) -> ShowItem:
    """End a live show; it can be watched again at once."""
    return show_item(await hosting.rooms.shows.end_show(hosting.account_id, hosting.code))


@delete("/", summary="Cancel a planned show")
async def cancel_show(hosting: NamedDependency[Hosting]) -> None:
    """Drop a show that has not begun: its link stops working. This can't be undone."""
    await hosting.rooms.shows.cancel_show(hosting.account_id, hosting.code)


HOSTS = [show_sales, list_claims, enter_claim, edit_show, set_cover, set_tray, go_live, end_show, cancel_show]
ROUTES: list[Any] = [plan_show, list_shows, show_show, hosting_router("Shows", HOSTS)]

"""Shows: planned, changed, begun and ended."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from etalase.api._auth import caller, signed_in
from etalase.api._paging import Cursor, Limit, Page, cut_page, decode_cursor
from etalase.api.rooms._shapes import EditRequest, PlanRequest, ShowItem, TrayRequest, show_item
from etalase.platform.db import Database
from etalase.social.rooms import RoomService, ShowPlan, get_hosted_show, get_show, list_hosted_shows

TAGS = ["Shows"]


@post("/api/v1/shows", guards=[signed_in], status_code=HTTP_201_CREATED, tags=TAGS, summary="Plan a show")
async def plan_show(
    request: Request[Any, Any, Any], rooms: NamedDependency[RoomService], data: JSONBody[PlanRequest]
) -> ShowItem:
    """Plan a show; its tray is empty, and its page can be shared at once."""
    plan = ShowPlan(data.title, data.starts_at)
    return show_item(await rooms.plan_show(caller(request).account_id, data.shop_id, plan))


@get("/api/v1/shows", guards=[signed_in], tags=TAGS, summary="List my shows")
async def list_shows(
    request: Request[Any, Any, Any], db: NamedDependency[Database], limit: Limit = 50, cursor: Cursor = None
) -> Page[ShowItem]:
    """List the shows that the caller may host, from late to early."""
    before = decode_cursor(cursor, tuple[datetime, UUID])
    async with db.begin() as tx:
        rows = await list_hosted_shows(tx, caller(request).account_id, before=before, limit=limit + 1)
    return cut_page(rows, limit, show_item, lambda show: (show.starts_at, show.id))


@get("/api/v1/shows/{code:str}", opt={"public": True}, tags=TAGS, summary="Show a show")
async def show_show(db: NamedDependency[Database], code: FromPath[str]) -> ShowItem:
    """Tell about a show with its tray; anybody with the code may ask."""
    async with db.begin() as tx:
        return show_item(await get_show(tx, code))


@patch("/api/v1/shows/{code:str}", guards=[signed_in], tags=TAGS, summary="Change a show")
async def edit_show(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    rooms: NamedDependency[RoomService],
    code: FromPath[str],
    data: JSONBody[EditRequest],
) -> ShowItem:
    """Change the title, and before the show its time."""
    account_id = caller(request).account_id
    async with db.begin() as tx:
        show = await get_hosted_show(tx, account_id, code)
    plan = ShowPlan(data.title or show.title, data.starts_at or show.starts_at, show.cover_key)
    return show_item(await rooms.edit_show(account_id, code, plan))


@put("/api/v1/shows/{code:str}/tray", guards=[signed_in], tags=TAGS, summary="Fill the tray")
async def set_tray(
    request: Request[Any, Any, Any],
    rooms: NamedDependency[RoomService],
    code: FromPath[str],
    data: JSONBody[TrayRequest],
) -> ShowItem:
    """Put these products of the shop into the tray, in this order; all others leave it."""
    return show_item(await rooms.set_tray(caller(request).account_id, code, tuple(data.product_ids)))


@post(
    "/api/v1/shows/{code:str}/go-live",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=TAGS,
    summary="Go live",
)
async def go_live(
    request: Request[Any, Any, Any], rooms: NamedDependency[RoomService], code: FromPath[str]
) -> ShowItem:
    """Begin a planned show."""
    return show_item(await rooms.go_live(caller(request).account_id, code))


@post(
    "/api/v1/shows/{code:str}/end",
    guards=[signed_in],
    status_code=HTTP_200_OK,
    tags=TAGS,
    summary="End the show",
)
async def end_show(
    request: Request[Any, Any, Any], rooms: NamedDependency[RoomService], code: FromPath[str]
) -> ShowItem:
    """End a live show; it can be watched again at once."""
    return show_item(await rooms.end_show(caller(request).account_id, code))


ROUTES: list[Any] = [plan_show, list_shows, show_show, edit_show, set_tray, go_live, end_show]

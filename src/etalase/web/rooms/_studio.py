"""The live studio: one show in its host's hands, from the check before it to its end."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from etalase.kernel.fields import Fields
from etalase.platform.db import Database
from etalase.social.media import MediaEngine, StreamHealth, StreamKeys, find_recording
from etalase.social.rooms import (
    ChooseClaimDoors,
    ClaimBoard,
    ClaimsBy,
    EntryDraft,
    PinOffer,
    RoomService,
    SalesBoard,
    SalesFigures,
    ShowState,
    UnpinOffer,
    get_hosted_show,
    list_entered_claims,
)
from etalase.web._auth import me, signed_in
from etalase.web._claim_words import say_entered
from etalase.web._forms import text_of
from etalase.web._frames import ClaimEntered, ClaimList, SilencedList
from etalase.web._pages import page
from etalase.web.rooms._access import RoomRules, read_id
from etalase.web.rooms._claims import claim_list
from etalase.web.rooms._views import offer_views, replay_outlook, room_page, script_json, studio_page

MAX_ENTERED = 999
SPEED_SAMPLE_BYTES = 512 * 1024


@get("/studio/{code:str}", guards=[signed_in], include_in_schema=False)
async def studio(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    db: NamedDependency[Database],
    rooms: NamedDependency[RoomService],
    engine: NamedDependency[MediaEngine],
    stream_keys: NamedDependency[StreamKeys],
    room_rules: NamedDependency[RoomRules],
    max_units: NamedDependency[int],
    *,
    commerce_url: NamedDependency[str],
) -> Response[Any]:
    """Show the studio of one show."""
    account_id = me(request).account_id
    async with db.begin() as tx:
        show = await get_hosted_show(tx, account_id, code)
        is_over = show.state is ShowState.ENDED
        key = "" if is_over else await stream_keys.get_key(tx, show.id)
        recording = await find_recording(tx, show.id) if is_over else None
    room = await rooms.open_room(code)
    now = db.clock.now()
    buying = room_rules.show_buying(now)
    return page(
        "rooms/studio.html",
        replay_outlook=replay_outlook(show, recording, now),
        show=show,
        state=room.state,
        offers=offer_views(code, room.state.tray, now),
        stream_key=key,
        addresses=engine.list_addresses(code),
        buying=buying,
        origin=str(request.base_url).rstrip("/"),
        block=script_json(room_page(room.state, room.feed.number, buying=buying, max_units=max_units)),
        studio=script_json(
            studio_page(
                show,
                buying=buying,
                sales=room_rules.show_sales(now),
                desk=f"{commerce_url.rstrip('/')}/desk/{show.shop.slug}",
                with_desk=room_rules.is_till_here,
            )
        ),
        cover_url=show.cover_path(),
        desk=f"{commerce_url.rstrip('/')}/desk/{show.shop.slug}",
    )


@get("/studio/{code:str}/sales", guards=[signed_in], include_in_schema=False)
async def show_sales(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    db: NamedDependency[Database],
    sales: NamedDependency[SalesBoard],
) -> Response[SalesFigures]:
    """Tell the show's hosts what it has brought so far; the studio asks when something was held or sold."""
    async with db.begin() as tx:
        show = await get_hosted_show(tx, me(request).account_id, code)
    return Response(await sales.look_up(show), headers={"cache-control": "no-store"})


@get("/studio/{code:str}/stream", guards=[signed_in], include_in_schema=False)
async def show_stream(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    db: NamedDependency[Database],
    engine: NamedDependency[MediaEngine],
) -> Response[StreamHealth]:
    """Tell the show's hosts what the server measures of their stream; the studio asks every few seconds."""
    async with db.begin() as tx:
        show = await get_hosted_show(tx, me(request).account_id, code)
    live = engine.find_live(show.id)
    return Response(live.health if live else StreamHealth(), headers={"cache-control": "no-store"})


@get("/studio/{code:str}/silenced", guards=[signed_in], include_in_schema=False)
async def list_silenced(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    db: NamedDependency[Database],
    rooms: NamedDependency[RoomService],
) -> Response[SilencedList]:
    """Tell the show's hosts who may not write in it, so that they can lift it."""
    async with db.begin() as tx:
        show = await get_hosted_show(tx, me(request).account_id, code)
    room = await rooms.open_room(show.code)
    return Response(SilencedList(room.list_silenced()), headers={"cache-control": "no-store"})


@get("/studio/{code:str}/claims", guards=[signed_in], include_in_schema=False)
async def list_claims(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    db: NamedDependency[Database],
    rooms: NamedDependency[RoomService],
    claim_board: NamedDependency[ClaimBoard],
    commerce_url: NamedDependency[str],
) -> Response[ClaimList]:
    """Show the show's hosts its last claims, and who is next in line; the studio asks when claims came."""
    async with db.begin() as tx:
        show = await get_hosted_show(tx, me(request).account_id, code)
    found = await claim_board.look_up(show)
    async with db.begin() as tx:
        entered = await list_entered_claims(tx, show)
    room = await rooms.open_room(show.code)
    listed = claim_list(room, found, entered, commerce_url)
    return Response(listed, headers={"cache-control": "no-store"})


@post("/studio/{code:str}/claims", guards=[signed_in], status_code=200, include_in_schema=False)
async def enter_claim(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    rooms: NamedDependency[RoomService],
    commerce_url: NamedDependency[str],
) -> Response[ClaimEntered]:
    """Claim for somebody who has called; the studio's script asks, and shows what came of it."""
    form = await request.form()
    fields = Fields()
    variant_id = read_id(text_of(form, "variant_id"))
    if variant_id is None:
        fields.refuse("variant_id", "required")
    quantity = fields.count("quantity", text_of(form, "quantity"), minimum=1, maximum=MAX_ENTERED)
    fields.settle()
    draft = EntryDraft(
        text_of(form, "name"), variant_id or UUID(int=0), quantity, request.headers.get("idempotency-key")
    )
    answer = await rooms.enter_claim(me(request).account_id, code, draft)
    room = await rooms.open_room(code)
    said = say_entered(answer, draft, room.state, commerce_url)
    return Response(said, headers={"cache-control": "no-store"})


@post("/studio/{code:str}/go-live", guards=[signed_in], include_in_schema=False)
async def go_live(
    request: Request[Any, Any, Any], code: FromPath[str], rooms: NamedDependency[RoomService]
) -> Response[Any]:
    """Begin the show."""
    await rooms.shows.go_live(me(request).account_id, code)
    return _done(request, code)


@post("/studio/{code:str}/end", guards=[signed_in], include_in_schema=False)
async def end_show(
    request: Request[Any, Any, Any], code: FromPath[str], rooms: NamedDependency[RoomService]
) -> Response[Any]:
    """End the show; its broadcaster is sent away when the end is durable."""
    await rooms.shows.end_show(me(request).account_id, code)
    return _done(request, code)


@post("/studio/{code:str}/pin", guards=[signed_in], include_in_schema=False)
async def pin(
    request: Request[Any, Any, Any], code: FromPath[str], rooms: NamedDependency[RoomService]
) -> Response[Any]:
    """Show an offer, or none, and choose how it is claimed, where the studio's script does not run."""
    form = await request.form()
    product_id, by = read_id(text_of(form, "product_id")), text_of(form, "claims_by")
    account_id = me(request).account_id
    if product_id is not None and by in set(ClaimsBy):
        choice = ChooseClaimDoors(product_id=product_id, by=ClaimsBy(by))
        await rooms.perform_as_host(account_id, code, choice)
    command = UnpinOffer() if product_id is None else PinOffer(product_id=product_id)
    await rooms.perform_as_host(account_id, code, command)
    return _done(request, code)


@post("/studio/{code:str}/key", guards=[signed_in], include_in_schema=False)
async def replace_key(
    request: Request[Any, Any, Any],
    code: FromPath[str],
    db: NamedDependency[Database],
    engine: NamedDependency[MediaEngine],
    stream_keys: NamedDependency[StreamKeys],
) -> Response[Any]:
    """Replace the stream key: the old one opens nothing any more, and its broadcaster is sent away."""
    async with db.begin() as tx:
        show = await get_hosted_show(tx, me(request).account_id, code)
        await stream_keys.replace_key(tx, show.id)
    engine.replace_key(show.id)
    return _done(request, code)


@post(
    "/studio/{code:str}/speed",
    guards=[signed_in],
    include_in_schema=False,
    request_max_body_size=SPEED_SAMPLE_BYTES,
    status_code=204,
)
async def take_speed_sample(request: Request[Any, Any, Any], code: FromPath[str]) -> None:  # noqa: ARG001  names the page
    """Read and forget a sample, so that the host's browser can measure its way here."""
    await request.body()


def _done(request: Request[Any, Any, Any], code: str) -> Response[Any]:
    """Answer a script with nothing, and a form with the studio."""
    if "json" in request.headers.get("accept", ""):
        return Response(None, status_code=204)
    return Redirect(f"/studio/{code}", status_code=303)


ROUTES: list[Any] = [
    studio,
    show_sales,
    show_stream,
    list_silenced,
    list_claims,
    enter_claim,
    go_live,
    end_show,
    pin,
    replace_key,
    take_speed_sample,
]

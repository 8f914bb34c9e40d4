"""Who watches: a host by session or token, everyone else by a signed cookie that they need not ask for."""

from collections.abc import Mapping
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import structlog
from litestar import Request
from litestar.datastructures import Cookie

from etalase import accounts
from etalase.accounts import SignedIn
from etalase.platform.db import Away, Database
from etalase.platform.ratelimit import address_subject
from etalase.social.rooms import (
    COOKIE,
    COOKIE_SECONDS,
    OpenRoom,
    Participant,
    RoomService,
    new_viewer,
    read_viewer,
    sign_viewer,
)
from etalase.web._auth import BEARER, PlaneDoor
from etalase.web._cookies import make_cookie, read_cookie, speaks_https

log = structlog.get_logger()


async def recognise(
    rooms: RoomService, room: OpenRoom, user: SignedIn | None, cookie: str | None, address: str = ""
) -> tuple[Participant, bool]:
    """Return who this is to the room, and whether they are new: then `viewer_cookie` is to be set.

    While the database is away, a host whom the room has not seen yet is a viewer like all others. Raises
    TooFast when too many new ones come from the address, as `origin_of` has it.
    """
    if user is not None:
        host = await _find_host(rooms, room, user.account_id)
        if host is not None:
            return replace(host, credential=user.credential), False
    viewer = read_viewer(cookie, rooms.secret)
    if viewer is None:
        rooms.crowd.require_newcomer_welcome(address)
    return Participant(viewer or new_viewer(), address=address), viewer is None


async def recognise_request(
    request: Request[Any, Any, Any], rooms: RoomService, room: OpenRoom
) -> tuple[Participant, list[Cookie]]:
    """Return who asks, and the cookies to send along with the answer."""
    user = request.scope.get("user")
    address = origin_of(request.client.host if request.client else "")
    participant, is_new = await recognise(
        rooms, room, user if isinstance(user, SignedIn) else None, read_cookie(request, COOKIE), address
    )
    https = speaks_https(request)
    return participant, [viewer_cookie(rooms, participant.viewer, https=https)] if is_new else []


def origin_of(address: str) -> str:
    """Return whom an address stands for; nothing where a proxy on this machine may hide who it is."""
    try:
        is_own = ip_address(address).is_loopback
    except ValueError:
        return ""
    return "" if is_own else address_subject(address)


async def user_of(db: Database, door: PlaneDoor, headers: Mapping[str, str]) -> SignedIn | None:
    """Return whose session or token the headers of an upgrade bring; for sockets that no page serves."""
    authorization = headers.get("authorization", "")
    secret = authorization[len(BEARER) :].strip() if authorization.lower().startswith(BEARER) else ""
    session = read_cookies(headers).get(door.cookie_name, "")
    if not secret and not session:
        return None
    try:
        async with db.begin() as tx:
            return await (
                accounts.find_by_token(tx, secret) if secret else accounts.find_by_session(tx, session)
            )
    except Away as fault:
        log.warning("host_not_recognised", error=fault)
        return None


def viewer_cookie(rooms: RoomService, viewer: str, *, https: bool) -> Cookie:
    """Return the cookie by which a viewer is known next time."""
    return make_cookie(COOKIE, sign_viewer(viewer, rooms.secret), https=https, seconds=COOKIE_SECONDS)


def read_cookies(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the cookies of a request's headers; none, if they can't be read."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


async def _find_host(rooms: RoomService, room: OpenRoom, account_id: UUID) -> Participant | None:
    try:
        return await rooms.find_host(account_id, room.show)
    except Away as fault:
        log.warning("host_not_recognised", error=fault)
        return None

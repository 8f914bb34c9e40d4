"""The bridge's doors: a staff member's way into the studio, and signed messages between two processes."""

import re
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from etalase import accounts, bridge
from etalase.bridge import PassUnusable, Signal, SignalReceiver
from etalase.commerce.evidence import ClipQuestion, ShowQuestion
from etalase.commerce.inventory import HoldQueue
from etalase.commerce.shops import list_shops_of
from etalase.kernel.clock import Clock
from etalase.kernel.ids import new_token
from etalase.kernel.reading import read_json
from etalase.platform.db import Database
from etalase.policy import Law
from etalase.social import media
from etalase.social.rooms import (
    ClaimAnswer,
    ClaimClosing,
    ClaimsQuestion,
    HostClaims,
    OfferCard,
    RoomClaim,
    SalesFigures,
    ShowClaims,
)
from etalase.web._auth import PlaneDoor, me, signed_in
from etalase.web._cookies import cookie_name, make_cookie
from etalase.web._own_path import own_path

STUDIO = "/studio"
DOOR_COOKIE = "etalase_studio_door"
SECRET = re.compile(r"[A-Za-z0-9_-]{40,100}")
SECRET_SECONDS = 3600
"""Long enough to sign in on the commerce plane on the way."""
Next = Annotated[str, QueryParameter(name="next", max_length=300)]


@get("/studio/sign-in", include_in_schema=False)
async def begin_studio_sign_in(
    request: Request[Any, PlaneDoor, Any], commerce_url: NamedDependency[str], next_: Next = STUDIO
) -> Redirect:
    """Give the browser a secret, and send it for a pass that is good together with that secret only.

    Without it, a link with somebody else's pass would sign its reader in as that somebody.
    """
    browser = _secret_of(request) or new_token()
    target = quote(own_path(next_, STUDIO), safe="")
    answer = Redirect(f"{commerce_url}/desk/live?browser={browser}&next={target}", status_code=303)
    answer.set_cookie(
        make_cookie(DOOR_COOKIE, browser, https=request.auth.https, seconds=SECRET_SECONDS),
    )
    return answer


@get("/desk/live", guards=[signed_in], include_in_schema=False)
async def enter_studio(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    bridge_key: NamedDependency[str],
    social_url: NamedDependency[str],
    next_: Next = STUDIO,
    browser: Annotated[str, QueryParameter(name="browser", max_length=100)] = "",
) -> Redirect:
    """Send a member of a shop's staff to the studio with a pass, by way of the studio's own door.

    Who has no shop yet is sent to where one is opened. Raises NotYourShop for staff who hold no shows.
    """
    target = quote(own_path(next_, STUDIO), safe="")
    if not SECRET.fullmatch(browser):
        return Redirect(f"{social_url}/studio/sign-in?next={target}", status_code=303)
    user = me(request)
    async with db.begin() as tx:
        if not await list_shops_of(tx, user.account_id):
            return Redirect("/desk", status_code=303)
        token = await bridge.issue_host_pass(
            tx,
            bridge_key,
            user.account_id,
            user.display_name,
            browser=browser,
            credential=user.credential,
        )
    return Redirect(f"{social_url}/studio/enter?pass={token}&next={target}", status_code=303)


@get("/desk/{slug:str}/live", guards=[signed_in], include_in_schema=False)
async def enter_studio_of(slug: FromPath[str]) -> Redirect:
    """Send a member of this shop's staff to the studio."""
    return Redirect(f"/desk/live?next={quote(STUDIO + '?shop=' + slug)}", status_code=303)


@get("/studio/enter", include_in_schema=False)
async def accept_pass(
    request: Request[Any, PlaneDoor, Any],
    db: NamedDependency[Database],
    bridge_key: NamedDependency[str],
    token: Annotated[str, QueryParameter(name="pass", max_length=8000)],
    next_: Next = STUDIO,
) -> Redirect:
    """Let the bearer of a pass into the studio, if it was this browser that asked for the pass."""
    browser = _secret_of(request)
    if not browser:
        raise PassUnusable
    async with db.begin() as tx:
        admitted = await bridge.accept_host_pass(tx, bridge_key, token, browser=browser)
        user_agent = request.headers.get("user-agent", "")[:400]
        session = await accounts.open_session(
            tx, admitted.account_id, user_agent=user_agent, origin=admitted.origin
        )
    answer = Redirect(own_path(next_, STUDIO), status_code=303)
    answer.set_cookie(request.auth.session_cookie(session.token))
    return answer


def _secret_of(request: Request[Any, PlaneDoor, Any]) -> str:
    """Return the secret that this browser got here, or nothing."""
    found = request.cookies.get(cookie_name(DOOR_COOKIE, https=request.auth.https), "")
    return found if SECRET.fullmatch(found) else ""


async def _checked_body(request: Request[Any, Any, Any], key: str, clock: NamedDependency[Clock]) -> bytes:
    body = await request.body()
    header = request.headers.get(bridge.SIGNATURE_HEADER, "")
    bridge.check_message(key, header, request.method, request.url.path, body, clock.now())
    return body


@post("/bridge/signals", status_code=HTTP_204_NO_CONTENT, include_in_schema=False)
async def take_signals(
    request: Request[Any, Any, Any],
    clock: NamedDependency[Clock],
    bridge_key: NamedDependency[str],
    receiver: NamedDependency[SignalReceiver],
) -> None:
    """Take the commerce plane's signals."""
    body = await _checked_body(request, bridge_key, clock)
    await receiver.receive(read_json(body, tuple[Signal, ...]))


@get("/bridge/offers/{shop_id:uuid}", include_in_schema=False)
async def give_offers(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    bridge_key: NamedDependency[str],
    commerce_url: NamedDependency[str],
    shop_id: FromPath[UUID],
) -> tuple[OfferCard, ...]:
    """Give the social plane a shop's offers."""
    await _checked_body(request, bridge_key, clock)
    async with db.begin() as tx:
        return await bridge.list_offer_cards(tx, shop_id, commerce_url)


@get("/bridge/sales/{shop_id:uuid}/{show_code:str}", include_in_schema=False)
async def give_sales(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    bridge_key: NamedDependency[str],
    law: NamedDependency[Law],
    shop_id: FromPath[UUID],
    show_code: FromPath[str],
) -> SalesFigures:
    """Give the social plane a show's sales, for its hosts."""
    await _checked_body(request, bridge_key, db.clock)
    async with db.begin() as tx:
        return await bridge.report_sales(tx, law, shop_id, show_code)


@post("/bridge/shown", status_code=HTTP_200_OK, include_in_schema=False)
async def give_shown(
    request: Request[Any, Any, Any], db: NamedDependency[Database], bridge_key: NamedDependency[str]
) -> bridge.RecordAnswer:
    """Give the commerce plane what a show showed at some moments, for the evidence of an order."""
    question = read_json(await _checked_body(request, bridge_key, db.clock), ShowQuestion)
    async with db.begin() as tx:
        return bridge.RecordAnswer(await bridge.answer_show(tx, question))


@post("/bridge/clips", status_code=HTTP_200_OK, include_in_schema=False)
async def give_clip(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    bridge_key: NamedDependency[str],
    engine: NamedDependency[media.HouseEngine],
) -> bridge.ClipAnswer:
    """Give the commerce plane seconds of a show's recording, for the evidence of an order."""
    question = read_json(await _checked_body(request, bridge_key, db.clock), ClipQuestion)
    return bridge.ClipAnswer(await bridge.answer_clip(db, engine.folder, question))


@post("/bridge/claims", status_code=HTTP_200_OK, include_in_schema=False)
async def take_claim(
    request: Request[Any, Any, Any],
    clock: NamedDependency[Clock],
    bridge_key: NamedDependency[str],
    buyer_key: NamedDependency[str],
    law: NamedDependency[Law],
    hold_queue: NamedDependency[HoldQueue],
) -> ClaimAnswer:
    """Answer a claim that was written in a room."""
    claim = read_json(await _checked_body(request, bridge_key, clock), RoomClaim)
    return await bridge.answer_claim(hold_queue, law, buyer_key, claim, clock.now())


@post("/bridge/claims/entered", status_code=HTTP_200_OK, include_in_schema=False)
async def enter_claims(
    request: Request[Any, Any, Any],
    clock: NamedDependency[Clock],
    bridge_key: NamedDependency[str],
    buyer_key: NamedDependency[str],
    law: NamedDependency[Law],
    hold_queue: NamedDependency[HoldQueue],
) -> tuple[ClaimAnswer, ...]:
    """Answer claims that a host has entered."""
    entered = read_json(await _checked_body(request, bridge_key, clock), HostClaims)
    return await bridge.enter_claims(hold_queue, law, buyer_key, entered, clock.now())


@post("/bridge/claims/closing", status_code=HTTP_204_NO_CONTENT, include_in_schema=False)
async def close_claims(
    request: Request[Any, Any, Any], db: NamedDependency[Database], bridge_key: NamedDependency[str]
) -> None:
    """Take no more claims of a show for an offer, or take them again, as its host says."""
    closing = read_json(await _checked_body(request, bridge_key, db.clock), ClaimClosing)
    async with db.begin() as tx:
        await bridge.close_claims(tx, closing)


@post("/bridge/claims/report", status_code=HTTP_200_OK, include_in_schema=False)
async def give_claims(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    bridge_key: NamedDependency[str],
    law: NamedDependency[Law],
) -> ShowClaims:
    """Give the social plane how it stands with a show's claims, for its hosts."""
    question = read_json(await _checked_body(request, bridge_key, db.clock), ClaimsQuestion)
    async with db.begin() as tx:
        return await bridge.report_claims(tx, law, question)


COMMERCE: list[Any] = [
    enter_studio,
    enter_studio_of,
    give_offers,
    give_sales,
    take_claim,
    enter_claims,
    close_claims,
    give_claims,
]
SOCIAL: list[Any] = [begin_studio_sign_in, accept_pass, take_signals, give_shown, give_clip]

"""The bridge's doors: a staff member's way into the studio, and signed messages between two processes."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect
from litestar.status_codes import HTTP_204_NO_CONTENT

from etalase import accounts, bridge
from etalase.bridge import Signal, SignalReceiver
from etalase.kernel.clock import Clock
from etalase.platform.db import Database
from etalase.policy import Rulebook
from etalase.social.rooms import OfferCard, SalesFigures
from etalase.web._auth import PlaneDoor, me, signed_in
from etalase.web._own_path import own_path

STUDIO = "/studio"


@get("/desk/live", guards=[signed_in], include_in_schema=False)
async def enter_studio(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    bridge_key: NamedDependency[str],
    social_url: NamedDependency[str],
    next_: Annotated[str, QueryParameter(name="next", max_length=300)] = STUDIO,
) -> Redirect:
    """Send a member of a shop's staff to the studio with a pass."""
    async with db.begin() as tx:
        user = me(request)
        token = await bridge.issue_host_pass(tx, bridge_key, user.account_id, user.display_name)
    target = quote(own_path(next_, STUDIO))
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
    next_: Annotated[str, QueryParameter(name="next", max_length=300)] = STUDIO,
) -> Redirect:
    """Let the bearer of a pass into the studio."""
    async with db.begin() as tx:
        account_id = await bridge.accept_host_pass(tx, bridge_key, token)
        user_agent = request.headers.get("user-agent", "")[:400]
        session = await accounts.open_session(tx, account_id, user_agent=user_agent)
    answer = Redirect(own_path(next_, STUDIO), status_code=303)
    answer.set_cookie(request.auth.session_cookie(session.token))
    return answer


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
    await receiver.receive(msgspec.json.decode(body, type=tuple[Signal, ...]))


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
    policy: NamedDependency[Rulebook],
    shop_id: FromPath[UUID],
    show_code: FromPath[str],
) -> SalesFigures:
    """Give the social plane a show's sales, for its hosts."""
    await _checked_body(request, bridge_key, db.clock)
    async with db.begin() as tx:
        return await bridge.report_sales(tx, policy, shop_id, show_code)


COMMERCE: list[Any] = [enter_studio, enter_studio_of, give_offers, give_sales]
SOCIAL: list[Any] = [accept_pass, take_signals]

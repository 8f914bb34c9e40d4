"""Buying by comment: whom the till knows in a room; and the log of a show's claims, for all to check."""

from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from etalase import bridge
from etalase.bridge import BuyerPass
from etalase.commerce import inventory, orders
from etalase.commerce.inventory import ClaimFault, ClaimLog, Judgement
from etalase.kernel.clock import Clock
from etalase.kernel.reading import Unreadable, read_json
from etalase.platform.db import Database
from etalase.platform.i18n import Lazy, lazy
from etalase.web._cart import buyer_of, counted, remember_cart
from etalase.web._flash import redirect
from etalase.web._holds import BuyerKnown
from etalase.web._pages import page
from etalase.web._waiting import words_of

MAX_LOG_BYTES = 20 * 1024 * 1024
"""As much as a hundred thousand claims take."""
WRONG: dict[ClaimFault, Lazy] = {
    ClaimFault.FORMAT: lazy("The file is of another version."),
    ClaimFault.NUMBER: lazy("A claim is missing here, or stands twice."),
    ClaimFault.CHAIN: lazy("Something of this claim, or of one before it, was changed afterwards."),
    ClaimFault.END: lazy("Claims after this one were cut off."),
    ClaimFault.STOCK: lazy("At this moment another number of units was free."),
    ClaimFault.VERDICT: lazy("By the stock of this moment the verdict would have been another."),
    ClaimFault.ORDER: lazy("A later claim got its units first."),
}


@post("/cart/buyer", status_code=200, include_in_schema=False)
async def know_buyer(
    request: Request[Any, Any, Any], clock: NamedDependency[Clock], buyer_key: NamedDependency[str]
) -> Response[BuyerKnown]:
    """Give a room's script the buyer's sealed pass, for the lines that it sends; a new guest gets a cart."""
    buyer = buyer_of(request)
    token = bridge.seal_buyer(buyer_key, BuyerPass(buyer.holder, buyer.hold_network), clock.now())
    answer = Response(BuyerKnown(token), headers={"cache-control": "no-store"})
    return remember_cart(request, answer, buyer, counted(request))


@get(f"{bridge.CLAIM_LINKS}/{{token:str}}", include_in_schema=False)
async def show_entered_claim(
    token: FromPath[str], db: NamedDependency[Database], buyer_key: NamedDependency[str]
) -> Response[Any]:
    """Show whoever has the link what is held for them. It changes nothing: programs look at links too."""
    holder = bridge.holder_of_link(buyer_key, token)
    async with db.begin() as tx:
        held = (await orders.get_cart(tx, (holder,))).lines if holder else ()
        waiting = await orders.list_waiting_lines(tx, (holder,)) if holder else ()
    lines = [(line, words_of(line.place.number)) for line in waiting]
    answer = page("claims/entered.html", token=token, held=held, waiting=lines)
    answer.headers["cache-control"] = "no-store"
    return answer


@post(f"{bridge.CLAIM_LINKS}/{{token:str}}", include_in_schema=False)
async def take_entered_claim(
    request: Request[Any, Any, Any],
    token: FromPath[str],
    db: NamedDependency[Database],
    buyer_key: NamedDependency[str],
) -> Response[Any]:
    """Let what is held for the link, and its place in line, be this browser's. Twice is once."""
    holder, buyer = bridge.holder_of_link(buyer_key, token), buyer_of(request)
    async with db.begin() as tx:
        if holder:
            await inventory.hand_over(tx, holder, to=buyer.holder)
        count = (await orders.get_cart(tx, buyer.holders)).count
    return remember_cart(request, redirect(request, "/cart"), buyer, count)


@get("/claims", include_in_schema=False)
async def ask_for_log() -> Response[Any]:
    """Ask for a file of claims."""
    return _show()


@post("/claims", status_code=200, request_max_body_size=MAX_LOG_BYTES, include_in_schema=False)
async def judge_log(request: Request[Any, Any, Any]) -> Response[Any]:
    """Judge a file of claims again, and say what came of it; nothing of it is kept."""
    upload = (await request.form()).get("file")
    content = await upload.read() if isinstance(upload, UploadFile) else b""
    try:
        log = read_json(content, ClaimLog)
    except Unreadable:
        return _show(is_unreadable=True)
    return _show(log, inventory.judge(log))


@get("/claims/{show:str}", media_type=MediaType.JSON, include_in_schema=False)
async def export_log(show: FromPath[str], db: NamedDependency[Database]) -> Response[bytes]:
    """Give everybody all claims of a show, with the stock that they were judged by; nobody is named."""
    async with db.begin() as tx:
        log = await inventory.get_claim_log(tx, show.upper())
    headers = {
        "content-disposition": f'attachment; filename="claims-{log.show}.json"',
        "cache-control": "no-store",
    }
    return Response(msgspec.json.encode(log), headers=headers)


def _show(
    log: ClaimLog | None = None, judged: Judgement | None = None, *, is_unreadable: bool = False
) -> Response[Any]:
    """Return the page, with what came of a file."""
    wrong = WRONG[judged.wrong] if judged and judged.wrong else ""
    return page("claims/verify.html", log=log, judged=judged, wrong=wrong, is_unreadable=is_unreadable)


ROUTES: list[Any] = [show_entered_claim, take_entered_claim, know_buyer, ask_for_log, judge_log, export_log]

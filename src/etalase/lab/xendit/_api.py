"""Xendit's API as the pretend one speaks it: paths, basic auth of the secret key, errors by their codes."""

import base64
import hmac
from typing import Any

from litestar import Request, Response, Router, get, patch, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from etalase.lab.xendit._book import Refused, invalid
from etalase.lab.xendit._simulator import Simulator

QR_VERSION = "2022-07-31"
Body = dict[str, Any]


def refused(_: Request[Any, Any, Any], error: Refused) -> Response[Body]:
    """Say no in Xendit's words."""
    return Response({"error_code": error.code, "message": error.message}, status_code=error.status)


def knows_the_key(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let in only who has the secret key."""
    simulator: Simulator = connection.app.state.simulator
    expected = "Basic " + base64.b64encode(f"{simulator.config.secret_key}:".encode()).decode()
    if not hmac.compare_digest(expected.encode(), connection.headers.get("authorization", "").encode()):
        raise Refused(401, "INVALID_API_KEY", "API key is invalid")


def wants_the_version(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Take QR codes of the second version only; the first one tells of its payments elsewhere."""
    if connection.headers.get("api-version") != QR_VERSION:
        raise invalid("api-version must be 2022-07-31")


async def _body_of(request: Request[Any, Any, Any]) -> Body:
    found = await request.json()
    if not isinstance(found, dict):
        raise invalid("a JSON object is wanted")
    return found


@post("/qr_codes", status_code=201, guards=[wants_the_version])
async def make_qr(request: Request[Any, Any, Any], simulator: NamedDependency[Simulator]) -> Body:
    """Make a QR code, once for each idempotency key."""
    known = simulator.repeated(request.headers)
    if known is not None:
        return known
    return simulator.keep(request.headers, simulator.make_qr(await _body_of(request)).words())


@get("/qr_codes/{qr_id:str}", guards=[wants_the_version])
async def show_qr(qr_id: FromPath[str], simulator: NamedDependency[Simulator]) -> Body:
    """Say whether a QR code takes money."""
    simulator.expire_due()
    return simulator.book.find(qr_id).words()


@post("/qr_codes/{qr_id:str}/payments/simulate", status_code=200, guards=[wants_the_version])
async def pay_qr(
    qr_id: FromPath[str], request: Request[Any, Any, Any], simulator: NamedDependency[Simulator]
) -> Body:
    """Pay a QR code, as Xendit's test mode does."""
    paid = simulator.pay(simulator.book.find(qr_id), (await _body_of(request)).get("amount"))
    found: Body = paid.qr_notice()["data"]
    return found


@post("/qr_codes/payments/{payment_id:str}/refunds", status_code=200, guards=[wants_the_version])
async def refund_qr(
    payment_id: FromPath[str], request: Request[Any, Any, Any], simulator: NamedDependency[Simulator]
) -> Body:
    """Begin to send money back, once for each idempotency key."""
    known = simulator.repeated(request.headers)
    if known is not None:
        return known
    refund = simulator.refund(simulator.book.payment(payment_id), await _body_of(request))
    return simulator.keep(request.headers, refund.words())


@post("/callback_virtual_accounts", status_code=200)
async def make_account(request: Request[Any, Any, Any], simulator: NamedDependency[Simulator]) -> Body:
    """Make a virtual account, once for each idempotency key."""
    known = simulator.repeated(request.headers)
    if known is not None:
        return known
    made = simulator.make_account(await _body_of(request)).words() | {"status": "PENDING"}
    return simulator.keep(request.headers, made)


@get("/callback_virtual_accounts/{account_id:str}")
async def show_account(account_id: FromPath[str], simulator: NamedDependency[Simulator]) -> Body:
    """Say whether a virtual account takes money."""
    simulator.expire_due()
    return simulator.book.find(account_id).words()


@patch("/callback_virtual_accounts/{account_id:str}", status_code=200)
async def change_account(
    account_id: FromPath[str], request: Request[Any, Any, Any], simulator: NamedDependency[Simulator]
) -> Body:
    """Change when a virtual account ends."""
    return simulator.end_account(simulator.book.find(account_id), await _body_of(request)).words()


@post("/callback_virtual_accounts/{named:str}/simulate_payment", status_code=200)
async def pay_account(
    named: FromPath[str], request: Request[Any, Any, Any], simulator: NamedDependency[Simulator]
) -> Body:
    """Pay a virtual account of this `external_id=`, as Xendit's test mode does."""
    bill = simulator.book.find(named.removeprefix("external_id="))
    paid = simulator.pay(bill, (await _body_of(request)).get("amount"))
    return {"status": "COMPLETED", "message": f"Payment for {paid.bill.reference} is being processed."}


@get("/callback_virtual_account_payments/{named:str}")
async def show_account_payment(named: FromPath[str], simulator: NamedDependency[Simulator]) -> Body:
    """Show the payment of this `payment_id=`."""
    return simulator.book.payment(named.removeprefix("payment_id=")).account_words()


@get("/transactions")
async def list_transactions(request: Request[Any, Any, Any], simulator: NamedDependency[Simulator]) -> Body:
    """List what came and what went back."""
    wanted = {name: request.query_params[name] for name in request.query_params}
    found = simulator.transactions(wanted)
    limit = int(wanted.get("limit", "10"))
    return {"has_more": len(found) > limit, "data": found[:limit], "links": []}


API = Router(
    "/",
    route_handlers=[
        make_qr,
        show_qr,
        pay_qr,
        refund_qr,
        make_account,
        show_account,
        change_account,
        pay_account,
        show_account_payment,
        list_transactions,
    ],
    guards=[knows_the_key],
)

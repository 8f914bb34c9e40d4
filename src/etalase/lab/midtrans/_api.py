"""Midtrans' Core API as the pretend gateway speaks it."""

import base64
import hmac
import io
from typing import Annotated, Any

import segno
from litestar import Request, Response, Router, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, HeaderParameter

from etalase.lab.midtrans._book import Refused
from etalase.lab.midtrans._simulator import Simulator

Key = Annotated[str, HeaderParameter(name="Idempotency-Key")]


def answer(body: dict[str, Any]) -> Response[dict[str, Any]]:
    """Return the body with the HTTP status that its own status code asks for."""
    code = int(body["status_code"])
    return Response(body, status_code=code if code in {200, 201} else 200)


def refused(_: Request[Any, Any, Any], error: Refused) -> Response[dict[str, Any]]:
    """Say no in Midtrans' words."""
    return Response({"status_code": str(error.code), "status_message": error.message}, status_code=error.code)


def knows_the_key(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let in only who has the server key."""
    simulator: Simulator = connection.app.state.simulator
    expected = "Basic " + base64.b64encode(f"{simulator.config.server_key}:".encode()).decode()
    if not hmac.compare_digest(expected.encode(), connection.headers.get("authorization", "").encode()):
        raise Refused(401, "Unknown Merchant server_key/id")


@post("/charge", status_code=201)
async def charge(
    request: Request[Any, Any, Any], simulator: NamedDependency[Simulator]
) -> Response[dict[str, Any]]:
    """Open a transaction."""
    return answer(simulator.charge(await request.json(), request.headers))


@get("/{order_id:str}/status")
async def status(order_id: FromPath[str], simulator: NamedDependency[Simulator]) -> Response[dict[str, Any]]:
    """Say where a transaction stands."""
    simulator.expire_due()
    return answer(simulator.book.find(order_id).words())


@post("/{order_id:str}/cancel", status_code=200)
async def cancel(
    order_id: FromPath[str], simulator: NamedDependency[Simulator], key: Key = ""
) -> Response[dict[str, Any]]:
    """Take no more money for it."""
    return _end(simulator, order_id, "cancel", key)


@post("/{order_id:str}/expire", status_code=200)
async def expire(
    order_id: FromPath[str], simulator: NamedDependency[Simulator], key: Key = ""
) -> Response[dict[str, Any]]:
    """Say that its time is over."""
    return _end(simulator, order_id, "expire", key)


def _end(simulator: Simulator, order_id: str, outcome: str, key: str) -> Response[dict[str, Any]]:
    said = simulator.repeated(key)
    if said is None:
        transaction = simulator.book.find(order_id)
        simulator.cancel(transaction, outcome)
        said = transaction.words()
        simulator.keep(key, said)
    return answer(said)


@post(["/{order_id:str}/refund", "/{order_id:str}/refund/online/direct"], status_code=200)
async def refund(
    order_id: FromPath[str],
    request: Request[Any, Any, Any],
    simulator: NamedDependency[Simulator],
    key: Key = "",
) -> Response[dict[str, Any]]:
    """Send money back, once per refund key."""
    said = simulator.repeated(key)
    if said is not None:
        return answer(said)
    body = await request.json()
    transaction = simulator.book.find(order_id)
    refund_key = str(body.get("refund_key") or f"refund-{len(transaction.refunds) + 1}")
    simulator.refund(transaction, refund_key, int(body.get("amount", transaction.arrived)))
    sent = {"refund_key": refund_key, "refund_amount": f"{transaction.refunds[refund_key]}.00"}
    said = transaction.words() | sent
    simulator.keep(key, said)
    return answer(said)


@get("/qris/{transaction_id:str}/qr-code", opt={"public": True})
async def qr_code(transaction_id: FromPath[str], simulator: NamedDependency[Simulator]) -> Response[bytes]:
    """Draw the QR code, as the real gateway does for whoever has the link."""
    picture = io.BytesIO()
    code = segno.make(simulator.page_of(simulator.book.find(transaction_id)), error="m")
    code.save(picture, kind="png", scale=8, border=4)
    return Response(picture.getvalue(), media_type="image/png")


API = (
    Router("/v2", route_handlers=[charge, status, cancel, expire, refund], guards=[knows_the_key]),
    Router("/v2", route_handlers=[qr_code]),
)

"""Waiting in line for what is all held or sold."""

from typing import Any
from uuid import UUID

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from etalase import bridge
from etalase.api._idempotency import IdempotencyKey
from etalase.api.orders._buyer import ApiBuyer, buyer_router
from etalase.api.orders._shapes import HoldBody, JoinAnswer, WaitlistBody, WaitlistItem, show_hold
from etalase.commerce import inventory
from etalase.commerce.catalog import VariantId
from etalase.commerce.inventory import Hold, HoldQueue, HoldRequest, Joining, WaitlistPlace
from etalase.kernel.sources import Venue
from etalase.platform.i18n import current_language


@post("/waitlist", status_code=HTTP_201_CREATED, summary="Hold units, or join the line")
async def join_line(
    buyer: NamedDependency[ApiBuyer],
    hold_queue: NamedDependency[HoldQueue],
    bridge_key: NamedDependency[str],
    data: JSONBody[HoldBody],
    idempotency_key: IdempotencyKey,
) -> JoinAnswer:
    """Keep units for the account; where all are held or sold, give it its one place in that line."""
    source = bridge.accept_source(bridge_key, data.referral, buyer.db.clock.now())
    venue = Venue.ROOM if source and source.venue is Venue.ROOM else data.venue
    answer = await hold_queue.hold_or_wait(
        HoldRequest(
            buyer.holder,
            VariantId(data.variant_id),
            data.quantity,
            idempotency_key,
            venue,
            source=source,
            joining=Joining(current_language()),
        )
    )
    if isinstance(answer, Hold):
        return JoinAnswer(hold=show_hold(answer))
    return JoinAnswer(place=_item(answer))


@get("/waitlist", summary="List places in line")
async def list_places(buyer: NamedDependency[ApiBuyer]) -> WaitlistBody:
    """Show where the account waits. What came back for it is in its cart."""
    async with buyer.db.begin() as tx:
        places = await inventory.list_waiting(tx, [buyer.holder])
    return WaitlistBody([_item(place) for place in places])


@delete("/waitlist/{variant_id:uuid}", status_code=HTTP_204_NO_CONTENT, summary="Leave a line")
async def leave_line(buyer: NamedDependency[ApiBuyer], variant_id: FromPath[UUID]) -> None:
    """Give up the account's place; to have none is nothing."""
    async with buyer.db.begin() as tx:
        await inventory.leave_waitlist(tx, [buyer.holder], variant_id)


@post("/holds/{hold_id:uuid}/skip", status_code=HTTP_204_NO_CONTENT, summary="Let the next in line go first")
async def skip_turn(buyer: NamedDependency[ApiBuyer], hold_id: FromPath[UUID]) -> None:
    """Give what was held on the account's turn to the next in line, and stay first for what comes after."""
    async with buyer.db.begin() as tx:
        await inventory.skip_turn(tx, [buyer.holder], hold_id)


def _item(place: WaitlistPlace) -> WaitlistItem:
    return WaitlistItem(place.variant_id, place.quantity, place.number, place.hold_seconds)


ROUTES: list[Any] = [buyer_router("/api/v1", [join_line, list_places, leave_line, skip_turn])]

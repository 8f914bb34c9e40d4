"""Claims that cross: a line of a room's chat is answered by the till, and the show's hosts see its claims."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from etalase.bridge import _store as store
from etalase.bridge._model import BuyerPass, open_buyer
from etalase.bridge._model.claim_links import claim_link, holder_of_claim
from etalase.commerce import inventory
from etalase.commerce.catalog import VariantId
from etalase.kernel.errors import Invalid, Refusal
from etalase.kernel.sources import Source, Venue
from etalase.platform.db import Tx
from etalase.policy import Action, Facts, Law, LawRefusal
from etalase.social.rooms import (
    ClaimAnswer,
    ClaimClosing,
    ClaimEntry,
    ClaimsBy,
    ClaimsQuestion,
    ClaimVerdict,
    HostClaim,
    HostClaims,
    NextInLine,
    RoomClaim,
    ShowClaims,
    ShowLine,
)

CLAIMS_REFUSED = {
    inventory.HoldLimitReached.code: ClaimVerdict.OVER_LIMIT,
    Invalid.code: ClaimVerdict.OVER_LIMIT,  # more units than one buyer may hold of anything
    inventory.NotForSale.code: ClaimVerdict.NOT_FOR_SALE,
    inventory.StockFrozen.code: ClaimVerdict.FROZEN,
    inventory.ClaimsClosed.code: ClaimVerdict.CLAIMS_CLOSED,
    inventory.ByButtonOnly.code: ClaimVerdict.BY_BUTTON_ONLY,
}

KEPT = frozenset({ClaimVerdict.HELD, ClaimVerdict.WAITLISTED})
VIEWERS_DOORS = frozenset({inventory.ClaimDoor.BUTTON, inventory.ClaimDoor.COMMENT})
DOORS_CLOSED = {
    ClaimsBy.BOTH: frozenset[inventory.ClaimDoor](),
    ClaimsBy.BUTTON: frozenset({inventory.ClaimDoor.COMMENT}),
    ClaimsBy.COMMENT: frozenset({inventory.ClaimDoor.BUTTON}),
}
"""What hosts enter comes by neither, and is taken as long as claims are."""


async def answer_claim(
    queue: inventory.HoldQueue, law: Law, key: str, claim: RoomClaim, now: datetime
) -> ClaimAnswer:
    """Hold what a line of a room's chat claims, by the one queue of all holds, or put it in line.

    Commerce's end.

    It is noted where it arrives, as a referral is: with the hold, whose source names the show.
    """
    buyer = open_buyer(key, claim.buyer, now)
    return await _answer(queue, law, _request_of(claim, buyer, now) if buyer else None, now)


async def enter_claims(
    queue: inventory.HoldQueue, law: Law, key: str, entered: HostClaims, now: datetime
) -> tuple[ClaimAnswer, ...]:
    """Answer claims that a host has entered, in their order, by the same queue. Commerce's end.

    What is held or waited for is nobody's but whose the link is that comes with the answer.
    """
    asked = (_answer(queue, law, _request_of_host(entered, claim, now), now) for claim in entered.claims)
    answers = zip(entered.claims, await asyncio.gather(*asked), strict=True)
    return tuple(
        replace(answer, link=claim_link(key, claim.line)) if answer.verdict in KEPT else answer
        for claim, answer in answers
    )


async def _answer(
    queue: inventory.HoldQueue, law: Law, request: inventory.HoldRequest | None, now: datetime
) -> ClaimAnswer:
    try:
        law.require(Action.HOLD_IN_ROOM, Facts(now))
        if request is None:
            return ClaimAnswer(ClaimVerdict.BUYER_NEEDED)
        given = await queue.hold_or_wait(request)
    except inventory.SoldOut as refusal:
        return ClaimAnswer(ClaimVerdict.SOLD_OUT, **_figures(refusal))
    except LawRefusal:
        return ClaimAnswer(ClaimVerdict.CLOSED)
    except Refusal as refusal:
        return ClaimAnswer(CLAIMS_REFUSED.get(refusal.code, ClaimVerdict.BUSY), **_figures(refusal))
    if isinstance(given, inventory.Hold):
        return ClaimAnswer(ClaimVerdict.HELD, number=given.claim, expires_at=given.expires_at)
    return ClaimAnswer(ClaimVerdict.WAITLISTED, number=given.claim, place=given.number, late_ms=given.late_ms)


def _figures(refusal: Refusal) -> dict[str, Any]:
    """Return what a refusal says in numbers of a claim."""
    names = {"available": "available", "claim": "number", "place": "place", "late_ms": "late_ms"}
    found = {name: refusal.facts.get(fact) for fact, name in names.items()}
    return {name: value for name, value in found.items() if isinstance(value, int)}


def _request_of(claim: RoomClaim, buyer: BuyerPass, now: datetime) -> inventory.HoldRequest:
    source = Source(f"line {claim.line}", Venue.ROOM, claim.shop_id, claim.show, now)
    key = f"line:{claim.line}"
    return inventory.HoldRequest(
        buyer.holder,
        VariantId(claim.variant_id),
        claim.quantity,
        key,
        Venue.ROOM,
        buyer.network,
        source,
        door=inventory.ClaimDoor.COMMENT,
        line=claim.line,
        joining=inventory.Joining(claim.locale),
    )


def _request_of_host(entered: HostClaims, claim: HostClaim, now: datetime) -> inventory.HoldRequest:
    return inventory.HoldRequest(
        holder_of_claim(claim.line),
        VariantId(claim.variant_id),
        claim.quantity,
        f"line:{claim.line}",
        Venue.ROOM,
        source=Source(f"line {claim.line}", Venue.ROOM, entered.shop_id, entered.show, now),
        door=inventory.ClaimDoor.HOST,
        line=claim.line,
        joining=inventory.Joining(),
    )


async def close_claims(tx: Tx, closing: ClaimClosing) -> None:
    """Take no more claims of a show for an offer, or take them again, or by other doors, and note that.

    Commerce's end.
    """
    content: dict[str, Any] = msgspec.to_builtins(closing)
    await store.add_crossing(tx, "in", "claims_closing", content)
    offer = (closing.shop_id, closing.show, closing.product_id)
    if closing.closed is not None:
        await inventory.close_claims(tx, *offer, closed=closing.closed)
    if closing.by is not None:
        closed = DOORS_CLOSED[closing.by]
        await inventory.close_claims(tx, *offer, closed=False, doors=VIEWERS_DOORS - closed)
        await inventory.close_claims(tx, *offer, closed=True, doors=closed)


async def report_claims(tx: Tx, law: Law, question: ClaimsQuestion) -> ShowClaims:
    """Return how it stands with a show's claims, for its hosts; nobody is named. Commerce's end.

    Raises LawRefusal.
    """
    law.require(Action.REPORT_SALES, Facts(tx.clock.now()))
    found = await inventory.report_claims(tx, question.shop_id, question.show, question.variant_ids)
    await store.add_crossing(tx, "out", "claims_report", _report_content(question, len(found.claims)))
    entries = (
        ClaimEntry(
            one.claim.number,
            one.claim.asked_at,
            one.claim.variant_id,
            one.claim.quantity,
            one.claim.door,
            one.claim.line,
            one.claim.verdict,
            one.standing,
            one.hold_id,
            one.until,
        )
        for one in found.claims
    )
    lines = (
        ShowLine(
            line.variant_id, line.waiting, tuple(NextInLine(one.number, one.quantity) for one in line.first)
        )
        for line in found.lines
    )
    return ShowClaims(tuple(entries), tuple(lines))


async def accept_claims(tx: Tx, question: ClaimsQuestion, found: ShowClaims) -> None:
    """Note that how it stands with a show's claims has come. Social's end."""
    await store.add_crossing(tx, "in", "claims_report", _report_content(question, len(found.claims)))


def _report_content(question: ClaimsQuestion, count: int) -> dict[str, Any]:
    return {"shop_id": str(question.shop_id), "show": question.show, "claims": count}

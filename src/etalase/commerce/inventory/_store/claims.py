"""The log of claims: written by the statement that answers them, read whole to be judged again.

The statement locks the heads of the chains by show once all stock rows are locked, numbers the claims in the
order in which they came, and makes each link of the one before it: SHA-256 over the last head and the
claim's canonical bytes, which `_model.claims` writes in the same way.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Text, Uuid, and_, any_, bindparam, cast, select
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.inventory._model import (
    Claim,
    ClaimHead,
    ClaimOfHold,
    HoldRequest,
    UnitsStep,
    first_head,
    microseconds,
    pseudonym_of_buyer,
)
from etalase.commerce.inventory._store.tables import claim_heads, claims, movements
from etalase.platform.db import Tx

ARRAYS = ("text", "text", "text", "text", "bigint")
_OPEN = upsert(claim_heads).on_conflict_do_nothing()
_LIST = select(claims).where(claims.c.show == bindparam("show")).order_by(claims.c.number)
_HEAD = select(claim_heads).where(claim_heads.c.show == bindparam("show"))
_LIST_LAST = (
    select(claims)
    .where(claims.c.show == bindparam("show"))
    .order_by(claims.c.number.desc())
    .limit(bindparam("maximum"))
)
_BEFORE = claims.alias("before")
_LIST_OF_HOLDS = (
    select(claims, _BEFORE.c.head.label("head_before"))
    .outerjoin(_BEFORE, and_(_BEFORE.c.show == claims.c.show, _BEFORE.c.number == claims.c.number - 1))
    .where(
        claims.c.show == any_(cast(bindparam("shows"), ARRAY(Text))),
        claims.c.hold_id == any_(cast(bindparam("hold_ids"), ARRAY(Uuid))),
    )
    .order_by(claims.c.show, claims.c.number)
)
_SERVED = and_(
    claims.c.hold_id == movements.c.hold_id, claims.c.show == bindparam("show"), movements.c.kind == "held"
)
_MOVED = (
    select(movements, claims.c.number)
    .outerjoin(claims, _SERVED)
    .where(movements.c.variant_id == any_(cast(bindparam("ids"), ARRAY(Uuid))))
    .order_by(movements.c.variant_id, movements.c.id)
)


def record_claims(first: int) -> str:
    """Return the end of the batch's statement, whose claims come as the arguments from this number on.

    It stands behind `request`, `stocked` and `answered`; it selects `answered`, with each claim's link.
    """
    arrays = ", ".join(f"${first + place}::{kind}[]" for place, kind in enumerate(ARRAYS))
    return f"""
, headed AS MATERIALIZED (
    SELECT show, number AS last_number, head AS last_head FROM claim_heads
    WHERE show = ANY (${first}) AND (SELECT count(*) FROM stocked) >= 0
    ORDER BY show FOR UPDATE
), met AS MATERIALIZED (
    SELECT answered.place, asked.show, asked.door, asked.buyer, asked.line, asked.asked_us,
        request.variant_id, request.quantity, last_number, last_head,
        CASE answered.verdict WHEN 'granted' THEN 'held' ELSE answered.verdict END AS verdict,
        answered.available + coalesce(
            sum(request.quantity) FILTER (WHERE answered.verdict = 'granted') OVER (
                PARTITION BY request.variant_id ORDER BY answered.place
                ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING),
            0)::integer AS available,
        CASE answered.verdict WHEN 'granted' THEN request.hold_id END AS hold_id,
        headed.show IS NOT NULL AND answered.known_id IS NULL AND answered.verdict <> 'again'
            AND NOT (answered.verdict = 'sold_out' AND request.quantity <= answered.available)
            AND answered.came IS DISTINCT FROM 'foreign' AS counts
    FROM answered JOIN request USING (place)
    JOIN unnest({arrays}) WITH ORDINALITY AS asked (show, door, buyer, line, asked_us, place) USING (place)
    LEFT JOIN headed ON headed.show = asked.show
), claimed AS MATERIALIZED (
    SELECT *, last_number + row_number() OVER (PARTITION BY show ORDER BY place) AS number
    FROM met WHERE counts
), chained AS MATERIALIZED (
    SELECT *, claim_chain(last_head, convert_to(concat_ws(E'\\n', show, number, asked_us, variant_id,
        quantity, buyer, door, line, verdict, available), 'UTF8')) OVER in_order AS head
    FROM claimed WINDOW in_order AS (PARTITION BY show ORDER BY number)
), written AS (
    INSERT INTO claims (show, number, asked_us, variant_id, quantity, buyer, door, line, verdict, available,
        hold_id, head)
    SELECT show, number, asked_us, variant_id, quantity, buyer, door, line, verdict, available, hold_id, head
    FROM chained
), advanced AS (
    UPDATE claim_heads SET number = last.number, head = last.head
    FROM (SELECT DISTINCT ON (show) show, number, head FROM chained ORDER BY show, number DESC) AS last
    WHERE claim_heads.show = last.show
)
SELECT answered.*, chained.show AS claim_show, chained.number AS claim_number, chained.head AS claim_head
FROM answered LEFT JOIN chained USING (place)
"""  # noqa: S608 - of our own constants alone


def claim_arguments(requests: Sequence[HoldRequest], now: datetime) -> tuple[list[Any], ...]:
    """Return what `record_claims` takes: show, door, buyer, line and moment of each; no show, no claim."""
    shows = [request.source.show if request.source else None for request in requests]
    return (
        shows,
        [request.door.value for request in requests],
        [
            pseudonym_of_buyer(show, request.holder) if show else ""
            for show, request in zip(shows, requests, strict=True)
        ],
        [request.line for request in requests],
        [microseconds(request.asked_at or now) for request in requests],
    )


async def open_claims(tx: Tx, shows: Collection[str]) -> None:
    """Begin the chains of shows that have none yet, always in one order."""
    rows = [{"show": show, "number": 0, "head": first_head(show)} for show in sorted(shows)]
    await tx.execute(_OPEN, rows)


async def list_claims(tx: Tx, show: str) -> list[Claim]:
    """Return all claims of a show, in their order."""
    return [_claim(row) for row in await tx.execute(_LIST, {"show": show})]


async def list_last_claims(tx: Tx, show: str, maximum: int) -> list[tuple[Claim, UUID | None]]:
    """Return the last claims of a show with the holds that they got, the newest first."""
    rows = await tx.execute(_LIST_LAST, {"show": show, "maximum": maximum})
    return [(_claim(row), row.hold_id) for row in rows]


async def list_claims_of_holds(
    tx: Tx, shows: Collection[str], hold_ids: Collection[UUID]
) -> dict[UUID, ClaimOfHold]:
    """Return, by hold, the claims of these shows that won these holds."""
    rows = await tx.execute(_LIST_OF_HOLDS, {"shows": list(shows), "hold_ids": list(hold_ids)})
    return {
        row.hold_id: ClaimOfHold(row.show, _claim(row), (row.head_before or first_head(row.show)).hex())
        for row in rows
    }


async def find_claim_head(tx: Tx, show: str) -> ClaimHead | None:
    """Return where the show's chain ends; nothing where nobody has claimed anything in it."""
    row = (await tx.execute(_HEAD, {"show": show})).one_or_none()
    return ClaimHead(row.show, row.number, row.head) if row else None


async def list_steps(
    tx: Tx, show: str, variant_ids: Collection[UUID]
) -> list[tuple[UUID, datetime, UnitsStep]]:
    """Return all changes of these variants' free units, in order, each with the claim that it served."""
    rows = await tx.execute(_MOVED, {"show": show, "ids": list(variant_ids)})
    return [
        (
            row.variant_id,
            row.happened_at,
            UnitsStep(row.kind, row.on_hand_change - row.held_change, row.number),
        )
        for row in rows
    ]


def _claim(row: Row[Any]) -> Claim:
    return Claim(
        row.number,
        row.asked_us,
        row.variant_id,
        row.quantity,
        row.buyer,
        row.door,
        row.line,
        row.verdict,
        row.available,
        row.head.hex(),
    )

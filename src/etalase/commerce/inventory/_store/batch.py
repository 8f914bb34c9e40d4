"""One statement that answers a batch of requests: the hot path of a flash sale.

It locks the stock rows in the order of their ids, adds up the requests of each variant in the order of their
arrival, grants those that fit, and writes stock, holds and movements. Each holder has at most one in a
batch, so that limits and known keys can be read from what is already durable.

What it reads of a holder's past it reads in one way only, each question by an index that is made for it: left
a choice, the planner takes what suits a small table, and keeps to it while a flash sale fills that table.
What is in a cart is said as the index `holds_in_carts` says it.

It writes every column that a CHECK of `stock` or `allotments` counts with as it was locked. PostgreSQL looks
at the CHECKs with the row as it was when the statement began, before it finds that another transaction has
changed it since: it would refuse what is right (units that came back while the batch waited:
`stock_is_never_oversold`).

A hold keeps where its buyer came from, unless the goods are another shop's than the show's, or the referral
is another holder's: then the hold is granted all the same.

What was asked in a show is a claim, whatever became of it: `claims` adds its number, verdict and link of the
chain to the same statement, so that a hold waits for nothing more.
It is kept for as long as its shop says, else until `expires_at` as the operator says (ADR 51).
Its price is that of the moment (docs/adr/0039): the allotment's for those who stand first in its line and
have not taken as many as a buyer may, the list's for the others. Whom it would cost more than they saw gets
nothing; whom a larger request stands in the way of asks again. Allotments are locked once all stock is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from etalase.commerce.catalog import LIST_PRICES
from etalase.commerce.inventory._model import (
    ClaimHead,
    Hold,
    HoldRequest,
    HoldVerdict,
    InventorySettings,
    SourceResult,
)
from etalase.commerce.inventory._store.claims import claim_arguments, record_claims
from etalase.commerce.shops import HOLD_MINUTES
from etalase.kernel.ids import new_id
from etalase.kernel.money import Money
from etalase.platform.db import Tx

NOTHING = Money.zero()
_ANSWER = f"""
WITH request AS MATERIALIZED (
    SELECT hold_id, holder, variant_id, quantity, idempotency_key, place, source::jsonb AS source, seen, show,
        show || ':' || door AS show_door
    FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::integer[], $5::text[], $10::text[], $11::bigint[],
            $12::text[], $13::text[])
        WITH ORDINALITY AS request
            (hold_id, holder, variant_id, quantity, idempotency_key, source, seen, show, door, place)
), stocked AS MATERIALIZED (
    SELECT variant_id, product_id, shop_id, on_hand, held, waiting, offered, frozen, closed_in,
        on_hand - held AS available
    FROM stock WHERE variant_id = ANY ($3)
    ORDER BY variant_id FOR UPDATE
), dealt AS MATERIALIZED (
    SELECT id, quantity, taken, quantity - taken AS units_left, per_buyer FROM allotments
    WHERE product_id = ANY (ARRAY(SELECT product_id FROM stocked)) AND starts_at <= $7 AND ends_at > $7
    ORDER BY id FOR UPDATE
), offered AS MATERIALIZED (
    SELECT stocked.*, list.list_price_minor, dealt.id AS allotment_id, dealt.units_left, dealt.per_buyer,
        own.price_minor AS own_price_minor, coalesce($7::timestamptz + make_interval(mins =>
            (SELECT hold_minutes FROM ({HOLD_MINUTES}) AS rules WHERE rules.shop_id = stocked.shop_id)
        ), $6) AS expires_at
    FROM stocked JOIN ({LIST_PRICES}) AS list USING (variant_id)
    LEFT JOIN (dealt JOIN allotment_prices AS own ON own.allotment_id = dealt.id)
        ON own.variant_id = stocked.variant_id AND own.price_minor < list.list_price_minor
), weighed AS MATERIALIZED (
    SELECT request.*, stocked.product_id, stocked.shop_id, stocked.available, known.id AS known_id,
        stocked.list_price_minor, stocked.own_price_minor, stocked.allotment_id, stocked.units_left,
        stocked.per_buyer, stocked.expires_at,
        CASE WHEN stocked.allotment_id IS NULL THEN false
            WHEN stocked.per_buyer IS NULL THEN true
            ELSE units_of_allotment(stocked.allotment_id, request.holder) + request.quantity
                <= stocked.per_buyer END AS may_take,
        CASE WHEN known.id IS NOT NULL THEN 'known'
            WHEN stocked.variant_id IS NULL THEN 'sold_out'
            WHEN stocked.frozen THEN 'frozen'
            WHEN NOT stocked.offered THEN 'not_for_sale'
            WHEN request.show = ANY (stocked.closed_in) THEN 'closed'
            WHEN request.show_door = ANY (stocked.closed_in) THEN 'door_closed'
            WHEN cart.holds >= $8 OR cart.units + request.quantity > $9 THEN 'over_limit'
            ELSE 'fits' END AS verdict,
        CASE WHEN request.source IS NULL THEN NULL
            WHEN (request.source ->> 'shop_id')::uuid IS DISTINCT FROM stocked.shop_id THEN 'foreign'
            WHEN EXISTS (
                SELECT FROM holds AS earlier WHERE earlier.source IS NOT NULL
                    AND earlier.source ->> 'referral' = request.source ->> 'referral'
                    AND earlier.holder <> request.holder
            ) THEN 'replayed'
            ELSE 'kept' END AS came
    FROM request
    LEFT JOIN offered AS stocked USING (variant_id)
    LEFT JOIN LATERAL (
        SELECT id FROM holds
        WHERE holder = request.holder AND idempotency_key = request.idempotency_key LIMIT 1
    ) AS known ON true
    CROSS JOIN LATERAL (
        SELECT count(*) AS holds,
            coalesce(sum(quantity) FILTER (WHERE variant_id = request.variant_id), 0) AS units
        FROM holds WHERE holder = request.holder AND CASE WHEN order_id IS NULL THEN state END = 'active'
    ) AS cart
), in_line AS MATERIALIZED (
    SELECT *, sum(quantity) FILTER (WHERE may_take) OVER (PARTITION BY allotment_id ORDER BY place) AS taking
    FROM (
        SELECT *, sum(quantity) OVER (PARTITION BY variant_id ORDER BY place) AS reach
        FROM weighed WHERE verdict = 'fits'
    ) AS line WHERE reach <= available
), priced AS MATERIALIZED (
    SELECT *, CASE WHEN takes THEN own_price_minor ELSE list_price_minor END AS unit_price_minor,
        coalesce(sum(quantity) FILTER (WHERE takes) OVER (PARTITION BY allotment_id), 0) AS takings
    FROM (SELECT *, may_take AND taking <= units_left AS takes FROM in_line) AS line
), judged AS MATERIALIZED (
    SELECT place, unit_price_minor, takes,
        CASE WHEN may_take AND NOT takes AND quantity <= units_left - takings THEN 'again'
            WHEN unit_price_minor <= seen OR seen IS NULL THEN 'granted'
            WHEN allotment_id IS NULL THEN 'price_changed'
            WHEN may_take THEN 'allotment_gone' ELSE 'allotment_limit' END AS outcome
    FROM priced
), granted AS MATERIALIZED (
    SELECT weighed.*, unit_price_minor, CASE WHEN takes THEN allotment_id END AS taken_from
    FROM judged JOIN weighed USING (place) WHERE outcome = 'granted'
), taken AS (
    SELECT variant_id, sum(quantity)::integer AS units FROM granted GROUP BY variant_id
), moved AS (
    UPDATE stock SET on_hand = stocked.on_hand, held = stocked.held + taken.units, waiting = stocked.waiting,
        offered = stocked.offered, frozen = stocked.frozen
    FROM taken JOIN stocked USING (variant_id)
    WHERE stock.variant_id = taken.variant_id
), drawn AS (
    UPDATE allotments SET quantity = dealt.quantity, taken = dealt.taken + drawing.units
    FROM dealt JOIN (
        SELECT taken_from, sum(quantity)::integer AS units FROM granted
        WHERE taken_from IS NOT NULL GROUP BY taken_from
    ) AS drawing ON drawing.taken_from = dealt.id
    WHERE allotments.id = dealt.id
), kept AS (
    INSERT INTO holds (id, variant_id, holder, idempotency_key, quantity, state, expires_at, source,
        list_price_minor, unit_price_minor, allotment_id)
    SELECT hold_id, variant_id, holder, idempotency_key, quantity, 'active', expires_at,
        CASE WHEN came = 'kept' THEN source END, list_price_minor, unit_price_minor, taken_from
    FROM granted
), logged AS (
    INSERT INTO stock_movements
        (variant_id, kind, on_hand_change, held_change, hold_id, reason, happened_at)
    SELECT variant_id, 'held', 0, quantity, hold_id, '', $7 FROM granted ORDER BY place
), answered AS MATERIALIZED (
SELECT weighed.place::integer AS place,
    CASE WHEN judged.place IS NOT NULL THEN judged.outcome
        WHEN weighed.verdict = 'fits' THEN 'sold_out' ELSE weighed.verdict END AS verdict,
    coalesce(weighed.available - coalesce(taken.units, 0), 0) AS available,
    weighed.product_id, weighed.shop_id, weighed.known_id, weighed.came, weighed.per_buyer,
    weighed.list_price_minor, judged.unit_price_minor, weighed.expires_at,
    CASE WHEN judged.takes THEN weighed.allotment_id END AS allotment_id
FROM weighed LEFT JOIN judged USING (place) LEFT JOIN taken ON taken.variant_id = weighed.variant_id
)
"""  # noqa: S608 - of our own constants alone
ANSWER_BATCH = f"{_ANSWER}{record_claims(first=12)}"


@dataclass(frozen=True, slots=True)
class HoldAnswer:
    """How one request was answered, and how many units of its variant are free now."""

    verdict: HoldVerdict
    available: int
    hold: Hold | None = None
    known_id: UUID | None = None
    came: SourceResult | None = None
    price: Money = NOTHING
    per_buyer: int | None = None
    claim: ClaimHead | None = None


@dataclass(frozen=True, slots=True)
class StockLeft:
    """What is left of a variant after the batch."""

    variant_id: UUID
    product_id: UUID
    shop_id: UUID
    available: int


async def answer_batch(
    tx: Tx, requests: Sequence[HoldRequest], settings: InventorySettings, now: datetime, expires_at: datetime
) -> tuple[list[HoldAnswer], list[StockLeft]]:
    """Answer the requests in their order; return the answers, and what is left where units were taken."""
    arguments = batch_arguments(requests, settings, now, expires_at)
    rows = await tx.execute_driver_sql(ANSWER_BATCH, arguments)
    answers: dict[int, HoldAnswer] = {}
    taken: dict[UUID, StockLeft] = {}
    hold_ids = arguments[0]
    for row in rows:
        request = requests[row.place - 1]
        hold, came = None, None
        if row.verdict == HoldVerdict.GRANTED:
            came = SourceResult(row.came) if row.came else None
            hold = Hold(
                hold_ids[row.place - 1],
                request.variant_id,
                request.holder,
                request.quantity,
                row.expires_at,
                list_price=Money(row.list_price_minor),
                unit_price=Money(row.unit_price_minor),
                allotment_id=row.allotment_id,
                source=request.source if came is SourceResult.KEPT else None,
            )
            taken[request.variant_id] = StockLeft(
                request.variant_id, row.product_id, row.shop_id, row.available
            )
        claim = ClaimHead(row.claim_show, row.claim_number, row.claim_head) if row.claim_show else None
        answers[row.place] = HoldAnswer(
            HoldVerdict(row.verdict),
            row.available,
            hold,
            row.known_id,
            came,
            Money(row.unit_price_minor or 0),
            row.per_buyer,
            claim,
        )
    return [answers[place] for place in sorted(answers)], list(taken.values())


def batch_arguments(
    requests: Sequence[HoldRequest], settings: InventorySettings, now: datetime, expires_at: datetime
) -> tuple[Any, ...]:
    """Return the statement's arguments; the first are the ids that granted holds will have."""
    return (
        [new_id() for _ in requests],
        [request.holder for request in requests],
        [request.variant_id for request in requests],
        [request.quantity for request in requests],
        [request.idempotency_key for request in requests],
        expires_at,
        now,
        settings.max_holds_per_holder,
        settings.max_units_per_variant,
        first_of_each_referral(requests),
        [request.seen_price.minor if request.seen_price else None for request in requests],
        *claim_arguments(requests, now),
    )


def first_of_each_referral(requests: Sequence[HoldRequest]) -> list[str | None]:
    """Return the sources as JSON. Of a batch's holders, who are all different, the first has a referral."""
    seen: dict[str, str] = {}
    return [
        msgspec.json.encode(request.source).decode()
        if request.source and seen.setdefault(request.source.referral, request.holder) == request.holder
        else None
        for request in requests
    ]

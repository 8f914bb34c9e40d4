"""Who asks for what is sold out, read without a lock: the short way once a batch left nothing free."""

from collections.abc import Sequence

from etalase.commerce.inventory._model import HoldRequest
from etalase.platform.db import Tx

_IN_VAIN = """
SELECT request.place::integer FROM unnest($1::uuid[], $2::text[], $3::text[])
    WITH ORDINALITY AS request (variant_id, holder, idempotency_key, place)
JOIN stock USING (variant_id)
LEFT JOIN LATERAL (
    SELECT id FROM holds
    WHERE holder = request.holder AND idempotency_key = request.idempotency_key LIMIT 1
) AS known ON true
WHERE known.id IS NULL AND stock.on_hand = stock.held AND stock.offered AND NOT stock.frozen
"""


async def list_in_vain(tx: Tx, requests: Sequence[HoldRequest]) -> list[HoldRequest]:
    """Return those requests for which no unit is free at this moment, and whose key no hold has."""
    arguments = (
        [request.variant_id for request in requests],
        [request.holder for request in requests],
        [request.idempotency_key for request in requests],
    )
    return [requests[row.place - 1] for row in await tx.execute_driver_sql(_IN_VAIN, arguments)]

"""Emails about orders that wait to be sent."""

import msgspec
from sqlalchemy import text

from etalase.commerce import orders
from etalase.platform.db import Database
from etalase.platform.mail import Mailer

_TAKE = text("""
    WITH taken AS (DELETE FROM pgqueuer WHERE entrypoint = :name RETURNING id, payload)
    SELECT payload FROM taken ORDER BY id
""")


async def send_waiting(db: Database, mailer: Mailer, *, only: str = "") -> None:
    """Send what waits, in its order; `only` those of events with this in their name."""
    send = orders.jobs_with(mailer, "https://toko.example/")[0]
    async with db.begin() as tx:
        payloads = list((await tx.execute(_TAKE, {"name": send.name})).scalars())
    for payload in payloads:
        work = msgspec.json.decode(payload, type=send.payload)
        emails = tuple(email for email in work.emails if only in email.event)
        if emails:
            await send.handle(db, send.payload(emails))

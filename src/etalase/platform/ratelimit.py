"""How often something may be tried: the generic cell rate algorithm (ITU-T I.371), one moment per subject.

The tables live in PostgreSQL, not in memory: a guesser gains nothing from a restart or from a second server
process, and the lock on a subject's row makes the count exact under parallel tries. A try is spent in a
transaction of its own, before the work that it allows: what is rolled back later stays counted. Subjects
(addresses, e-mails) are kept as hashes only. It refuses to know what is tried.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from math import ceil

from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Table, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.kernel.errors import Refusal
from etalase.platform.db import Database, Tx

metadata = MetaData()
rate_limits = Table(
    "rate_limits",
    metadata,
    Column("subject", LargeBinary, primary_key=True),
    Column("clear_at", DateTime(timezone=True), nullable=False, index=True),
)

SWEPT_AT_ONCE = 20


class TooManyTries(Refusal):
    """Tried too often; `retry_after_seconds` from now the next try is allowed."""

    code = "too_many_tries"


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` tries at once, then one for each `every` that passes."""

    name: str
    burst: int
    every: timedelta


@dataclass(frozen=True, slots=True)
class Try:
    """One try of one subject (an e-mail, an address) at what a limit guards."""

    limit: Limit
    subject: str

    @property
    def key(self) -> bytes:
        """Return what is kept of the subject."""
        return hashlib.sha256(f"{self.limit.name}\0{self.subject}".encode()).digest()


def spend_one(limit: Limit, clear_at: datetime, now: datetime) -> tuple[datetime, timedelta]:
    """Return the subject's new `clear_at` and how long to wait; a wait above zero means refused."""
    next_clear = max(clear_at, now) + limit.every
    wait = next_clear - now - limit.burst * limit.every
    return (clear_at, wait) if wait > timedelta() else (next_clear, timedelta())


async def spend(database: Database, *tries: Try) -> None:
    """Count these tries, all or none, and commit; refuse with `TooManyTries` when one has none left."""
    async with database.begin() as tx:
        wait = await _spend_all(tx, tries)
    if wait > timedelta():
        raise TooManyTries(retry_after_seconds=ceil(wait.total_seconds()))


async def forgive(tx: Tx, *tries: Try) -> None:
    """Forget the tries of these subjects: they have shown who they are."""
    await tx.execute(delete(rate_limits).where(rate_limits.c.subject.in_([one.key for one in tries])))


async def _spend_all(tx: Tx, tries: Sequence[Try]) -> timedelta:
    now = tx.clock.now()
    await _sweep(tx, now)
    spent: dict[bytes, datetime] = {}
    for one in sorted(tries, key=lambda one: one.key):  # one order of locks for everybody
        clear_at, wait = spend_one(one.limit, await _lock_clear_at(tx, one.key, now), now)
        if wait > timedelta():
            return wait
        spent[one.key] = clear_at
    for key, clear_at in spent.items():
        await tx.execute(update(rate_limits).where(rate_limits.c.subject == key).values(clear_at=clear_at))
    return timedelta()


async def _lock_clear_at(tx: Tx, key: bytes, now: datetime) -> datetime:
    """Return the subject's moment and keep its row until the end of the transaction."""
    mine = upsert(rate_limits).values(subject=key, clear_at=now)
    unchanged = mine.on_conflict_do_update(
        index_elements=[rate_limits.c.subject], set_={"clear_at": rate_limits.c.clear_at}
    )
    clear_at: datetime = (await tx.execute(unchanged.returning(rate_limits.c.clear_at))).scalar_one()
    return clear_at


async def _sweep(tx: Tx, now: datetime) -> None:
    """Drop a few rows that say nothing any more, so that the table stays as small as its use."""
    stale = (
        select(rate_limits.c.subject)
        .where(rate_limits.c.clear_at < now - timedelta(hours=1))
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    await tx.execute(delete(rate_limits).where(rate_limits.c.subject.in_(stale)))


def address_subject(address: str) -> str:
    """Return whom an address stands for: itself for IPv4, its /64 for IPv6, which one subscriber has."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)  # noqa: PLR2004 - IPv6

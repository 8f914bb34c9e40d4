"""How often something may be tried: the generic cell rate algorithm (ITU-T I.371), one moment per subject.

The tables live in PostgreSQL, not in memory: a guesser gains nothing from a restart or from a second server
process, and the lock on a subject's row makes the count exact under parallel tries. A try is spent in a
transaction of its own, before the work that it allows: what is rolled back later stays counted. Subjects
(addresses, e-mails) are kept as hashes only. It refuses to know what is tried.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil

import structlog
from sqlalchemy import (
    ARRAY,
    Column,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    cast,
    column,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.kernel.clock import Clock
from etalase.kernel.errors import Refusal
from etalase.platform.db import Database, Tx
from etalase.platform.origins import is_on_this_machine

log = structlog.get_logger()

_MOMENT = DateTime(timezone=True)
metadata = MetaData()
rate_limits = Table(
    "rate_limits",
    metadata,
    Column("subject", LargeBinary, primary_key=True),
    Column("clear_at", _MOMENT, nullable=False, index=True),
    Column("spent_at", _MOMENT, nullable=False),
)

SWEPT_AT_ONCE = 20
REMEMBERED = 20_000
IPV6_SUBSCRIBER, IPV6_SITE = 64, 48


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


@dataclass(frozen=True, slots=True)
class Spent:
    """What a subject has spent: all is given back at `clear_at`, as it was reckoned at `spent_at`."""

    clear_at: datetime
    spent_at: datetime

    def owed(self, limit: Limit, now: datetime) -> timedelta:
        """Return how long it takes until all is given back.

        A clock that was set back since gives nothing back and takes nothing: what was owed then is owed now.
        """
        left = self.clear_at - max(now, self.spent_at)
        return min(max(left, timedelta()), limit.burst * limit.every)


def spend_one(limit: Limit, spent: Spent, now: datetime, count: int = 1) -> tuple[Spent, timedelta]:
    """Return what the subject has spent then, and how long to wait; a wait above zero means refused.

    Nobody waits longer than `limit.every` for each try, whatever the clock did.
    """
    owed = spent.owed(limit, now)
    wait = owed + count * limit.every - limit.burst * limit.every
    if wait > timedelta():
        return Spent(now + owed, now), wait
    return Spent(now + owed + count * limit.every, now), timedelta()


class Budgets:
    """What subjects have spent of one limit, in this process's memory: for paths that bear no statement."""

    def __init__(self, limit: Limit, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._spent: OrderedDict[str, Spent] = OrderedDict()

    def spend(self, subject: str, count: int = 1) -> timedelta:
        """Count so many, all or none; return how long to wait, nothing if they were counted."""
        now = self._clock.now()
        spent, wait = spend_one(self._limit, self._spent.get(subject) or Spent(now, now), now, count)
        self._spent[subject] = spent
        self._spent.move_to_end(subject)
        if len(self._spent) > REMEMBERED:
            self._spent.popitem(last=False)
        return wait

    def give_back(self, subject: str, count: int) -> None:
        """Take back so many that have come to something."""
        if (spent := self._spent.get(subject)) is not None:
            self._spent[subject] = Spent(spent.clear_at - count * self._limit.every, spent.spent_at)


async def spend(database: Database, *tries: Try) -> None:
    """Count these tries, all or none, and commit; refuse with `TooManyTries` when one has none left."""
    async with database.begin() as tx:
        wait = await _spend_all(tx, tries)
    if wait > timedelta():
        raise TooManyTries(retry_after_seconds=ceil(wait.total_seconds()))


async def forgive(tx: Tx, *tries: Try) -> None:
    """Forget the tries of these subjects: they have shown who they are."""
    await tx.execute(delete(rate_limits).where(rate_limits.c.subject.in_([one.key for one in tries])))


async def spend_each(database: Database, tries: Sequence[Try]) -> list[bool]:
    """Count each of these tries by itself, and commit; return of each whether it was allowed."""
    if not tries:
        return []
    async with database.begin() as tx:
        now = tx.clock.now()
        await _sweep(tx, now)
        spent = await _lock_spent(tx, {one.key for one in tries}, now)
        allowed = []
        for one in tries:
            spent[one.key], wait = spend_one(one.limit, spent[one.key], now)
            allowed.append(wait <= timedelta())
        await _save(tx, spent)
    return allowed


async def _spend_all(tx: Tx, tries: Sequence[Try]) -> timedelta:
    now = tx.clock.now()
    await _sweep(tx, now)
    kept = await _lock_spent(tx, {one.key for one in tries}, now)
    after: dict[bytes, Spent] = {}
    for one in sorted(tries, key=lambda one: one.key):
        after[one.key], wait = spend_one(one.limit, kept[one.key], now)
        if wait > timedelta():
            if kept[one.key].spent_at > now:  # by a clock that was set back: from now on, by this one
                await _save(tx, {one.key: after[one.key]})
            return wait
    await _save(tx, after)
    return timedelta()


_KEYS = func.unnest(cast(bindparam("keys"), ARRAY(LargeBinary))).table_valued(column("key", LargeBinary))
_KEYS = _KEYS.render_derived(name="wanted")
_FIRST = upsert(rate_limits).from_select(
    ["subject", "clear_at", "spent_at"],
    select(_KEYS.c.key, bindparam("now", type_=_MOMENT), bindparam("now")),
)
_LOCK = _FIRST.on_conflict_do_update(
    index_elements=[rate_limits.c.subject], set_={"clear_at": rate_limits.c.clear_at}
).returning(*rate_limits.c)
_FIGURES = (
    func.unnest(
        cast(bindparam("keys"), ARRAY(LargeBinary)),
        cast(bindparam("clear"), ARRAY(_MOMENT)),
        cast(bindparam("spent"), ARRAY(_MOMENT)),
    )
    .table_valued(column("key", LargeBinary), column("clear_at", _MOMENT), column("spent_at", _MOMENT))
    .render_derived(name="figures")
)
_SAVE = (
    update(rate_limits)
    .where(rate_limits.c.subject == _FIGURES.c.key)
    .values(clear_at=_FIGURES.c.clear_at, spent_at=_FIGURES.c.spent_at)
)


async def _save(tx: Tx, spent: Mapping[bytes, Spent]) -> None:
    figures = {
        "keys": list(spent),
        "clear": [one.clear_at for one in spent.values()],
        "spent": [one.spent_at for one in spent.values()],
    }
    await tx.execute(_SAVE, figures)


async def _lock_spent(tx: Tx, keys: Collection[bytes], now: datetime) -> dict[bytes, Spent]:
    """Return what the subjects have spent and keep their rows until the end, in one order for everybody."""
    rows = await tx.execute(_LOCK, {"keys": sorted(keys), "now": now})
    return {row.subject: Spent(row.clear_at, row.spent_at) for row in rows}


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
    return _block(ip, IPV6_SUBSCRIBER)


def network_of(address: str, public_url: str) -> str:
    """Return the network that an address lies in, as its owner has it: IPv4 itself, of IPv6 a /48.

    This machine is a network like any other where people reach us on it. Where they reach us by a public
    name, who seems to come from it is hidden by a proxy that names nobody, and has no network: else all
    buyers would share one.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    if ip.is_loopback and not is_on_this_machine(public_url):
        _log_hiding_proxy()
        return ""
    return _block(ip, IPV6_SITE)


@cache
def _log_hiding_proxy() -> None:
    """Say once that strangers can't be told apart."""
    log.warning(
        "proxy_names_nobody",
        hint="let the proxy set X-Forwarded-For: until then nothing bounds what one network's guests hold",
    )


def _block(ip: IPv4Address | IPv6Address, bits: int) -> str:
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else ip
    return str(ip_network((ip, bits), strict=False)) if mapped is None else str(mapped)

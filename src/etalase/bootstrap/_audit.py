"""The audit: count stock, holds, orders, payments and ledger again, and tell what does not agree.

It reads in one snapshot, while the shop is open. An event that a reaction has not seen yet is work under
way, so the audit waits for the events first; one that nobody handles is itself a finding.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import text

from etalase.bootstrap._commerce import reactions
from etalase.bootstrap._databases import open_databases, wanted_planes
from etalase.bootstrap._event_table import Silent
from etalase.bootstrap._program import Settings
from etalase.commerce import catalog, inventory, ledger, orders, payments, vouchers
from etalase.platform import jobs, outbox
from etalase.platform.db import Database, Tx

PATIENCE_SECONDS = 20.0
LOOK_SECONDS = 0.25


@dataclass(frozen=True)
class Finding:
    """One thing that does not agree, and what was being counted."""

    counted: str
    difference: str


async def recount_stock(tx: Tx) -> list[str]:
    """Recount stock from its movements and its holds."""
    return [
        f"variant {found.id}: {found.figure} is {found.recorded}, recounted {found.recounted}"
        for found in await inventory.recount(tx)
    ]


async def list_frozen(tx: Tx) -> list[str]:
    """Name what the auditor of a running shop has frozen."""
    return [
        f"variant {one.variant_id} is frozen since {one.frozen_at:%Y-%m-%d %H:%M:%S} UTC: {one.found}"
        for one in await inventory.list_freezes(tx)
    ]


async def recount_deals(tx: Tx) -> list[str]:
    """Recount deals from the holds that took from them, and prices from their history."""
    return [
        f"deal {found.id}: {found.figure} is {found.recorded}, recounted {found.recounted}"
        for found in await inventory.recount_allotments(tx)
    ] + [f"variant {id_}: its price was not noted" for id_ in await catalog.list_unnoted_prices(tx)]


POSTERS: dict[str, Callable[[Tx], Awaitable[list[str]]]] = {payments.LEDGER_OWNER: payments.recount}
"""Whoever posts to the ledger, and what recounts its entries: a new poster has a line of its own here."""


async def recount_ledger(tx: Tx) -> list[str]:
    """Recount what concerns every entry, whoever posted it: it balances, and it is somebody's."""
    return await ledger.recount(tx) + await ledger.find_unowned(tx, POSTERS)


COUNTS: dict[str, Callable[[Tx], Awaitable[list[str]]]] = {
    "stock and holds": recount_stock,
    "frozen stock": list_frozen,
    "deals and prices": recount_deals,
    "vouchers": vouchers.recount,
    "orders": orders.recount,
    "ledger": recount_ledger,
    **{f"ledger entries of {owner}": recount for owner, recount in POSTERS.items()},
}


def counted_here(settings: Settings) -> list[str]:
    """Return what an audit counts of the planes of this process: the social plane has no books."""
    books = [*COUNTS, "events"] if "commerce" in wanted_planes(settings.program) else []
    return [*books, "dead letters"]


async def audit(settings: Settings) -> list[Finding]:
    """Return what does not agree on the planes of this process; nothing when all adds up."""
    findings: list[Finding] = []
    async with open_databases(settings.program) as databases:
        if "commerce" in databases:
            findings += await _audit_books(databases["commerce"])
        for database in databases.values():
            findings += [Finding("dead letters", found) for found in await _dead_letters(database)]
    return findings


async def _audit_books(commerce: Database) -> list[Finding]:
    findings = [Finding("events", found) for found in await _wait_for_events(commerce)]
    async with commerce.begin() as tx:
        await tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        for counted, recount in COUNTS.items():
            findings += [Finding(counted, found) for found in await recount(tx)]
    return findings


async def _wait_for_events(database: Database) -> list[str]:
    """Wait until each reaction has seen each event, as it does when the shop runs."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        async with database.begin() as tx:
            if await outbox.is_drained(tx, reactions(Silent(), bridge_key="")):
                return []
        await asyncio.sleep(LOOK_SECONDS)
    return ["some events wait for their reactions; is `etalase serve` running?"]


async def _dead_letters(database: Database) -> list[str]:
    async with database.begin() as tx:
        letters = await outbox.list_dead_letters(tx)
        dead = await jobs.list_dead_jobs(tx)
    return [f"{letter.reaction} gave up on {letter.event_name}: {letter.error}" for letter in letters] + [
        f"job {job.entrypoint} ({job.id}) failed for the last time" for job in dead
    ]

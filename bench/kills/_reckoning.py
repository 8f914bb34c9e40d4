"""The reckoning: all that was answered is looked for, and all that there is is counted again."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from bench.kills._buyers import Buyers
from bench.kills._host import Sale
from bench.kills._house import House
from etalase.bootstrap import audit
from etalase.commerce import inventory
from etalase.platform.db import Database, Tx

QUIET_SECONDS = 300
OPEN = """
SELECT (SELECT count(*) FROM holds WHERE state = 'active')
     + (SELECT count(*) FROM orders WHERE state = 'awaiting_payment')
     + (SELECT count(*) FROM payments WHERE state IN ('created', 'pending') AND means = 'qris')
     + (SELECT count(*) FROM waitlist WHERE state = 'waiting')
     + (SELECT count(*) FROM payment_refunds WHERE sent_at IS NULL)
"""
"""What ends by itself when nobody buys any more."""
UNITS = """
SELECT s.variant_id, s.on_hand, s.held,
    (SELECT coalesce(sum(on_hand_change), 0) FROM stock_movements m
     WHERE m.variant_id = s.variant_id AND m.kind IN ('received', 'adjusted')) AS came,
    (SELECT coalesce(sum(l.quantity), 0) FROM order_lines l JOIN orders o ON o.id = l.order_id
     WHERE l.variant_id = s.variant_id AND o.state NOT IN ('cancelled', 'refunded')) AS sold
FROM stock s
"""
TWICE = """
SELECT order_id FROM payments WHERE received > refunded AND NOT stray GROUP BY order_id HAVING count(*) > 1
"""
MONEY = """
SELECT o.token, o.state, sum(p.received) AS received, sum(p.refunded) AS refunded
FROM orders o JOIN payments p ON p.order_id = o.id GROUP BY o.id
"""
BOUGHT = """
SELECT (SELECT count(*) FROM holds WHERE allotment_id IS NOT NULL AND state = 'sold') AS deals,
       (SELECT count(*) FROM voucher_uses WHERE given_back_at IS NULL) AS vouchers,
       (SELECT count(*) FROM waitlist WHERE state = 'served') AS turns
"""


@dataclass
class Reckoning:
    """What was found. `faults` is empty where all adds up."""

    rows: list[tuple[str, float, str | None]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def count(self, metric: str, number: float) -> None:
        """Note a figure."""
        self.rows.append((metric, number, None))

    def none_of(self, metric: str, found: list[str]) -> None:
        """Note how many of these there are, of which there may be none."""
        self.rows.append((metric, len(found), "= 0"))
        self.faults += [f"{metric}: {one}" for one in found]

    def figures(self) -> list[dict[str, Any]]:
        """Return the rows of the bench's table."""
        return [
            {"metric": metric, "unit": "", "ours": ours, "reference": None, "ratio": None, "goal": goal}
            for metric, ours, goal in self.rows
        ]


async def reckon(house: House, sale: Sale, buyers: Buyers) -> Reckoning:
    """Wait until all that lapses has lapsed, and count."""
    for server in (house.server, house.till):
        await server.ready()
    await buyers.give_up_places()
    found = Reckoning()
    _count_deeds(found, house, buyers)
    db = Database(house.dsn("commerce"), "commerce")
    try:
        found.none_of("what never ended", await _wait_until_quiet(db))
        found.none_of("differences in the audit", [str(one) for one in await audit(house.settings)])
        async with db.begin() as tx:
            await _count_bought(found, tx)
            await _check_units(found, tx)
            await _check_money(found, tx, house, buyers)
            await _check_answers(found, tx, buyers)
            await _check_claims(found, tx, sale, buyers)
    finally:
        await db.close()
    return found


def _count_deeds(found: Reckoning, house: House, buyers: Buyers) -> None:
    notes = buyers.notes
    for victim, times in sorted(house.killed.items()):
        found.count(f"kill -9: {victim}", times)
    found.count("kill -9 in all", house.killed.total())
    found.count("answers", notes.answers)
    found.count("requests sent again, since no answer came", notes.repeated)
    found.count("holds by button", len(notes.holds))
    found.count("holds by a line of the chat", notes.claimed)
    found.count("orders", len(notes.orders))
    found.count("orders paid at the bank", len(notes.paid))
    found.none_of(
        "servers that ended by a bug",
        [one.url for one in (house.server, house.till) for _ in range(one.bugs)],
    )


async def _wait_until_quiet(db: Database) -> list[str]:
    left = -1
    try:
        async with asyncio.timeout(QUIET_SECONDS):
            while left:
                await asyncio.sleep(0.5)
                async with db.begin() as tx:
                    left = (await tx.execute(text(OPEN))).scalar_one()
    except TimeoutError:
        return [f"{left} holds, orders, payments, places or refunds"]
    return []


async def _count_bought(found: Reckoning, tx: Tx) -> None:
    row = (await tx.execute(text(BOUGHT))).one()
    found.count("units sold in deals", row.deals)
    found.count("orders with a voucher", row.vouchers)
    found.count("turns in the line", row.turns)


async def _check_units(found: Reckoning, tx: Tx) -> None:
    rows = (await tx.execute(text(UNITS))).all()
    found.count("units sold", sum(row.sold for row in rows))
    found.none_of("variants oversold", [f"{row}" for row in rows if row.sold > row.came])
    found.none_of(
        "variants undersold: units that nobody bought and nobody can buy",
        [f"{row}" for row in rows if row.held or row.on_hand != row.came - row.sold],
    )


async def _check_money(found: Reckoning, tx: Tx, house: House, buyers: Buyers) -> None:
    """Compare with the bank's own book, which lives outside of all that was killed."""
    found.none_of("orders paid twice", [str(row[0]) for row in await tx.execute(text(TWICE))])
    rows = {row.token: row for row in await tx.execute(text(MONEY))}
    taken = house.simulator.book.by_id.values()
    at_bank = sum(one.arrived - sum(one.refunds.values()) for one in taken)
    ours = sum(row.received - row.refunded for row in rows.values())
    found.none_of("rupiah that bank and shop differ by", [f"{at_bank} {ours}"] if at_bank != ours else [])
    unknown = [token for token in buyers.notes.paid if not getattr(rows.get(token), "received", 0)]
    found.none_of("payments lost after the bank's answer", unknown)
    kept = [
        str(row)
        for row in rows.values()
        if row.state in {"cancelled", "awaiting_payment"} and row.received != row.refunded
    ]
    found.none_of("cancelled orders whose money was kept", kept)


async def _check_answers(found: Reckoning, tx: Tx, buyers: Buyers) -> None:
    notes = buyers.notes
    known = await inventory.get_holds(tx, list(notes.holds))
    found.none_of("holds lost after their answer", [str(id_) for id_ in notes.holds if id_ not in known])
    tokens = set((await tx.execute(text("SELECT token FROM orders"))).scalars())
    found.none_of("orders lost after their answer", sorted(notes.orders.keys() - tokens))


async def _check_claims(found: Reckoning, tx: Tx, sale: Sale, buyers: Buyers) -> None:
    log = await inventory.get_claim_log(tx, sale.show)
    judged = inventory.judge(log)
    found.count("claims in the chain", judged.claims)
    found.none_of("breaks in the claims' chain", [f"{judged}"] if judged.wrong is not None else [])
    verdicts = {claim.number: claim.verdict for claim in log.claims}
    answered = {number for number in buyers.notes.holds.values() if number is not None}
    found.none_of(
        "claims lost after their answer",
        [f"claim {number}" for number in sorted(answered) if verdicts.get(number) != "held"],
    )

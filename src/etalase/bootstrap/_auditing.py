"""The auditors of a running shop, one after the other."""

import asyncio

from etalase.commerce import inventory, payments
from etalase.platform.db import Database


async def keep_auditing(commerce: Database, every_seconds: float) -> None:
    """Audit what changes, stock and money, until cancelled."""
    auditor = payments.LedgerAuditor(commerce)
    while True:
        await inventory.audit_stock(commerce)
        await auditor.audit_posted()
        await asyncio.sleep(every_seconds)

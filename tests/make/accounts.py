"""Accounts for tests, and the letters that they get."""

import re

from sqlalchemy import text

from etalase import accounts
from etalase.accounts import AccountId
from etalase.platform.db import Database

SARI = "sari@example.com"
PASSWORD = "hujan sore di teras"


async def sign_up(db: Database, email: str = SARI, display_name: str = "Sari") -> AccountId:
    """Open an account with the usual password."""
    async with db.begin() as tx:
        return await accounts.sign_up(tx, email=email, password=PASSWORD, display_name=display_name)


async def letters(db: Database) -> list[str]:
    """Return the letters that wait to be sent, oldest first."""
    waiting = text(
        "SELECT convert_from(payload, 'utf8') FROM pgqueuer WHERE entrypoint = 'mail.send' ORDER BY id"
    )
    async with db.begin() as tx:
        return [row[0] for row in await tx.execute(waiting)]


async def last_digits(db: Database) -> str:
    """Return the code in the last letter."""
    found = re.findall(r"\b\d{6}\b", (await letters(db))[-1])
    return str(found[0])


def wrong(digits: str) -> str:
    """Return digits that are not these."""
    return f"{(int(digits) + 1) % 1_000_000:06}"

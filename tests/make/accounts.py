"""Accounts for tests, and the letters that they get."""

import re

import msgspec
from sqlalchemy import text

from etalase import accounts
from etalase.accounts import AccountId
from etalase.platform.db import Database
from etalase.platform.mail import DevelopmentMailer, Mailer, mail_job

SARI = "sari@example.com"
PASSWORD = "hujan sore di teras"


async def sign_up(db: Database, email: str = SARI, display_name: str = "Sari") -> AccountId:
    """Open an account with the usual password."""
    async with db.begin() as tx:
        return await accounts.sign_up(tx, email=email, password=PASSWORD, display_name=display_name)


async def emails(db: Database) -> list[str]:
    """Write the letters that wait to be sent, and return them, oldest first; their secrets are good."""
    mailer = DevelopmentMailer(quiet=True)
    await deliver(db, mailer)
    return [f"{mail.subject}\n{mail.text}" for mail in reversed(mailer.emails)]


async def deliver(db: Database, mailer: Mailer) -> None:
    """Do the jobs that send letters, and let them wait on: they may be done again."""
    known = {job.name: job for job in (mail_job(mailer), *accounts.jobs_with(mailer))}
    async with db.begin() as tx:
        waiting = list(await tx.execute(text("SELECT entrypoint, payload FROM pgqueuer ORDER BY id")))
    for row in waiting:
        if job := known.get(row.entrypoint):
            await job.handle(db, msgspec.json.decode(row.payload, type=job.payload))


async def last_digits(db: Database) -> str:
    """Return the code in the last letter."""
    found = re.findall(r"\b\d{6}\b", (await emails(db))[-1])
    return str(found[0])


def wrong(digits: str) -> str:
    """Return digits that are not these."""
    return f"{(int(digits) + 1) % 1_000_000:06}"


async def reset(db: Database, email: str = SARI, password: str = "sebelas gelas jamu") -> None:
    """Choose a new password by the link of a letter."""
    visitor = accounts.Caller("203.0.113.7")
    await accounts.request_reset(db, email=email, reset_url="https://x/reset", caller=visitor)
    [secret] = re.findall(r"https://x/reset/([\w-]+)", (await emails(db))[-1])
    await accounts.reset_password(db, secret=secret, password=password)

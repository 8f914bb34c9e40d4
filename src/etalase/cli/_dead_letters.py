"""`etalase dead-letters`: what failed for the last time; another try for it, or its end with a reason."""

import asyncio
import re
from collections.abc import AsyncIterator

import click

from etalase.bootstrap import load_settings, open_databases
from etalase.platform import jobs, outbox
from etalase.platform.db import Tx

LETTER = re.compile(r"(social|commerce)-(event|job)-([0-9]{1,18})")


@click.command(name="dead-letters")
@click.option("--retry", is_flag=True, help="Have all of it done again, by `etalase serve`.")
@click.option("--drop", metavar="ID", help="Give this one up for good, like commerce-event-7.")
@click.option("--reason", default="", help="Why; it is kept.")
@click.option("--dropped", is_flag=True, help="Show what was given up for good, and why.")
def dead_letters(*, retry: bool, drop: str | None, reason: str, dropped: bool) -> None:
    """Show events and jobs that failed for the last time; they wait until they are retried or dropped."""
    if drop is not None:
        if not LETTER.fullmatch(drop):
            raise click.BadParameter("name one of the list, like commerce-event-7", param_hint="--drop")
        if not reason.strip():
            raise click.BadParameter("say why it is given up: the reason is kept", param_hint="--reason")
        asyncio.run(_drop(drop, reason.strip()))
    else:
        asyncio.run(_work(retry=retry, dropped=dropped))


async def _work(*, retry: bool, dropped: bool = False) -> None:
    async with open_databases(load_settings().program) as databases:
        for plane, database in databases.items():
            async with database.begin() as tx:
                async for line in _describe_dropped(tx) if dropped else _describe(tx):
                    click.echo(f"{plane}{line}")
                if retry:
                    events, work = await outbox.retry_dead_letters(tx), await jobs.retry_dead_jobs(tx)
                    click.echo(f"{plane}: to be tried again: {events} events, {work} jobs")


async def _drop(letter: str, reason: str) -> None:
    """Give one up; refuse a letter that isn't there, or whose plane isn't here."""
    plane, kind, number = letter.split("-")
    async with open_databases(load_settings().program) as databases:
        for database in (databases[found] for found in databases if found == plane):
            async with database.begin() as tx:
                drop = _drop_job if kind == "job" else outbox.drop_dead_letter
                if await drop(tx, int(number), reason):
                    click.echo(f"{letter} is dropped: {reason}")
                    return
    raise click.BadParameter(f"there is no {letter} here", param_hint="--drop")


async def _drop_job(tx: Tx, number: int, reason: str) -> bool:
    job = await jobs.take_dead_job(tx, number)
    if job is None:
        return False
    payload = (job.payload or b"").decode(errors="replace")
    error = "failed for the last time"
    await outbox.note_dropped(tx, f"job-{job.id}", job.entrypoint, payload, error, job.updated, reason)
    return True


async def _describe(tx: Tx) -> AsyncIterator[str]:
    """Say of each what it was to do; the newest 100 of each kind."""
    for letter in await outbox.list_dead_letters(tx):
        asked = f" (request {letter.request_id})" if letter.request_id else ""
        line = f"{letter.reaction} gave up on {letter.event_name} {letter.payload}: {letter.error}{asked}"
        yield f"-event-{letter.id}: {letter.failed_at:%Y-%m-%d %H:%M} {line}"
    for job in await jobs.list_dead_jobs(tx):
        payload = (job.payload or b"").decode(errors="replace")
        line = f"job {job.entrypoint} {payload} failed for the last time"
        yield f"-job-{job.id}: {job.updated:%Y-%m-%d %H:%M} {line}"


async def _describe_dropped(tx: Tx) -> AsyncIterator[str]:
    for row in await outbox.list_dropped(tx):
        line = f"{row.name} {row.payload}: {row.error}; dropped {row.dropped_at:%Y-%m-%d %H:%M}: {row.reason}"
        yield f"-{row.letter}: {line}"

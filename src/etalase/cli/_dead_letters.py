"""`etalase dead-letters`: what failed for the last time, and another try for it."""

import asyncio
from collections.abc import AsyncIterator

import click

from etalase.bootstrap import load_settings, open_databases
from etalase.platform import jobs, outbox
from etalase.platform.db import Tx


@click.command(name="dead-letters")
@click.option("--retry", is_flag=True, help="Have all of it done again, by `etalase serve`.")
def dead_letters(*, retry: bool) -> None:
    """Show events and jobs that failed for the last time; they wait until they are retried."""
    asyncio.run(_work(retry=retry))


async def _work(*, retry: bool) -> None:
    async with open_databases(load_settings().program) as databases:
        for plane, database in databases.items():
            async with database.begin() as tx:
                async for line in _tell(tx):
                    click.echo(f"{plane}: {line}")
                if retry:
                    events, work = await outbox.retry_dead_letters(tx), await jobs.retry_dead_jobs(tx)
                    click.echo(f"{plane}: to be tried again: {events} events, {work} jobs")


async def _tell(tx: Tx) -> AsyncIterator[str]:
    """Say of each what it was to do; the newest 100 of each kind."""
    for letter in await outbox.list_dead_letters(tx):
        told = f"{letter.reaction} gave up on {letter.event_name} {letter.payload}: {letter.error}"
        yield f"{letter.failed_at:%Y-%m-%d %H:%M} {told}"
    for job in await jobs.list_dead_jobs(tx):
        payload = (job.payload or b"").decode()
        yield f"{job.updated:%Y-%m-%d %H:%M} job {job.entrypoint} {payload} failed for the last time"

"""`etalase claims`: the claims of a show, judged again."""

import asyncio
import sys
from pathlib import Path

import click
import msgspec

from etalase.bootstrap import load_settings, open_databases
from etalase.commerce import inventory
from etalase.commerce.inventory import ClaimLog
from etalase.kernel.reading import Unreadable, read_json


@click.group(name="claims")
def claims() -> None:
    """Judge the claims of a show again, or write them down for somebody who wants to."""


@claims.command()
@click.argument("show")
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Judge this exported file instead of the database.",
)
def verify(show: str, path: Path | None) -> None:
    """Run all claims of SHOW again: the same verdicts, or the first that differs, and leave with 1."""
    log = asyncio.run(_read(show)) if path is None else read_log(path, show)
    judged = inventory.judge(log)
    if judged.wrong is None:
        click.echo(f"ok   {log.show}: {judged.claims} claims, {judged.held} held, head {log.head}")
        if judged.judged < judged.claims:
            rest = judged.claims - judged.judged
            click.echo(f"     {rest} were refused by a limit, or no longer offered: they stand as said")
        return
    click.echo(f"BAD  {log.show}: claim {judged.number} differs: {inventory.explain(judged.wrong)}")
    sys.exit(1)


@claims.command()
@click.argument("show")
def export(show: str) -> None:
    """Write all claims of SHOW as JSON, as its page gives them to everybody: nobody is named."""
    click.echo(msgspec.json.encode(asyncio.run(_read(show))))


async def _read(show: str) -> ClaimLog:
    async with open_databases(load_settings().program) as databases:
        if "commerce" not in databases:
            raise click.ClickException("the claims are with the commerce plane, which is not here")
        async with databases["commerce"].begin() as tx:
            return await inventory.get_claim_log(tx, show.upper())


def read_log(path: Path, show: str) -> ClaimLog:
    """Return a file's claims; refuse a file of another show, and what is none."""
    try:
        log = read_json(path.read_bytes(), ClaimLog)
    except Unreadable as fault:
        raise click.ClickException(f"{path} is no file of claims: {fault.why}") from None
    if log.show != show.upper():
        raise click.ClickException(f"{path} has the claims of {log.show}")
    return log

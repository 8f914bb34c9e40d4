"""`etalase audit`: does everything add up?"""

import asyncio
import sys

import click

from etalase.bootstrap import audit, counted_here, load_settings


@click.command(name="audit")
def audit_command() -> None:
    """Recount stock, holds, orders, payments and ledger; leave with 1 on any difference.

    It may run while the shop is open. Run it beside `etalase serve`, which hands over waiting events.
    """
    settings = load_settings()
    findings = asyncio.run(audit(settings))
    for counted in counted_here(settings):
        differences = [found.difference for found in findings if found.counted == counted]
        mark = click.style("BAD ", fg="red") if differences else click.style("ok  ", fg="green")
        click.echo(f"{mark} {counted}")
        for difference in differences:
            click.echo(f"     {difference}")
    sys.exit(bool(findings))

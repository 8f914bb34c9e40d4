"""`etalase audit`: does everything add up?"""

import asyncio
import sys
from uuid import UUID

import click

from etalase.bootstrap import audit, counted_here, explain, load_settings, unfreeze
from etalase.commerce.inventory import StockStillWrong
from etalase.commerce.orders import OrderUnknown


@click.command(name="audit")
@click.option(
    "--explain", "subject", metavar="VARIANT|ORDER", help="Show the movements of one, oldest first."
)
@click.option("--unfreeze", "frozen", type=click.UUID, metavar="VARIANT", help="Let it be sold again.")
def audit_command(subject: str | None, frozen: UUID | None) -> None:
    """Recount stock, holds, orders, payments and ledger; leave with 1 on any difference.

    It may run while the shop is open. Run it beside `etalase serve`, which hands over waiting events. That
    counts stock too, whenever it changes, and freezes a variant that does not add up: nobody can hold units
    of it until it adds up again and --unfreeze has said so.
    """
    if subject is not None:
        _explain(subject)
    elif frozen is not None:
        _unfreeze(frozen)
    else:
        _audit()


def _audit() -> None:
    settings = load_settings()
    findings = asyncio.run(audit(settings))
    for counted in counted_here(settings):
        differences = [found.difference for found in findings if found.counted == counted]
        mark = click.style("BAD ", fg="red") if differences else click.style("ok  ", fg="green")
        click.echo(f"{mark} {counted}")
        for difference in differences:
            click.echo(f"     {difference}")
    sys.exit(bool(findings))


def _explain(subject: str) -> None:
    try:
        lines = asyncio.run(explain(load_settings(), subject))
    except OrderUnknown:
        lines = []
    if not lines:
        raise click.BadParameter(f"no variant and no order is called {subject}", param_hint="--explain")
    for line in lines:
        click.echo(line)


def _unfreeze(variant_id: UUID) -> None:
    try:
        found = asyncio.run(unfreeze(load_settings(), variant_id))
    except StockStillWrong as refusal:
        click.echo(f"Still frozen, since it does not add up: {refusal.facts['found']}")
        sys.exit(1)
    if found is None:
        click.echo("It is not frozen.")
        return
    click.echo(f"It can be held again. Found had been: {found}")

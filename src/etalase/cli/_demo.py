"""`etalase demo`: a live sale on this machine, with everything around it."""

import asyncio
import logging
import sys
from contextlib import suppress

import click

from etalase.lab.demo import DemoFailed, Options, run_demo
from etalase.platform.ending import when_asked_to_end
from etalase.platform.logs import configure_logging
from etalase.policy import list_laws, list_rulebooks


@click.command()
@click.option(
    "--rulebook",
    type=click.Choice(sorted({*list_laws(), *list_rulebooks()})),
    default="open",
    show_default=True,
    help="The law that holds.",
)
@click.option("--viewers", type=click.IntRange(0, 10), default=8, show_default=True, help="How many come.")
@click.option("--seconds", type=float, help="End by itself after so many seconds.")
@click.option("--browser/--no-browser", default=True, help="Open the show in a browser, if there is one.")
def demo(rulebook: str, viewers: int, seconds: float | None, browser: bool) -> None:  # noqa: FBT001
    """Run a live show with a shop, viewers who buy and a pretend bank, until Ctrl-C."""
    configure_logging("text", logging.WARNING)
    options = Options(rulebook, viewers, seconds, browser, say=click.echo)
    try:
        asyncio.run(_run_until_asked(options))
    except DemoFailed as error:
        click.echo(f"The demo failed: {error}", err=True)
        sys.exit(1)
    click.echo("\nThe demo has ended and cleaned up.")


async def _run_until_asked(options: Options) -> None:
    """Run the demo until it ends or is asked to, and clean up in peace, however often one asks."""
    running = asyncio.ensure_future(run_demo(options))
    when_asked_to_end(lambda: running.cancelling() or running.cancel())
    with suppress(asyncio.CancelledError):
        await running

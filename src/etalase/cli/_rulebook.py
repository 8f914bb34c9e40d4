"""`etalase rulebook`: what the law says, and how sure that is."""

from datetime import UTC, datetime

import click

from etalase.platform.i18n import day_of
from etalase.policy import Action, Facts, RulebookUnknown, decide, list_rulebooks, load_rulebook


@click.group()
def rulebook() -> None:
    """Read the rulebooks."""


@rulebook.command("list")
def list_() -> None:
    """Name the rulebooks."""
    for name in list_rulebooks():
        book = load_rulebook(name)
        click.echo(f"{name:24} {book.title['en']} (from {book.valid_from})")


@rulebook.command()
@click.argument("name")
@click.option("--language", type=click.Choice(["en", "id"]), default="en", show_default=True)
def show(name: str, language: str) -> None:
    """Tell what a rulebook allows today, and by which clauses."""
    try:
        book = load_rulebook(name)
    except RulebookUnknown as error:
        raise click.BadParameter(str(error)) from error
    click.echo(click.style(book.title[language], bold=True))
    for action in Action:
        verdict = decide(book, Facts(action, day_of(datetime.now(UTC))))
        click.echo(f"\n{action}: {'allowed' if verdict.allowed else 'refused'}")
        for clause in verdict.reasons:
            click.echo(f"  {clause.text[language]}")
            click.echo(f"  {clause.article}; confidence: {clause.confidence}; source: {clause.source}")

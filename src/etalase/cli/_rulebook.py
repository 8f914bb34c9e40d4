"""`etalase rulebook`: what the law says, when, and how sure that is."""

from collections.abc import Iterable
from datetime import UTC, datetime

import click

from etalase.policy import (
    Action,
    Clause,
    Facts,
    Rulebook,
    RulebookUnknown,
    Verdict,
    decide,
    list_rulebooks,
    load_law,
    load_rulebook,
)


@click.group()
def rulebook() -> None:
    """Read the rulebooks."""


@rulebook.command("list")
def list_() -> None:
    """Name the rulebooks."""
    for name in list_rulebooks():
        book = load_rulebook(name)
        click.echo(f"{name:24} {book.title['en']} ({_days(book)})")


@rulebook.command()
@click.argument("name")
@click.option("--language", type=click.Choice(["en", "id"]), default="en", show_default=True)
def show(name: str, language: str) -> None:
    """Tell what a rulebook allows and by which clauses, or what the law of a jurisdiction allows today."""
    try:
        if name in list_rulebooks():
            book = load_rulebook(name)
            books: tuple[Rulebook, ...] = (book,)
            at = book.begins_at
        else:
            law, at = load_law(name), datetime.now(UTC)
            books = law.books_at(at)
    except RulebookUnknown as error:
        raise click.BadParameter(str(error)) from error
    for book in books:
        click.echo(click.style(f"{book.title[language]} ({_days(book)})", bold=True))
    for action in Action:
        _print_verdict(action, decide(books, action, Facts(at)), language)
    for book in books:
        if book.keeping is not None:
            click.echo(f"\nrecords of an order: kept for {book.keeping.order_years} years")
            _print_clauses((one for one in book.clauses if one.id in book.keeping.clauses), language)


def _days(book: Rulebook) -> str:
    until = f" until {book.valid_until}" if book.valid_until else ""
    return f"from {book.valid_from}{until}"


def _print_verdict(action: Action, verdict: Verdict, language: str) -> None:
    click.echo(f"\n{action}: {'allowed' if verdict.allowed else 'refused'}")
    _print_clauses(verdict.reasons, language)


def _print_clauses(clauses: Iterable[Clause], language: str) -> None:
    for clause in clauses:
        click.echo(f"  {clause.text[language]}")
        click.echo(f"  {clause.article}; confidence: {clause.confidence}; source: {clause.source}")

"""`etalase rulebook`: what the law says, when, how sure that is, and what changes between two books."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from etalase.policy import (
    Action,
    BookChange,
    Clause,
    Law,
    Rulebook,
    RulebookUnknown,
    compare_books,
    lint,
    list_laws,
    list_rulebooks,
    load_law,
    load_rulebook,
)

folder = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where rulebooks of your own are, as ETALASE_RULEBOOKS_DIR.",
)
language_option = click.option("--language", type=click.Choice(["en", "id"]), default="en", show_default=True)


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
@language_option
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
        _print_book(book, at, language)


@rulebook.command()
@click.argument("names", nargs=-1)
@folder
def check(names: tuple[str, ...], folder: Path | None) -> None:
    """Look for dead clauses, words that lack a language, gaps in time, and books that disagree.

    Without NAMES all laws are looked at. The exit status is 1 where something should be mended.
    """
    found = [finding for law in _load(names or list_laws(folder), folder) for finding in lint(law)]
    for finding in found:
        click.echo(f"{'note' if finding.is_note else 'mend'}  {finding.rulebook}: {finding.what}")
    to_mend = sum(not finding.is_note for finding in found)
    click.echo(f"{to_mend} to mend, {len(found) - to_mend} to know")
    sys.exit(1 if to_mend else 0)


@rulebook.command()
@click.argument("before")
@click.argument("after")
@folder
@language_option
def diff(before: str, after: str, folder: Path | None, language: str) -> None:
    """Tell what changes for rooms and shops from one rulebook to another."""
    try:
        old, new = load_rulebook(before, folder), load_rulebook(after, folder)
    except RulebookUnknown as error:
        raise click.BadParameter(str(error)) from error
    click.echo(click.style(f"{old.title[language]} → {new.title[language]} ({_days(new)})", bold=True))
    change = compare_books(old, new)
    for one in change.actions:
        click.echo(f"\n{one.action}: {_answer(old, one.action)} → {_answer(new, one.action)}")
        _print_clauses(new.clauses_of(one.action, new.begins_at) if one.after else (), language)
    _print_changed_clauses(change, language)


def _load(names: Iterable[str], folder: Path | None) -> list[Law]:
    try:
        return [load_law(name, folder) for name in names]
    except RulebookUnknown as error:
        raise click.ClickException(str(error)) from error


def _days(book: Rulebook) -> str:
    until = f" until {book.valid_until}" if book.valid_until else ""
    return f"from {book.valid_from}{until}"


def _answer(book: Rulebook, action: Action) -> str:
    """Say what a book answers, as far as no fact of a deed is needed for it."""
    if action not in book.decisions:
        return "not mentioned"
    if not book.decisions[action].allowed:
        return "refused"
    conditions = [one.refuses_when for one in book.clauses_of(action, book.begins_at) if one.refuses_when]
    return f"allowed, unless {' or '.join(conditions)}" if conditions else "allowed"


def _print_book(book: Rulebook, at: datetime, language: str) -> None:
    click.echo(click.style(f"{book.title[language]} ({_days(book)})", bold=True))
    for action in Action:
        click.echo(f"\n{action}: {_answer(book, action)}")
        _print_clauses(book.clauses_of(action, at) if action in book.decisions else (), language)
    if book.keeping is not None:
        click.echo(f"\nrecords of an order: kept for {book.keeping.order_years} years")
        _print_clauses((one for one in book.clauses if one.id in book.keeping.clauses), language)
    left = [clause for clause in book.clauses if clause.not_enforced]
    if left:
        click.echo("\nnot enforced by the program:")
    _print_clauses(left, language)


def _print_changed_clauses(change: BookChange, language: str) -> None:
    reworded = [after for _, after in change.reworded]
    for said, clauses in (("new", change.added), ("gone", change.removed), ("other words", reworded)):
        if clauses:
            click.echo(click.style(f"\n{said}:", bold=True))
        _print_clauses(clauses, language)


def _print_clauses(clauses: Iterable[Clause], language: str) -> None:
    for clause in clauses:
        click.echo(f"  {clause.text[language]}")
        click.echo(f"  {clause.article}; confidence: {clause.confidence}; source: {clause.source}")
        if clause.not_enforced:
            click.echo(f"  Not enforced: {clause.not_enforced[language]}")

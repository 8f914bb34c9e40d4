"""The verbs of `etalase`, and how a mistake is told: in plain words, never by a traceback."""

import sys
import traceback
from typing import Any

import click

from etalase.cli import (
    _audit,
    _claims,
    _database,
    _dead_letters,
    _demo,
    _doctor,
    _event_table,
    _evidence,
    _rulebook,
    _serve,
)
from etalase.platform.postgres import PostgresUnavailable
from etalase.platform.preparing import DatabaseUnusable
from etalase.platform.settings import SettingsInvalid

USAGE_STATUS = 2
BUG_STATUS = 70
"""EX_SOFTWARE of sysexits.h."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="etalase")
@click.option("--traceback", "wants_traceback", is_flag=True, help="Where something fails, show all of it.")
def etalase(*, wants_traceback: bool) -> None:
    """Live shopping that anyone can run.

    `etalase demo` shows a live sale, `etalase serve` runs a shop. Settings come from the environment
    (ETALASE_…) and from etalase.toml in this folder; docs/settings.md lists them.
    """
    click.get_current_context().obj = wants_traceback


COMMANDS = (
    _serve.serve,
    _demo.demo,
    _audit.audit_command,
    _claims.claims,
    _dead_letters.dead_letters,
    _doctor.doctor,
    _event_table.events,
    _evidence.evidence,
    _database.db,
    _rulebook.rulebook,
)
for command in COMMANDS:
    etalase.add_command(command)


def main(arguments: list[str] | None = None, **more: Any) -> None:
    """Run the command line; what the operator can mend is told in plain words, with exit status 2."""
    try:
        etalase.main(arguments, prog_name="etalase", **more)
    except (SettingsInvalid, PostgresUnavailable, DatabaseUnusable) as error:
        _print_error("Etalase cannot start:", str(error))
        sys.exit(USAGE_STATUS)
    except OSError as error:
        _print_error("Etalase cannot go on:", describe(error))
        sys.exit(USAGE_STATUS)
    except Exception as error:  # noqa: BLE001 - whatever it is, an operator reads it
        given = sys.argv[1:] if arguments is None else arguments
        if "--traceback" in given:
            traceback.print_exc()
        _print_error(
            "Etalase failed, and not by what you gave it:",
            f"{type(error).__name__}: {error}\n`etalase --traceback …` shows where; please report it.",
        )
        sys.exit(BUG_STATUS)


def describe(error: OSError) -> str:
    """Say what the system refused, and of which file."""
    message = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {message}" if error.filename else message


def _print_error(heading: str, text: str) -> None:
    click.echo(click.style(heading, bold=True), err=True)
    for line in text.splitlines():
        click.echo(f"  {line}", err=True)

"""The verbs of `etalase`, and how a mistake in the settings is told."""

import sys
from typing import Any

import click

from etalase.cli import _audit, _database, _dead_letters, _demo, _doctor, _rulebook, _serve
from etalase.platform.postgres import PostgresUnavailable
from etalase.platform.settings import SettingsInvalid


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="etalase")
def etalase() -> None:
    """Live shopping that anyone can run.

    `etalase demo` shows a live sale, `etalase serve` runs a shop. Settings come from the environment
    (ETALASE_…) and from etalase.toml in this folder; docs/settings.md lists them.
    """


COMMANDS = (
    _serve.serve,
    _demo.demo,
    _audit.audit_command,
    _dead_letters.dead_letters,
    _doctor.doctor,
    _database.db,
    _rulebook.rulebook,
)
for command in COMMANDS:
    etalase.add_command(command)


def main(arguments: list[str] | None = None, **more: Any) -> None:
    """Run the command line; what the operator can mend is told in plain words, with exit status 2."""
    try:
        etalase.main(arguments, prog_name="etalase", **more)
    except (SettingsInvalid, PostgresUnavailable) as error:
        click.echo(click.style("Etalase cannot start:", bold=True), err=True)
        for line in str(error).splitlines():
            click.echo(f"  {line}", err=True)
        sys.exit(2)

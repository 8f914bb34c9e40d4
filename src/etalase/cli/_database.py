"""`etalase db`: the planes' schemas."""

import asyncio
import re
from typing import get_args

import click
from alembic import command

from etalase.bootstrap import load_settings, open_databases
from etalase.platform.db import Plane
from etalase.platform.provision import alembic_config, migrations_folder


@click.group()
def db() -> None:
    """Look after the databases."""


@db.command()
def migrate() -> None:
    """Bring the schemas to this release. `serve` does so too, at its start."""

    async def work() -> None:
        async with open_databases(load_settings().program) as databases:
            for plane in databases:
                click.echo(f"{plane}: up to date")

    asyncio.run(work())


@db.command()
@click.option("--plane", type=click.Choice(get_args(Plane)), required=True, help="Whose tables change.")
@click.option("--name", required=True, help="What changes, like add_waitlist.")
def new(plane: Plane, name: str) -> None:
    """Start a migration file, for developers."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,40}", name):
        raise click.BadParameter("use small letters, digits and underscores", param_hint="--name")
    config = alembic_config(plane)
    number = 1 + max(int(path.name[:4]) for path in (migrations_folder() / plane).glob("[0-9]*.py"))
    made = command.revision(config, name.replace("_", " ").capitalize(), rev_id=f"{number:04}_{name}")
    for script in made if isinstance(made, list) else [made]:
        click.echo(f"Made {script.path}" if script else "Made nothing")

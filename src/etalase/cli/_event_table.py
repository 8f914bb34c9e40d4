"""`etalase events`: what happens by itself when something has happened."""

import click

from etalase.bootstrap import event_table


@click.command(name="events")
def events() -> None:
    """Print every event with its reactions, or what it is for where it has none."""
    rows = event_table()
    width = max(len(row.name) for row in rows)
    for row in rows:
        click.echo(f"{row.name:{width}}  {', '.join(row.reactions) or f'- ({row.reason})'}")

"""`etalase doctor`: what would keep a shop from running here, in plain words."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator

import av
import click

from etalase.bootstrap import Program, load_settings, open_databases, wanted_planes
from etalase.platform.postgres import EmbeddedPostgres

GIBIBYTE = 2**30
LEAST_FREE_BYTES = 2 * GIBIBYTE
CODECS = ("h264", "aac", "opus", "vp8")
ENCODERS = ("libx264", "aac")

Finding = tuple[bool, str, str]
"""Whether all is well, what was looked at, and what to do when it is not."""


def check_python(_: Program) -> Iterator[Finding]:
    """Look at the Python version."""
    yield sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}", "install Python 3.11 or newer"


def check_folder(program: Program) -> Iterator[Finding]:
    """Look at the data folder and the room on its disk."""
    folder = program.data_dir.absolute()
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    yield os.access(existing, os.W_OK), f"data folder {folder}", "make it writable, or set ETALASE_DATA_DIR"
    free = shutil.disk_usage(existing).free
    yield (
        free >= LEAST_FREE_BYTES,
        f"{free / GIBIBYTE:.1f} GiB free",
        "free some: video takes 1 GiB an hour",
    )


def check_ports(program: Program) -> Iterator[Finding]:
    """Look whether the port is free; a shop that runs already holds it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken = probe.connect_ex((program.host, program.port)) == 0
    advice = "another program, or Etalase itself, listens there; set ETALASE_PORT"
    yield not taken, f"port {program.port} is free", advice


def check_video(_: Program) -> Iterator[Finding]:
    """Look whether the video library brings what shows need."""
    for name in CODECS:
        yield name in av.codecs_available, f"video library reads {name}", "reinstall the package av"
    for name in ENCODERS:
        yield name in av.codecs_available, f"video library writes {name}", "reinstall the package av"


def check_address(program: Program) -> Iterator[Finding]:
    """Look whether phones can use camera and microphone: browsers allow them on https and localhost only."""
    url = program.social_url or f"http://{program.host}:{program.port}"
    private = "//127." in url or "//localhost" in url
    advice = "browsers give the camera to https only: set ETALASE_SOCIAL_URL, with a certificate before it"
    yield private or url.startswith("https://"), f"camera allowed at {url}", advice


def check_own_server(program: Program) -> Iterator[Finding]:
    """Look at the PostgreSQL of our own, where one is used: whether it runs, and for whom."""
    dsns = {"social": program.social_dsn, "commerce": program.commerce_dsn}
    if all(dsns[plane] for plane in wanted_planes(program)):
        return
    server = EmbeddedPostgres(program.data_dir)
    if not server.is_running():
        yield True, f"PostgreSQL of our own in {server.data} is stopped; `etalase serve` starts it", ""
    elif server.is_in_use():
        yield True, f"PostgreSQL of our own in {server.data} runs and is in use", ""
    else:
        told = "was left behind by a process that died; the next `etalase serve` takes it over"
        yield True, f"PostgreSQL of our own in {server.data} {told}", ""


def check_database(program: Program) -> Iterator[Finding]:
    """Start or reach the databases and bring them up to date."""

    async def reach() -> None:
        async with open_databases(program):
            pass

    try:
        asyncio.run(reach())
    except Exception as error:  # noqa: BLE001 - whatever is wrong is told
        yield False, f"databases: {error}", "see the message; docs/settings.md tells of DSNs"
    else:
        yield True, "databases answer and are up to date", ""


CHECKS: tuple[Callable[[Program], Iterator[Finding]], ...] = (
    check_python,
    check_folder,
    check_ports,
    check_address,
    check_video,
    check_own_server,
    check_database,
)


@click.command()
def doctor() -> None:
    """Tell whether a shop can run here, and what to do when not."""
    program = load_settings().program
    found = [finding for check in CHECKS for finding in check(program)]
    for well, what, advice in found:
        mark = click.style("ok  ", fg="green") if well else click.style("BAD ", fg="red")
        click.echo(f"{mark} {what}" + ("" if well else f": {advice}"))
    sys.exit(not all(well for well, _, _ in found))

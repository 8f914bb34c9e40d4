"""`etalase doctor`: what would keep a shop from running here, in plain words."""

import asyncio
import errno
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator

import av
import click

from etalase.bootstrap import (
    Settings,
    are_apart,
    describe,
    law_of,
    load_settings,
    open_databases,
    wanted_planes,
    warnings,
)
from etalase.commerce import payments
from etalase.kernel.clock import SystemClock
from etalase.platform.connections import FEW_OPEN_FILES, raise_open_files
from etalase.platform.postgres import EmbeddedPostgres

GIBIBYTE = 2**30
MIN_FREE_BYTES = 2 * GIBIBYTE
CODECS = ("h264", "aac", "opus", "vp8")
ENCODERS = ("libx264", "aac")

Finding = tuple[bool, str, str]
"""Whether all is well, what was looked at, and what to do when it is not."""


def check_python(_: Settings) -> Iterator[Finding]:
    """Look at the Python version."""
    yield sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}", "install Python 3.11 or newer"


def check_folder(settings: Settings) -> Iterator[Finding]:
    """Look at the data folder and the room on its disk."""
    folder = settings.program.data_dir.absolute()
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    yield os.access(existing, os.W_OK), f"data folder {folder}", "make it writable, or set ETALASE_DATA_DIR"
    free = shutil.disk_usage(existing).free
    yield (
        free >= MIN_FREE_BYTES,
        f"{free / GIBIBYTE:.1f} GiB free",
        "free some: video takes 1 GiB an hour",
    )


def check_ports(settings: Settings) -> Iterator[Finding]:
    """Look whether the ports are free, as the server would take them; a shop that runs already holds them."""
    program, media = settings.program, settings.media
    wanted = [(program.host, program.port, "ETALASE_PORT")]
    if are_apart(program, SystemClock()) and program.plane == "both":
        wanted.append((program.host, program.commerce_port, "ETALASE_COMMERCE_PORT"))
    if media.rtmp_enabled and "social" in wanted_planes(program):
        wanted.append((media.rtmp_host, media.rtmp_port, "ETALASE_MEDIA_RTMP_PORT"))
    for host, port, name in wanted:
        yield try_port(host, port, name)


def try_port(host: str, port: int, name: str) -> Finding:
    """Listen there for a moment, and say what the system thinks of it."""
    message = f"port {port} is free"
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        advice = {
            errno.EADDRINUSE: f"another program, or Etalase itself, listens there; set {name}",
            errno.EACCES: f"ports below 1024 are the administrator's; set {name}",
        }
        return False, message, advice.get(error.errno or 0, f"{error.strerror or error}: {host}")
    return True, message, ""


def check_open_files(_: Settings) -> Iterator[Finding]:
    """Look how many sockets and files may be open at a time, after `serve` has asked for more."""
    maximum = raise_open_files()
    advice = "each viewer needs one or two: raise it, `ulimit -Hn` or LimitNOFILE= of systemd"
    yield maximum >= FEW_OPEN_FILES, f"{maximum} sockets and files may be open", advice


def check_video(_: Settings) -> Iterator[Finding]:
    """Look whether the video library brings what shows need."""
    for name in CODECS:
        yield name in av.codecs_available, f"video library reads {name}", "reinstall the package av"
    for name in ENCODERS:
        yield name in av.codecs_available, f"video library writes {name}", "reinstall the package av"


def check_address(settings: Settings) -> Iterator[Finding]:
    """Look whether phones can use camera and microphone: browsers allow them on https and localhost only."""
    program = settings.program
    url = program.social_url or f"http://{program.host}:{program.port}"
    private = "//127." in url or "//localhost" in url
    advice = "browsers give the camera to https only: set ETALASE_SOCIAL_URL, with a certificate before it"
    yield private or url.startswith("https://"), f"camera allowed at {url}", advice


def check_law(settings: Settings) -> Iterator[Finding]:
    """Look which rulebooks hold, and whether they go on for a while."""
    program, clock = settings.program, SystemClock()
    law, now = law_of(program), clock.now()
    yield True, describe(law, now), ""
    for warning in warnings(law, now, together=not are_apart(program, clock)):
        yield False, f"law {law.name}", warning


def check_own_server(settings: Settings) -> Iterator[Finding]:
    """Look at the PostgreSQL of our own, where one is used: whether it runs, and for whom."""
    program = settings.program
    dsns = {"social": program.social_dsn, "commerce": program.commerce_dsn}
    if all(dsns[plane] for plane in wanted_planes(program)):
        return
    server = EmbeddedPostgres(program.data_dir)
    if not server.is_running():
        yield True, f"PostgreSQL of our own in {server.data} is stopped; `etalase serve` starts it", ""
    elif server.is_in_use():
        yield True, f"PostgreSQL of our own in {server.data} runs and is in use", ""
    else:
        message = "was left behind by a process that died; the next `etalase serve` takes it over"
        yield True, f"PostgreSQL of our own in {server.data} {message}", ""


def check_database(settings: Settings) -> Iterator[Finding]:
    """Start or reach the databases and bring them up to date."""

    async def reach() -> None:
        async with open_databases(settings.program):
            pass

    try:
        asyncio.run(reach())
    except Exception as error:  # noqa: BLE001 - whatever is wrong is told
        yield False, f"databases: {error}", "docs/settings.md tells of DSNs"
    else:
        yield True, "databases answer and are up to date", ""


def check_payments(settings: Settings) -> Iterator[Finding]:
    """Look at who takes money for the shops, and whether the provider knows the account."""
    chosen = settings.payments

    async def ask() -> dict[str, str]:
        gateways = payments.Gateways(chosen, payments.accounts_in(settings.providers))
        try:
            return await gateways.check(SystemClock().now())
        finally:
            await gateways.close()

    taken = ", ".join(map(str, chosen.methods())) or "by nobody; shops take money by their own means"
    yield True, f"payments through a provider: {taken}", ""
    for name, trouble in asyncio.run(ask()).items():
        message = f"{name} knows the account" if not trouble else f"{name} does not: {trouble}"
        yield not trouble, message, f"look at ETALASE_PAYMENTS_{name.upper()}_…, and docs/protocols/{name}.md"


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    check_python,
    check_folder,
    check_ports,
    check_address,
    check_law,
    check_open_files,
    check_video,
    check_own_server,
    check_database,
    check_payments,
)


@click.command()
def doctor() -> None:
    """Tell whether a shop can run here, and what to do when not."""
    settings = load_settings()
    found = [finding for check in CHECKS for finding in check(settings)]
    for well, what, advice in found:
        mark = click.style("ok  ", fg="green") if well else click.style("BAD ", fg="red")
        click.echo(f"{mark} {what}" + ("" if well else f": {advice}"))
    sys.exit(not all(well for well, _, _ in found))

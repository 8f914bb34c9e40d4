"""`etalase serve`: run one plane or both until told to stop."""

import errno
import os

import click
import uvloop

from etalase.bootstrap import load_settings, run
from etalase.platform.logs import configure_logging


class PortTaken(click.ClickException):
    """Somebody listens there already; the exit status is EX_TEMPFAIL."""

    exit_code = os.EX_TEMPFAIL


@click.command()
@click.option("--plane", type=click.Choice(["both", "social", "commerce"]), help="Which plane to serve.")
@click.option("--host", help="The address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=int, help="The port to listen on.")
@click.option("--rulebook", help="The law that holds; `etalase rulebook list` names them.")
def serve(plane: str | None, host: str | None, port: int | None, rulebook: str | None) -> None:
    """Serve pages, rooms and video.

    Without two DSNs a database of its own runs in the data folder. End it with Ctrl-C or SIGTERM: requests
    under way are answered, and no hold, event or second of video is lost.
    """
    settings = load_settings(plane=plane, host=host, port=port, rulebook=rulebook)
    configure_logging(settings.program.log_format)
    try:
        uvloop.run(run(settings))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise  # `main` tells of it
        ports = "ETALASE_PORT, ETALASE_COMMERCE_PORT and ETALASE_MEDIA_RTMP_PORT"
        raise PortTaken(f"{error.strerror}; the ports are named by {ports}.") from error

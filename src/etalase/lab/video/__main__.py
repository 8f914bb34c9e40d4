"""`python -m etalase.lab.video rtmp://host:1935/live/<key>`: broadcast the demo's show until told to stop."""

import signal
import sys
from pathlib import Path

import av
import click

from etalase.lab.video.broadcast import broadcast


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


@click.command()
@click.argument("url")
@click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("var/lab"), help="Where the reel is kept."
)
@click.option("--seconds", type=float, default=None, help="How long; without end by default.")
@click.option("--key-frame-seconds", type=click.IntRange(1), default=1, help="How far apart key frames are.")
@click.option("--notes", type=click.Path(path_type=Path), help="Where each picture is noted.")
def main(url: str, folder: Path, seconds: float | None, key_frame_seconds: int, notes: Path | None) -> None:
    """Broadcast the demo's show to URL."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        broadcast(url, folder, seconds=seconds, key_frame_seconds=key_frame_seconds, notes=notes)
    except KeyboardInterrupt:
        return
    except av.FFmpegError as error:
        sys.exit(f"The broadcast ended: {error}")


if __name__ == "__main__":
    main()

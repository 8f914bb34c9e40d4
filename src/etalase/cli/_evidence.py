"""`etalase evidence`: is this file what the house signed?"""

import sys
from pathlib import Path

import click
import httpx

from etalase.commerce.evidence import Discrepancy, EvidenceKey, NotEvidence, check, read, read_keys
from etalase.platform.tls import trusted

PATIENCE_SECONDS = 20
SAID = {
    "unreadable": "can't be read",
    "missing": "is missing",
    "added": "was added: it is not in the manifest",
    "changed": "was changed",
    "signature": "is not the signature of this manifest by key {detail}: the manifest was changed, or another"
    " key has signed",
    "unknown_key": "is signed by key {detail}, which is none of the keys given",
    "wrapping": "the archive around the files was changed or packed anew",
}


@click.group()
def evidence() -> None:
    """Check the evidence of orders."""


@evidence.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "keys", metavar="FILE|URL", help="The published keys: a file, or their address.")
def verify(file: Path, keys: str | None) -> None:
    """Tell whether evidence is, byte by byte, what was signed; leave with 1 and say what differs.

    Without --key nothing is asked of the network, and the key in the file itself is taken: that shows that
    nothing was changed since somebody signed it. Who that was, only a key from elsewhere shows.
    """
    trust = _keys_of(keys) if keys else None
    try:
        found = read(file)
    except NotEvidence as error:
        click.echo(f"{_bad()} {file.name} can't be read as evidence: {error}")
        sys.exit(1)
    differences = check(found, trust)
    for difference in differences:
        click.echo(f"{_bad()} {_words(difference)}")
    if differences:
        sys.exit(1)
    _print_sound(file, len(found.digests), signers=read_keys(found.key), is_trusted=trust is not None)


def _keys_of(place: str) -> list[EvidenceKey]:
    """Read keys from a file or from their address. Raises BadParameter."""
    try:
        if place.startswith(("https://", "http://")):
            answer = httpx.get(place, timeout=PATIENCE_SECONDS, verify=trusted()).raise_for_status()
            return read_keys(answer.content)
        return read_keys(Path(place).read_bytes())
    except (httpx.HTTPError, OSError, ValueError) as error:
        raise click.BadParameter(
            f"no keys could be read from {place}: {error}", param_hint="--key"
        ) from error


def _print_sound(file: Path, count: int, *, signers: list[EvidenceKey], is_trusted: bool) -> None:
    ok = click.style("ok ", fg="green")
    click.echo(f"{ok} {file.name}: {count} files, each as it was signed by key {signers[0].id}")
    if not is_trusted:
        click.echo("    Who holds that key was not checked: give the published keys with --key.")


def _words(difference: Discrepancy) -> str:
    said = SAID[difference.kind].format(detail=difference.detail)
    return f"{difference.file} {said}".strip()


def _bad() -> str:
    return click.style("BAD", fg="red")

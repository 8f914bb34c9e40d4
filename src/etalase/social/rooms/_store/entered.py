"""Claims that hosts entered: whose they are, and who entered them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.platform.db import Tx
from etalase.social.rooms._model.claims import EnteredClaim
from etalase.social.rooms._store.tables import entered_claims

_ADD = upsert(entered_claims).on_conflict_do_nothing(index_elements=["line"])


async def add_entered(tx: Tx, show_id: UUID, claims: Sequence[EnteredClaim]) -> None:
    """Write what a host enters; what is there already is left as it is."""
    rows = [
        {
            "line": claim.line,
            "show_id": show_id,
            "name": claim.name,
            "entered_by": claim.entered_by,
            "host_name": claim.host_name,
            "entered_at": tx.clock.now(),
        }
        for claim in claims
    ]
    await tx.execute(_ADD, rows)


async def save_link(tx: Tx, line: str, link: str) -> None:
    """Write where the till keeps what it holds for the claim."""
    await tx.execute(update(entered_claims).where(entered_claims.c.line == line).values(link=link))


async def list_entered(tx: Tx, show_id: UUID) -> list[EnteredClaim]:
    """Return all that hosts entered in the show."""
    rows = await tx.execute(select(entered_claims).where(entered_claims.c.show_id == show_id))
    return [_entered(row) for row in rows]


def _entered(row: Row[Any]) -> EnteredClaim:
    return EnteredClaim(row.line, row.name, row.entered_by, row.host_name, row.link)

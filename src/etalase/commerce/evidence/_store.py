"""The public keys by which evidence was ever signed; they stay published."""

from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Table, Text, select
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.commerce.evidence._model import EvidenceKey
from etalase.platform.db import Tx

metadata = MetaData()
evidence_keys = Table(
    "evidence_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("public", LargeBinary, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
)


async def publish_key(tx: Tx, key: EvidenceKey) -> None:
    """Publish a key; one that is published already stays as it is."""
    row = {"id": key.id, "public": key.public, "published_at": tx.clock.now()}
    await tx.execute(upsert(evidence_keys).on_conflict_do_nothing(), row)


async def list_keys(tx: Tx) -> list[EvidenceKey]:
    """Return all keys by which evidence was ever signed, the newest first."""
    query = select(evidence_keys).order_by(evidence_keys.c.published_at.desc(), evidence_keys.c.id)
    return [EvidenceKey(bytes(row.public)) for row in await tx.execute(query)]

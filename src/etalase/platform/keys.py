"""One key, one answer: what was asked under a key that the asker chose, remembered as a fingerprint.

A request that is sent again under its key gets its first answer. Another request under the same key is
refused: silently answered with the first answer, it would be lost. The answer itself is kept by whoever gave
it; here it is only known what was asked.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Table, Text, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.kernel.errors import IdempotencyKeyReused
from etalase.platform.db import Tx

KEEP = timedelta(days=90)

metadata = MetaData()
request_keys = Table(
    "request_keys",
    metadata,
    Column("purpose", Text, primary_key=True),
    Column("owner", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("used_at", DateTime(timezone=True), nullable=False, index=True),
)

_ADD = upsert(request_keys).on_conflict_do_nothing()
_FIND = select(request_keys.c.fingerprint).where(
    request_keys.c.purpose == bindparam("purpose"),
    request_keys.c.owner.in_(bindparam("owners", expanding=True)),
    request_keys.c.key == bindparam("key"),
)


async def reserve_key(tx: Tx, purpose: str, owners: Sequence[str], key: str, request: object) -> bool:
    """Say whether the key is new, and remember what is asked under it; False when the same was asked before.

    `owners` are the names under which one asker is known; the first owns the key from now on. Raises
    IdempotencyKeyReused when something else was asked. A second asker at the same moment waits for the first.
    """
    asked = fingerprint(request)
    known = await _find(tx, purpose, owners, key)
    if known is None:
        now = tx.clock.now()
        row = {"purpose": purpose, "owner": owners[0], "key": key, "fingerprint": asked, "used_at": now}
        if (await tx.execute(_ADD, row)).rowcount:
            return True
        known = await _find(tx, purpose, owners, key)
    if known != asked:
        raise IdempotencyKeyReused
    return False


def fingerprint(request: object) -> bytes:
    """Return what two equal requests have alike."""
    return hashlib.sha256(msgspec.json.encode(request, order="sorted")).digest()


async def forget_keys(tx: Tx) -> None:
    """Forget keys under which nobody sends anything again."""
    await tx.execute(delete(request_keys).where(request_keys.c.used_at < tx.clock.now() - KEEP))


async def _find(tx: Tx, purpose: str, owners: Sequence[str], key: str) -> bytes | None:
    asked = {"purpose": purpose, "owners": owners, "key": key}
    return (await tx.execute(_FIND, asked)).scalars().first()

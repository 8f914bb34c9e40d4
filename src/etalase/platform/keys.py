"""One key, one answer: what was asked under a key that the asker chose, remembered as a fingerprint.

A request that is sent again under its key gets its first answer. Another request under the same key is
refused: silently answered with the first answer, it would be lost. The answer itself is kept by whoever gave
it; here it is only known what was asked.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from sqlalchemy import (
    ARRAY,
    Column,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    column,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from etalase.kernel.errors import IdempotencyKeyReused
from etalase.platform.bulk import BulkInsert
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
_ADD_ALL = BulkInsert(request_keys)
_PAIRS = (
    func.unnest(cast(bindparam("owners"), ARRAY(Text)), cast(bindparam("keys"), ARRAY(Text)))
    .table_valued(column("owner", Text), column("key", Text))
    .render_derived(name="asked")
)
_FIND_ALL = select(request_keys).where(
    request_keys.c.purpose == bindparam("purpose"),
    request_keys.c.owner == _PAIRS.c.owner,
    request_keys.c.key == _PAIRS.c.key,
)
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks under a key; `owners` as for `reserve_key`."""

    owners: tuple[str, ...]
    key: str
    request: object


async def find_asked(tx: Tx, purpose: str, asked: Sequence[Asked]) -> list[bool | None]:
    """Say of each whether the same was asked under its key before; None where nothing was, False where
    something else was.
    """
    pairs = [(owner, one.key) for one in asked for owner in one.owners]
    given = {"purpose": purpose, "owners": [pair[0] for pair in pairs], "keys": [pair[1] for pair in pairs]}
    rows = await tx.execute(_FIND_ALL, given)
    known = {(row.owner, row.key): row.fingerprint for row in rows}
    prints = [[known[owner, one.key] for owner in one.owners if (owner, one.key) in known] for one in asked]
    return [
        found[0] == fingerprint(one.request) if found else None
        for one, found in zip(asked, prints, strict=True)
    ]


async def keep_asked(tx: Tx, purpose: str, asked: Sequence[Asked]) -> None:
    """Remember what was asked, none of it known: whoever asks must hold a lock of its first owner."""
    now = tx.clock.now()
    rows = [
        {
            "purpose": purpose,
            "owner": one.owners[0],
            "key": one.key,
            "fingerprint": fingerprint(one.request),
            "used_at": now,
        }
        for one in asked
    ]
    await _ADD_ALL.run(tx, rows)


def fingerprint(request: object) -> bytes:
    """Return what two equal requests have alike."""
    return hashlib.sha256(msgspec.json.encode(request, order="sorted")).digest()


async def forget_keys(tx: Tx) -> None:
    """Forget keys under which nobody sends anything again."""
    await tx.execute(delete(request_keys).where(request_keys.c.used_at < tx.clock.now() - KEEP))


async def _find(tx: Tx, purpose: str, owners: Sequence[str], key: str) -> bytes | None:
    asked = {"purpose": purpose, "owners": owners, "key": key}
    return (await tx.execute(_FIND, asked)).scalars().first()

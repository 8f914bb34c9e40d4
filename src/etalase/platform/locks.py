"""Locks by a name, for what has no row that could be locked."""

from sqlalchemy import Text, bindparam, func, select

from etalase.platform.db import Tx

_LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=Text), 0)))


async def lock_name(tx: Tx, name: str) -> None:
    """Let one transaction after the other hold this name of the plane's, each until it ends."""
    await tx.execute(_LOCK, {"name": name})

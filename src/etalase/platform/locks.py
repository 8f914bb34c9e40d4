"""Locks by a name, for what has no row that could be locked."""

from collections.abc import Iterable

from sqlalchemy import ARRAY, Text, bindparam, cast, column, func, select

from etalase.platform.db import Tx

_NAMES = (
    func.unnest(cast(bindparam("names"), ARRAY(Text))).table_valued(column("name", Text)).render_derived()
)
_LOCK_ALL = select(func.pg_advisory_xact_lock(func.hashtextextended(_NAMES.c.name, 0)))


async def lock_name(tx: Tx, name: str) -> None:
    """Let one transaction after the other hold this name of the plane's, each until it ends."""
    await lock_names(tx, [name])


async def lock_names(tx: Tx, names: Iterable[str]) -> None:
    """Lock several names in one order for everybody, as `lock_name` locks one."""
    if ordered := sorted(set(names)):
        await tx.execute(_LOCK_ALL, {"names": ordered})

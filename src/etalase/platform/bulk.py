"""Many rows in one statement, however many: each column travels as one array (PostgreSQL, 9.19: unnest)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, String, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from etalase.platform.db import Tx

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy does not say what it takes


class BulkInsert:
    """Inserts rows of a table; all rows of a call name the same columns, and JSON is given as Python's.

    Rows that are there already are an error, or are passed by with `skips_conflicts`.
    """

    def __init__(self, table: Table, *, skips_conflicts: bool = False, returning: str = "") -> None:
        self._table = table
        self._ending = " ON CONFLICT DO NOTHING" if skips_conflicts else ""
        self._ending += f" RETURNING {returning}" if returning else ""
        self._statements: dict[tuple[str, ...], str] = {}

    async def run(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Write the rows, in their order; return what the statement returns of those that were written."""
        if not rows:
            return []
        names = tuple(rows[0])
        statement = self._statements.get(names) or self._make(names)
        columns = [_encode(self._table.c[name], [row[name] for row in rows]) for name in names]
        result = await tx.execute_driver_sql(statement, tuple(columns))
        return list(result.scalars()) if result.returns_rows else []

    def _make(self, names: tuple[str, ...]) -> str:
        arrays = ", ".join(
            f"${place}::{_array_of(self._table.c[name])}" for place, name in enumerate(names, 1)
        )
        written = ", ".join(f"{name}::jsonb" if _is_json(self._table.c[name]) else name for name in names)
        statement = (
            f"INSERT INTO {self._table.name} ({', '.join(names)}) "  # noqa: S608 - names of our own columns
            f"SELECT {written} FROM unnest({arrays}) AS given ({', '.join(names)}){self._ending}"
        )
        self._statements[names] = statement
        return statement


def _is_json(column: Column[Any]) -> bool:
    return isinstance(column.type, JSONB)


def _array_of(column: Column[Any]) -> str:
    """Return the array's type; a bounded text is bounded by its column, not by a cast that would cut it."""
    if _is_json(column) or isinstance(column.type, String):
        return "text[]"
    return f"{column.type.compile(_DIALECT)}[]"


def _encode(column: Column[Any], values: list[Any]) -> list[Any]:
    if not _is_json(column):
        return values
    return [None if value is None else msgspec.json.encode(value).decode() for value in values]

"""Which statements count as writes: all but those that evidently only read."""

import pytest

from etalase.platform.db import only_reads


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT holds.updated_at, inserted FROM holds",
        "\n WITH a AS (SELECT 1) SELECT * FROM a",
        "select 1",
    ],
)
def test_a_query_only_reads(statement: str) -> None:
    assert only_reads(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO holds VALUES (1)",
        "WITH gone AS (DELETE FROM holds RETURNING id) SELECT count(*) FROM gone",
        "WITH a AS (SELECT 1), b AS (\n insert into holds SELECT 1) SELECT 1",
        "SELECT id FROM holds FOR UPDATE SKIP LOCKED",
        "SELECT * INTO copied FROM holds",
        "MERGE INTO stock USING asked ON true WHEN MATCHED THEN DO NOTHING",
        "TRUNCATE holds",
        "LOCK TABLE holds",
        "DO $$ BEGIN PERFORM 1; END $$",
        "",
    ],
)
def test_anything_else_counts_as_a_write(statement: str) -> None:
    assert not only_reads(statement)

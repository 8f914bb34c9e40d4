"""What the platform keeps in each plane: outbox, cursors, dead letters and the job queue.

A newer pgqueuer whose tables differ comes with a new migration; these are frozen beside this file.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from etalase.platform.db import Plane


def create(plane: Plane) -> None:
    """Make the tables of outbox and jobs in the plane's schema."""
    op.create_table(
        "outbox",
        sa.Column("transaction_id", sa.BigInteger, primary_key=True),
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("outbox_by_name", "outbox", ["name", "transaction_id", "id"])
    op.create_table(
        "outbox_cursors",
        sa.Column("reaction", sa.Text, primary_key=True),
        sa.Column("transaction_id", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "outbox_dead_letters",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("reaction", sa.Text, nullable=False),
        sa.Column("event_name", sa.Text, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
    )
    install_queue(plane)


def install_queue(plane: Plane) -> None:
    """Make pgqueuer's tables, statement by statement: the driver takes one at a time."""
    script = Path(__file__).with_name("pgqueuer_1_6_0.sql").read_text(encoding="utf-8")
    for statement in split_statements(script.replace("{channel}", f"etalase_jobs_{plane}")):
        op.get_bind().exec_driver_sql(statement)


def split_statements(script: str) -> list[str]:
    """Split at semicolons outside dollar quotes."""
    statements, current, quoted = [], [], False
    for line in script.splitlines():
        quoted ^= line.count("$$") % 2 == 1
        current.append(line)
        if line.rstrip().endswith(";") and not quoted:
            statements.append("\n".join(current))
            current = []
    return [statement for statement in statements if statement.strip()]

"""The ledger: entries and their lines, which nothing changes and which sum to zero at commit."""

import sqlalchemy as sa
from alembic import op

revision = "0006_ledger"
down_revision = "0005_inventory"
branch_labels = None
depends_on = None

REFUSE_CHANGE = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is only added to' USING ERRCODE = 'restrict_violation';
END $$
"""
KEEP = """
CREATE TRIGGER keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
"""
REFUSE_UNBALANCED = """
CREATE FUNCTION ledger_refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(minor) FROM ledger_postings WHERE entry_id = NEW.entry_id) <> 0 THEN
        RAISE EXCEPTION 'ledger entry % does not balance', NEW.entry_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
BALANCE = """
CREATE CONSTRAINT TRIGGER balance AFTER INSERT ON ledger_postings DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION ledger_refuse_unbalanced()
"""


def upgrade() -> None:
    """Make the tables, and the triggers that guard them."""
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("shop_id", sa.Uuid, nullable=False),
        sa.Column("order_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("number", name="ledger_entries_number_key"),
        sa.UniqueConstraint("source", name="ledger_entries_source_key"),
    )
    op.create_index("ledger_entries_shop", "ledger_entries", ["shop_id", "number"])
    op.create_index("ledger_entries_order", "ledger_entries", ["order_id"])
    op.create_table(
        "ledger_postings",
        sa.Column("entry_id", sa.Uuid, sa.ForeignKey("ledger_entries.id"), primary_key=True),
        sa.Column("line", sa.SmallInteger, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("minor", sa.BigInteger, nullable=False),
        sa.CheckConstraint("minor <> 0", name="ledger_postings_move_something"),
    )
    for statement in (
        REFUSE_CHANGE,
        KEEP.format(table="ledger_entries"),
        KEEP.format(table="ledger_postings"),
        REFUSE_UNBALANCED,
        BALANCE,
    ):
        op.execute(statement)

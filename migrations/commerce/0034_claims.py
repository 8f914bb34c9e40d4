"""Each claim of a show has a number and a verdict, in a log that is only added to, chained by hashes."""

import sqlalchemy as sa
from alembic import op

revision = "0034_claims"
down_revision = "0033_audit_of_stock"
branch_labels = None
depends_on = None

LINK = """
CREATE FUNCTION claim_link(state bytea, head bytea, content bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT sha256(coalesce(state, head) || content)'
"""
CHAIN = "CREATE AGGREGATE claim_chain(bytea, bytea) (SFUNC = claim_link, STYPE = bytea)"
KEEP = """
CREATE TRIGGER claims_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON claims
EXECUTE FUNCTION refuse_loss('what buyers claimed is only added to')
"""


def upgrade() -> None:
    """Make the log, the head of each show's chain, and what makes the next head of the last."""
    op.create_table(
        "claim_heads",
        sa.Column("show", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("head", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "claims",
        sa.Column("show", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True),
        sa.Column("asked_us", sa.BigInteger, nullable=False),
        sa.Column("variant_id", sa.Uuid, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("buyer", sa.Text, nullable=False),
        sa.Column("door", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("available", sa.Integer, nullable=False),
        sa.Column("hold_id", sa.Uuid),
        sa.Column("head", sa.LargeBinary, nullable=False),
    )
    for statement in (LINK, CHAIN, KEEP):
        op.execute(statement)

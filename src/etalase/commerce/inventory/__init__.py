"""Stock as a ledger of movements, and holds by group commit."""

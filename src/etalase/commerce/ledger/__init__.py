"""Double-entry bookkeeping of every rupiah."""

"""Products, variants and photos; import and export."""

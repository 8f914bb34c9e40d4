"""Rates, regions and quotes."""

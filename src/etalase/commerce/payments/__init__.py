"""Payments by any provider, each captured once."""

"""Carts, orders and their way to the buyer."""

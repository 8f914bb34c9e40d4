"""Shops, their staff and their addresses."""

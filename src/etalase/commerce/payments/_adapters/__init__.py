"""Whoever takes money over a network: each provider has a folder here."""

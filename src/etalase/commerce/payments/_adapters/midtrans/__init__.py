"""Midtrans, as a provider of payments."""

"""Synthetic shows and markets, driven through the same doors as users."""

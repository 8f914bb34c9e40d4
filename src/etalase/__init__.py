"""Etalase: live shopping that anyone can run. Read ARCHITECTURE.md for the map of these folders."""

"""The law as dated data: rulebooks, and pure decisions with their reasons."""

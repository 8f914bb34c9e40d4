"""Honest timings, side by side with a peer or a limit; `python -m bench` runs them."""

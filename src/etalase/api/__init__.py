"""The JSON API: what a page can do, a program can do."""

"""The command line: operate Etalase."""

from etalase.cli._main import main

__all__ = ["main"]

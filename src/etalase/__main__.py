"""`python -m etalase` is `etalase`."""

from etalase.cli import main

main()

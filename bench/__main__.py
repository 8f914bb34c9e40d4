"""Run benches: `python -m bench NAME` in full, without a name a short pass of all.

A bench is a module of this package with `run(*, short: bool)`, which returns its figures; this prints them as
a table and writes them to bench/results/NAME.json. `goal` reads against the ratio or the figure itself.
"""

import asyncio
import importlib
import inspect
import json
import sys
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")
NAMES = (
    "holds",
    "purchase",
    "checkout",
    "hold_door",
    "claims",
    "fanout",
    "video_delay",
    "page_weight",
    "signing_out",
    "importing",
    "waitlist",
    "kills",
    "wall",
)
COLUMNS = ("metric", "unit", "ours", "reference", "ratio", "goal")

Figure = dict[str, Any]


def measure(name: str, *, short: bool) -> list[Figure]:
    """Run one bench and return its figures."""
    run = importlib.import_module(f"bench.{name}").run
    result = run(short=short)
    figures: list[Figure] = asyncio.run(result) if inspect.iscoroutine(result) else result
    return figures


def show(figures: list[Figure]) -> None:
    """Print the figures as a table."""
    rows = [COLUMNS, *(tuple(_text(figure.get(column)) for column in COLUMNS) for figure in figures)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _text(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def main() -> None:
    """Run what the command line names."""
    wanted = sys.argv[1:] or list(NAMES)
    unknown = set(wanted) - set(NAMES)
    if unknown:
        sys.exit(f"no bench {', '.join(sorted(unknown))}; there are: {', '.join(NAMES)}")
    for name in wanted:
        print(f"\n{name}", flush=True)
        figures = measure(name, short=len(sys.argv) == 1)
        show(figures)
        text = json.dumps(figures, indent=1, default=str) + "\n"
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")


main()

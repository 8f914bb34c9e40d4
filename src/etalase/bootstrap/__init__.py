"""The only wiring: settings -> pools -> contexts -> ASGI app of one or both planes."""

from etalase.bootstrap._app import build_app
from etalase.bootstrap._audit import COUNTS, POSTERS, Finding, audit, counted_here
from etalase.bootstrap._databases import open_databases, wanted_planes
from etalase.bootstrap._event_table import EventRow, event_table
from etalase.bootstrap._explain import explain, unfreeze
from etalase.bootstrap._law import describe, law_of, warnings
from etalase.bootstrap._layout import are_apart
from etalase.bootstrap._program import SECTIONS, PlaneChoice, Program, Settings, load_settings, secret_of
from etalase.bootstrap._system import System, open_system, run, spare_the_collector

__all__ = [
    "COUNTS",
    "POSTERS",
    "SECTIONS",
    "EventRow",
    "Finding",
    "PlaneChoice",
    "Program",
    "Settings",
    "System",
    "are_apart",
    "audit",
    "build_app",
    "counted_here",
    "describe",
    "event_table",
    "explain",
    "law_of",
    "load_settings",
    "open_databases",
    "open_system",
    "run",
    "secret_of",
    "spare_the_collector",
    "unfreeze",
    "wanted_planes",
    "warnings",
]

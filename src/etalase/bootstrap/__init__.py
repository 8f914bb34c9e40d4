"""The only wiring: settings -> pools -> contexts -> ASGI app of one or both planes."""

from etalase.bootstrap._databases import open_databases, wanted_planes
from etalase.bootstrap._program import SECTIONS, PlaneChoice, Program, Settings, load_settings, secret_of

__all__ = [
    "SECTIONS",
    "PlaneChoice",
    "Program",
    "Settings",
    "load_settings",
    "open_databases",
    "secret_of",
    "wanted_planes",
]

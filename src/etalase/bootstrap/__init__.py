"""The only wiring: settings -> pools -> contexts -> ASGI app of one or both planes."""

from etalase.bootstrap._app import build_app
from etalase.bootstrap._databases import open_databases, wanted_planes
from etalase.bootstrap._program import SECTIONS, PlaneChoice, Program, Settings, load_settings, secret_of
from etalase.bootstrap._system import System, open_system, run

__all__ = [
    "SECTIONS",
    "PlaneChoice",
    "Program",
    "Settings",
    "System",
    "build_app",
    "load_settings",
    "open_databases",
    "open_system",
    "run",
    "secret_of",
    "wanted_planes",
]

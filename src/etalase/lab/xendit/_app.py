"""Puts the pretend Xendit together as an ASGI app."""

from litestar import Litestar

from etalase.lab import gateway
from etalase.lab.xendit._api import API, refused
from etalase.lab.xendit._book import Refused
from etalase.lab.xendit._simulator import Simulator, XenditConfig


def create_xendit_app(config: XenditConfig, simulator: Simulator | None = None) -> Litestar:
    """Return the pretend Xendit as an ASGI app; a test may bring the simulator to look into it."""
    return gateway.make_app([API], simulator or Simulator(config), {Refused: refused})

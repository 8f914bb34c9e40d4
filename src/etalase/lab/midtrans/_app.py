"""Puts the pretend Midtrans together as an ASGI app."""

from litestar import Litestar

from etalase.lab import gateway
from etalase.lab.midtrans._api import API, refused
from etalase.lab.midtrans._bank import BANK
from etalase.lab.midtrans._book import Refused
from etalase.lab.midtrans._simulator import GatewayConfig, Simulator


def create_gateway_app(config: GatewayConfig, simulator: Simulator | None = None) -> Litestar:
    """Return the pretend Midtrans as an ASGI app; a test may bring the simulator to look into it."""
    return gateway.make_app([*API, *BANK], simulator or Simulator(config), {Refused: refused})

"""A pretend Midtrans for the demo and the tests: it speaks the Core API's real protocol over HTTP.

Charges, status, cancel, expire, refund; signed call-backs, as calm or as wild as its temper; and a pretend
bank app where a visitor pays with nothing. It keeps all in memory and never talks to a bank.
"""

from etalase.lab.midtrans._app import create_gateway_app
from etalase.lab.midtrans._simulator import GatewayConfig, Simulator

__all__ = ["GatewayConfig", "Simulator", "create_gateway_app"]

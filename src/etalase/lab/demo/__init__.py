"""A market in one command: a shop, a live show, viewers who buy and a pretend bank, until Ctrl-C.

Everything goes through the doors that users have: pages, sockets, the video ingest. Nothing is written
behind the product's back.
"""

from etalase.lab.demo._goods import GOODS, LINES, PLACES, Goods
from etalase.lab.demo._market import DemoFailed, Market, Options, on_air, open_market, run_demo
from etalase.lab.demo._photos import draw_photo
from etalase.lab.demo._processes import free_ports
from etalase.lab.demo._seller import PASSWORD, Seller
from etalase.lab.demo._viewers import Viewer, pay

__all__ = [
    "GOODS",
    "LINES",
    "PASSWORD",
    "PLACES",
    "DemoFailed",
    "Goods",
    "Market",
    "Options",
    "Seller",
    "Viewer",
    "draw_photo",
    "free_ports",
    "on_air",
    "open_market",
    "pay",
    "run_demo",
]

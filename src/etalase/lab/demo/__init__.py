"""A market in one command: a shop, a live show, viewers who buy and a pretend bank, until Ctrl-C.

Everything goes through the doors that users have: pages, sockets, the video ingest. Nothing is written
behind the product's back.
"""

from etalase.lab.demo._goods import GOODS, Goods
from etalase.lab.demo._market import DemoFailed, Options, run_demo
from etalase.lab.demo._seller import Seller
from etalase.lab.demo._viewers import Viewer

__all__ = ["GOODS", "DemoFailed", "Goods", "Options", "Seller", "Viewer", "run_demo"]

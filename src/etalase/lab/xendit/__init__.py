"""A pretend Xendit for the tests: it speaks the real API's protocol over HTTP.

QR codes (version 2022-07-31), fixed virtual accounts, their payments by the simulation calls of Xendit's
own test mode, refunds, transactions, and call-backs with the account's token, as calm or as wild as its
temper. It keeps all in memory and never talks to a bank.
"""

from etalase.lab.xendit._app import create_xendit_app
from etalase.lab.xendit._simulator import Simulator, XenditConfig

__all__ = ["Simulator", "XenditConfig", "create_xendit_app"]

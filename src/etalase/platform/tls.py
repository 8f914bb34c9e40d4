"""Whom this process trusts when it calls others over TLS.

Reading the list of authorities takes tens of milliseconds, so each is read once.
"""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """Return the context for those whom the operator names: httpx's own list of authorities."""
    return httpx.create_ssl_context()


@cache
def trusted_by_system() -> ssl.SSLContext:
    """Return the context for addresses that anybody names: the machine's list of authorities."""
    return ssl.create_default_context()

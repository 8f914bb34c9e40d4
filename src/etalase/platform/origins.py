"""Which pages are our own: the one answer to "where does this page come from" for everything with a cookie.

Browsers send cookies along with the sockets that any page opens, and say truthfully in Origin (RFC 6454)
where the page is from; programs send none. Our own are the addresses that the operator says people use. What
came to us is no proof of those: a proxy may have rewritten Host, taken TLS off, or moved the port. Besides, a
page of the very Host that was asked for is ours, as on a developer's machine, where nobody names an address.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """A scheme, a host and a port, as they are compared (RFC 6454, section 4)."""

    scheme: str
    host: str
    port: int


def read_origin(text: str) -> Origin | None:
    """Return the origin of an address, or of the header; None for what has none, as "null"."""
    try:
        parts = urlsplit(text.strip())
        scheme, host = parts.scheme.lower(), _read_host(parts.hostname or "")
        port = parts.port if parts.port is not None else DEFAULT_PORTS[scheme]
    except (ValueError, KeyError):
        return None
    return Origin(scheme, host, port) if host else None


def _read_host(host: str) -> str:
    """Return a host's name in its one spelling. Raises ValueError."""
    try:
        return ip_address(host).compressed
    except ValueError:
        plain = host.rstrip(".").lower()
        return plain if plain.isascii() else idna.encode(plain, uts46=True).decode()


def is_on_this_machine(url: str) -> bool:
    """Tell whether only this machine reaches the address (RFC 6761, section 6.3)."""
    origin = read_origin(url)
    if origin is None:
        return False
    if origin.host == "localhost" or origin.host.endswith(".localhost"):
        return True
    try:
        return ip_address(origin.host).is_loopback
    except ValueError:
        return False


class OwnOrigins:
    """The origins of our own pages."""

    def __init__(self, addresses: Iterable[str] = ()) -> None:
        found = (read_origin(address) for address in addresses)
        self._own = frozenset(origin for origin in found if origin is not None)
        self._secure_hosts = frozenset(origin.host for origin in self._own if origin.scheme == "https")

    def allow(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a request comes from a page of ours, or from no page at all."""
        text = headers.get("origin")
        if text is None:
            return True
        origin = read_origin(text)
        if origin is None:
            return False
        if origin in self._own:
            return True
        if origin.scheme == "http" and origin.host in self._secure_hosts:
            return False  # whoever reads the wire can make such a page
        return origin == read_origin(f"{origin.scheme}://{headers.get('host', '')}")

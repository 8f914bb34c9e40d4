"""Fetches a file from an address that somebody wrote into a form or a file.

The address is a stranger's choice: it must not reach what only this machine can reach. Each name is resolved
here, each of its addresses must be a public one, and the connection is made to the address that was checked,
so that a second answer of the name server changes nothing (OWASP, "Server-Side Request Forgery"). So it goes
for every redirect. Size, time and redirects have bounds. No cookie, no credential and no referrer is sent.
"""

import asyncio
import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
import idna

from etalase.platform.tls import trusted_by_system

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_ADDRESS_LENGTH = 2_048
MAX_REDIRECTS = 3
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
PORTS = frozenset({80, 443})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200
_NAT64 = IPv6Network("64:ff9b::/96")
_INNER: tuple[Network, ...] = (
    IPv4Network("168.63.129.16/32"),  # a public address by which Azure tells machines about themselves
    IPv6Network("64:ff9b:1::/48"),  # translation inside a network (RFC 8215)
    IPv6Network("::/96"),  # IPv4 written as IPv6, long withdrawn (RFC 4291, section 2.5.5.1)
)


class FetchRefused(Exception):
    """The file is not to be had; `reason` is stable: `address`, `inner`, `away`, `slow`, `size`, `type`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_public(address: Address) -> bool:
    """Tell whether all the Internet sees the same machine at this address, IPv4 inside IPv6 included."""
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inside is None and address in _NAT64:
            inside = IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(inside)
        if address.is_site_local:
            return False
    if any(address in network for network in _INNER if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


class Fetcher:
    """Fetches from public addresses, and from those networks that the operator names besides."""

    def __init__(self, networks: Iterable[str] = (), *, seconds: float = 20.0) -> None:
        self._backend = _CheckedBackend([ip_network(network) for network in networks])
        self._seconds = seconds
        self._tls = trusted_by_system()

    async def fetch(self, address: str, *, max_bytes: int, types: Sequence[str]) -> bytes:
        """Return the file at the address, if it is of one of these media types. Raises FetchRefused."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(address, max_bytes, tuple(types))
        except TimeoutError as error:
            raise FetchRefused("slow") from error
        except (httpcore.TimeoutException, httpcore.PoolTimeout) as error:
            raise FetchRefused("slow") from error
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.UnsupportedProtocol,
            OSError,
        ) as error:
            raise FetchRefused("away") from error

    async def _follow(self, address: str, max_bytes: int, types: tuple[str, ...]) -> bytes:
        for _ in range(MAX_REDIRECTS + 1):
            found = await self._ask(_checked(address), max_bytes, types)
            if isinstance(found, bytes):
                return found
            address = urljoin(address, found)
        raise FetchRefused("away")

    async def _ask(self, address: str, max_bytes: int, types: tuple[str, ...]) -> bytes | str:
        """Return the file, or where it is said to be."""
        async with (
            httpcore.AsyncConnectionPool(ssl_context=self._tls, network_backend=self._backend) as pool,
            pool.stream("GET", address, headers=_headers(address), extensions=_TIMEOUTS) as answer,
        ):
            headers = {name.lower(): value for name, value in answer.headers}
            if answer.status in _REDIRECTS and b"location" in headers:
                return headers[b"location"].decode("latin-1")
            if answer.status != _OK:
                raise FetchRefused("away")
            if not headers.get(b"content-type", b"").decode("latin-1").strip().lower().startswith(types):
                raise FetchRefused("type")
            length = headers.get(b"content-length", b"0")
            if not length.isdigit() or len(length) > len(str(max_bytes)) or int(length) > max_bytes:
                raise FetchRefused("size")
            return await _read(answer, max_bytes)


async def _read(answer: httpcore.Response, max_bytes: int) -> bytes:
    content = bytearray()
    async for part in answer.aiter_stream():
        content += part
        if len(content) > max_bytes:
            raise FetchRefused("size")
    return bytes(content)


_TIMEOUTS: dict[str, Any] = {
    "timeout": {
        "connect": CONNECT_SECONDS,
        "read": READ_SECONDS,
        "write": READ_SECONDS,
        "pool": CONNECT_SECONDS,
    }
}


def _headers(address: str) -> list[tuple[str, str]]:
    return [
        ("Host", urlsplit(address).netloc),
        ("User-Agent", "Etalase"),
        ("Accept", "image/*"),
        ("Accept-Encoding", "identity"),
    ]


def _checked(address: str) -> str:
    """Return the address as it is asked for: http or https, a name, no password, no surprises."""
    if len(address) > MAX_ADDRESS_LENGTH or any(ord(sign) <= ord(" ") or sign == "\\" for sign in address):
        raise FetchRefused("address")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
        if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
            raise FetchRefused("address")
        named = f"[{host}]" if ":" in host else _in_dns(host)
    except ValueError as error:  # UnicodeError is one
        raise FetchRefused("address") from error
    return _ascii(
        parts._replace(netloc=f"{named}:{port}" if port is not None else named, fragment="").geturl()
    )


def _in_dns(host: str) -> str:
    return host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")


def _ascii(address: str) -> str:
    """Return the address in ASCII: other letters as percent-encoded UTF-8 (RFC 3987, section 3.1)."""
    return "".join(
        sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "replace"))
        for sign in address
    )


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to no address that was not checked."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = networks
        self._tcp = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve the name, refuse unless all of its addresses are fit, and connect to one of them."""
        addresses = await _resolve(host, port)
        if not addresses or not all(self._may_reach(address, port) for address in addresses):
            raise FetchRefused("inner")
        failure: Exception = FetchRefused("away")
        for address in addresses[:4]:
            try:
                return await self._tcp.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _may_reach(self, address: Address, port: int) -> bool:
        if any(address in network for network in self._networks if network.version == address.version):
            return True
        return is_public(address) and port in PORTS


async def _resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of a name, or the address that it is, however it is written."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchRefused("away") from error
    return [ip_address(str(where[0]).partition("%")[0]) for *_, where in found]

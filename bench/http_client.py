"""A client of HTTP/1.1 for benches: keeps connections and cookies, and does nothing else."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str


class Connection:
    """One kept-alive connection of HTTP/1.1, as lean as a client in Python can be."""

    def __init__(self, origin: str) -> None:
        self._address = urlsplit(origin)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Send a request and return its answer. Raises OSError, asyncio.IncompleteReadError."""
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(
                self._address.hostname, self._address.port
            )
        lines = [f"{method} {path} HTTP/1.1", f"host: {self._address.netloc}", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        return await self._read(self._reader)

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
            await self._writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in filter(None, head[1:]):
            name, _, value = line.partition(": ")
            name = name.lower()
            headers[name] = f"{headers[name]}\n{value}" if name in headers else value
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await reader.readline(), 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readexactly(2)
        else:
            body = await reader.readexactly(int(headers.get("content-length", 0)))
        return Answer(int(head[0].split(" ")[1]), headers, body.decode())


@dataclass
class Guest:
    """Somebody without an account, behind an address of their own."""

    number: int
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(
        self, by: Connection, method: str, path: str, *, form: Any = None, json: Any = None
    ) -> Answer:
        """Ask as this guest's browser would."""
        headers = {
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "x-forwarded-for": f"10.{self.number >> 16 & 255}.{self.number >> 8 & 255}.{self.number & 255}",
            "x-csrftoken": self.cookies.get("csrftoken", ""),
        }
        body = b""
        if form is not None:
            headers["content-type"], body = "application/x-www-form-urlencoded", urlencode(form).encode()
        elif json is not None:
            headers |= {"content-type": "application/json", "accept": "application/json"}
            body = msgspec.json.encode(json)
        answer = await by.ask(method, path, headers, body)
        for cookie in filter(None, answer.headers.get("set-cookie", "").split("\n")):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

"""A post office on a real socket that speaks as much SMTP (RFC 5321) as handing over a letter takes."""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class PostOffice:
    """What it heard: credentials, and letters as they came. It delivers to addresses at `knows` only."""

    tls: ssl.SSLContext
    knows: str = "@example.com>"
    port: int = 0
    credentials: list[bytes] = field(default_factory=list)
    emails: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk with one client until it leaves."""
        writer.write(b"220 post office\r\n")
        while line := await reader.readline():
            verb = line.split(b" ")[0].strip().upper()
            is_private = writer.get_extra_info("sslcontext") is not None
            writer.write(self._answer(verb, line.decode().strip(), is_private=is_private))
            if verb == b"STARTTLS":
                await writer.start_tls(self.tls)
            elif verb == b"DATA":
                self.emails.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 taken\r\n")
        writer.close()

    def _answer(self, verb: bytes, line: str, *, is_private: bool) -> bytes:
        if verb == b"EHLO":
            return b"250-post office\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"
        if verb == b"AUTH" and not is_private:
            return b"538 anybody may hear us\r\n"
        if verb == b"AUTH":
            self.credentials.append(b64decode(line.split(" ")[2]))
            return b"235 come in\r\n"
        if verb == b"RCPT" and self.knows not in line:
            return b"550 nobody of that name\r\n"
        return {b"STARTTLS": b"220 go on\r\n", b"DATA": b"354 say it\r\n"}.get(verb, b"250 well\r\n")


@asynccontextmanager
async def post_office(folder: Path) -> AsyncIterator[PostOffice]:
    """Open one at localhost; its certificate lies in the folder as `certificate.pem`."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(_sign_certificate(folder))
    office = PostOffice(tls)
    async with await asyncio.start_server(office.serve, "127.0.0.1", 0) as server:
        office.port = server.sockets[0].getsockname()[1]
        yield office


def _sign_certificate(folder: Path) -> Path:
    """Write a key and a certificate for localhost that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path

"""Letters to people: written in the transaction that wants them, sent later by a job that tries again.

Without an SMTP server they are printed to the terminal and kept for the development page. It refuses to
know what a letter is about.
"""

import sys
from collections import deque
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from typing import Literal, Protocol, runtime_checkable

import aiosmtplib
import msgspec

from etalase.platform import jobs
from etalase.platform.db import Database, Tx
from etalase.platform.jobs import Job
from etalase.platform.observing import request_id

SEND = "mail.send"
KEPT = 50


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How letters leave; without a host they are shown on the terminal instead."""

    host: str = ""
    port: int = 587
    username: str = ""
    password: str = ""
    encryption: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = "Etalase <no-reply@localhost>"
    timeout_seconds: int = 20


class Mail(msgspec.Struct, frozen=True):
    """A letter in plain text to one address."""

    to: str
    subject: str
    text: str


@runtime_checkable
class Mailer(Protocol):
    """Whatever takes a letter to its reader."""

    async def send(self, mail: Mail) -> None:
        """Hand the letter over, or raise so that it is tried again."""
        ...


class SmtpMailer:
    """Hands letters to an SMTP server."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def send(self, mail: Mail) -> None:
        """Hand the letter over, or raise so that it is tried again."""
        settings = self._settings
        await aiosmtplib.send(
            compose(mail, settings.sender),
            hostname=settings.host,
            port=settings.port,
            username=settings.username or None,
            password=settings.password or None,
            use_tls=settings.encryption == "tls",
            start_tls=settings.encryption == "starttls",
            timeout=settings.timeout_seconds,
        )


class DevelopmentMailer:
    """Prints letters to the terminal and keeps the last ones for the development page; sends nothing."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._kept: deque[Mail] = deque(maxlen=KEPT)

    async def send(self, mail: Mail) -> None:
        """Keep the letter and show it."""
        self._kept.append(mail)
        if not self._quiet:
            sys.stdout.write(f"\n--- mail to {mail.to}: {mail.subject}\n{mail.text}\n---\n")
            sys.stdout.flush()

    @property
    def emails(self) -> tuple[Mail, ...]:
        """Return the kept e-mails, newest first."""
        return tuple(reversed(self._kept))


def make_mailer(settings: MailSettings) -> Mailer:
    """Return what the settings ask for."""
    return SmtpMailer(settings) if settings.host else DevelopmentMailer()


def compose(mail: Mail, sender: str) -> EmailMessage:
    """Return the message as it goes over the wire; a line break in a header is refused by the library."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip(" >") or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    if request := request_id.get():
        message["X-Request-ID"] = request
    message.set_content(mail.text)
    return message


async def send_later(tx: Tx, mail: Mail) -> None:
    """Have the letter sent if and only if this transaction commits."""
    await jobs.enqueue(tx, SEND, mail)


def mail_job(mailer: Mailer) -> Job[Mail]:
    """Return the job that sends what `send_later` wrote; `bootstrap` gives it to each plane's worker."""

    async def send(_: Database, mail: Mail) -> None:
        await mailer.send(mail)

    return Job(SEND, Mail, send)

"""Letters leave by a real SMTP connection, and no password leaves to a server that nobody vouches for."""

import ssl
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import aiosmtplib
import pytest

from etalase.platform.mail import Mail, MailSettings, SmtpMailer
from tests.make.smtp import PostOffice, post_office

LETTER = Mail("sari@example.com", "Kode Anda: 123456", "Halo Sari · kode Anda 123456.")


def mailer(office: PostOffice) -> SmtpMailer:
    return SmtpMailer(
        MailSettings(
            host="localhost", port=office.port, username="toko", password="rahasia", sender="toko@example.com"
        )
    )


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Trust the certificate that a post office will write into this folder."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    return tmp_path


async def test_a_letter_arrives_whole_after_starttls_and_sign_in(trusted: Path) -> None:
    async with post_office(trusted) as office:
        await mailer(office).send(LETTER)
    assert office.credentials == [b"\0toko\0rahasia"]
    (letter,) = (message_from_bytes(raw, policy=default) for raw in office.emails)
    assert (letter["To"], letter["Subject"]) == (LETTER.to, LETTER.subject)
    body = letter.get_body()
    assert body is not None
    assert LETTER.text in body.get_content()


async def test_a_server_with_a_certificate_of_its_own_making_gets_no_password(tmp_path: Path) -> None:
    async with post_office(tmp_path) as office:
        with pytest.raises((aiosmtplib.SMTPException, ssl.SSLError)):
            await mailer(office).send(LETTER)
    assert not office.credentials
    assert not office.emails


async def test_a_refused_address_is_an_error_so_that_the_job_tries_again(trusted: Path) -> None:
    async with post_office(trusted) as office:
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
            await mailer(office).send(Mail("sari@example.org", "Halo", "…"))
    assert not office.emails

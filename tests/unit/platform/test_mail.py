"""A letter on its way."""

import pytest

from etalase.platform.mail import DevelopmentMailer, Mail, MailSettings, SmtpMailer, compose, make_mailer


def test_a_letter_says_who_sends_what_to_whom() -> None:
    message = compose(Mail("sari@example.com", "Kode Anda", "123456 · ya"), "Etalase <toko@example.com>")
    assert message["To"] == "sari@example.com"
    assert message["From"] == "Etalase <toko@example.com>"
    assert message["Message-ID"].endswith("@example.com>")
    assert message.get_content().strip() == "123456 · ya"


def test_a_line_break_adds_no_header() -> None:
    assert compose(Mail("sari@example.com", "Hi\nBcc: all@example.com", ""), "a@example.com")["Bcc"] is None
    with pytest.raises(ValueError, match="linefeed"):
        compose(Mail("sari@example.com\nBcc: all@example.com", "Hi", ""), "a@example.com")


async def test_without_a_server_letters_are_shown_and_the_last_fifty_kept(
    capsys: pytest.CaptureFixture[str],
) -> None:
    mailer = DevelopmentMailer()
    for number in range(60):
        await mailer.send(Mail("sari@example.com", f"Letter {number}", "…"))
    assert [mail.subject for mail in mailer.emails][:1] == ["Letter 59"]
    assert len(mailer.emails) == 50
    assert "Letter 0" in capsys.readouterr().out


def test_the_settings_choose_the_mailer() -> None:
    assert isinstance(make_mailer(MailSettings()), DevelopmentMailer)
    assert isinstance(make_mailer(MailSettings(host="smtp.example.com")), SmtpMailer)

"""What may be an e-mail, a password, a name; when a code counts."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etalase.accounts import _model as model
from etalase.accounts._model import CodeOutcome, EmailCode, NewCode, emails, passwords
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Invalid

NOW = FixedClock().now()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Sari@Example.COM ", "sari@example.com"),
        ("\uff33\uff21\uff32\uff29@example.com", "sari@example.com"),
        ("sari+toko@mail.example.co.id", "sari+toko@mail.example.co.id"),
        ("sari@bücher.example", "sari@xn--bcher-kva.example"),
    ],
)
def test_one_mailbox_has_one_form(written: str, kept: str) -> None:
    assert emails.normalise(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "sari",
        "@example.com",
        "sari@",
        "sari@localhost",
        "sari@exa mple.com",
        "sari@example..com",
        ".sari@example.com",
        "sari@-example.com",
        "sari@example.com\nbcc: all@example.com",
        "sari@example.com, dewi@example.com",
        '"<script>"@example.com',
        f"{'a' * 65}@example.com",
        f"sari@{'a' * 250}.com",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        emails.normalise(written)


@given(st.text(max_size=300))
def test_a_normalised_address_stays_as_it_is(text: str) -> None:
    try:
        kept = emails.normalise(text)
    except Invalid:
        return
    assert emails.normalise(kept) == kept
    assert kept.isascii()
    assert kept.isprintable()


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "P@ssw0rd!!!",
        "Indonesia2026",
        "1234567890",
        "qwertyuiop",
        "aaaaaaaaaaaa",
        "bismillah1234",
        "jakartajakarta",
        "sari.wulan2026!",
        "Sari Wulan 2026",
        "etalase-2026",
    ],
)
def test_what_guessers_try_first_is_refused(password: str) -> None:
    problem = passwords.find_problem(password, email="sari.wulan@example.com", display_name="Sari Wulan")
    assert problem is not None
    assert problem.code == "password_guessable"


@pytest.mark.parametrize(
    "password", ["hujan sore di teras", "k9f!Lq27zx0P", "пароль из слов", "lima ekor kucing"]
)
def test_a_password_needs_length_and_no_signs(password: str) -> None:
    assert passwords.find_problem(password) is None


def test_a_password_is_neither_short_nor_endless() -> None:
    short, endless = passwords.find_problem("x7#kQ2p"), passwords.find_problem("ab cd ef " * 20)
    assert short is not None
    assert short.code == "password_too_short"
    assert endless is not None
    assert endless.code == "too_long"


def test_every_problem_of_a_new_account_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        model.check_new_account(email="no", password="short", display_name=" ")
    assert [problem.field for problem in refused.value.problems] == ["email", "display_name", "password"]


def test_a_name_is_one_line_without_control_characters() -> None:
    assert model.check_display_name("  Ibu\n Sari\t\u200e ") == "Ibu Sari"


def kept_code(code: NewCode, *, tries_left: int = 5) -> EmailCode:
    """Return the code as the table has it."""
    return EmailCode(
        "sari@example.com",
        model.code_digest(model.digest(code.ticket), code.digits),
        tries_left,
        NOW + timedelta(minutes=10),
        None,
    )


def test_a_code_counts_with_its_ticket_in_time_and_within_its_tries() -> None:
    code = NewCode("a ticket", model.new_digits())
    kept = kept_code(code)
    assert model.check_code(kept, code, NOW) is CodeOutcome.RIGHT
    assert model.check_code(kept, NewCode(code.ticket, "x" + code.digits[1:]), NOW) is CodeOutcome.WRONG
    assert model.check_code(kept, NewCode("another ticket", code.digits), NOW) is CodeOutcome.WRONG
    assert model.check_code(kept, code, NOW + timedelta(minutes=10)) is CodeOutcome.EXPIRED
    assert model.check_code(kept_code(code, tries_left=0), code, NOW) is CodeOutcome.EXPIRED
    assert model.check_code(None, code, NOW) is CodeOutcome.EXPIRED


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (
            "Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) AppleWebKit/605 Safari/604",
            "Safari, iPhone",
        ),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_by_words_of_ours(user_agent: str, device: str) -> None:
    assert model.describe_device(user_agent) == device

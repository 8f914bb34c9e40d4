"""Who somebody is, how long a session lives, and when a code counts. No I/O."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType
from uuid import UUID

from etalase.accounts._model import passwords
from etalase.accounts._model.devices import describe_device
from etalase.kernel import emails
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import Fields

__all__ = [
    "AccessOrigin",
    "Account",
    "AccountId",
    "CodeOutcome",
    "Credentials",
    "EmailCode",
    "Ending",
    "NewAccount",
    "NewCode",
    "NewSession",
    "NewToken",
    "SessionId",
    "SessionView",
    "SignedIn",
    "TokenId",
    "TokenView",
    "check_code",
    "check_display_name",
    "check_new_account",
    "describe_device",
    "digest",
    "emails",
    "new_digits",
    "passwords",
]

AccountId = NewType("AccountId", UUID)
SessionId = NewType("SessionId", UUID)
TokenId = NewType("TokenId", UUID)

SESSION_IDLE = timedelta(days=14)
"""A session that nobody used for so long is over."""
SESSION_ABSOLUTE = timedelta(days=60)
"""A session ends then, however much it is used."""
TOUCH_EVERY = timedelta(minutes=1)
"""Last use is written at most so often: a page must not cost a write."""
TOKEN_IDLE = timedelta(days=365)
CODE_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
CODE_DIGITS = 6
RESET_LIFETIME = timedelta(hours=1)
MAX_TOKENS = 20
MAX_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody known to one plane: by a proven e-mail, or by an opaque reference from the other plane."""

    id: AccountId
    display_name: str
    email: str | None
    external_ref: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who makes this request. By a session (pages) or by a token (API): one of the two ids is set."""

    account_id: AccountId
    email: str | None
    display_name: str
    session_id: SessionId | None = None
    token_id: TokenId | None = None

    @property
    def credential(self) -> UUID | None:
        """Return the session or the token."""
        return self.session_id or self.token_id


@dataclass(frozen=True, slots=True)
class AccessOrigin:
    """By what the other plane let somebody in here: its name for a session or token, and when it vouched."""

    ref: str
    vouched_at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """What the other plane vouches for no more: what came by these origins, or all from before `ended_at`.

    Of all, what came by the origin `kept` stays, and then API tokens that no pass brought stay too.
    """

    origins: tuple[str, ...]
    ended_at: datetime
    everything: bool = False
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is checked against."""

    account_id: AccountId
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What somebody told us to open an account; it comes to be when the e-mail is proven."""

    display_name: str
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class EmailCode:
    """Digits that were sent, as they are kept: hashed together with the ticket of the asking browser."""

    email: str
    code_hash: bytes
    tries_left: int
    expires_at: datetime
    new_account: NewAccount | None


@dataclass(frozen=True, slots=True)
class NewCode:
    """The two halves of a sign-in by e-mail: a ticket for the browser, digits for the mailbox."""

    ticket: str
    digits: str


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session as it is told once, to the device that it belongs to."""

    id: SessionId
    account_id: AccountId
    token: str


@dataclass(frozen=True, slots=True)
class NewToken:
    """An API token as it is told once."""

    id: TokenId
    secret: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session in the list that its owner sees."""

    id: SessionId
    device: str
    created_at: datetime
    last_used_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class TokenView:
    """An API token in the list that its owner sees; the secret itself is not kept."""

    id: TokenId
    name: str
    created_at: datetime
    last_used_at: datetime | None


class CodeOutcome(Enum):
    """What a try at a code came to."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"


def digest(secret: str) -> bytes:
    """Return what is kept of a secret of 256 random bits: guessing has no hope, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).digest()


def new_digits() -> str:
    """Draw the digits of a code."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def code_digest(ticket_hash: bytes, digits: str) -> bytes:
    """Return what is kept of a code. Who guesses the digits from it still lacks the ticket they go with."""
    return hmac.digest(ticket_hash, digits.encode(), "sha256")


def check_code(kept: EmailCode | None, tried: NewCode, now: datetime) -> CodeOutcome:
    """Tell whether the digits are right, in time and within the tries."""
    if kept is None or kept.tries_left <= 0 or kept.expires_at <= now:
        return CodeOutcome.EXPIRED
    is_right = hmac.compare_digest(kept.code_hash, code_digest(digest(tried.ticket), tried.digits))
    return CodeOutcome.RIGHT if is_right else CodeOutcome.WRONG


def check_display_name(name: str, *, field: str = "display_name") -> str:
    """Return the name on one line without edges, or refuse it."""
    fields = Fields()
    tidy = fields.line(field, name, max_length=MAX_NAME_LENGTH)
    fields.settle()
    return tidy


def check_new_account(*, email: str, password: str, display_name: str) -> tuple[str, str]:
    """Return e-mail and name as they are kept, or refuse with each problem at once."""
    problems: list[FieldProblem] = []
    tidy_email = tidy_name = ""
    try:
        tidy_email = emails.normalise(email)
    except Invalid as invalid:
        problems += invalid.problems
    try:
        tidy_name = check_display_name(display_name)
    except Invalid as invalid:
        problems += invalid.problems
    if problem := passwords.find_problem(password, email=tidy_email, display_name=tidy_name):
        problems.append(problem)
    if problems:
        raise Invalid(*problems)
    return tidy_email, tidy_name


def default_name(email: str) -> str:
    """Return the name that stands until its owner chooses one: what is before the @."""
    return email.split("@", maxsplit=1)[0][:MAX_NAME_LENGTH]

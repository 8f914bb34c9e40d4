"""How accounts come to be, and how people get in and out.

Most commands take a transaction and never commit it. Those that guess-proof something take the `Database`
instead and open their own, for two reasons: a spent try must stay spent when the rest is refused, and a
password is hashed while no connection is held. Nothing here tells a stranger whether an e-mail has an
account: signing up, signing in by code and asking for a reset answer the same, and as fast, either way.
"""

from dataclasses import dataclass
from datetime import timedelta

from etalase.accounts import _store as store
from etalase.accounts._commands.ending import end_everything
from etalase.accounts._errors import (
    CodeExpired,
    LinkExpired,
    TooManyTokens,
    WrongCode,
    WrongCredentials,
)
from etalase.accounts._model import (
    CODE_LIFETIME,
    CODE_TRIES,
    MAX_NAME_LENGTH,
    MAX_TOKENS,
    AccessOrigin,
    Account,
    AccountId,
    CodeOutcome,
    EmailCode,
    NewAccount,
    NewCode,
    NewSession,
    NewToken,
    SessionId,
    TokenId,
    check_code,
    check_display_name,
    check_new_account,
    default_name,
    describe_device,
    digest,
    emails,
)
from etalase.accounts._model import passwords as password_rules
from etalase.accounts._model.email_work import MAIL_CODE, MAIL_RESET, CodeEmail, ResetEmail
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.ids import new_id, new_token
from etalase.platform import jobs
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import current_language
from etalase.platform.i18n import gettext as _
from etalase.platform.mail import Mail, send_later
from etalase.platform.passwords import passwords
from etalase.platform.ratelimit import Limit, Try, address_subject, forgive, spend

PASSWORD_BY_BROWSER = Limit("accounts.password_by_browser", burst=10, every=timedelta(minutes=2))
"""For a browser on which the account has been signed in before: no stranger spends any of it."""
PASSWORD_BY_STRANGER = Limit("accounts.password_by_stranger", burst=10, every=timedelta(minutes=2))
"""At one account from one address, by browsers that it doesn't know."""
PASSWORD_BY_EMAIL = Limit("accounts.password_by_email", burst=40, every=timedelta(minutes=2))
"""At most 760 guesses a day at one account, from all addresses together."""
PASSWORD_BY_ADDRESS = Limit("accounts.password_by_address", burst=50, every=timedelta(seconds=6))
"""Wide: behind one address of a mobile carrier are many people."""
EMAILS_BY_BROWSER = Limit("accounts.emails_by_browser", burst=4, every=timedelta(minutes=10))
EMAILS_BY_STRANGER = Limit("accounts.emails_by_stranger", burst=4, every=timedelta(minutes=10))
"""To one e-mail from one address, by browsers that its account doesn't know."""
EMAILS_TO_ONE = Limit("accounts.emails_by_email", burst=10, every=timedelta(minutes=10))
EMAILS_BY_ADDRESS = Limit("accounts.emails_by_address", burst=30, every=timedelta(seconds=30))
CODES_BY_ADDRESS = Limit("accounts.codes_by_address", burst=50, every=timedelta(seconds=6))


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from: the address that limits count by, the browser that a session is named by.

    `known_browser` names the browser, if it has shown that the account was signed in on it before: then it
    has a budget of its own, so that nobody elsewhere can lock the owner out.
    """

    address: str
    user_agent: str = ""
    known_browser: str = ""


async def sign_up(tx: Tx, *, email: str, password: str, display_name: str) -> AccountId:
    """Open an account whose e-mail is taken as proven: for operators, the demo and tests.

    People sign up by `request_code`, which proves the e-mail first.
    """
    tidy_email, tidy_name = check_new_account(email=email, password=password, display_name=display_name)
    password_hash = await passwords.hash(password_rules.normalise(password))
    account = _new_account(tx, tidy_name, email=tidy_email)
    if not await store.add_account(tx, account, password_hash):
        raise Invalid(FieldProblem("email", "taken"))
    return account.id


async def request_sign_up(
    db: Database, *, email: str, password: str, display_name: str, caller: Caller
) -> str:
    """Send a code that, entered with the returned ticket, opens the account and signs in.

    Where the e-mail has an account already, the same code signs in to it and changes nothing.
    """
    tidy_email, tidy_name = check_new_account(email=email, password=password, display_name=display_name)
    await _spend_email(db, tidy_email, caller)
    password_hash = await passwords.hash(password_rules.normalise(password))
    return await _send_code(db, tidy_email, NewAccount(tidy_name, password_hash))


async def request_code(db: Database, *, email: str, caller: Caller) -> str:
    """Send six digits that, entered with the returned ticket, sign in; a new e-mail gets an account."""
    tidy_email = emails.normalise(email)
    await _spend_email(db, tidy_email, caller)
    return await _send_code(db, tidy_email, None)


async def sign_in_with_code(db: Database, *, ticket: str, digits: str, caller: Caller) -> NewSession:
    """Sign in with the digits that were sent; each try counts, five in all."""
    await spend(db, Try(CODES_BY_ADDRESS, address_subject(caller.address)))
    tried = NewCode(ticket=ticket, digits="".join(digits.split()))
    async with db.begin() as tx:
        kept = await store.lock_code(tx, digest(ticket))
        match check_code(kept, tried, tx.clock.now()):
            case CodeOutcome.RIGHT if kept is not None:
                await store.delete_code(tx, digest(ticket))
                account_id = await _find_or_open(tx, kept)
                return await open_session(tx, account_id, user_agent=caller.user_agent)
            case CodeOutcome.WRONG if kept is not None:
                tries_left = kept.tries_left - 1
                await store.set_tries_left(tx, digest(ticket), tries_left)
            case _:
                tries_left = 0
    raise WrongCode(tries_left=tries_left) if tries_left else CodeExpired


async def check_password(db: Database, *, email: str, password: str, caller: Caller) -> AccountId:
    """Return whose e-mail and password these are; each try counts, as `password_tries` says."""
    tidy_email = emails.normalise(email)
    at_account, at_address = password_tries(tidy_email, caller)
    await spend(db, *at_account, *at_address)
    async with db.begin() as tx:
        kept = await store.find_credentials(tx, email=tidy_email)
    tried = password_rules.normalise(password[: password_rules.MAX_LENGTH * 4])
    is_right, newer_hash = await passwords.verify(tried, kept.password_hash if kept else None)
    if kept is None or not is_right:
        raise WrongCredentials
    async with db.begin() as tx:
        await forgive(tx, *at_account)
        if newer_hash:
            await store.set_password_hash(tx, kept.account_id, newer_hash)
    return kept.account_id


def password_tries(email: str, caller: Caller) -> tuple[list[Try], list[Try]]:
    """Return what a try at a password counts for: the account (forgiven when it is right), the address.

    A browser that the account knows counts for itself only.
    """
    if caller.known_browser:
        return [Try(PASSWORD_BY_BROWSER, f"{email} {caller.known_browser}")], []
    address = address_subject(caller.address)
    at_account = [Try(PASSWORD_BY_STRANGER, f"{email} {address}"), Try(PASSWORD_BY_EMAIL, email)]
    return at_account, [Try(PASSWORD_BY_ADDRESS, address)]


async def sign_in(db: Database, *, email: str, password: str, caller: Caller) -> NewSession:
    """Sign in with e-mail and password; always a new session, whatever the browser brought along."""
    account_id = await check_password(db, email=email, password=password, caller=caller)
    async with db.begin() as tx:
        return await open_session(tx, account_id, user_agent=caller.user_agent)


async def open_session(
    tx: Tx, account_id: AccountId, *, user_agent: str = "", origin: AccessOrigin | None = None
) -> NewSession:
    """Begin a session of somebody who has shown who they are; `origin` is the other plane's word for it."""
    session = NewSession(id=SessionId(new_id()), account_id=account_id, token=new_token())
    device = describe_device(user_agent)
    await store.add_session(tx, session.id, account_id, digest(session.token), device, origin)
    return session


async def ensure_external_account(tx: Tx, external_ref: str, display_name: str) -> AccountId:
    """Return the account of somebody vouched for by the other plane, known here by an opaque reference only.

    The account has no e-mail and no password; it comes to be on the first visit, and takes the name that
    the other plane gives.
    """
    name = check_display_name(display_name)
    account = _new_account(tx, name, external_ref=external_ref)
    if await store.add_account(tx, account, None):
        return account.id
    known = await store.find_account_by_reference(tx, external_ref)
    assert known is not None  # noqa: S101 - the reference was in the way of the new row
    await store.set_display_name(tx, known.id, name)
    return known.id


async def rename(tx: Tx, account_id: AccountId, display_name: str) -> None:
    """Take another name."""
    await store.set_display_name(tx, account_id, check_display_name(display_name))


async def request_reset(db: Database, *, email: str, reset_url: str, caller: Caller) -> None:
    """Send a link to choose a new password; `reset_url` gets the secret of the link as its last part.

    An e-mail without an account gets a letter too: the answer and its time tell nothing, and whoever
    mixed up two mailboxes learns so.
    """
    tidy_email = emails.normalise(email)
    await _spend_email(db, tidy_email, caller)
    async with db.begin() as tx:
        kept = await store.find_credentials(tx, email=tidy_email)
        if kept is None:
            await send_later(tx, _unknown_email(tidy_email))
            return
        work = ResetEmail(kept.account_id, reset_url.rstrip("/"), tx.clock.now(), current_language())
        await jobs.enqueue(tx, MAIL_RESET, work)


async def reset_password(db: Database, *, secret: str, password: str) -> str:
    """Choose a new password by the link, which ends every session and API token; return the e-mail."""
    async with db.begin() as tx:
        account_id = await store.find_reset(tx, digest(secret))
        account = account_id and await store.find_account(tx, account_id)
    if not account:
        raise LinkExpired
    problem = password_rules.find_problem(
        password, email=account.email or "", display_name=account.display_name
    )
    if problem:
        raise Invalid(problem)
    password_hash = await passwords.hash(password_rules.normalise(password))
    async with db.begin() as tx:
        if await store.take_reset(tx, digest(secret)) is None:
            raise LinkExpired
        await store.set_password_hash(tx, account.id, password_hash)
        await end_everything(tx, account.id)
        if account.email:
            await forgive(tx, Try(PASSWORD_BY_EMAIL, account.email))
            await send_later(tx, _changed_email(account.email))
    return account.email or ""


async def issue_token(
    tx: Tx, account_id: AccountId, name: str, *, origin: AccessOrigin | None = None
) -> NewToken:
    """Make a named API token of this plane; its secret is told this once and not kept."""
    tidy_name = check_display_name(name, field="name")
    await store.lock_account(tx, account_id)  # two at once must not pass the bound together
    if await store.count_tokens(tx, account_id) >= MAX_TOKENS:
        raise TooManyTokens(limit=MAX_TOKENS)
    token = NewToken(id=TokenId(new_id()), secret=f"etl_{tx.database.plane}_{new_token()}")
    await store.add_token(tx, token.id, account_id, digest(token.secret), tidy_name, origin)
    return token


async def _spend_email(db: Database, email: str, caller: Caller) -> None:
    """Count one letter to this e-mail, asked for from this address."""
    if caller.known_browser:
        await spend(db, Try(EMAILS_BY_BROWSER, f"{email} {caller.known_browser}"))
        return
    address = address_subject(caller.address)
    await spend(
        db,
        Try(EMAILS_BY_STRANGER, f"{email} {address}"),
        Try(EMAILS_TO_ONE, email),
        Try(EMAILS_BY_ADDRESS, address),
    )


async def _send_code(db: Database, email: str, new_account: NewAccount | None) -> str:
    """Return a ticket; the digits that go with it are made when their letter leaves."""
    ticket = new_token()
    async with db.begin() as tx:
        kept = EmailCode(
            email=email,
            code_hash=b"",
            tries_left=CODE_TRIES,
            expires_at=tx.clock.now() + CODE_LIFETIME,
            new_account=new_account,
        )
        await store.add_code(tx, digest(ticket), kept)
        await jobs.enqueue(tx, MAIL_CODE, CodeEmail(digest(ticket), current_language()))
    return ticket


async def _find_or_open(tx: Tx, proven: EmailCode) -> AccountId:
    """Return the account of a proven e-mail; it is opened if there is none, and never changed if there is."""
    new = proven.new_account or NewAccount(default_name(proven.email), None)
    account = _new_account(tx, new.display_name, email=proven.email)
    if await store.add_account(tx, account, new.password_hash):
        return account.id
    known = await store.find_account_by_email(tx, proven.email)
    assert known is not None  # noqa: S101 - the e-mail was in the way of the new row
    return known.id


def _new_account(
    tx: Tx, display_name: str, *, email: str | None = None, external_ref: str | None = None
) -> Account:
    return Account(
        id=AccountId(new_id()),
        display_name=display_name[:MAX_NAME_LENGTH],
        email=email,
        external_ref=external_ref,
        created_at=tx.clock.now(),
    )


def _unknown_email(email: str) -> Mail:
    return Mail(
        to=email,
        subject=_("No account with this e-mail"),
        text=_(
            "Somebody, perhaps you, asked for a new password at Etalase. There is no account with this "
            "e-mail. Perhaps you signed up with another one. If it wasn't you, ignore this e-mail."
        ),
    )


def _changed_email(email: str) -> Mail:
    return Mail(
        to=email,
        subject=_("Your password was changed"),
        text=_(
            "Your password was changed, and all devices and API tokens were signed out. If it wasn't you, "
            "ask for a new password at once."
        ),
    )

"""Signing up, in and out; the account with its devices and API tokens.

`SIGN_IN_ROUTES` belong to the plane that holds people's accounts (commerce). `ACCOUNT_ROUTES` are for each
plane that knows somebody: the social plane mounts them below a prefix of its own.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from etalase import accounts
from etalase.accounts import NewSession, NewToken
from etalase.kernel.errors import Invalid, Refusal
from etalase.platform.db import Database, Tx
from etalase.platform.i18n import gettext as _
from etalase.platform.mail import DevelopmentMailer, Mailer
from etalase.web._auth import PageRequest, me, signed_in, visitor
from etalase.web._cart import keep_cart
from etalase.web._flash import redirect
from etalase.web._forms import form_errors
from etalase.web._known_browsers import remember_browser, visitor_at
from etalase.web._own_path import own_path
from etalase.web._pages import page
from etalase.web._refusals import say


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """What somebody writes to sign up."""

    display_name: str = ""
    email: str = ""
    password: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class SignInForm:
    """What somebody writes to sign in, or to get a code or a reset link."""

    email: str = ""
    password: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class CodeForm:
    """The digits that came by e-mail."""

    digits: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class NewPasswordForm:
    """A new password."""

    password: str = ""


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name, of the account or of a token."""

    name: str = ""


@get("/sign-up", include_in_schema=False)
async def show_sign_up(request: PageRequest) -> Response[Any]:
    """Show the form to sign up."""
    wanted = own_path(request.query_params.get("next", ""))
    return Redirect(wanted, status_code=303) if request.user else _form("sign_up", SignUpForm(next=wanted))


@post("/sign-up", include_in_schema=False)
async def sign_up(
    request: PageRequest, db: NamedDependency[Database], data: URLEncodedBody[SignUpForm]
) -> Response[Any]:
    """Send a code that proves the e-mail; the account opens when it is entered."""
    try:
        ticket = await accounts.request_sign_up(
            db,
            email=data.email,
            password=data.password,
            display_name=data.display_name,
            caller=visitor_at(request, data.email),
        )
    except Refusal as refusal:
        return _form("sign_up", data, refusal)
    return Redirect(_code_path(ticket, data.next), status_code=303)


@get("/sign-in", include_in_schema=False)
async def show_sign_in(request: PageRequest) -> Response[Any]:
    """Show the form to sign in; who is signed in already goes on."""
    wanted = own_path(request.query_params.get("next", ""))
    return Redirect(wanted, status_code=303) if request.user else _form("sign_in", SignInForm(next=wanted))


@post("/sign-in", include_in_schema=False)
async def sign_in(
    request: PageRequest, db: NamedDependency[Database], data: URLEncodedBody[SignInForm]
) -> Response[Any]:
    """Sign in with e-mail and password."""
    try:
        session = await accounts.sign_in(
            db, email=data.email, password=data.password, caller=visitor_at(request, data.email)
        )
    except Refusal as refusal:
        return _form("sign_in", data, refusal)
    return await _enter(request, db, session, data.next)


@post("/sign-in/code", include_in_schema=False)
async def send_code(
    request: PageRequest, db: NamedDependency[Database], data: URLEncodedBody[SignInForm]
) -> Response[Any]:
    """Send a code to sign in with, whoever has an account or hasn't."""
    try:
        ticket = await accounts.request_code(db, email=data.email, caller=visitor_at(request, data.email))
    except Refusal as refusal:
        return _form("sign_in", data, refusal)
    return Redirect(_code_path(ticket, data.next), status_code=303)


@get("/sign-in/code/{ticket:str}", include_in_schema=False)
async def show_code(request: PageRequest, ticket: FromPath[str]) -> Response[Any]:
    """Ask for the digits. The address survives a phone that drops the page while its owner reads mail."""
    wanted = own_path(request.query_params.get("next", ""))
    return _form("code", CodeForm(next=wanted), ticket=ticket)


@post("/sign-in/code/{ticket:str}", include_in_schema=False)
async def enter_code(
    request: PageRequest,
    db: NamedDependency[Database],
    ticket: FromPath[str],
    data: URLEncodedBody[CodeForm],
) -> Response[Any]:
    """Sign in with the digits."""
    try:
        session = await accounts.sign_in_with_code(
            db, ticket=ticket, digits=data.digits, caller=visitor(request)
        )
    except Refusal as refusal:
        return _form("code", data, refusal, ticket=ticket)
    return await _enter(request, db, session, data.next)


@get("/reset", include_in_schema=False)
async def show_reset() -> Response[Any]:
    """Ask where to send the link for a new password."""
    return _form("reset", SignInForm())


@post("/reset", include_in_schema=False)
async def send_reset(
    request: PageRequest, db: NamedDependency[Database], data: URLEncodedBody[SignInForm]
) -> Response[Any]:
    """Send the link; the answer is the same for every e-mail."""
    reset_url = f"{request.auth.public_url}/reset"
    try:
        await accounts.request_reset(
            db, email=data.email, reset_url=reset_url, caller=visitor_at(request, data.email)
        )
    except Refusal as refusal:
        return _form("reset", data, refusal)
    return Redirect("/reset/sent", status_code=303)


@get("/reset/sent", include_in_schema=False)
async def show_reset_sent() -> Response[Any]:
    """Say that a letter is on its way."""
    return page("accounts/reset_sent.html")


@get("/reset/{secret:str}", include_in_schema=False)
async def show_new_password(db: NamedDependency[Database], secret: FromPath[str]) -> Response[Any]:
    """Ask for the new password, or say at once that the link is no longer good."""
    async with db.begin() as tx:
        if not await accounts.is_reset_open(tx, secret):
            raise accounts.LinkExpired
    return _form("new_password", NewPasswordForm(), secret=secret)


@post("/reset/{secret:str}", include_in_schema=False)
async def choose_new_password(
    request: PageRequest,
    db: NamedDependency[Database],
    secret: FromPath[str],
    data: URLEncodedBody[NewPasswordForm],
) -> Response[Any]:
    """Take the new password; whoever was signed in has to sign in again."""
    try:
        email = await accounts.reset_password(db, secret=secret, password=data.password)
    except Invalid as refusal:
        return _form("new_password", data, refusal, secret=secret)
    answer = redirect(request, "/sign-in", _("Your password was changed. Please sign in."))
    answer.set_cookie(remember_browser(request, email))
    return answer


@post("/sign-out", include_in_schema=False)
async def sign_out(request: PageRequest, db: NamedDependency[Database]) -> Response[Any]:
    """End this browser's session of this plane."""
    async with db.begin() as tx:
        await _end_session(tx, request)
    answer = redirect(request, "/", _("You are signed out."))
    answer.set_cookie(request.auth.session_cookie(""))
    return answer


@get("/account", guards=[signed_in], include_in_schema=False)
async def show_account(request: PageRequest, db: NamedDependency[Database]) -> Response[Any]:
    """Show the name, the devices and the API tokens."""
    return await _account_page(request, db)


@post("/account/name", guards=[signed_in], include_in_schema=False)
async def rename(
    request: PageRequest, db: NamedDependency[Database], data: URLEncodedBody[NameForm]
) -> Response[Any]:
    """Take another name."""
    try:
        async with db.begin() as tx:
            await accounts.rename(tx, me(request).account_id, data.name)
    except Invalid as refusal:
        return await _account_page(request, db, refusal=refusal, form="name", written=data.name)
    return redirect(request, request.auth.account_path, _("Saved."))


@post("/account/sessions/revoke-others", guards=[signed_in], include_in_schema=False)
async def revoke_other_sessions(request: PageRequest, db: NamedDependency[Database]) -> Response[Any]:
    """Sign out everywhere but here."""
    async with db.begin() as tx:
        await accounts.revoke_other_sessions(tx, me(request))
    return redirect(request, request.auth.account_path, _("All other devices are signed out."))


@post("/account/sessions/{session_id:uuid}/revoke", guards=[signed_in], include_in_schema=False)
async def revoke_session(
    request: PageRequest, db: NamedDependency[Database], session_id: FromPath[UUID]
) -> Response[Any]:
    """Sign out one device."""
    async with db.begin() as tx:
        await accounts.revoke_session(tx, me(request).account_id, session_id)
    return redirect(request, request.auth.account_path, _("That device is signed out."))


@post("/account/tokens", guards=[signed_in], include_in_schema=False)
async def issue_token(
    request: PageRequest, db: NamedDependency[Database], data: URLEncodedBody[NameForm]
) -> Response[Any]:
    """Make an API token and show its secret, this once."""
    try:
        async with db.begin() as tx:
            token = await accounts.issue_token(tx, me(request).account_id, data.name)
    except Refusal as refusal:
        return await _account_page(request, db, refusal=refusal, form="token", written=data.name)
    return await _account_page(request, db, new_token=token)


@post("/account/tokens/{token_id:uuid}/revoke", guards=[signed_in], include_in_schema=False)
async def revoke_token(
    request: PageRequest, db: NamedDependency[Database], token_id: FromPath[UUID]
) -> Response[Any]:
    """Make an API token worthless."""
    async with db.begin() as tx:
        await accounts.revoke_token(tx, me(request).account_id, token_id)
    return redirect(request, request.auth.account_path, _("The token is revoked."))


@get("/dev/mail", include_in_schema=False)
async def show_emails(mailer: NamedDependency[Mailer]) -> Response[Any]:
    """Show the letters that were not sent, in development."""
    emails = mailer.emails if isinstance(mailer, DevelopmentMailer) else ()
    return page("accounts/emails.html", emails=emails)


def _form(name: str, form: object, refusal: Refusal | None = None, **values: Any) -> Response[Any]:
    """Show a form, again with what was written and what was wrong where it was refused."""
    template = f"accounts/{name}.html"
    if refusal is None:
        return page(template, form=form, errors={}, said=None, **values)
    said = say(refusal)
    errors = form_errors(refusal) if isinstance(refusal, Invalid) else {}
    return page(
        template, status=said.status, headers=said.headers, form=form, errors=errors, said=said, **values
    )


def _code_path(ticket: str, wanted: str) -> str:
    return f"/sign-in/code/{ticket}?next={quote(own_path(wanted), safe='/')}"


async def _enter(request: PageRequest, db: Database, session: NewSession, wanted: str) -> Response[Any]:
    """Give the browser its new session; the one that it brought along ends (session fixation).

    What was held on this browser before is in the account's cart from now on.
    """
    async with db.begin() as tx:
        await _end_session(tx, request)
        await keep_cart(tx, request, session.account_id)
        account = await accounts.find_account(tx, session.account_id)
    answer = Redirect(own_path(wanted), status_code=303)
    answer.set_cookie(request.auth.session_cookie(session.token))
    if account is not None and account.email:
        answer.set_cookie(remember_browser(request, account.email))
    return answer


async def _end_session(tx: Tx, request: PageRequest) -> None:
    if token := request.cookies.get(request.auth.cookie_name):
        await accounts.sign_out(tx, token)


async def _account_page(
    request: PageRequest,
    db: Database,
    *,
    refusal: Refusal | None = None,
    form: str = "",
    written: str = "",
    new_token: NewToken | None = None,
) -> Response[Any]:
    user = me(request)
    async with db.begin() as tx:
        sessions = await accounts.list_sessions(tx, user.account_id)
        tokens = await accounts.list_tokens(tx, user.account_id)
    said = say(refusal) if refusal else None
    errors = form_errors(refusal) if isinstance(refusal, Invalid) else {}
    return page(
        "accounts/account.html",
        status=said.status if said else 200,
        headers={"cache-control": "no-store"},
        me=user,
        door=request.auth,
        sessions=sessions,
        tokens=tokens,
        new_token=new_token,
        refused_form=form,
        written=written,
        errors={"name": next(iter(errors.values()))} if errors else {},
        said=said,
    )


ACCOUNT_ROUTES: list[Any] = [
    sign_out,
    show_account,
    rename,
    revoke_other_sessions,
    revoke_session,
    issue_token,
    revoke_token,
]
SIGN_IN_ROUTES: list[Any] = [
    show_sign_up,
    sign_up,
    show_sign_in,
    sign_in,
    send_code,
    show_code,
    enter_code,
    show_reset,
    send_reset,
    show_reset_sent,
    show_new_password,
    choose_new_password,
]
DEVELOPMENT_ROUTES: list[Any] = [show_emails]
ROUTES: list[Any] = [*SIGN_IN_ROUTES, *ACCOUNT_ROUTES]

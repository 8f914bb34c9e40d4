"""What people and programs are told when something is refused or fails: one table, one place.

A refusal raised anywhere below becomes a page (an error page, or the sign-in page) or, under /api/ and for
scripts that accept JSON, problem details. Whatever is not foreseen becomes a 500 with the request's id and
nothing of our insides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from etalase.accounts import NotSignedIn
from etalase.kernel.errors import Fact, Invalid, Refusal
from etalase.platform.i18n import Lazy, choose_language, lazy, set_language
from etalase.platform.observing import request_id
from etalase.web._auth import way_to_sign_in
from etalase.web._forms import field_words
from etalase.web._pages import Page
from etalase.web._preferences import LANGUAGE_COOKIE

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answer:
    """How one code is told: the status, a heading, and a sentence that may name facts as `%(fact)s`."""

    status: int
    title: Lazy
    detail: Lazy


REFUSALS: dict[
    str, Answer
] = {  # append-only, a block for each context: the code of a Refusal -> how it is told
    # kernel and platform
    "invalid_input": Answer(
        422, lazy("Some fields can't be taken"), lazy("Please look at the marked fields and send them again.")
    ),
    "too_many_tries": Answer(
        429, lazy("A moment, please"), lazy("Too many tries. Please wait %(retry_after_seconds)s seconds.")
    ),
    "too_busy": Answer(
        503, lazy("Much is going on"), lazy("Please try again in %(retry_after_seconds)s seconds.")
    ),
    # accounts
    "not_signed_in": Answer(401, lazy("Please sign in"), lazy("This needs you to be signed in.")),
    "wrong_credentials": Answer(
        403, lazy("This didn't work"), lazy("E-mail and password don't belong together.")
    ),
    "wrong_code": Answer(
        403, lazy("This code is not right"), lazy("Please look again. %(tries_left)s more tries.")
    ),
    "code_expired": Answer(
        403,
        lazy("This code is no longer good"),
        lazy("It was used, or is too old. Please ask for a new one."),
    ),
    "link_expired": Answer(
        410,
        lazy("This link is no longer good"),
        lazy("It was used, or is too old. Please ask for a new one."),
    ),
    "session_not_found": Answer(404, lazy("Not here"), lazy("This session is over already.")),
    "token_not_found": Answer(404, lazy("Not here"), lazy("There is no such API token.")),
    "too_many_tokens": Answer(
        409, lazy("Enough tokens"), lazy("You have %(limit)s API tokens. Please revoke one first.")
    ),
    # bridge
    "host_pass_unusable": Answer(
        403,
        lazy("This pass is no longer good"),
        lazy("It was used, or is too old. Go to the studio from your shop's desk once more."),
    ),
    "bridge_signature_wrong": Answer(
        403, lazy("Not from the other side"), lazy("The message is not signed as it should be.")
    ),
    "crossing_refused": Answer(
        451, lazy("The law keeps this apart"), lazy("The rulebook in force does not let this cross.")
    ),
    # payments
    "payment_unknown": Answer(404, lazy("Not here"), lazy("There is no such payment.")),
    "payment_method_not_offered": Answer(
        409, lazy("Please pay another way"), lazy("The shop doesn't take money this way.")
    ),
    "order_already_paid": Answer(409, lazy("Paid already"), lazy("The money for this order has come in.")),
    "payment_under_way": Answer(
        409, lazy("One payment is open"), lazy("Cancel the open payment first, then choose another way.")
    ),
    "payment_not_open": Answer(
        409, lazy("This payment is over"), lazy("It was paid, cancelled, or its time ran out.")
    ),
    "payment_confirmed_by_gateway": Answer(
        409, lazy("The payment service does this"), lazy("It will tell us by itself; nothing to do here.")
    ),
    "payment_amount_differs": Answer(
        409,
        lazy("Not this amount"),
        lazy("The buyer was asked for exactly Rp %(due)s. Please look at your account again."),
    ),
    "payment_nothing_to_refund": Answer(
        409, lazy("Nothing to give back"), lazy("So much money did not come in, or it went back already.")
    ),
    "payment_refund_under_way": Answer(
        409, lazy("One refund is on its way"), lazy("The next can follow when it has arrived.")
    ),
    "payment_no_free_amount": Answer(
        503, lazy("Very many orders wait"), lazy("Please choose another way to pay, or try again soon.")
    ),
    "payment_bad_signature": Answer(403, lazy("Not allowed"), lazy("The call is not signed as agreed.")),
    # people and rooms
    "not_your_shop": Answer(404, lazy("Not here"), lazy("There is no such shop of yours.")),
    "no_such_show": Answer(404, lazy("Not here"), lazy("There is no show at this address.")),
    "show_not_planned": Answer(
        409, lazy("Too late for this"), lazy("This can be done only before the show begins.")
    ),
    "show_not_live": Answer(409, lazy("Not on air"), lazy("This can be done only while the show is live.")),
    "show_ended": Answer(409, lazy("The show is over"), lazy("The show is over. You can watch it again.")),
    "not_a_host": Answer(403, lazy("Not allowed"), lazy("Only the hosts of this show can do this.")),
    "muted": Answer(403, lazy("A moment of quiet"), lazy("You can't write just now. You can still watch.")),
    "blocked": Answer(403, lazy("Not allowed"), lazy("You can't write in this shop's rooms.")),
    "too_fast": Answer(
        429, lazy("A moment, please"), lazy("Too fast. Please wait %(retry_after_seconds)s seconds.")
    ),
    "room_busy": Answer(429, lazy("Much is going on"), lazy("Many are writing. Please send it once more.")),
    "name_needed": Answer(422, lazy("Your name, please"), lazy("Say how you want to be called here.")),
    "name_not_free": Answer(
        409, lazy("Another name, please"), lazy("Only the shop's own hosts may use this name.")
    ),
    "offer_not_in_tray": Answer(404, lazy("Not here"), lazy("This offer is not in the show's tray.")),
    "offer_not_pinned": Answer(409, lazy("Nothing to take down"), lazy("No offer is pinned.")),
    "no_such_line": Answer(404, lazy("Not here"), lazy("This line is gone already.")),
    "log_unavailable": Answer(
        503, lazy("Back in a moment"), lazy("Lines can't be sent just now. The show goes on; try again soon.")
    ),
    "no_such_command": Answer(400, lazy("This can't be read"), lazy("The room doesn't know this command.")),
}

FAILURES: dict[str, Answer] = {  # what no Refusal says: of the protocol, and of ourselves
    "bad_request": Answer(400, lazy("This can't be read"), lazy("The request is not as it should be.")),
    "forbidden": Answer(403, lazy("Not allowed"), lazy("You can't do this here.")),
    "csrf_failed": Answer(
        403,
        lazy("Please send it once more"),
        lazy("The page was open for too long. Load it again and send it."),
    ),
    "not_found": Answer(404, lazy("Not here"), lazy("There is no page at this address.")),
    "method_not_allowed": Answer(405, lazy("Not this way"), lazy("This address doesn't take that method.")),
    "too_large": Answer(413, lazy("Too large"), lazy("What was sent is larger than we take.")),
    "unsupported_media_type": Answer(415, lazy("Unknown format"), lazy("This address takes another format.")),
    "failed": Answer(500, lazy("That was our fault"), lazy("Something failed here. We have a note of it.")),
    "database_away": Answer(
        503,
        lazy("Back in a moment"),
        lazy("We can't reach our database just now. Nothing of yours is lost; please try again soon."),
    ),
}

CODES_BY_STATUS = {answer.status: code for code, answer in FAILURES.items() if code != "csrf_failed"}
CSRF_DETAIL = "CSRF token verification failed"
DATABASE_AWAY_SECONDS = 5
RETRIED = frozenset({429, 500, 503})
"""Where the same request may succeed a little later, so the page offers it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A refusal in the reader's words, ready for a page or for the API."""

    status: int
    code: str
    title: str
    detail: str
    errors: tuple[tuple[str, str, str], ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    reference: str = ""
    """The request's id, where whoever runs the site has to look it up."""


class ProblemResponse(Protocol):
    """How the API writes problem details; `api._problems` has it, `bootstrap` brings the two together."""

    def __call__(
        self,
        request: Request[Any, Any, Any],
        *,
        status: int,
        code: str,
        title: str,
        detail: str,
        errors: tuple[tuple[str, str, str], ...],
        facts: Mapping[str, Fact],
        headers: Mapping[str, str],
    ) -> Response[Any]:
        """Return the answer."""
        ...


def say(refusal: Refusal) -> Said:
    """Return a refusal's words, for an error page, a notice above a form or the API."""
    answer = REFUSALS[refusal.code]
    headers = {}
    if seconds := refusal.facts.get("retry_after_seconds"):
        headers["retry-after"] = str(seconds)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    return Said(
        status=answer.status,
        code=refusal.code,
        title=str(answer.title),
        detail=_fill(answer.detail, refusal.facts),
        errors=tuple((problem.field, problem.code, field_words(problem)) for problem in problems),
        facts=refusal.facts,
        headers=headers,
    )


def exception_handlers(problem: ProblemResponse) -> ExceptionHandlersMap:
    """Return what the app does with each exception; `problem` writes the API's answers."""

    def handler(say_it: Callable[[Any], Said]) -> Callable[[Request[Any, Any, Any], Any], Response[Any]]:
        def handle(request: Request[Any, Any, Any], error: Any) -> Response[Any]:
            _speak_to(request)
            return _respond(request, say_it(error), problem)

        return handle

    refused, failed = handler(say), handler(_say_failed)

    def not_signed_in(request: Request[Any, Any, Any], error: NotSignedIn) -> Response[Any]:
        if _wants_problem(request):
            return refused(request, error)
        if request.headers.get("hx-request"):
            return Response("", status_code=401, headers={"hx-redirect": way_to_sign_in(request)})
        return Redirect(way_to_sign_in(request), status_code=303)

    return {
        NotSignedIn: not_signed_in,
        Refusal: refused,
        HTTPException: handler(_say_http),
        Exception: failed,
    }


def _speak_to(request: Request[Any, Any, Any]) -> None:
    """Speak the reader's language: where no route matches, no middleware has done so."""
    accepted = request.headers.get("accept-language")
    set_language(choose_language(request.cookies.get(LANGUAGE_COOKIE), accepted))


def _respond(request: Request[Any, Any, Any], said: Said, problem: ProblemResponse) -> Response[Any]:
    if _wants_problem(request):
        return problem(
            request,
            status=said.status,
            code=said.code,
            title=said.title,
            detail=said.detail,
            errors=said.errors,
            facts=said.facts | ({"request_id": said.reference} if said.reference else {}),
            headers=said.headers,
        )
    words = {"status": said.status, "title": said.title, "text": said.detail, "reference": said.reference}
    return Page(
        "errors/error.html",
        context=words | {"retry": said.status in RETRIED},
        status_code=said.status,
        headers=dict(said.headers),
    )


def _wants_problem(request: Request[Any, Any, Any]) -> bool:
    accept = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or "json" in accept.split(",", maxsplit=1)[0]


def _say_http(error: HTTPException) -> Said:
    """Translate Litestar's own exceptions; what they say of fields goes along, nothing else."""
    if isinstance(error, ValidationException):
        return _say_validation(error)
    code = CODES_BY_STATUS.get(error.status_code, "bad_request")
    if error.status_code == HTTPStatus.FORBIDDEN and CSRF_DETAIL in error.detail:
        code = "csrf_failed"
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _say_failed(error)
    answer = FAILURES[code]
    return Said(error.status_code, code, str(answer.title), str(answer.detail), headers=error.headers or {})


def _say_validation(error: ValidationException) -> Said:
    said = say(Invalid())
    extra = error.extra if isinstance(error.extra, list) else []
    errors = tuple(
        (str(one.get("key", "")), "invalid", str(one.get("message", "")))
        for one in extra
        if isinstance(one, dict)
    )
    return Said(said.status, said.code, said.title, said.detail, errors)


def _say_failed(error: Exception) -> Said:
    if is_database_away(error):
        log.warning("database_away", error=type(error).__name__)
        headers = {"retry-after": str(DATABASE_AWAY_SECONDS)}
        answer = FAILURES["database_away"]
        return Said(answer.status, "database_away", str(answer.title), str(answer.detail), headers=headers)
    answer = FAILURES["failed"]
    reference = request_id.get()
    log.error("request_failed", exc_info=error)
    return Said(answer.status, "failed", str(answer.title), str(answer.detail), reference=reference)


def is_database_away(error: BaseException) -> bool:
    """Tell whether an error means that the database can't be reached or has gone away under us."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, ConnectionError | OperationalError | InterfaceError | PoolExhausted)


def _fill(words: Lazy, facts: Mapping[str, Fact]) -> str:
    """Put the facts into the words; a fact that is missing must not turn a refusal into a failure."""
    text = str(words)
    try:
        return text % facts if facts else text
    except (KeyError, TypeError, ValueError):
        return text

"""How every exception ends: as a page, or as problem details for programs and for scripts that accept JSON.

Refusals are said by their table. The framework's own exceptions lose what they tell of our insides, a lost
database is told as such, and whatever is not foreseen becomes a 500 with the request's id and nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Protocol

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from etalase.accounts import NotSignedIn
from etalase.kernel.errors import Fact, Invalid, Refusal
from etalase.kernel.reading import Unreadable
from etalase.platform.db import Away, Conflict, is_full
from etalase.platform.i18n import choose_language, lazy, set_language
from etalase.platform.observing import request_id
from etalase.web._auth import page_before, way_to_sign_in
from etalase.web._cookies import read_cookie
from etalase.web._pages import HtmlPage
from etalase.web._preferences import LANGUAGE_COOKIE
from etalase.web._refusal_words import RefusalWords
from etalase.web._refusals import RefusalText, say
from etalase.web._unread import unread_fields

log = structlog.get_logger()

FAILURES: dict[str, RefusalWords] = {  # what no Refusal says: of the protocol, and of ourselves
    "bad_request": RefusalWords(400, lazy("This can't be read"), lazy("The request is not as it should be.")),
    "forbidden": RefusalWords(403, lazy("Not allowed"), lazy("You can't do this here.")),
    "csrf_failed": RefusalWords(
        403,
        lazy("Please send it once more"),
        lazy("The page was open for too long. Load it again and send it."),
    ),
    "not_found": RefusalWords(404, lazy("Not found"), lazy("There is no page at this address.")),
    "method_not_allowed": RefusalWords(
        405, lazy("Not this way"), lazy("This address doesn't take that method.")
    ),
    "too_large": RefusalWords(413, lazy("Too large"), lazy("What was sent is larger than we take.")),
    "unsupported_media_type": RefusalWords(
        415, lazy("Unknown format"), lazy("This address takes another format.")
    ),
    "failed": RefusalWords(
        500, lazy("That was our fault"), lazy("Something failed here. We have a note of it.")
    ),
    "database_away": RefusalWords(
        503,
        lazy("Back in a moment"),
        lazy("We can't reach our database just now. Nothing of yours is lost; please try again soon."),
    ),
    "storage_full": RefusalWords(
        503,
        lazy("Back in a moment"),
        lazy("We have no room to store this just now. Nothing was changed; please try again soon."),
    ),
    "conflict": RefusalWords(
        409,
        lazy("Somebody else changed this"),
        lazy("This changed at the same moment. Please look at it again, and send it once more."),
    ),
}

NOT_BY_STATUS = ("csrf_failed", "storage_full", "conflict")
CODES_BY_STATUS = {answer.status: code for code, answer in FAILURES.items() if code not in NOT_BY_STATUS}
CSRF_DETAIL = "CSRF token verification failed"
AWAY_SECONDS = {"database_away": 5, "storage_full": 30}
PROGRAMS = ("/api/", "/whip/")
"""Where nobody reads pages."""
RETRIED = frozenset({429, 500, 503})
"""Where the same request may succeed a little later, so the page offers it."""


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
        clauses: Sequence[Mapping[str, str]],
        headers: Mapping[str, str],
    ) -> Response[Any]:
        """Return the answer."""
        ...


def exception_handlers(problem: ProblemResponse) -> ExceptionHandlersMap:
    """Return what the app does with each exception; `problem` writes the API's answers."""

    def handler(
        say_it: Callable[[Any], RefusalText],
    ) -> Callable[[Request[Any, Any, Any], Any], Response[Any]]:
        def handle(request: Request[Any, Any, Any], error: Any) -> Response[Any]:
            _speak_to(request)
            return _respond(request, say_it(error), problem)

        return handle

    refused, failed = handler(say), handler(say_failed)

    def not_signed_in(request: Request[Any, Any, Any], error: NotSignedIn) -> Response[Any]:
        if _wants_problem(request):
            return refused(request, error)
        if request.headers.get("hx-request"):
            return Response("", status_code=401, headers={"hx-redirect": way_to_sign_in(request)})
        return Redirect(way_to_sign_in(request), status_code=303)

    return {
        NotSignedIn: not_signed_in,
        Refusal: refused,
        Unreadable: handler(lambda _: _say_http(HTTPException(status_code=HTTPStatus.BAD_REQUEST))),
        HTTPException: handler(_say_http),
        Exception: failed,
    }


def _speak_to(request: Request[Any, Any, Any]) -> None:
    """Speak the reader's language: where no route matches, no middleware has done so."""
    accepted = request.headers.get("accept-language")
    set_language(choose_language(read_cookie(request, LANGUAGE_COOKIE), accepted))


def _respond(request: Request[Any, Any, Any], said: RefusalText, problem: ProblemResponse) -> Response[Any]:
    if _wants_problem(request):
        return problem(
            request,
            status=said.status,
            code=said.code,
            title=said.title,
            detail=said.detail,
            errors=said.errors,
            facts=said.facts | ({"request_id": said.reference} if said.reference else {}),
            clauses=said.clauses,
            headers=said.headers,
        )
    words = {"status": said.status, "title": said.title, "text": said.detail, "reference": said.reference}
    return HtmlPage(
        "errors/error.html",
        context=words | {"again": _where_again(request, said)},
        status_code=said.status,
        headers=dict(said.headers),
    )


def _where_again(request: Request[Any, Any, Any], said: RefusalText) -> str:
    """Return the page that may succeed when it is loaded anew, or nothing."""
    if said.code == "csrf_failed" or (said.status in RETRIED and request.method not in {"GET", "HEAD"}):
        return page_before(request)
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query if said.status in RETRIED else ""


def _wants_problem(request: Request[Any, Any, Any]) -> bool:
    accept = request.headers.get("accept", "")
    return request.url.path.startswith(PROGRAMS) or "json" in accept.split(",", maxsplit=1)[0]


def _say_http(error: HTTPException) -> RefusalText:
    """Translate Litestar's own exceptions; what they say of fields goes along, nothing else."""
    if isinstance(error, ValidationException):
        return _say_validation(error)
    code = CODES_BY_STATUS.get(error.status_code, "bad_request")
    if error.status_code == HTTPStatus.FORBIDDEN and CSRF_DETAIL in error.detail:
        code = "csrf_failed"
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return say_failed(error)
    answer = FAILURES[code]
    return RefusalText(
        error.status_code, code, str(answer.title), str(answer.detail), headers=error.headers or {}
    )


def _say_validation(error: ValidationException) -> RefusalText:
    said = say(Invalid())
    return RefusalText(said.status, said.code, said.title, said.detail, unread_fields(error))


def say_failed(error: Exception) -> RefusalText:
    """Return what is told of whatever no Refusal says, and note it where it is ours to know."""
    if is_full(error):
        return _say_away("storage_full", error)
    if isinstance(error, Away):
        return _say_away("database_away", error)
    if isinstance(error, Conflict):
        log.warning("request_lost_a_race", error=error)
        answer = FAILURES["conflict"]
        return RefusalText(answer.status, "conflict", str(answer.title), str(answer.detail))
    answer = FAILURES["failed"]
    log.error("request_failed", exc_info=error)
    return RefusalText(
        answer.status, "failed", str(answer.title), str(answer.detail), reference=request_id.get()
    )


def _say_away(code: str, error: Exception) -> RefusalText:
    log.warning(code, error=error)
    answer = FAILURES[code]
    headers = {"retry-after": str(AWAY_SECONDS[code])}
    return RefusalText(answer.status, code, str(answer.title), str(answer.detail), headers=headers)

"""How the API says no: problem details (RFC 9457). It has no words of its own; they come with the refusal."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Request, Response

MEDIA_TYPE = "application/problem+json"


class FieldError(msgspec.Struct, frozen=True):
    """One field of the request that cannot be taken."""

    field: str
    code: str
    detail: str


class ProblemClause(msgspec.Struct, frozen=True):
    """A clause of the law that refuses, in the reader's language; `confidence` says how sure it is."""

    rulebook: str
    id: str
    article: str
    text: str
    source: str
    confidence: str


class Problem(msgspec.Struct, frozen=True):
    """What went wrong. Programs look at `code`, which never changes its meaning; people read the rest."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: Sequence[FieldError] = ()
    facts: Mapping[str, str | int | float | bool | None] = {}
    clauses: Sequence[ProblemClause] = ()


def problem_response(
    request: Request[Any, Any, Any],
    *,
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: Sequence[tuple[str, str, str]] = (),
    facts: Mapping[str, str | int | float | bool | None] | None = None,
    clauses: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response[Problem]:
    """Return the answer; `errors` are field, code and words of each field."""
    problem = Problem(
        type=f"urn:etalase:problem:{code}",
        title=title,
        status=status,
        detail=detail,
        code=code,
        instance=request.url.path,
        errors=[FieldError(*error) for error in errors],
        facts=facts or {},
        clauses=[ProblemClause(**clause) for clause in clauses],
    )
    return Response(problem, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))

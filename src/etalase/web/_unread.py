"""What a request's shape got wrong, told as any other problem of a field: by its name, a code and words.

Litestar hands over what msgspec says of the first wrong value, in English and for programmers. What has a
code of ours gets it, with our words; what has none keeps theirs.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from litestar.exceptions import ValidationException

from etalase.kernel.errors import FieldProblem
from etalase.web._forms import field_words

WHOLE_BODY = "data"
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_MISSING_PARAMETER = re.compile(r"Missing required \w+ parameter '([\w-]+)'")
_BOUND = re.compile(r"Expected `(str|array|int)`(?: of length)? (<=|>=) (\d+)")
_BOUND_CODES = {
    ("str", "<="): "too_long",
    ("str", ">="): "too_short",
    ("array", "<="): "too_many",
    ("int", "<="): "too_high",
    ("int", ">="): "too_low",
}


def unread_fields(error: ValidationException) -> tuple[tuple[str, str, str], ...]:
    """Return the field, the code and the words of each problem."""
    extra: Iterable[Any] = error.extra if isinstance(error.extra, list) else ()
    problems = [_read(one) for one in extra if isinstance(one, Mapping)]
    parameter = _MISSING_PARAMETER.match(error.detail)
    if parameter and not problems:
        return (_with_words(FieldProblem(parameter[1], "required")),)
    return tuple(problems)


def _read(one: Mapping[str, Any]) -> tuple[str, str, str]:
    message = str(one.get("message", ""))
    field = _path(str(one.get("key", "")))
    if missing := _MISSING.match(message):
        parts = [part for part in (field, missing[1]) if part != WHOLE_BODY]
        return _with_words(FieldProblem(".".join(parts), "required"))
    bound = _BOUND.fullmatch(message)
    code = _BOUND_CODES.get((bound[1], bound[2])) if bound else None
    if bound and code:
        return _with_words(FieldProblem(field, code, int(bound[3])))
    if message.startswith("Invalid enum value"):
        return _with_words(FieldProblem(field, "unknown"))
    if message.startswith("Expected `int`, got"):
        return _with_words(FieldProblem(field, "not_a_number"))
    return field, "invalid", message


def _path(key: str) -> str:
    """Write a path as our own problems do: `variants[0].sku` is `variants.0.sku`."""
    return re.sub(r"\[(\d+)\]", r".\1", key)


def _with_words(problem: FieldProblem) -> tuple[str, str, str]:
    return problem.field, problem.code, field_words(problem)

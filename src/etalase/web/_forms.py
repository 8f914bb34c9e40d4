"""What a form says beside a field that cannot be taken. One table for all forms."""

from collections.abc import Mapping
from typing import Any

from etalase.kernel.errors import FieldProblem, Invalid
from etalase.platform.i18n import Lazy, lazy

FIELD_WORDS: dict[
    str, Lazy
] = {  # append-only: the code of a FieldProblem -> words, with %(limit)s where it has one
    "required": lazy("Please fill this in."),
    "invalid": lazy("This can't be read."),
    "too_long": lazy("At most %(limit)s characters."),
    "too_short": lazy("At least %(limit)s characters."),
    "too_low": lazy("At least %(limit)s."),
    "too_high": lazy("At most %(limit)s."),
    "taken": lazy("This is taken already."),
    "unknown": lazy("This is not among the choices."),
    "not_a_number": lazy("Please write a whole number."),
    "not_an_email": lazy("This is not an e-mail address."),
    "password_too_short": lazy(
        "At least %(limit)s characters. A few words that only you put together do well."
    ),
    "password_guessable": lazy("This is among the first that guessers try. Please choose another."),
    "too_many": lazy("At most %(limit)s of them."),
    "out_of_range": lazy("Between 0 and %(limit)s, the smaller first."),
    "not_a_postcode": lazy("A postcode has five digits."),
    "not_a_phone": lazy("This is not a phone number."),
}


def field_words(problem: FieldProblem) -> str:
    """Return what stands beside the field, in the reader's language."""
    words = FIELD_WORDS.get(problem.code, FIELD_WORDS["invalid"])
    return str(words) if problem.limit is None else words % {"limit": problem.limit}


def form_errors(invalid: Invalid) -> dict[str, str]:
    """Return the first problem of each field by the field's name, for `field(…, error=errors.name)`."""
    errors: dict[str, str] = {}
    for problem in invalid.problems:
        errors.setdefault(problem.field, field_words(problem))
    return errors


def text_of(form: Mapping[str, Any], name: str) -> str:
    """Return a field of a posted form, an empty text where it is missing or is a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""

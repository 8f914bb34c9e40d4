"""What a request's shape got wrong is words by field, code and words."""

import pytest
from litestar.exceptions import ValidationException

from etalase.platform.i18n import speaking
from etalase.web._unread import unread_fields

FILL_IN, NUMBER = "Please fill this in.", "Please write a whole number."


@pytest.mark.parametrize(
    ("key", "message", "words"),
    [
        ("data", "Object missing required field `title`", ("title", "required", FILL_IN)),
        ("variants[0]", "Object missing required field `sku`", ("variants.0.sku", "required", FILL_IN)),
        ("title", "Expected `str` of length <= 3", ("title", "too_long", "At most 3 characters.")),
        ("ids", "Expected `array` of length <= 9", ("ids", "too_many", "At most 9 of them.")),
        ("limit", "Expected `int` <= 100", ("limit", "too_high", "At most 100.")),
        ("price", "Expected `int` <= 70000", ("price", "too_high", "At most 70,000.")),
        ("quantity", "Expected `int` >= 1", ("quantity", "too_low", "At least 1.")),
        ("role", "Invalid enum value 'king'", ("role", "unknown", "This is not among the choices.")),
        ("quantity", "Expected `int`, got `str`", ("quantity", "not_a_number", NUMBER)),
        ("data", "Expected `object`, got `array`", ("data", "invalid", "Expected `object`, got `array`")),
    ],
)  # fmt: skip
def test_each_problem_has_its_field_code_and_words(
    key: str, message: str, words: tuple[str, str, str]
) -> None:
    error = ValidationException(extra=[{"key": key, "message": message, "source": "body"}])
    with speaking("en"):
        assert unread_fields(error) == (words,)


def test_a_parameter_that_is_missing_is_named() -> None:
    error = ValidationException("Missing required query parameter 'q' for path /api/v1/places")
    with speaking("en"):
        assert unread_fields(error) == (("q", "required", "Please fill this in."),)


def test_nothing_is_made_up_about_what_names_no_field() -> None:
    assert unread_fields(ValidationException("odd", extra={"a": "b"})) == ()

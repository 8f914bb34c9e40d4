"""Reading what people typed: plain text within limits, every problem told at once. No words, no I/O."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial

from etalase.kernel import emails
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields._moments import read_moment
from etalase.kernel.fields._numbers import Unclear, read_count, read_digits, read_grams, read_rupiah
from etalase.kernel.fields._phones import MAX_TYPED_LENGTH, format_phone, read_phone
from etalase.kernel.fields._texts import (
    is_longer,
    is_poisoned,
    is_readable,
    one_line,
    paragraphs,
    poisoned_paths,
)
from etalase.kernel.money import Money

__all__ = ["Fields", "format_phone", "is_poisoned", "poisoned_paths"]

MAX_CODE_LENGTH = 40
FEW = 6
"""So many choices are told with a refusal."""


class Fields:
    """Reads raw values one after another, remembers each problem, and refuses all of them at once.

    `prefix` is put before each field's name, so that rows of a form or a file can be told apart.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self.problems: list[FieldProblem] = []

    def refuse(self, field: str, code: str, limit: int | str | None = None) -> None:
        """Remember that the field cannot be taken as it is."""
        self.problems.append(FieldProblem(self._prefix + field, code, limit))

    def line(self, field: str, raw: str | None, *, max_length: int, required: bool = True) -> str:
        """Read one line of text of at most `max_length` letters, as people count them."""
        return self._text(field, raw or "", one_line, max_length, required=required)

    def text(self, field: str, raw: str | None, *, max_length: int, required: bool = False) -> str:
        """Read text of several lines, at most `max_length` letters."""
        return self._text(field, raw or "", paragraphs, max_length, required=required)

    def verbatim(self, field: str, raw: str | None, *, max_length: int) -> str:
        """Read a text in which each character counts, such as a QR code's content; its ends are trimmed."""
        return self._text(field, raw or "", str.strip, max_length, required=False)

    def identifier(
        self, field: str, raw: str | None, *, max_length: int, pattern: str = r"[!-~]+", code: str = "unknown"
    ) -> str:
        """Read what programs named: visible ASCII and nothing else, taken as it stands or not at all."""
        typed = raw or ""
        if not typed:
            self.refuse(field, "required")
        elif len(typed) > max_length:
            self.refuse(field, "too_long", max_length)
        return self.matching(field, typed[:max_length], pattern, code)

    def code(self, field: str, raw: str | None, *, pattern: str, code: str) -> str:
        """Read a code that people say and type: capitals, whatever they were typed as; maybe nothing."""
        typed = self.line(field, raw, max_length=MAX_CODE_LENGTH, required=False)
        return typed if self._has_problem(field) else self.matching(field, typed.upper(), pattern, code)

    def money(
        self,
        field: str,
        raw: str | int | None,
        *,
        minimum: int,
        maximum: int,
        empty: int | None = None,
        code: str = "unclear_amount",
    ) -> Money:
        """Read whole rupiah as people write them; what has no one meaning is refused as `code`.

        1500, 1.500, 1,500.00 and "Rp 1.500,-" are one amount; 1.5 and 1500.50 are none. Without `empty` it is
        required.
        """
        return Money(self._number(partial(read_rupiah, code=code), field, raw, minimum, maximum, empty))

    def count(
        self, field: str, raw: str | int | None, *, minimum: int, maximum: int, empty: int | None = None
    ) -> int:
        """Read how many pieces: 12, 12.500, 6.0. Without `empty` it is required."""
        return self._number(read_count, field, raw, minimum, maximum, empty)

    def grams(
        self, field: str, raw: str | int | None, *, minimum: int, maximum: int, empty: int | None = None
    ) -> int:
        """Read a weight: grams, unless kg stands behind it. Without `empty` it is required."""
        return self._number(read_grams, field, raw, minimum, maximum, empty)

    def days(
        self, field: str, raw: str | int | None, *, minimum: int, maximum: int, empty: int | None = None
    ) -> int:
        """Read how many whole days. Without `empty` it is required."""
        return self._number(read_count, field, raw, minimum, maximum, empty)

    def hours(self, field: str, raw: str | int | None, *, maximum: int) -> int | None:
        """Read how many whole hours, one at least; left out, it is None."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        return self._number(read_count, field, raw, 1, maximum, None)

    def moment(
        self, field: str, raw: str | datetime | None, *, zone: tzinfo | None = None, required: bool = False
    ) -> datetime | None:
        """Read a moment of this century; one without a zone is by this zone's clock, if one is known.

        Nothing typed, or nothing that can be taken, is None.
        """
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            if required:
                self.refuse(field, "required")
            return None
        try:
            return read_moment(raw, zone)
        except Unclear as unclear:
            self.refuse(field, unclear.code)
            return None

    def minutes(self, field: str, raw: str | int | None, *, minimum: int, maximum: int) -> int | None:
        """Read how many whole minutes; left out, it is None."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        return self._number(read_count, field, raw, minimum, maximum, None)

    def digits(
        self, field: str, raw: str | None, *, minimum: int, maximum: int, code: str, required: bool = True
    ) -> str:
        """Read an account or a licence: so many digits, without the marks between them."""
        typed = read_digits(raw or "")
        if not typed and required:
            self.refuse(field, "required")
        return self.matching(field, typed, rf"[0-9]{{{minimum},{maximum}}}", code)

    def postcode(self, field: str, raw: str | None, *, known: Sequence[str], otherwise: str = "") -> str:
        """Read a postcode: one of those that its place is known to have; left out, it is `otherwise`."""
        typed = self.digits(
            field, read_digits(raw or "") or otherwise, minimum=5, maximum=5, code="not_a_postcode"
        )
        if known and typed not in known and not self._has_problem(field):
            self.refuse(field, "not_of_place", ", ".join(known[:FEW]))
        return typed

    def between(self, field: str, number: int, *, minimum: int, maximum: int) -> int:
        """Refuse a number outside its bounds."""
        if number < minimum:
            self.refuse(field, "too_low", minimum)
        elif number > maximum:
            self.refuse(field, "too_high", maximum)
        return number

    def matching(self, field: str, value: str, pattern: str, code: str) -> str:
        """Refuse a value that is there and does not have the expected form."""
        if value and not re.fullmatch(pattern, value):
            self.refuse(field, code)
        return value

    def email(self, field: str, raw: str | None) -> str:
        """Read an e-mail address: its form only, since only a message sent tells whether it lives."""
        typed = self.line(field, raw, max_length=emails.MAX_LENGTH)
        if self._has_problem(field):
            return typed
        try:
            return emails.normalise(typed)
        except Invalid:
            self.refuse(field, "not_an_email")
            return typed

    def phone(self, field: str, raw: str | None, *, required: bool = True) -> str:
        """Read a phone number into its international form: 0812-3456-7890 becomes +6281234567890 (E.164)."""
        typed = (raw or "").strip()
        number = read_phone(typed) if len(typed) <= MAX_TYPED_LENGTH else None
        if typed and number is None:
            self.refuse(field, "not_a_phone")
        elif not typed and required:
            self.refuse(field, "required")
        return number or ""

    def settle(self) -> None:
        """Raise `Invalid` with every problem found so far, if there is one."""
        if self.problems:
            raise Invalid(*self.problems)

    def _number(
        self,
        read: Callable[[str], int],
        field: str,
        raw: str | int | None,
        minimum: int,
        maximum: int,
        empty: int | None,
    ) -> int:
        if isinstance(raw, int) and not isinstance(raw, bool):
            return self.between(field, raw, minimum=minimum, maximum=maximum)
        typed = raw if isinstance(raw, str) else ""
        if not typed.strip():
            if empty is None:
                self.refuse(field, "required")
            return minimum if empty is None else empty
        try:
            number = read(typed)
        except Unclear as unclear:
            self.refuse(field, unclear.code)
            return minimum
        return self.between(field, number, minimum=minimum, maximum=maximum)

    def _text(
        self, field: str, raw: str, clean: Callable[[str], str], max_length: int, *, required: bool
    ) -> str:
        if not is_readable(raw):
            self.refuse(field, "unreadable")
            return ""
        value = clean(raw)
        if not value and required:
            self.refuse(field, "required")
        elif is_longer(value, max_length):
            self.refuse(field, "too_long", max_length)
        return value

    def _has_problem(self, field: str) -> bool:
        return any(problem.field == self._prefix + field for problem in self.problems)

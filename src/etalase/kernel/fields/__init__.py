"""Reading what people typed: plain text within limits, every problem told at once. No words, no I/O."""

import re
from collections.abc import Callable, Sequence
from functools import partial

from etalase.kernel import emails
from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields._numbers import Unclear, read_count, read_digits, read_grams, read_rupiah
from etalase.kernel.fields._phones import LONGEST_TYPED, format_phone, read_phone
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

LONGEST_CODE = 40
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

    def line(self, field: str, raw: str | None, *, most: int, required: bool = True) -> str:
        """Read one line of text of at most `most` letters, as people count them."""
        return self._text(field, raw or "", one_line, most, required=required)

    def text(self, field: str, raw: str | None, *, most: int, required: bool = False) -> str:
        """Read text of several lines, at most `most` letters."""
        return self._text(field, raw or "", paragraphs, most, required=required)

    def verbatim(self, field: str, raw: str | None, *, most: int) -> str:
        """Read a text in which each character counts, such as a QR code's content; its ends are trimmed."""
        return self._text(field, raw or "", str.strip, most, required=False)

    def identifier(
        self, field: str, raw: str | None, *, most: int, pattern: str = r"[!-~]+", code: str = "unknown"
    ) -> str:
        """Read what programs named: visible ASCII and nothing else, taken as it stands or not at all."""
        typed = raw or ""
        if not typed:
            self.refuse(field, "required")
        elif len(typed) > most:
            self.refuse(field, "too_long", most)
        return self.matching(field, typed[:most], pattern, code)

    def code(self, field: str, raw: str | None, *, pattern: str, code: str) -> str:
        """Read a code that people say and type: capitals, whatever they were typed as; maybe nothing."""
        typed = self.line(field, raw, most=LONGEST_CODE, required=False)
        return typed if self._has_problem(field) else self.matching(field, typed.upper(), pattern, code)

    def money(
        self,
        field: str,
        raw: str | int | None,
        *,
        least: int,
        most: int,
        empty: int | None = None,
        code: str = "unclear_amount",
    ) -> Money:
        """Read whole rupiah as people write them; what has no one meaning is refused as `code`.

        1500, 1.500, 1,500.00 and "Rp 1.500,-" are one amount; 1.5 and 1500.50 are none. Without `empty` it is
        required.
        """
        return Money(self._number(partial(read_rupiah, code=code), field, raw, least, most, empty))

    def count(
        self, field: str, raw: str | int | None, *, least: int, most: int, empty: int | None = None
    ) -> int:
        """Read how many pieces: 12, 12.500, 6.0. Without `empty` it is required."""
        return self._number(read_count, field, raw, least, most, empty)

    def grams(
        self, field: str, raw: str | int | None, *, least: int, most: int, empty: int | None = None
    ) -> int:
        """Read a weight: grams, unless kg stands behind it. Without `empty` it is required."""
        return self._number(read_grams, field, raw, least, most, empty)

    def days(
        self, field: str, raw: str | int | None, *, least: int, most: int, empty: int | None = None
    ) -> int:
        """Read how many whole days. Without `empty` it is required."""
        return self._number(read_count, field, raw, least, most, empty)

    def hours(self, field: str, raw: str | int | None, *, most: int) -> int | None:
        """Read how many whole hours, one at least; left out, it is None."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        return self._number(read_count, field, raw, 1, most, None)

    def digits(
        self, field: str, raw: str | None, *, least: int, most: int, code: str, required: bool = True
    ) -> str:
        """Read an account or a licence: so many digits, without the marks between them."""
        typed = read_digits(raw or "")
        if not typed and required:
            self.refuse(field, "required")
        return self.matching(field, typed, rf"[0-9]{{{least},{most}}}", code)

    def postcode(self, field: str, raw: str | None, *, known: Sequence[str], otherwise: str = "") -> str:
        """Read a postcode: one of those that its place is known to have; left out, it is `otherwise`."""
        typed = self.digits(
            field, read_digits(raw or "") or otherwise, least=5, most=5, code="not_a_postcode"
        )
        if known and typed not in known and not self._has_problem(field):
            self.refuse(field, "not_of_place", ", ".join(known[:FEW]))
        return typed

    def between(self, field: str, number: int, *, least: int, most: int) -> int:
        """Refuse a number outside its bounds."""
        if number < least:
            self.refuse(field, "too_low", least)
        elif number > most:
            self.refuse(field, "too_high", most)
        return number

    def matching(self, field: str, value: str, pattern: str, code: str) -> str:
        """Refuse a value that is there and does not have the expected form."""
        if value and not re.fullmatch(pattern, value):
            self.refuse(field, code)
        return value

    def email(self, field: str, raw: str | None) -> str:
        """Read an e-mail address: its form only, since only a message sent tells whether it lives."""
        typed = self.line(field, raw, most=emails.LONGEST)
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
        number = read_phone(typed) if len(typed) <= LONGEST_TYPED else None
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
        least: int,
        most: int,
        empty: int | None,
    ) -> int:
        if isinstance(raw, int) and not isinstance(raw, bool):
            return self.between(field, raw, least=least, most=most)
        typed = raw if isinstance(raw, str) else ""
        if not typed.strip():
            if empty is None:
                self.refuse(field, "required")
            return least if empty is None else empty
        try:
            number = read(typed)
        except Unclear as unclear:
            self.refuse(field, unclear.code)
            return least
        return self.between(field, number, least=least, most=most)

    def _text(self, field: str, raw: str, clean: Callable[[str], str], most: int, *, required: bool) -> str:
        if not is_readable(raw):
            self.refuse(field, "unreadable")
            return ""
        value = clean(raw)
        if not value and required:
            self.refuse(field, "required")
        elif is_longer(value, most):
            self.refuse(field, "too_long", most)
        return value

    def _has_problem(self, field: str) -> bool:
        return any(problem.field == self._prefix + field for problem in self.problems)

"""Reading what people typed: plain text within limits, every problem told at once. No words, no I/O."""

import re
import unicodedata

from etalase.kernel import emails
from etalase.kernel.errors import FieldProblem, Invalid

_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_MANY_BLANK_LINES = re.compile(r"\n{3,}")


def one_line(raw: str) -> str:
    """Return the text composed (NFC), without control characters, its white space folded to single spaces."""
    return " ".join(_without_controls(raw).split())


def plain_text(raw: str) -> str:
    """Return the text as `one_line` does, but keep line breaks, at most one blank line in a row."""
    lines = (one_line(line) for line in raw.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _MANY_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _without_controls(raw: str) -> str:
    """Drop what no reader can see: controls (but not white space), surrogates, direction overrides."""
    return "".join(
        character
        for character in unicodedata.normalize("NFC", raw)
        if character.isspace()
        or (unicodedata.category(character) not in {"Cc", "Cs", "Co"} and character not in _BIDI_CONTROLS)
    )


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
        """Read one line of text of at most `most` characters."""
        return self._bounded(field, one_line(raw or ""), most, required=required)

    def text(self, field: str, raw: str | None, *, most: int, required: bool = False) -> str:
        """Read text of several lines, at most `most` characters."""
        return self._bounded(field, plain_text(raw or ""), most, required=required)

    def whole(self, field: str, raw: str | int | None, *, least: int, most: int) -> int:
        """Read a whole number between two bounds; nothing at all is `required`."""
        digits = one_line(str(raw)) if raw is not None else ""
        if not digits:
            self.refuse(field, "required")
            return least
        if not re.fullmatch(r"-?[0-9]{1,15}", digits):
            self.refuse(field, "not_a_number")
            return least
        return self.between(field, int(digits), least=least, most=most)

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
        if not 0 < len(typed) <= emails.LONGEST:
            return typed
        try:
            return emails.normalise(typed)
        except Invalid:
            self.refuse(field, "not_an_email")
            return typed

    def phone(self, field: str, raw: str | None, *, required: bool = True) -> str:
        """Read a phone number into its international form: 0812-3456-7890 becomes +6281234567890 (E.164)."""
        typed = self.line(field, raw, most=30, required=required)
        digits = re.sub(r"[\s().-]", "", typed)
        if digits.startswith("0"):
            digits = "+62" + digits[1:]
        elif digits.startswith("62"):
            digits = "+" + digits
        return self.matching(field, digits, r"\+[1-9][0-9]{6,14}", "not_a_phone")

    def settle(self) -> None:
        """Raise `Invalid` with every problem found so far, if there is one."""
        if self.problems:
            raise Invalid(*self.problems)

    def _bounded(self, field: str, value: str, most: int, *, required: bool) -> str:
        if not value and required:
            self.refuse(field, "required")
        elif len(value) > most:
            self.refuse(field, "too_long", most)
        return value

"""The base of every refusal: a stable code and the facts behind it, never words or an HTTP status."""

from dataclasses import dataclass
from typing import ClassVar

Fact = str | int | float | bool | None


class Refusal(Exception):
    """The house understood the request and says no; nothing has changed.

    Subclasses set `code`, which is part of the public API and never changes its meaning. `facts` fill the
    words that a page or the API shows.
    """

    code: ClassVar[str]

    def __init__(self, **facts: Fact) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field that cannot be taken as it is, and why.

    `code` is stable (`required`, `too_long`, `too_low`, `taken`, …); `limit` is the bound that was broken.
    """

    field: str
    code: str
    limit: int | str | None = None


class Invalid(Refusal):
    """Some fields cannot be taken as they are."""

    code = "invalid_input"

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__()
        self.problems = problems

    def __str__(self) -> str:
        return ", ".join(f"{problem.field}: {problem.code}" for problem in self.problems)


class IdempotencyKeyReused(Refusal):
    """The key was used for something else: a repeated request must repeat the whole request."""

    code = "idempotency_key_reused"

"""A clause's condition: an expression of CEL over the facts of a deed, compiled once.

CEL is Google's Common Expression Language: without loops, side effects or access to anything but its facts.
"""

from collections.abc import Mapping


class ConditionInvalid(ValueError):
    """The text is no expression, or gives no answer of yes or no."""


class Condition:
    """A compiled expression; two microseconds an answer."""

    def __init__(self, source: str) -> None:
        """Compile the text. Raises ConditionInvalid."""
        import cel  # noqa: PLC0415 - it loads a command line of its own: 0.3 s that only laws with conditions pay

        try:
            program = cel.compile(source)
        except ValueError as error:
            raise ConditionInvalid(f"{source!r} is no condition: {error}") from error
        self.source = source
        self.facts = frozenset(program.variables())
        self._answer = program.execute

    def asks_only(self, facts: Mapping[str, int]) -> bool:
        """Tell whether these are all that it asks for, or more."""
        return self.facts <= facts.keys()

    def holds(self, facts: Mapping[str, int]) -> bool:
        """Answer by facts that have all of `self.facts`. Raises ConditionInvalid where they don't fit it."""
        try:
            answer = self._answer(dict(facts))
        except (RuntimeError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise ConditionInvalid(f"{self.source!r}: {error}") from error
        if not isinstance(answer, bool):
            raise ConditionInvalid(f"{self.source!r} answers {answer!r}, which is neither true nor false")
        return answer

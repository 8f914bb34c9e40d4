"""Problems of fields, told under the names that the API has for them.

Contexts name fields as people's forms do; where the API names one otherwise, the handler says so.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from etalase.kernel.errors import Invalid


@contextmanager
def named(name_of: Callable[[str], str]) -> Iterator[None]:
    """Let a refusal of fields out with each field's name put through `name_of`."""
    try:
        yield
    except Invalid as invalid:
        problems = (replace(problem, field=name_of(problem.field)) for problem in invalid.problems)
        raise Invalid(*problems) from invalid

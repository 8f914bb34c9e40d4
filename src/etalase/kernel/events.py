"""The base of every event: a fact in the past tense, with a name that never changes."""

from typing import ClassVar


class Event:
    """Something that has happened. Subclasses are frozen dataclasses of plain values.

    `name` is `context.past_participle`; fields may be added with a default, never renamed or removed: a
    test keeps the schemas.
    """

    name: ClassVar[str]

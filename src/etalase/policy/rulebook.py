"""What a rulebook is: a jurisdiction, an interval of validity, clauses, and what follows from them."""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

Confidence = Literal["verified", "secondary", "memory", "unverified"]


class RulebookUnknown(ValueError):
    """No rulebook has this name, or none was in force at the moment asked for."""


@dataclass(frozen=True)
class Clause:
    """One rule of the law: its article, its sense in each language, where it was read, how sure that is."""

    id: str
    article: str
    source: str
    confidence: Confidence
    text: dict[str, str]


@dataclass(frozen=True)
class Decision:
    """What a rulebook says to one kind of action, and by which clauses."""

    allowed: bool
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rulebook:
    """The rules of one jurisdiction in [valid_from, valid_until)."""

    id: str
    jurisdiction: str
    valid_from: date
    title: dict[str, str]
    decisions: dict[str, Decision]
    clauses: tuple[Clause, ...] = ()
    valid_until: date | None = field(default=None)

    def __post_init__(self) -> None:
        """Refuse a decision that names a clause which is not there."""
        known = {clause.id for clause in self.clauses}
        named = {clause for decision in self.decisions.values() for clause in decision.clauses}
        if named - known:
            raise ValueError(f"{self.id}: no such clause: {', '.join(sorted(named - known))}")

    def is_in_force(self, day: date) -> bool:
        """Tell whether the rulebook holds on this day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


def _folder() -> Path:
    return Path(str(files("etalase.policy"))) / "rulebooks"


def list_rulebooks() -> tuple[str, ...]:
    """Return the names of all rulebooks."""
    return tuple(sorted(path.relative_to(_folder()).as_posix()[:-5] for path in _folder().rglob("*.toml")))


def load_rulebook(name: str) -> Rulebook:
    """Return the rulebook of this name. Raises RulebookUnknown with the names that exist."""
    if name not in list_rulebooks():
        raise RulebookUnknown(f"no rulebook {name!r}; there are: {', '.join(list_rulebooks())}")
    text = (_folder() / f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Rulebook)

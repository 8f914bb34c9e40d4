"""What a rulebook is: a jurisdiction, an interval of validity, clauses, and what follows from them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

Confidence = Literal["verified", "secondary", "memory", "unverified"]


class RulebookUnknown(ValueError):
    """No rulebook has this name, or one can't be read."""


@dataclass(frozen=True)
class Clause:
    """One rule of the law: its article, its sense in each language, where it was read, how sure that is."""

    id: str
    article: str
    source: str
    confidence: Confidence
    text: Mapping[str, str]


@dataclass(frozen=True)
class Decision:
    """What a rulebook says to one kind of action, and by which clauses."""

    allowed: bool
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keeping:
    """For how many years the records of an order are kept, and by which clauses."""

    order_years: int
    clauses: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what is no time, and a duty that nothing stands behind."""
        if self.order_years < 1 or not self.clauses:
            raise ValueError("keeping needs order_years of at least 1, and clauses")


@dataclass(frozen=True)
class Rulebook:
    """The rules of one jurisdiction in [valid_from, valid_until): days that begin at midnight of its zone."""

    id: str
    jurisdiction: str
    zone: str
    valid_from: date
    title: Mapping[str, str]
    decisions: Mapping[str, Decision]
    clauses: tuple[Clause, ...] = ()
    valid_until: date | None = None
    keeping: Keeping | None = None

    def __post_init__(self) -> None:
        """Refuse a decision that names a clause which is not there, an empty interval, a zone of no place."""
        known = {clause.id for clause in self.clauses}
        named = {clause for decision in self.decisions.values() for clause in decision.clauses}
        named |= set(self.keeping.clauses) if self.keeping else set()
        if named - known:
            raise ValueError(f"{self.id}: no such clause: {', '.join(sorted(named - known))}")
        if self.valid_until is not None and self.valid_until <= self.valid_from:
            raise ValueError(f"{self.id}: valid_until must be after valid_from")
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{self.id}: no such zone: {self.zone}") from error

    @cached_property
    def begins_at(self) -> datetime:
        """The instant from which the rulebook holds."""
        return self._midnight(self.valid_from)

    @cached_property
    def ends_at(self) -> datetime | None:
        """The first instant at which it holds no more; None while no end is known."""
        return self._midnight(self.valid_until) if self.valid_until else None

    def is_in_force(self, at: datetime) -> bool:
        """Tell whether the rulebook holds at this instant."""
        return self.begins_at <= at and (self.ends_at is None or at < self.ends_at)

    def clauses_of(self, action: str) -> tuple[Clause, ...]:
        """Return the clauses behind what it says to an action."""
        named = self.decisions[action].clauses
        return tuple(clause for clause in self.clauses if clause.id in named)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)


def _folder() -> Path:
    return Path(str(files("etalase.policy"))) / "rulebooks"


def find_rulebooks(also: Path | None = None) -> dict[str, Path]:
    """Return where each rulebook lies, by its name; those in the operator's own folder come on top."""
    folders = [_folder(), *([also] if also else [])]
    return {
        path.relative_to(folder).with_suffix("").as_posix(): path
        for folder in folders
        for path in sorted(folder.rglob("*.toml"))
    }


def list_rulebooks() -> tuple[str, ...]:
    """Return the names of all rulebooks that come with the program."""
    return tuple(sorted(find_rulebooks()))


def load_rulebook(name: str, also: Path | None = None) -> Rulebook:
    """Return the rulebook of this name. Raises RulebookUnknown with the names that exist."""
    found = find_rulebooks(also)
    if name not in found:
        raise RulebookUnknown(f"no rulebook {name!r}; there are: {', '.join(sorted(found))}")
    return read_rulebook(found[name])


def read_rulebook(path: Path) -> Rulebook:
    """Return the rulebook in this file. Raises RulebookUnknown with what is wrong with it."""
    try:
        read: Any = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(read, Rulebook)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise RulebookUnknown(f"{path} is no rulebook: {error}") from error

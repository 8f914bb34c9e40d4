"""What a rulebook is: a jurisdiction, an interval of validity, clauses, and what follows from them."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from etalase.policy.condition import Condition, ConditionInvalid
from etalase.policy.deeds import Action, fact_names

Confidence = Literal["verified", "secondary", "memory", "unverified"]


class RulebookUnknown(ValueError):
    """No rulebook has this name, or one can't be read."""


@dataclass(frozen=True)
class Clause:
    """One rule of the law: its article, its sense in each language, where it was read, how sure that is.

    With `refuses_when`, a condition, it refuses what its book allows otherwise. `not_enforced` says, in each
    language, why the program leaves it to people. Its days are those of its book, or fewer.
    """

    id: str
    article: str
    source: str
    confidence: Confidence
    text: Mapping[str, str]
    refuses_when: str = ""
    not_enforced: Mapping[str, str] = field(default_factory=dict)
    valid_from: date | None = None
    valid_until: date | None = None

    __hash__ = object.__hash__

    @cached_property
    def condition(self) -> Condition | None:
        """When it refuses; None where it has no condition. Raises ConditionInvalid."""
        return Condition(self.refuses_when) if self.refuses_when else None


@dataclass(frozen=True)
class Decision:
    """What a rulebook says to one kind of action, and by which clauses.

    A refusal stands while one of its clauses is in force. What is allowed is refused when the condition of
    one of its clauses holds.
    """

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
    decisions: Mapping[Action, Decision]
    clauses: tuple[Clause, ...] = ()
    valid_until: date | None = None
    keeping: Keeping | None = None

    def __post_init__(self) -> None:
        """Refuse a book that contradicts itself. Raises ValueError with what is wrong."""
        wrong = next(self._faults(), None)
        if wrong:
            raise ValueError(f"{self.id}: {wrong}")

    def _faults(self) -> Iterator[str]:
        ids = [clause.id for clause in self.clauses]
        if len(ids) != len(set(ids)):
            yield "two clauses have the same id"
        if unknown := self.named_clauses - set(ids):
            yield f"no such clause: {', '.join(sorted(unknown))}"
        if self.valid_until is not None and self.valid_until <= self.valid_from:
            yield "valid_until must be after valid_from"
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            yield f"no such zone: {self.zone}"
        yield from self._faults_of_conditions()

    def _faults_of_conditions(self) -> Iterator[str]:
        """Look whether each condition asks for what is given of its action, and answers yes or no."""
        for action, decision in self.decisions.items():
            given = fact_names(action)
            for clause in self.clauses:
                if clause.id not in decision.clauses:
                    continue
                try:
                    condition = clause.condition
                    if condition is None:
                        continue
                    if unknown := condition.facts - given:
                        yield f"{clause.id} asks for {', '.join(sorted(unknown))}, which {action} has not"
                    condition.holds(dict.fromkeys(given, 1))
                except ConditionInvalid as error:
                    yield f"{clause.id}: {error}"

    @cached_property
    def named_clauses(self) -> frozenset[str]:
        """The ids of the clauses that something follows from."""
        kept = self.keeping.clauses if self.keeping else ()
        return frozenset(kept).union(*(decision.clauses for decision in self.decisions.values()))

    @cached_property
    def turns(self) -> frozenset[datetime]:
        """The instants at which it, or a clause of it, begins or ends to hold."""
        days = {day for clause in self.clauses for day in (clause.valid_from, clause.valid_until) if day}
        return frozenset(map(self._midnight, days | {self.valid_from, *filter(None, [self.valid_until])}))

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

    def clauses_of(self, action: Action, at: datetime) -> tuple[Clause, ...]:
        """Return the clauses behind what it says to an action at this instant."""
        named = self.decisions[action].clauses
        return tuple(
            clause for clause in self.clauses if clause.id in named and self.holds_clause(clause, at)
        )

    def holds_clause(self, clause: Clause, at: datetime) -> bool:
        """Tell whether a clause of it is in force at this instant, as far as its own days say."""
        begun = clause.valid_from is None or self._midnight(clause.valid_from) <= at
        return begun and (clause.valid_until is None or at < self._midnight(clause.valid_until))

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

"""Laws to test under: shipped ones, and dated ones of a test's own."""

from datetime import date

from etalase.policy import Action, Law, Rulebook, load_law
from etalase.policy.rulebook import Clause, Decision

OPEN = load_law("open")
INDONESIA = load_law("id")
JAKARTA = "Asia/Jakarta"


def book(
    name: str,
    valid_from: date = date(2020, 1, 1),
    valid_until: date | None = None,
    *,
    refused: frozenset[Action] = frozenset(),
    silent: frozenset[Action] = frozenset(),
    zone: str = JAKARTA,
) -> Rulebook:
    """Return a rulebook that allows everything but what is named, for a reason of its own."""
    clause = Clause(
        f"{name}-clause",
        f"Article 1 of {name}",
        "a test",
        "unverified",
        {"en": f"As {name} says.", "id": f"Kata {name}."},
    )
    decisions: dict[Action, Decision] = {
        action: Decision(action not in refused, (clause.id,)) for action in Action if action not in silent
    }
    return Rulebook(name, "XX", zone, valid_from, {"en": name, "id": name}, decisions, (clause,), valid_until)


def refusing(*actions: Action) -> Law:
    """Return a law that refuses these actions, always."""
    return Law("test", [book("strict", refused=frozenset(actions))])

"""How badly a pretend gateway behaves. Everything here has been seen of real ones."""

from dataclasses import dataclass, field
from random import Random
from typing import Self


@dataclass(frozen=True, slots=True)
class Temper:
    """What goes wrong, and from which seed chance is drawn. The default is a gateway on its best day."""

    seed: int = 1
    repeats: int = 0
    """How many more times each call-back is sent."""
    late_seconds: float = 0.0
    """How long a call-back waits, at most."""
    out_of_order: bool = False
    """Whether the news that a charge is pending comes again after the news that it is paid."""
    wrong_amount: bool = False
    """Whether a call-back with another amount, well signed, comes before the true one."""
    wrong_signature: bool = False
    """Whether someone without the key claims each new charge to be paid."""
    silent: bool = False
    """Whether no call-back is ever sent."""
    lost_answers: int = 0
    """How many charges are made, but answered with an error."""
    lost_keys: bool = False
    """Whether the answers of idempotent calls are forgotten at once, as after five minutes."""
    settles_wrong_amount: bool = False
    """Whether less money arrives than was asked for."""
    refuses_refunds: bool = False
    """Whether refunds are refused."""
    refuses_cancels: bool = False
    """Whether charges cannot be cancelled."""
    chance: Random = field(default_factory=Random, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.chance.seed(self.seed)

    @classmethod
    def named(cls, name: str, seed: int = 1) -> Self:
        """Return a temper by its name. Raises KeyError for an unknown one."""
        return cls(seed=seed, **TEMPERS[name])  # type: ignore[arg-type]

    def delay(self) -> float:
        """Return how long the next call-back waits."""
        return self.chance.uniform(0, self.late_seconds)


TEMPERS: dict[str, dict[str, bool | int | float]] = {
    "calm": {},
    "repeating": {"repeats": 3},
    "late": {"late_seconds": 2.0},
    "out_of_order": {"out_of_order": True, "late_seconds": 0.2},
    "wrong_amount": {"wrong_amount": True},
    "wrong_signature": {"wrong_signature": True},
    "silent": {"silent": True},
    "forgetful": {"lost_answers": 1, "lost_keys": True},
    "short_changed": {"settles_wrong_amount": True},
    "stormy": {
        "repeats": 2,
        "late_seconds": 1.0,
        "out_of_order": True,
        "wrong_amount": True,
        "wrong_signature": True,
        "lost_answers": 1,
    },
}

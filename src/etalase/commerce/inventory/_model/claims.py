"""What a claim of a show says for ever, how its links chain, and how a stranger judges it again. No I/O.

A link is SHA-256 over the link before and the claim's canonical bytes: its fields as text, a line each. The
first link of a show stands on the show's own code. Who claimed is a name that means something in this show
only, and to whoever knows the holder.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

FORMAT = "etalase-claims/1"
BUYER_LENGTH = 20
HELD, SOLD_OUT = "held", "sold_out"


class ClaimDoor(StrEnum):
    """By which door a claim came."""

    BUTTON = "button"
    COMMENT = "comment"
    HOST = "host"
    """Entered by the host, for somebody who called."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim. `available` is how many units were free when its turn came; `head` is its link, in hex."""

    number: int
    asked_us: int
    variant_id: UUID
    quantity: int
    buyer: str
    door: str
    line: str
    verdict: str
    available: int
    head: str

    @property
    def asked_at(self) -> datetime:
        """The moment at which it reached the till."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.asked_us)

    @property
    def came_too_late(self) -> bool:
        """Tell whether no unit was free; its buyer may have got a place in line."""
        return self.verdict == SOLD_OUT and not self.available


@dataclass(frozen=True, slots=True)
class ClaimOfHold:
    """The claim that won a hold, in which show, and the link that it stands on, in hex."""

    show: str
    claim: Claim
    before: str


@dataclass(frozen=True, slots=True)
class ClaimHead:
    """Where a show's chain ends: the number of its last claim, and its link."""

    show: str
    number: int
    head: bytes


@dataclass(frozen=True, slots=True)
class UnitsStep:
    """One movement of a variant as a stranger may see it; `claim` is the claim that it served, if one did."""

    kind: str
    change: int
    claim: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimedStock:
    """What happened to a variant's free units during a show: how many there were, and each change."""

    variant_id: UUID
    opening: int
    steps: tuple[UnitsStep, ...]


@dataclass(frozen=True, slots=True)
class ClaimLog:
    """All claims of a show, and the stock that they were judged by: enough to judge them again."""

    format: str
    show: str
    number: int
    head: str
    claims: tuple[Claim, ...]
    stock: tuple[ClaimedStock, ...]


class ClaimFault(StrEnum):
    """What a log can be wrong in."""

    FORMAT = "format"
    NUMBER = "number"
    """A claim is missing, or stands twice."""
    CHAIN = "chain"
    """Something of the claim, or of one before it, is not what it was."""
    END = "end"
    """The log ends elsewhere than its head says: claims were cut off."""
    STOCK = "stock"
    """So many units were not free at that moment."""
    VERDICT = "verdict"
    """By the stock of that moment the verdict would be another."""
    ORDER = "order"
    """A later claim got its units first."""


_EXPLAINED = {
    ClaimFault.FORMAT: "the log is of another version",
    ClaimFault.NUMBER: "a claim is missing, or stands twice",
    ClaimFault.CHAIN: "something of it, or of a claim before it, is not what it was",
    ClaimFault.END: "the log ends elsewhere than its head says",
    ClaimFault.STOCK: "so many units were not free at its moment",
    ClaimFault.VERDICT: "by the stock of its moment the verdict would be another",
    ClaimFault.ORDER: "a later claim got its units first",
}


def explain(wrong: ClaimFault) -> str:
    """Say in English, for an operator, what is wrong."""
    return _EXPLAINED[wrong]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of judging a log again: nothing wrong, or the first thing that differs and its claim.

    `judged` were decided by stock alone; the others (limits, goods no longer offered) stand as they say.
    """

    claims: int
    held: int
    judged: int
    wrong: ClaimFault | None = None
    number: int = 0


def microseconds(moment: datetime) -> int:
    """Return the moment as whole microseconds since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def pseudonym_of_buyer(show: str, holder: str) -> str:
    """Return what a buyer is called in the log of one show."""
    return hashlib.sha256(f"{show}\n{holder}".encode()).hexdigest()[:BUYER_LENGTH]


def first_head(show: str) -> bytes:
    """Return what the first link of a show stands on."""
    return hashlib.sha256(f"{FORMAT}\n{show}".encode()).digest()


def canonical(show: str, claim: Claim) -> bytes:
    """Return the bytes that a link is made of."""
    fields = (
        show, claim.number, claim.asked_us, claim.variant_id, claim.quantity, claim.buyer, claim.door,
        claim.line, claim.verdict, claim.available,
    )  # fmt: skip
    return "\n".join(map(str, fields)).encode()


def link(head: bytes, content: bytes) -> bytes:
    """Return the next link of a chain."""
    return hashlib.sha256(head + content).digest()


def judge(log: ClaimLog) -> Judgement:
    """Run the claims again, over their chain and over a model of the stock; name the first that differs."""
    number, wrong = _check_chain(log)
    if wrong is None:
        number, wrong = _check_stock(log)
    held = sum(claim.verdict == HELD for claim in log.claims)
    judged = sum(claim.verdict in {HELD, SOLD_OUT} for claim in log.claims)
    return Judgement(len(log.claims), held, judged, wrong, number)


def _check_chain(log: ClaimLog) -> tuple[int, ClaimFault | None]:
    if log.format != FORMAT:
        return 0, ClaimFault.FORMAT
    head = first_head(log.show)
    for expected, claim in enumerate(log.claims, 1):
        if claim.number != expected:
            return expected, ClaimFault.NUMBER
        head = link(head, canonical(log.show, claim))
        if claim.head != head.hex():
            return expected, ClaimFault.CHAIN
    if (log.number, log.head) != (len(log.claims), head.hex()):
        return len(log.claims), ClaimFault.END
    return 0, None


class _FreeUnits:
    """The model: a variant's free units, led through its movements."""

    def __init__(self, stock: ClaimedStock) -> None:
        self._steps = stock.steps
        self._place = 0
        self._left = stock.opening

    def judge(self, claim: Claim) -> ClaimFault | None:
        """Tell what is wrong with a claim; the model is then as it was after it."""
        if claim.verdict == HELD:
            return self._judge_held(claim)
        if claim.verdict != SOLD_OUT:
            return None
        while self._left != claim.available:
            if not self._step_before(claim.number):
                return ClaimFault.STOCK
        return ClaimFault.VERDICT if claim.quantity <= self._left else None

    def _judge_held(self, claim: Claim) -> ClaimFault | None:
        while self._place < len(self._steps) and self._steps[self._place].claim != claim.number:
            if not self._step_before(claim.number):
                return ClaimFault.ORDER
        if self._place == len(self._steps) or self._steps[self._place].change != -claim.quantity:
            return ClaimFault.STOCK
        if self._left < claim.quantity:
            return ClaimFault.VERDICT
        if self._left != claim.available:
            return ClaimFault.STOCK
        self._take_step()
        return None

    def _step_before(self, number: int) -> bool:
        """Go one movement on, unless it serves a later claim or there is none."""
        if self._place == len(self._steps) or (self._steps[self._place].claim or 0) > number:
            return False
        self._take_step()
        return True

    def _take_step(self) -> None:
        self._left += self._steps[self._place].change
        self._place += 1


def _check_stock(log: ClaimLog) -> tuple[int, ClaimFault | None]:
    models = {stock.variant_id: _FreeUnits(stock) for stock in log.stock}
    for claim in log.claims:
        model = models.get(claim.variant_id)
        wrong = model.judge(claim) if model else ClaimFault.STOCK
        if wrong is not None:
            return claim.number, wrong
    return 0, None


def stock_since(
    variant_id: UUID, steps: Sequence[tuple[datetime, UnitsStep]], since: datetime
) -> ClaimedStock:
    """Return a variant's free units from a moment on, by all its movements."""
    before = next((place for place, (moment, _) in enumerate(steps) if moment >= since), len(steps))
    opening = sum(step.change for _, step in steps[:before])
    return ClaimedStock(variant_id, opening, tuple(step for _, step in steps[before:]))


def by_variant(
    moved: Iterable[tuple[UUID, datetime, UnitsStep]],
) -> dict[UUID, list[tuple[datetime, UnitsStep]]]:
    """Return the movements of each variant, in their order."""
    sorted_out: dict[UUID, list[tuple[datetime, UnitsStep]]] = defaultdict(list)
    for variant_id, moment, step in moved:
        sorted_out[variant_id].append((moment, step))
    return sorted_out

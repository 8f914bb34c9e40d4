"""What an order's evidence says: one document for its buyer, one for its seller.

Amounts are whole minor units of the order's currency. What opens or changes an order (the secret of the
buyer's link, a cart's name, a payment's link) is in neither document; what the shop keeps for itself (its
ledger, its own letters) is not in the buyer's, and the buyer's letters are not in the seller's.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from etalase.commerce.evidence._model.show import Clip, ShownThen, ShowRecord
from etalase.kernel.discounts import Payer

FORMAT = "etalase-evidence/1"


class MadeFor(StrEnum):
    """For whom evidence is."""

    BUYER = "buyer"
    SELLER = "seller"


class ShopFact(msgspec.Struct, frozen=True):
    """Who sold."""

    name: str
    slug: str
    email: str
    phone: str | None


class DiscountFact(msgspec.Struct, frozen=True):
    """What was taken off a line, why, and who pays for it."""

    name: str
    amount: int
    paid_by: Payer


class PriceLine(msgspec.Struct, frozen=True):
    """One line of the order as it was called and priced when it was placed."""

    title: str
    label: str
    code: str
    sku: str
    unit_price: int
    quantity: int
    amount: int
    paid_back_units: int
    discounts: tuple[DiscountFact, ...] = ()


class StockStep(msgspec.Struct, frozen=True):
    """What happened to a line's units, by the ledger of stock: held, sold, given back."""

    kind: str
    units: int
    at: datetime


class CameFrom(msgspec.Struct, frozen=True):
    """From where the buyer came when the units were held: a show, by its signed word of that moment."""

    show: str
    venue: str
    offered_product_id: UUID | None
    signed_at: datetime


class ClaimFact(msgspec.Struct, frozen=True):
    """The claim that won a line's units: its number in the show, its verdict, its link of the show's chain.

    `link` is SHA-256 over the bytes of `link_before` and the fields before them, from `show` on, as text, a
    line each: with the show's log, which anybody may export, it tells that nobody was let in before or taken
    out. `asked_us` are microseconds since 1970, `buyer` is a name that means something in this show only, and
    `available` is how many units were free when its turn came.
    """

    show: str
    number: int
    asked_us: int
    variant_id: UUID
    quantity: int
    buyer: str
    door: str
    line: str
    verdict: str
    available: int
    link_before: str
    link: str


class WaitFact(msgspec.Struct, frozen=True):
    """That a line's units came to the buyer's turn in the waitlist: since when they waited, for how many."""

    since: datetime
    asked: int


class HoldFact(msgspec.Struct, frozen=True):
    """How the units of a line were held. `asked` is what was asked for at first."""

    line: int
    asked: int
    units: int
    held_at: datetime | None
    held_until: datetime
    state: str
    came_from: CameFrom | None
    steps: tuple[StockStep, ...]
    claim: ClaimFact | None = None
    waited: WaitFact | None = None


class Scene(msgspec.Struct, frozen=True):
    """What the show showed when a line's units were held, and where its recording shows that."""

    line: int
    then: ShownThen
    clip: str | None = None
    frame: int | None = None
    frame_recording_seconds: float | None = None
    frame_clip_seconds: float | None = None


class ShowFact(msgspec.Struct, frozen=True):
    """A show from which units were held. `recording` says why there is no clip: `none`, `joining`.

    `known` is false where the show's own side has no record of it.
    """

    code: str
    known: bool
    title: str
    started_at: datetime | None
    ended_at: datetime | None
    recording: str
    scenes: tuple[Scene, ...]


class PaymentFact(msgspec.Struct, frozen=True):
    """One attempt to pay. `stray` money came late or not as asked, and paid nothing."""

    method: str
    state: str
    amount: int
    due: int
    received: int
    refunded: int
    stray: bool
    begun_at: datetime
    pay_until: datetime | None
    captured_at: datetime | None


class RefundFact(msgspec.Struct, frozen=True):
    """Money that goes or went back."""

    amount: int
    reason: str
    promised_at: datetime
    sent_at: datetime | None


class StepFact(msgspec.Struct, frozen=True):
    """What happened to the order, and the state that it had after."""

    event: str
    state: str
    at: datetime


class LetterSent(msgspec.Struct, frozen=True):
    """A letter that left, by which event of the order, to what address."""

    event: str
    to: str
    subject: str
    at: datetime


class LedgerFact(msgspec.Struct, frozen=True):
    """A posting of the shop's book on this order; a debit is above zero."""

    number: int
    kind: str
    account: str
    amount: int
    at: datetime


class Kept(msgspec.Struct, frozen=True):
    """How long the law has the records kept that evidence is made of, and by which article."""

    until: datetime
    rulebook: str
    article: str
    source: str


class Dossier(msgspec.Struct, frozen=True):
    """All that evidence says."""

    made_for: MadeFor
    number: str
    state: str
    placed_at: datetime
    currency: str
    shop: ShopFact
    recipient: str
    contact_phone: str
    contact_email: str
    address: tuple[str, ...]
    service: str
    note: str
    lines: tuple[PriceLine, ...]
    goods: int
    shipping: int
    total: int
    paid_back: int
    holds: tuple[HoldFact, ...]
    payments: tuple[PaymentFact, ...]
    refunds: tuple[RefundFact, ...]
    carrier: str
    tracking_number: str
    pay_until: datetime | None
    ended_by: str | None
    reason: str
    steps: tuple[StepFact, ...]
    letters: tuple[LetterSent, ...]
    ledger: tuple[LedgerFact, ...]
    kept: Kept | None
    shows: tuple[ShowFact, ...] = ()
    shipping_discounts: tuple[DiscountFact, ...] = ()
    format: str = FORMAT

    def lines_of(self, show: str) -> list[HoldFact]:
        """Return the holds whose buyer came from this show, of those whose moment is known."""
        return [
            hold
            for hold in self.holds
            if hold.came_from is not None and hold.came_from.show == show and hold.held_at is not None
        ]


def with_shows(
    dossier: Dossier, records: Mapping[str, ShowRecord | None], clips: Mapping[str, Mapping[str, Clip]]
) -> Dossier:
    """Return the dossier with what its shows say; `clips` are by show and by the name of their file."""
    shows = tuple(
        _show_fact(dossier, code, record, clips.get(code, {})) for code, record in sorted(records.items())
    )
    return msgspec.structs.replace(dossier, shows=shows)


def _show_fact(dossier: Dossier, code: str, record: ShowRecord | None, clips: Mapping[str, Clip]) -> ShowFact:
    if record is None:
        return ShowFact(
            code, known=False, title="", started_at=None, ended_at=None, recording="none", scenes=()
        )
    scenes = tuple(
        _scene(hold.line, then, clips)
        for hold, then in zip(dossier.lines_of(code), record.moments, strict=True)
    )
    return ShowFact(
        code,
        known=True,
        title=record.title,
        started_at=record.started_at,
        ended_at=record.ended_at,
        recording=record.recording,
        scenes=scenes,
    )


def _scene(line: int, then: ShownThen, clips: Mapping[str, Clip]) -> Scene:
    """Return what was shown, with the frame of the first clip that has it."""
    second = then.recording_seconds
    for name, clip in clips.items():
        if second is None:
            break
        found = [frame for frame in clip.frames if frame.recording_seconds <= second]
        if found and clip.starts_at <= second <= clip.ends_at:
            frame = max(found, key=lambda one: one.recording_seconds)
            return Scene(line, then, name, frame.number, frame.recording_seconds, frame.clip_seconds)
    return Scene(line, then)

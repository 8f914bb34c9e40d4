"""A show from its plan to its end."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

from etalase.kernel.errors import FieldProblem, Invalid
from etalase.kernel.fields import Fields
from etalase.social.rooms._errors import ShowIsOver, ShowNotLive, ShowNotPlanned
from etalase.social.rooms._model.offers import OfferCard
from etalase.social.rooms._model.state import RoomShow, ShowState

ShowId = UUID

COVERS = "covers"
"""The folder of the covers' files, and the beginning of their addresses."""
TITLE_LENGTH = 80
TRAY_LENGTH = 100
MAX_START = timedelta(days=366)
LATE_START = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ShopRef:
    """What this plane knows of a shop."""

    id: UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Show:
    """A planned, live or ended show of one shop, with its tray in order."""

    id: ShowId
    code: str
    shop: ShopRef
    title: str
    cover_key: str | None
    state: ShowState
    starts_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    hearts: int = 0
    units_sold: int = 0
    peak_viewers: int = 0
    tray: tuple[OfferCard, ...] = field(default=())

    @property
    def listed_at(self) -> datetime:
        """The moment that a list tells: its end once it is over, however early that was, else its start."""
        return self.ended_at or self.starts_at

    def cover_path(self, width: int = 480, suffix: str = "webp") -> str | None:
        """Return where a rendition of the cover is, if there is a cover: its key names the middle one."""
        if not self.cover_key:
            return None
        return f"/{COVERS}/{self.cover_key.partition('/')[0]}/{width}.{suffix}"


@dataclass(frozen=True, slots=True)
class ShowPlan:
    """What a host says about a show before it begins."""

    title: str
    starts_at: datetime | str
    cover_key: str | None = None
    zone: tzinfo | None = None
    """By whose clock a time is that names no zone."""


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """A plan that can be held."""

    title: str
    starts_at: datetime
    cover_key: str | None


def cover_key_of(picture_key: str) -> str:
    """Return the cover's key for a picture that was stored below COVERS."""
    return f"{picture_key.removeprefix(f'{COVERS}/')}/480.webp"


def check_plan(plan: ShowPlan, now: datetime) -> CheckedPlan:
    """Return the plan as it will be held. Raises Invalid for one that can't be."""
    fields = Fields()
    title = fields.line("title", plan.title, max_length=TITLE_LENGTH)
    starts_at = fields.moment("starts_at", plan.starts_at, zone=plan.zone, required=True) or now
    if starts_at < now - LATE_START:
        fields.refuse("starts_at", "too_early")
    elif starts_at > now + MAX_START:
        fields.refuse("starts_at", "too_late")
    fields.settle()
    return CheckedPlan(title, starts_at, plan.cover_key)


def require_planned(show: Show) -> None:
    """Refuse what can be done only before the show."""
    if show.state is not ShowState.PLANNED:
        raise ShowNotPlanned


def start(show: Show, now: datetime) -> Show:
    """Go live."""
    require_planned(show)
    return replace(show, state=ShowState.LIVE, started_at=now)


def end(show: Show, now: datetime) -> Show:
    """End a live show."""
    if show.state is ShowState.ENDED:
        raise ShowIsOver
    if show.state is ShowState.PLANNED:
        raise ShowNotLive
    return replace(show, state=ShowState.ENDED, ended_at=now)


def choose_tray(offers: tuple[OfferCard, ...], product_ids: tuple[UUID, ...]) -> tuple[OfferCard, ...]:
    """Return the cards of these products, in this order; refuse a product that the shop does not offer."""
    if len(product_ids) > TRAY_LENGTH:
        raise Invalid(FieldProblem("tray", "too_many", TRAY_LENGTH))
    cards = {card.product_id: card for card in offers}
    if len(set(product_ids)) != len(product_ids):
        raise Invalid(FieldProblem("tray", "repeated"))
    if any(product_id not in cards for product_id in product_ids):
        raise Invalid(FieldProblem("tray", "not_offered"))
    return tuple(cards[product_id] for product_id in product_ids)


def room_show(show: Show) -> RoomShow:
    """Return the show as its room tells it."""
    return RoomShow(
        code=show.code,
        title=show.title,
        state=show.state,
        starts_at=milliseconds(show.starts_at),
        started_at=None if show.started_at is None else milliseconds(show.started_at),
        ended_at=None if show.ended_at is None else milliseconds(show.ended_at),
    )


def milliseconds(moment: datetime) -> int:
    """Return the moment as Unix milliseconds."""
    return round(moment.timestamp() * 1000)

"""The form of a show: read as it was sent, and filled in anew from a show that is planned."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar.datastructures import FormMultiDict

from etalase.kernel.ids import new_token
from etalase.platform.i18n import current_zone
from etalase.social.people import HostGrant
from etalase.social.rooms import OfferCard, Show, ShowPlan
from etalase.web._forms import text_of
from etalase.web.rooms._access import read_id

LOCAL_TIME = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class PlanForm:
    """The form of a show as it was sent, for another look at it when something was wrong."""

    title: str
    starts_at: str
    shop_id: UUID | None
    product_ids: tuple[UUID, ...]
    key: str
    """The same for a form that is sent twice: it plans one show."""
    shows_offers: bool = False
    """Whether there were offers to tick; where there were none, none was unticked."""


def choose_grant(grants: tuple[HostGrant, ...], wanted: str) -> HostGrant | None:
    """Return the shop that an address or a form names, by slug or id; the newest where it names none.

    None where it names another's: nothing is planned in a shop that nobody asked for.
    """
    if not wanted:
        return grants[0] if grants else None
    named = (grant for grant in grants if wanted in {grant.shop_slug, str(grant.shop_id)})
    return next(named, None)


def form_of(show: Show) -> PlanForm:
    """Return the form of a show that is planned already."""
    starts_at = show.starts_at.astimezone(current_zone()).strftime(LOCAL_TIME)
    tray = tuple(card.product_id for card in show.tray)
    return PlanForm(show.title, starts_at, show.shop.id, tray, new_token())


def read_form(sent: FormMultiDict, grants: tuple[HostGrant, ...]) -> PlanForm:
    """Return the form as it was sent; what is no product's id falls out."""
    chosen = choose_grant(grants, text_of(sent, "shop"))
    product_ids = [read_id(text) for text in sent.getall("product", []) if isinstance(text, str)]
    return PlanForm(
        title=text_of(sent, "title"),
        starts_at=text_of(sent, "starts_at"),
        shop_id=chosen.shop_id if chosen else None,
        product_ids=tuple(dict.fromkeys(found for found in product_ids if found is not None)),
        key=text_of(sent, "key") or new_token(),
        shows_offers=bool(text_of(sent, "shows_offers")),
    )


def chosen_of(form: PlanForm, offers: tuple[OfferCard, ...] | None) -> tuple[UUID, ...] | None:
    """Return the ticked products without those that left the shop meanwhile, or None while it is away."""
    if offers is None:
        return None
    known = {card.product_id for card in offers}
    return tuple(product_id for product_id in form.product_ids if product_id in known)


def plan_of(form: PlanForm, starts_at: datetime | str, cover_key: str | None) -> ShowPlan:
    """Return what the form plans; its time is by the host's clock."""
    return ShowPlan(form.title, starts_at, cover_key, current_zone())

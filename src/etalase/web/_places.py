"""Where something goes to or comes from, as a form says it: a text, and which of its meanings."""

from dataclasses import dataclass

from etalase.commerce import shipping
from etalase.commerce.shipping import Place

MAX_PLACE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """What was typed, and the place that it means; or all that it may mean."""

    text: str
    place: Place | None
    candidates: tuple[Place, ...]

    def postcode(self, typed: str) -> str:
        """Return the postcode that was typed, or that follows from the place's text."""
        if typed.strip() or self.place is None:
            return typed
        return shipping.gazetteer().postcode_in(self.text, self.place)


def choose_place(text: str, code: str) -> PlaceChoice:
    """Return the place that the text names, or all that it may mean; the code says which of them."""
    text = text[:MAX_PLACE_LENGTH]
    regions = shipping.gazetteer()
    found = regions.search(text)
    place = next((place for place in found if place.code == code), None) or regions.find_named(text)
    return PlaceChoice(text, place, () if place else tuple(found))

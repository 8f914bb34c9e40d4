"""How a buyer's place in line is said, and how soon their page asks again."""

from collections.abc import Iterable

from etalase.commerce.inventory import PLACES_COUNTED, Stock, WaitlistPlace
from etalase.commerce.orders import WaitingLine
from etalase.platform.i18n import Lazy, lazy, ngettext
from etalase.platform.i18n import gettext as _
from etalase.web._holds import AwaitedUnits, LineSeen

FIRST: dict[int, Lazy] = {
    1: lazy("You are first in line."),
    2: lazy("You are second in line."),
    3: lazy("You are third in line."),
}
NEAR = ((3, 2), (20, 5))
"""Up to which place, and after how many seconds: a turn lasts minutes, and comes to the first few only."""
FAR_SECONDS = 20


def words_of(number: int) -> str:
    """Say which place in line it is."""
    if number in FIRST:
        return str(FIRST[number])
    if number > PLACES_COUNTED:
        return _("More than %(number)s are before you in line.", number=PLACES_COUNTED)
    return _("You are number %(number)s in line.", number=number)


def awaited(place: WaitlistPlace, title: str) -> AwaitedUnits:
    """Return a place as a script is told of it."""
    return AwaitedUnits(place.variant_id, title, place.quantity, place.number, words_of(place.number))


def seconds_until_asked(lines: Iterable[WaitingLine]) -> int:
    """Return after how many seconds whoever waits there asks again; 0 for who waits nowhere."""
    first = min((line.place.number for line in lines), default=0)
    if not first:
        return 0
    return next((seconds for place, seconds in NEAR if first <= place), FAR_SECONDS)


def minutes_of(seconds: int) -> int:
    """Return whole minutes, and one at least."""
    return max(1, seconds // 60)


def line_seen(stock: Stock | None, hold_seconds: int) -> LineSeen:
    """Return what is told of the line before somebody joins it."""
    waiting = stock.waiting if stock else 0
    words = [
        _("Sold out.") if stock is None or stock.is_gone else _("All are held by others."),
        ngettext("%(number)s waits in line.", "%(number)s wait in line.", waiting)
        if waiting
        else _("Nobody waits in line yet."),
    ]
    promise = ngettext(
        "When it is your turn, it is yours for %(number)s minute. Then it goes to the next.",
        "When it is your turn, it is yours for %(number)s minutes. Then it goes to the next.",
        minutes_of(hold_seconds),
    )
    return LineSeen(" ".join(words), promise)

"""Words in the reader's language, and figures and dates as the reader writes them.

Messages are plain English in the code; `locales/<language>/<area>.po` holds the translations, one file an
area, merged at start. The language is that of the current task: a request, or the mail being written.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date as _format_date
from babel.dates import format_datetime as _format_datetime
from babel.dates import format_timedelta as _format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from etalase.kernel.money import RUPIAH, Money
from etalase.kernel.zones import WIB, zone_name

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")
DEFAULT: Language = "id"
_UNTOLD_ZONE = WIB
"""The clock of whoever has not said where they are."""
PATTERNS = {"time": "HH:mm", "short": "d MMM HH:mm", "medium": "d MMM y HH:mm", "day": "EEEE d MMMM y"}
"""Forms of a moment, as CLDR patterns; any other pattern may be named too."""
ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{2,39}")
NO_BREAK = "\N{NO-BREAK SPACE}"

_language: ContextVar[Language] = ContextVar("language", default=DEFAULT)
_zone: ContextVar[ZoneInfo] = ContextVar("zone", default=_UNTOLD_ZONE)


def current_language() -> Language:
    """Return the language of the current task."""
    return _language.get()


def set_language(language: Language) -> None:
    """Speak this language for the rest of the current task."""
    _language.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak this language inside the block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def current_zone() -> ZoneInfo:
    """Return the clock by which the current task tells the time."""
    return _zone.get()


@contextmanager
def in_zone(zone: ZoneInfo) -> Iterator[None]:
    """Tell the time by this clock inside the block."""
    token = _zone.set(zone)
    try:
        yield
    finally:
        _zone.reset(token)


@lru_cache(maxsize=64)
def choose_zone(wanted: str | None) -> ZoneInfo:
    """Return the zone that a browser names (IANA's name), WIB where it names none that there is."""
    if not wanted or not ZONE_NAME.fullmatch(wanted):
        return _UNTOLD_ZONE
    try:
        return ZoneInfo(wanted)
    except (KeyError, ValueError, OSError):  # no such zone, or a folder of zones
        return _UNTOLD_ZONE


def choose_language(wanted: str | None, accept_language: str | None = None) -> Language:
    """Return the language that a cookie names, else the best of an Accept-Language header (RFC 9110)."""
    if wanted in LANGUAGES:
        return wanted
    for part in sorted((accept_language or "").split(","), key=_weight, reverse=True):
        tag = part.split(";")[0].strip().lower().split("-")[0]
        if tag in LANGUAGES:
            return tag
    return DEFAULT


def _weight(part: str) -> float:
    _, _, quality = part.partition("q=")
    try:
        return float(quality or 1)
    except ValueError:
        return 0


def gettext(message: str, **values: object) -> str:
    """Return the message in the current language, with `%(name)s` filled from the values."""
    text = translations(current_language()).gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Return the form for the number, with `%(number)s` and the values filled in."""
    text = translations(current_language()).ngettext(one, many, number)
    return text % ({"number": number} | values)


class Lazy:
    """A message that is translated when it is shown, for tables made before any reader is known."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return gettext(self.message)

    def __mod__(self, values: object) -> str:
        return str(self) % values

    def __html__(self) -> str:
        return str(self)


def lazy(message: str) -> Lazy:
    """Mark a message for translation now; translate it when it is shown."""
    return Lazy(message)


def locales_folder() -> Path:
    """Return where the catalogs lie."""
    return Path(str(files("etalase"))) / "locales"


def read_catalog(language: Language) -> Catalog:
    """Merge the language's files into one catalog."""
    merged = Catalog(locale=language)
    for path in sorted((locales_folder() / language).glob("*.po")):
        with path.open("rb") as handle:
            part = read_po(handle, locale=language, abort_invalid=True)
        merged.mime_headers = part.mime_headers  # they say how many plural forms the language has
        for message in part:
            if message.id:
                merged[message.id] = message
    return merged


@cache
def translations(language: Language) -> NullTranslations:
    """Return the language's messages, ready for look-up; English is what the code says."""
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalog(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def format_money(amount: Money) -> str:
    """Write an amount as its country does: Rp 89.000."""
    if amount.currency != RUPIAH:
        return f"{amount.currency}{NO_BREAK}{format_decimal(amount.minor, locale=current_language())}"
    sign = "\N{MINUS SIGN}" if amount.minor < 0 else ""
    return f"{sign}Rp{NO_BREAK}{format_decimal(abs(amount.minor), locale='id')}"


def format_number(number: float) -> str:
    """Write a number as the reader does."""
    return format_decimal(number, locale=current_language())


def format_datetime(moment: datetime, form: str = "medium") -> str:
    """Write a moment by the current clock, which is named where the time of day is told: 24 Nov 19.30 WIB.

    `form` is a key of PATTERNS or a CLDR pattern.
    """
    zone, pattern = current_zone(), PATTERNS.get(form, form)
    if current_language() == "id":
        pattern = pattern.replace("HH:mm", "HH.mm")
    written = _format_datetime(moment, pattern, tzinfo=zone, locale=_dates_locale())
    return f"{written}{NO_BREAK}{zone_name(zone, moment)}" if "H" in pattern else written


def format_date(moment: datetime, form: str = "long") -> str:
    """Write the day of a moment by the current clock."""
    return _format_date(moment.astimezone(current_zone()), form, locale=_dates_locale())


def format_relative(moment: datetime, now: datetime) -> str:
    """Write how far a moment is from now: in 5 minutes, 2 hours ago."""
    return _format_timedelta(moment - now, add_direction=True, locale=_dates_locale())


def _dates_locale() -> Locale:
    return Locale("en", "GB") if current_language() == "en" else Locale("id")

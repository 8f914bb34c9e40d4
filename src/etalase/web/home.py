"""The front page: of the social plane its shows, of a commerce plane that stands alone its shops."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SHOWN = 12


@dataclass(frozen=True, slots=True)
class ShowTile:
    """A show as a card of the front page."""

    href: str
    title: str
    shop: str
    at: datetime
    cover: str | None = None
    viewers: int | None = None


@dataclass(frozen=True, slots=True)
class ShopTile:
    """A shop as a tile of the front page."""

    href: str
    name: str
    place: str = ""


def reminder(tile: ShowTile, address: str, now: datetime, length: timedelta = timedelta(hours=2)) -> str:
    """Return a calendar entry for the show with an alarm ten minutes before (RFC 5545)."""
    moments = [f"{moment:%Y%m%dT%H%M%SZ}" for moment in (now, tile.at, tile.at + length)]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Etalase//Shows//EN",
        "BEGIN:VEVENT",
        f"UID:{address.rsplit('/', 1)[-1]}@etalase",
        f"DTSTAMP:{moments[0]}",
        f"DTSTART:{moments[1]}",
        f"DTEND:{moments[2]}",
        f"SUMMARY:{_calendar_text(f'{tile.title} · {tile.shop}')}",
        f"URL:{address}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_calendar_text(tile.title)}",
        "TRIGGER:-PT10M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _calendar_text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"), ("\r", "")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str, octets: int = 60) -> str:
    """Break a long line as RFC 5545, section 3.1, has it: no line above 75 octets, no character cut."""
    parts, part = [], ""
    for character in line:
        if len((part + character).encode()) > octets:
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part])

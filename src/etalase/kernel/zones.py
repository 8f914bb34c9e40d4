"""Which clock holds where in Indonesia: WIB, WITA or WIT, by province (Keppres 41/1987)."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")
WITA = ZoneInfo("Asia/Makassar")
WIT = ZoneInfo("Asia/Jayapura")
NAMES = {WIB.key: "WIB", WITA.key: "WITA", WIT.key: "WIT"}

_IN_WIT = re.compile(r"papua|maluku|irian", re.IGNORECASE)
_IN_WITA = re.compile(
    r"\bbali\b|nusa tenggara|\bnt[bt]\b|sulawesi|gorontalo|\bsul(?:sel|ut|teng|tra|bar)\b"
    r"|kalimantan (?:timur|utara|selatan)|(?:east|north|south) kalimantan|\bkal(?:tim|tara|sel)\b",
    re.IGNORECASE,
)


def zone_of(province: str) -> ZoneInfo:
    """Return the zone of a province, however it is written; WIB for one that is not known."""
    if _IN_WIT.search(province):
        return WIT
    return WITA if _IN_WITA.search(province) else WIB


def zone_name(zone: ZoneInfo, moment: datetime | None = None) -> str:
    """Return what people call the zone: WIB, or outside Indonesia the distance at a moment, GMT+8."""
    if zone.key in NAMES or moment is None:
        return NAMES.get(zone.key, zone.key)
    minutes = round((zone.utcoffset(moment.astimezone(zone)) or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def day_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return the day that it is there, as files are named."""
    return f"{moment.astimezone(zone):%Y-%m-%d}"


def day_began(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return when the day began that it is there."""
    return moment.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)

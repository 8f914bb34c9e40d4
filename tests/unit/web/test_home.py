"""A reminder that calendars take."""

from datetime import UTC, datetime

from etalase.web.home import ShowTile, reminder

MOMENT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_a_reminder_names_show_and_moment() -> None:
    tile = ShowTile("/live/ABC", "Baju, celana; rok", "Kirana Kids", MOMENT)
    text = reminder(tile, "https://shop.example/live/ABC", MOMENT)
    assert "DTSTART:20261124T120000Z\r\n" in text
    assert "SUMMARY:Baju\\, celana\\; rok · Kirana Kids\r\n" in text
    assert text.endswith("END:VCALENDAR\r\n")


def test_a_reminder_breaks_long_lines_between_characters_and_smuggles_no_line() -> None:
    tile = ShowTile("/live/ABC", "é" * 120 + "\nATTENDEE:x", "Kirana Kids", MOMENT)
    text = reminder(tile, "https://shop.example/live/ABC", MOMENT)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\nATTENDEE" not in text

"""Settings with which no playlist could be made are refused."""

from typing import Any

import pytest

from etalase.social.media import MediaSettings


@pytest.mark.parametrize(
    "wrong",
    [
        {"part_seconds": 0.05},
        {"part_seconds": 2.0},
        {"segment_seconds": 11.0},
        {"reconnect_seconds": -1.0},
        {"poster_seconds": 0.0},
        {"max_megabits": 0.0},
        {"max_streams": 0},
        {"rtmp_port": 70_000},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        MediaSettings(**wrong)


def test_addresses_are_divided_by_commas() -> None:
    assert MediaSettings(ice_addresses=" 10.0.0.1, ::1 ,").list_ice_addresses() == ["10.0.0.1", "::1"]
    assert MediaSettings().list_ice_addresses() == []

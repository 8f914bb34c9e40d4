"""A wrong or unknown setting stops the start with a line of its own."""

from dataclasses import dataclass

import pytest

from etalase.platform.settings import SettingsInvalid, load


@dataclass(frozen=True)
class Program:
    port: int = 8000
    development: bool = False


@dataclass(frozen=True)
class Inventory:
    ttl_seconds: int = 600

    def __post_init__(self) -> None:
        if self.ttl_seconds <= 0:
            raise ValueError("ttl_seconds must be positive")


SECTIONS = {"": Program, "inventory": Inventory}


def test_the_environment_wins_over_the_file_and_the_file_over_the_default() -> None:
    loaded = load(
        SECTIONS,
        {"ETALASE_PORT": "9000", "ETALASE_DEVELOPMENT": "true", "HOME": "/"},
        {"port": 7000, "inventory": {"ttl_seconds": 30}},
    )
    assert loaded == {"": Program(port=9000, development=True), "inventory": Inventory(30)}


def test_every_problem_is_told_at_once_with_a_hint() -> None:
    with pytest.raises(SettingsInvalid) as refused:
        load(
            SECTIONS,
            {"ETALASE_PROT": "1", "ETALASE_PORT": "x"},
            {"inventory": {"ttl_second": 3}, "colour": "red"},
        )
    message = "\n".join(refused.value.problems)
    assert "ETALASE_PROT is not known; did you mean ETALASE_PORT?" in message
    assert "ETALASE_PORT must be a whole number, not 'x'" in message
    assert "[inventory] ttl_second is not known; did you mean ttl_seconds?" in message
    assert "colour is not known" in message


def test_a_value_out_of_its_bounds_is_told() -> None:
    with pytest.raises(SettingsInvalid, match="ttl_seconds must be positive"):
        load(SECTIONS, {"ETALASE_INVENTORY_TTL_SECONDS": "0"}, {})

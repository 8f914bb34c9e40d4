"""A payment provider is known by name in its own folder only, so that another one touches nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import etalase
from etalase.bootstrap import SECTIONS
from etalase.commerce import payments
from etalase.commerce.payments._adapters import registry

SOURCE = Path(etalase.__file__).parent
NAMES = sorted(registry.PROVIDERS)
TEXT = {".py", ".html", ".txt", ".po", ".toml", ".css", ".js"}
ALLOWED = {  # file -> why
    "lab/demo/_market.py": "the demo's buyers pay at a simulator, and this line says at which",
    "lab/demo/_processes.py": "the process of that simulator",
}
OWN_PLACES = ("commerce/payments/_adapters", "lab")


def files_beyond(name: str) -> Iterator[tuple[str, str]]:
    """Yield the name and text of each file of the program that is not in a folder of the provider's."""
    own = [SOURCE / place / name for place in OWN_PLACES]
    for path in sorted(SOURCE.rglob("*")):
        beyond = not any(path.is_relative_to(folder) for folder in own)
        if path.suffix in TEXT and "static" not in path.parts and beyond:
            yield path.relative_to(SOURCE).as_posix(), path.read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_no_file_beyond_its_folder_knows_a_provider(name: str) -> None:
    word = re.compile(name, re.IGNORECASE)
    found = {path for path, text in files_beyond(name) if word.search(text)}
    assert found - ALLOWED.keys() == set()


def test_what_is_allowed_is_needed() -> None:
    texts = {path: (SOURCE / path).read_text("utf-8") for path in ALLOWED}
    assert all(any(name in text for name in NAMES) for text in texts.values())


def test_there_are_providers_and_each_has_its_section_of_settings() -> None:
    assert len(NAMES) >= 1
    assert {f"payments_{name}": found.settings for name, found in registry.PROVIDERS.items()}.items() <= (
        SECTIONS.items()
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_provider_has_a_label_a_simulator_and_a_page_for_operators(name: str) -> None:
    assert registry.PROVIDERS[name].label.lower() == name
    assert (SOURCE / "lab" / name / "__init__.py").exists()
    assert (SOURCE.parents[1] / "docs" / "protocols" / f"{name}.md").exists()


def test_no_setting_without_an_account_offers_a_means() -> None:
    assert all(not found.settings().means() for found in registry.PROVIDERS.values())
    assert payments.PaymentSettings().methods() == ()

"""Which of these tests read the code alone: `make check` passes them too."""

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `static` each test here that asks for no database, by whatever way."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and "postgres" not in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.static)

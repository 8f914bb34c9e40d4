"""Events are a contract with the past: their schemas are frozen, and only grow."""

import importlib
import json
import os
import pkgutil
from pathlib import Path

import msgspec

import etalase
from etalase.kernel.events import Event

FROZEN = Path(__file__).with_name("event_schemas.json")


def current_schemas() -> dict[str, object]:
    """Return the JSON schema of each event by name."""
    for found in pkgutil.walk_packages(etalase.__path__, "etalase."):
        if found.name.endswith("._events"):
            importlib.import_module(found.name)
    return {
        event.name: msgspec.json.schema(event)
        for event in Event.__subclasses__()
        if event.__module__.startswith("etalase.")
    }


def test_the_events_are_as_they_were_frozen() -> None:
    current = json.loads(json.dumps(current_schemas(), sort_keys=True))
    if os.environ.get("FREEZE_EVENTS"):
        FROZEN.write_text(json.dumps(current, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert current == json.loads(FROZEN.read_text(encoding="utf-8"))

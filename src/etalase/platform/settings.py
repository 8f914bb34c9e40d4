"""Settings from the environment and one `etalase.toml`, checked once, at start.

Each context brings a frozen dataclass with defaults; a field `ttl_seconds` of section `inventory` is
`[inventory] ttl_seconds` in the file and `ETALASE_INVENTORY_TTL_SECONDS` in the environment, which wins.
The section "" holds the fields of the whole program.
"""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import msgspec

PREFIX = "ETALASE_"


class SettingsInvalid(ValueError):
    """Some settings are wrong or unknown; `problems` has a line for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_file(path: Path) -> dict[str, Any]:
    """Return the content of the file, nothing when there is none. Raises SettingsInvalid for bad TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid([f"{path}: {error}"]) from error


def variable_name(section: str, field: str) -> str:
    """Return the environment's name of a setting."""
    return PREFIX + "_".join(part for part in (section, field) if part).upper()


def load(
    sections: Mapping[str, type[Any]], environment: Mapping[str, str], file: Mapping[str, Any]
) -> dict[str, Any]:
    """Return an instance of each section's dataclass. Raises SettingsInvalid with every problem at once."""
    problems: list[str] = []
    known = {
        variable_name(section, field.name): (section, field.name)
        for section, settings in sections.items()
        for field in fields(settings)
    }
    values: dict[str, dict[str, Any]] = {section: {} for section in sections}
    _take_file(sections, file, values, problems)
    _take_environment(known, environment, values, problems)
    loaded = {
        section: _convert(section, settings, values[section], problems)
        for section, settings in sections.items()
    }
    if problems:
        raise SettingsInvalid(problems)
    return loaded


def _take_file(
    sections: Mapping[str, type[Any]],
    file: Mapping[str, Any],
    values: dict[str, dict[str, Any]],
    problems: list[str],
) -> None:
    for key, value in file.items():
        if isinstance(value, dict) and key in sections:
            allowed = [field.name for field in fields(sections[key])]
            for name, inner in value.items():
                if name in allowed:
                    values[key][name] = inner
                else:
                    problems.append(f"etalase.toml: [{key}] {name} is not known{_hint(name, allowed)}")
            continue
        allowed = [field.name for field in fields(sections[""])] if "" in sections else []
        if key in allowed:
            values[""][key] = value
        else:
            problems.append(f"etalase.toml: {key} is not known{_hint(key, [*allowed, *sections])}")


def _take_environment(
    known: Mapping[str, tuple[str, str]],
    environment: Mapping[str, str],
    values: dict[str, dict[str, Any]],
    problems: list[str],
) -> None:
    for name, value in environment.items():
        if not name.startswith(PREFIX):
            continue
        if name in known:
            section, field = known[name]
            values[section][field] = value
        else:
            problems.append(f"{name} is not known{_hint(name, list(known))}")


def _convert(section: str, settings: type[Any], values: dict[str, Any], problems: list[str]) -> Any:
    """Build the section field by field, so that each wrong value gets its own line."""
    converted = {}
    for field in fields(settings):
        name = variable_name(section, field.name)
        if field.name not in values:
            if field.default is MISSING and field.default_factory is MISSING:
                problems.append(f"{name} is required")
            continue
        try:
            converted[field.name] = msgspec.convert(
                values[field.name], field.type, strict=False, dec_hook=_read_path
            )
        except msgspec.ValidationError as error:
            problems.append(f"{name}: {error}")
    if problems:
        return None
    try:
        return settings(**converted)
    except ValueError as error:
        problems.append(f"{section or 'etalase'}: {error}")
        return None


def _read_path(wanted: type[Any], value: Any) -> Path:
    if wanted is Path and isinstance(value, str):
        return Path(value)
    raise ValueError("Expected a path")


def _hint(name: str, allowed: list[str]) -> str:
    close = difflib.get_close_matches(name, allowed, 1)
    return f"; did you mean {close[0]}?" if close else ""

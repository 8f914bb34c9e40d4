"""Settings from the environment and one `etalase.toml`, checked once, at start.

Each context brings a frozen dataclass with defaults; a field `ttl_seconds` of section `inventory` is
`[inventory] ttl_seconds` in the file and `ETALASE_INVENTORY_TTL_SECONDS` in the environment, which wins.
The section "" holds the fields of the whole program.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec

PREFIX = "ETALASE_"
FILE = "etalase.toml"
TYPE_WORDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    Path: "the name of a file or folder",
}


@dataclass(frozen=True)
class Given:
    """A value, and the name under which the operator knows it."""

    value: Any
    name: str


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
    except RecursionError as error:
        raise SettingsInvalid([f"{path}: it nests too deeply"]) from error
    except OSError as error:
        raise SettingsInvalid([f"{path}: {error.strerror}"]) from error


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
    values: dict[str, dict[str, Given]] = {section: {} for section in sections}
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
    values: dict[str, dict[str, Given]],
    problems: list[str],
) -> None:
    for key, value in file.items():
        if isinstance(value, dict) and key in sections:
            allowed = [field.name for field in fields(sections[key])]
            for name, inner in value.items():
                if name in allowed:
                    values[key][name] = Given(inner, f"{FILE}: [{key}] {name}")
                else:
                    problems.append(f"{FILE}: [{key}] {name} is not known{_hint(name, allowed)}")
            continue
        allowed = [field.name for field in fields(sections[""])] if "" in sections else []
        if key in allowed:
            values[""][key] = Given(value, f"{FILE}: {key}")
        elif key in sections:
            problems.append(f"{FILE}: {key} is a table: write [{key}] on a line of its own")
        else:
            problems.append(f"{FILE}: {key} is not known{_hint(key, [*allowed, *sections])}")


def _take_environment(
    known: Mapping[str, tuple[str, str]],
    environment: Mapping[str, str],
    values: dict[str, dict[str, Given]],
    problems: list[str],
) -> None:
    for name, value in environment.items():
        if not name.startswith(PREFIX):
            continue
        if name in known:
            section, field = known[name]
            values[section][field] = Given(value, name)
        else:
            problems.append(f"{name} is not known{_hint(name, list(known))}")


def _convert(section: str, settings: type[Any], values: dict[str, Given], problems: list[str]) -> Any:
    """Build the section field by field, so that each wrong value gets its own line."""
    converted = {}
    for field in fields(settings):
        if field.name not in values:
            if field.default is MISSING and field.default_factory is MISSING:
                problems.append(f"{variable_name(section, field.name)} is required")
            continue
        given = values[field.name]
        try:
            converted[field.name] = msgspec.convert(
                given.value, field.type, strict=False, dec_hook=_read_path
            )
        except msgspec.ValidationError:
            problems.append(f"{given.name} must be {_describe(field.type, given.value)}")
    if problems:
        return None
    try:
        return settings(**converted)
    except ValueError as error:
        problems.append(_place(str(error), section, settings, values))
        return None


def _describe(wanted: Any, value: Any) -> str:
    """Say in plain words what is wanted; and what stands there, unless it may be secret."""
    if get_origin(wanted) is Literal:
        return f"one of {', '.join(map(str, get_args(wanted)))}, not {value!r}"
    words = TYPE_WORDS.get(wanted, "of another kind")
    return words if wanted is str else f"{words}, not {value!r}"


def _place(problem: str, section: str, settings: type[Any], values: dict[str, Given]) -> str:
    """Say of which setting a section speaks, by the name under which it was given."""
    for field in sorted(fields(settings), key=lambda field: -len(field.name)):
        if re.search(rf"\b{field.name}\b", problem):
            given = values.get(field.name)
            return f"{given.name if given else variable_name(section, field.name)}: {problem}"
    return f"{section or 'etalase'}: {problem}"


def _read_path(wanted: type[Any], value: Any) -> Path:
    if wanted is Path and isinstance(value, str):
        return Path(value)
    raise ValueError("Expected a path")


def _hint(name: str, allowed: list[str]) -> str:
    close = difflib.get_close_matches(name, allowed, 1)
    return f"; did you mean {close[0]}?" if close else ""

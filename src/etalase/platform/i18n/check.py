"""Fails when a message of the code or the templates has no translation, or a translation has no message."""

import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from etalase.platform.i18n import LANGUAGES, Language, read_catalog

KEYWORDS = {**DEFAULT_KEYWORDS, "lazy": None}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
OPTIONS = {
    "**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"},
    "**.txt": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"},
}


def extracted_messages() -> Iterator[tuple[str, str]]:
    """Yield each message of the package with the place where it stands."""
    package = Path(str(files("etalase")))
    found = extract_from_dir(package, METHODS, OPTIONS, KEYWORDS, directory_filter=is_ours)
    for name, line, message, _, _ in found:
        yield (message if isinstance(message, str) else message[0]), f"{name}:{line}"


def is_ours(folder: str) -> bool:
    """Look into private packages too, which babel leaves out by itself; not into what is hidden or built."""
    return not Path(folder).name.startswith(".") and Path(folder).name not in {"__pycache__", "static"}


def find_problems(language: Language) -> list[str]:
    """Return a line for each message that the language lacks, and each that it has in vain."""
    catalog = read_catalog(language)
    wanted: dict[str, str] = {}
    for message, place in extracted_messages():
        wanted.setdefault(message, place)
    problems = []
    for message, place in wanted.items():
        entry = catalog.get(message)
        translated = entry.string if entry else ""
        if not translated or (not isinstance(translated, str) and not all(translated)):
            problems.append(f"{place}: no translation into {language}: {message!r}")
        elif entry and entry.fuzzy:
            problems.append(f"{place}: fuzzy translation into {language}: {message!r}")
    known = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalog if entry.id}
    return problems + [f"locales/{language}: no longer used: {message!r}" for message in known - set(wanted)]


def main() -> None:
    """Print the problems and leave with 1 when there are any."""
    problems = [problem for language in LANGUAGES if language != "en" for problem in find_problems(language)]
    print("\n".join(problems) or "Every message is translated.")  # noqa: T201 - a command's answer
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()

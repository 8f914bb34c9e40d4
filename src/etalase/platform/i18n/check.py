"""Fails when a message has no translation, two, or that of another, or when a translation has no message."""

import re
import sys
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import cast

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from etalase.platform.i18n import LANGUAGES, Language, locales_folder, read_catalog

KEYWORDS = {**DEFAULT_KEYWORDS, "lazy": None}
PLACEHOLDER = re.compile(r"%\(\w+\)s")
SENTENCE_WORDS = 5
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
    problems += [f"locales/{language}: no longer used: {message!r}" for message in known - set(wanted)]
    return problems + find_contradictions(language) + find_borrowed(language)


def find_contradictions(language: Language) -> list[str]:
    """Return a line for each message that two areas say in different words: only one of them is ever seen."""
    problems = []
    said: dict[str, tuple[object, str]] = {}
    for path in sorted((locales_folder() / language).glob("*.po")):
        with path.open("rb") as handle:
            for entry in read_po(handle, locale=language):
                message = entry.id if isinstance(entry.id, str) else entry.id[0]
                before, elsewhere = said.setdefault(message, (entry.string, path.name))
                if message and before != entry.string:
                    problems.append(f"locales/{language}: {message!r} differs in {elsewhere}, {path.name}")
    return problems


def find_borrowed(language: Language) -> list[str]:
    """Return a line for each sentence whose translation is that of another, or fills in other values.

    A short label may stand for several. A whole sentence that does was taken over from its neighbour.
    """
    problems = []
    owners: dict[str, str] = {}
    for entry in read_catalog(language):
        forms = zip(_forms(entry.id), _forms(entry.string), strict=False)
        for message, translated in forms:
            if set(PLACEHOLDER.findall(message)) != set(PLACEHOLDER.findall(translated)):
                problems.append(f"locales/{language}: {message!r} and its translation fill in other values")
            owner = owners.setdefault(translated, message)
            if owner != message and len(translated.split()) >= SENTENCE_WORDS:
                problems.append(f"locales/{language}: {message!r} says what {owner!r} says")
    return problems


def _forms(text: object) -> Sequence[str]:
    return [text] if isinstance(text, str) else list(cast("Sequence[str]", text))[-1:]


def main() -> None:
    """Print the problems and leave with 1 when there are any."""
    problems = [problem for language in LANGUAGES if language != "en" for problem in find_problems(language)]
    print("\n".join(problems) or "Every message is translated.")  # noqa: T201 - a command's answer
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()

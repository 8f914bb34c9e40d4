"""No page loses what was chosen or typed in one form because another one is sent.

What was typed is carried over by `frontend/src/behaviours/drafts.ts`, which every page has by its shell. A
file can't be carried, least of all before a script has come: so a form with a file is the only one of its
page in which anything is entered, and all fields of a page belong to some form.
"""

import re
from pathlib import Path

import pytest

import etalase.web

TEMPLATES = Path(etalase.web.__file__).parent / "templates"
NOT_PAGES = ("components/", "design/")
ASKED_ABOUT: dict[str, str] = {}
"""Pages on which a file is meant to replace what the other form does."""
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
FILE = re.compile(r"ui\.file\(|type=\"file\"")
ENTRY = re.compile(
    r"ui\.(?:file|field|textarea|select|checkbox|radio_cards|quantity)\(|<(?:select|textarea)\b"
    r"|<input\b(?![^>]*type=\"hidden\")"
)
PIECE = re.compile(r"{{.*?}}|<(?:input|select|textarea)\b.*?>", re.DOTALL)
"""What may stand on several lines: an expression, or a field's own tag."""
ELSEWHERE = re.compile(r"(?:ui\.\w+\(.*\"form\": \"(\w+)\".*\)|form=\"(\w+)\")", re.DOTALL)


MACRO = re.compile(r"{%-?\s*macro (\w+)\(.*?%}(.*?){%-?\s*endmacro\s*-?%}", re.DOTALL)


CALLER = re.compile(r"{{-?\s*caller\(.*?}}", re.DOTALL)


def read_page(path: Path) -> str:
    """Return a template with its parts, and its own macros, in their places."""
    text = path.read_text(encoding="utf-8")
    macros = dict(MACRO.findall(text))
    text = MACRO.sub("", text)
    for name, body in macros.items():
        text = _put_in_place(text, name, body)
    return re.sub(
        r'{% include "([\w/.]+)"[^%]*%}',
        lambda found: read_page(TEMPLATES / found[1]) if (TEMPLATES / found[1]).exists() else "",
        text,
    )


def _put_in_place(text: str, name: str, body: str) -> str:
    """Return the page with this macro where it is called, and around what a call block has inside."""
    called = re.compile(
        rf"{{%-?\s*call\s*(?:\([^)]*\))?\s*{name}\(.*?%}}(.*?){{%-?\s*endcall\s*-?%}}", re.DOTALL
    )
    text = called.sub(lambda block: CALLER.sub(lambda _: block[1], body), text)
    return re.sub(rf"{{{{-?\s*{name}\(.*?}}}}", lambda _: body, text, flags=re.DOTALL)


def entry_forms(text: str) -> list[str]:
    """Return the forms in which something is entered, with their fields that stand elsewhere in the page."""
    found = []
    rest = FORM.sub("", text)
    for form in FORM.findall(text):
        name = re.search(r'\bid="(\w+)"', form)
        others = [piece for piece in PIECE.findall(rest) if name and name[1] in _owners(piece)]
        whole = "\n".join([form, *others])
        if ENTRY.search(whole) and 'method="get"' not in form:
            found.append(whole)
    return found


def _owners(piece: str) -> set[str]:
    return {name for pair in ELSEWHERE.findall(piece) for name in pair if name}


PAGES = sorted(
    path
    for path in TEMPLATES.rglob("*.html")
    if "{% extends" in path.read_text(encoding="utf-8")
    and not str(path.relative_to(TEMPLATES)).startswith(NOT_PAGES)
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_form_with_a_file_has_no_other_beside_it(path: Path) -> None:
    forms = entry_forms(read_page(path))
    if str(path.relative_to(TEMPLATES)) in ASKED_ABOUT:
        assert len(forms) > 1, "nothing is to be asked any more: take the page off the list"
        return
    assert len(forms) <= 1 or not any(FILE.search(form) for form in forms), (
        f"{len(forms)} forms, and a chosen file is lost when another one is sent: make them one"
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_field_belongs_to_a_form(path: Path) -> None:
    rest = FORM.sub("", read_page(path))
    lost = [piece for piece in PIECE.findall(rest) if ENTRY.search(piece) and not _owners(piece)]
    assert not lost, lost


def test_the_forms_of_a_page_are_found() -> None:
    assert len(entry_forms(read_page(TEMPLATES / "catalog/product.html"))) == 1
    assert FILE.search(entry_forms(read_page(TEMPLATES / "catalog/product.html"))[0])
    assert len(entry_forms(read_page(TEMPLATES / "accounts/account.html"))) == 2

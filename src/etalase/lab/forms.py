"""The forms of a page as a browser without scripts sends them. No I/O.

By HTML's "constructing the entry list" (4.10.21.4).
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

NEVER_SENT = frozenset({"submit", "button", "reset", "image", "file"})
"""Inputs that say nothing unless they are tapped, or a file is chosen."""
CHOICES = frozenset({"radio", "checkbox"})


@dataclass
class Form:
    """A form as it stands in a page: where it goes, and what it says before anybody writes into it."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class _Choice:
    """A `select` that is being read."""

    name: str
    owner: str
    options: list[str] = field(default_factory=list)
    selected: list[str] = field(default_factory=list)
    is_multiple: bool = False


class PageForms(HTMLParser):
    """Collects the forms of a page that it is fed, and the token that the page gives to its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.csrf = ""
        self._choice: _Choice | None = None
        self._text: tuple[str, str, list[str]] | None = None
        self._open: Form | None = None
        self._by_id: dict[str, Form] = {}
        """What fields outside of a form name as theirs, also before it comes."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or a field of the last one."""
        values = {name: value or "" for name, value in attrs}
        if tag == "meta" and values.get("name") == "csrf-token":
            self.csrf = values.get("content", "")
        elif tag == "form":
            self._begin_form(values)
        elif "disabled" in values:
            return
        elif tag == "input":
            self._note_input(values)
        elif tag == "textarea":
            self._text = (values.get("name", ""), values.get("form", ""), [])
        elif tag == "select":
            self._choice = _Choice(
                values.get("name", ""), values.get("form", ""), is_multiple="multiple" in values
            )
        elif tag == "option" and self._choice is not None:
            self._choice.options.append(values.get("value", ""))
            if "selected" in values:
                self._choice.selected.append(values.get("value", ""))

    def handle_data(self, data: str) -> None:
        """Note what stands in a field of several lines."""
        if self._text is not None:
            self._text[2].append(data)

    def handle_endtag(self, tag: str) -> None:
        """Note what a field with an end says, and a form's end."""
        if tag == "form":
            self._open = None
        elif tag == "textarea" and self._text is not None:
            name, owner, parts = self._text
            self._note(name, "".join(parts).removeprefix("\n"), owner)
            self._text = None
        elif tag == "select" and self._choice is not None:
            choice, self._choice = self._choice, None
            first = [] if choice.is_multiple else choice.options[:1]
            for value in choice.selected or first:
                self._note(choice.name, value, choice.owner)

    def _begin_form(self, values: dict[str, str]) -> None:
        form = self._form_of(values.get("id", ""))
        form.action, form.method = values.get("action", ""), values.get("method", "get").lower()
        self.forms.append(form)
        self._open = form

    def _form_of(self, name: str) -> Form:
        return self._by_id.setdefault(name, Form("", "")) if name else Form("", "")

    def _note_input(self, values: dict[str, str]) -> None:
        kind = values.get("type", "text")
        if kind in NEVER_SENT or (kind in CHOICES and "checked" not in values):
            return
        value = values.get("value", "on" if kind in CHOICES else "")
        self._note(values.get("name", ""), value, values.get("form", ""))

    def _note(self, name: str, value: str, owner: str) -> None:
        form = self._form_of(owner) if owner else self._open
        if name and form is not None:
            form.values.setdefault(name, []).append(value)

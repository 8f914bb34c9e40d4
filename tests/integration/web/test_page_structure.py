"""What a screen reader steers by, wherever a link leads: headings in order, whole tables, named forms."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from etalase.bootstrap import System
from etalase.commerce import inventory
from tests.make import catalog as make_catalog
from tests.make.program import visitor
from tests.make.world import world

MAX_PAGES = 60
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
ENTRIES = {"input", "select", "textarea", "button"}


@dataclass
class Form:
    """A form of the page: what calls it, and how many things in it can be told apart."""

    action: str
    name: str
    labelled_by: tuple[str, ...]
    entries: int = 0


@dataclass
class Outline(HTMLParser):
    """Reads one page: its links, its headings with their words, and what lacks a role."""

    links: list[str] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    words_of: dict[str, str] = field(default_factory=dict)
    _open: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    _words: list[str] | None = None

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self._open.append((tag, given))
        if tag in HEADINGS:
            self._words = []
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        if tag == "tr" and given.get("role") != "row" and self._table_role() == "table":
            self.faults.append("a row without its role")
        if self._words is not None and given.get("aria-label"):
            self._words.append(str(given["aria-label"]))
        self._note_form(tag, given)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag in HEADINGS and self._words is not None:
            self.headings.append((int(tag[1]), "".join(self._words).strip()))
            self._words = None

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)
        for _, given in self._open:
            if given.get("id"):
                self.words_of[str(given["id"])] = self.words_of.get(str(given["id"]), "") + data.strip()

    def _note_form(self, tag: str, given: dict[str, str | None]) -> None:
        if tag == "form":
            labels = tuple((given.get("aria-labelledby") or "").split())
            self.forms.append(Form(given.get("action") or "", given.get("aria-label") or "", labels))
        elif (
            tag in ENTRIES
            and given.get("type") != "hidden"
            and any(open_ == "form" for open_, _ in self._open)
        ):
            self.forms[-1].entries += 1

    def names(self) -> Iterator[tuple[Form, str]]:
        """Yield each form with the words that call it, maybe none."""
        for form in self.forms:
            yield form, form.name or " ".join(self.words_of.get(one, "") for one in form.labelled_by).strip()

    def _table_role(self) -> str | None:
        return next((given.get("role") for tag, given in reversed(self._open) if tag == "table"), None)


def faults_of(page: Outline) -> Iterator[str]:
    yield from page.faults
    before = 0
    for level, words in page.headings:
        if not words:
            yield f"an empty h{level}"
        if level > before + 1:
            yield f"h{level} after h{before}: {words}"
        before = level
    if [level for level, _ in page.headings].count(1) != 1:
        yield "not exactly one h1"
    for form, name in page.names():
        if form.entries > 1 and not name:
            yield f"a form of {form.entries} entries without a name: {form.action}"


async def test_every_page_that_a_link_leads_to_is_in_order(system: System) -> None:
    market = await world(system)
    async with system.databases["commerce"].begin() as tx:
        product = await make_catalog.product(tx, market.shop.id)
        await inventory.receive(tx, product.variants[0].id, 3)
    waiting = ["/", "/sign-in", "/sign-up", "/studio", f"/desk/{market.shop.slug}"]
    found: dict[str, list[str]] = {}
    async with visitor(system) as browser:
        for plane in ("commerce", "social"):
            token = await market.session(plane, "owner")
            browser.cookies.set(f"etalase_session_{plane}", str(token), domain="shop.example")
        while waiting and len(found) < MAX_PAGES:
            path = waiting.pop(0)
            answer = await browser.get(path, headers={"accept-language": "en"}, follow_redirects=True)
            if path in found or not answer.headers["content-type"].startswith("text/html"):
                continue
            page = Outline()
            page.feed(answer.text)
            found[path] = list(faults_of(page))
            for link in page.links:
                parts = urlsplit(link)
                if not parts.netloc and parts.path.startswith("/") and parts.path not in found:
                    waiting.append(parts.path)
    assert len(found) > 25
    wrong = {path: faults for path, faults in found.items() if faults}
    assert not wrong, "\n".join(f"{path}: {faults}" for path, faults in wrong.items())


def test_a_form_without_a_name_is_found() -> None:
    page = Outline()
    page.feed(
        '<h1 id="t">Shop</h1><form action="/a"><input name="a"><button>b</button></form>'
        '<form action="/b" aria-labelledby="t"><input name="a"><button>b</button></form>'
        '<form action="/c" aria-labelledby="gone"><input name="a"><button>b</button></form>'
        '<form action="/d"><input type="hidden" name="a"><button>b</button></form>'
    )
    assert [fault.rpartition(" ")[2] for fault in faults_of(page)] == ["/a", "/c"]

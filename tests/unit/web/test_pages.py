"""The shells: files from memory, the reader's language, messages after a redirect, no way off the site."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import UndefinedError, nodes
from litestar import Litestar, Request, Response, get, post
from litestar.testing import TestClient

from etalase.web import design
from etalase.web._assets import Assets
from etalase.web._flash import COOKIE, Flash, redirect
from etalase.web._pages import TEMPLATES, HtmlPage, PagesPlugin, Plane, make_environment, page
from etalase.web._security import csrf
from tests.make.markup import on_one_line


@get("/nothing")
async def show_nothing() -> HtmlPage:
    return page("errors/error.html", status=404, title="<b>gone</b>", text="", again="", reference="")


@post("/removed")
async def remove(request: Request[Any, Any, Any]) -> Response[Any]:
    return redirect(request, "/nothing", Flash("Gaun & kemeja", undo="/restore"))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    app = Litestar(
        [show_nothing, remove, *design.ROUTES],
        plugins=[PagesPlugin(secret="a secret of the tests", public_url="http://market.example")],
        middleware=[csrf("x" * 32, https=False)],
        logging_config=None,
    )
    with TestClient(app) as opened:
        yield opened


def _post(client: TestClient[Litestar], path: str, **fields: str) -> Any:
    client.get("/nothing")
    token = client.cookies["csrftoken"]
    return client.post(path, data={"_csrf_token": token, **fields}, follow_redirects=False)


def test_a_page_escapes_what_it_shows_and_keeps_its_status(client: TestClient[Litestar]) -> None:
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert "&lt;b&gt;gone&lt;/b&gt;" in answer.text


def test_built_files_are_kept_for_ever_and_asked_for_once(client: TestClient[Litestar]) -> None:
    style = re.search(r'href="(/static/assets/site-[^"]+\.css)"', client.get("/nothing").text)
    assert style
    first = client.get(style[1], headers={"accept-encoding": "gzip"})
    assert "immutable" in first.headers["cache-control"]
    assert first.headers["content-encoding"] == "gzip"
    again = client.get(style[1], headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["../_pages.py", "%2e%2e/_pages.py", ".vite/manifest.json", "nothing.js"])
def test_no_path_leads_out_of_the_built_files(client: TestClient[Litestar], name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_the_site_style_is_small(client: TestClient[Litestar]) -> None:
    styles = re.findall(r'href="(/static/assets/[^"]+\.css)"', client.get("/nothing").text)
    sizes = [
        int(client.get(path, headers={"accept-encoding": "gzip"}).headers["content-length"])
        for path in styles
    ]
    assert sum(sizes) < 20_000


@pytest.mark.parametrize(
    ("accepted", "language"), [("en-GB,en;q=0.9", "en"), ("id", "id"), ("fr", "id"), ("fr,en;q=0.5", "en")]
)
def test_the_browser_chooses_the_language(client: TestClient[Litestar], accepted: str, language: str) -> None:
    shown = client.get("/nothing", headers={"accept-language": accepted}).text
    assert f'<html lang="{language}"' in on_one_line(shown)


def test_a_chosen_language_and_theme_stay(client: TestClient[Litestar]) -> None:
    assert _post(client, "/preferences", language="en", next="/nothing").headers["location"] == "/nothing"
    assert _post(client, "/preferences", theme="dark").status_code == 303
    text = on_one_line(client.get("/nothing").text)
    assert '<html lang="en" data-theme="dark"' in text
    client.cookies.clear()


def test_preferences_change_on_a_page_that_no_route_stands_behind(client: TestClient[Litestar]) -> None:
    client.cookies.clear()
    form = {"theme": "dark", "next": "/no-such-page"}
    assert client.post("/preferences", data=form, follow_redirects=False).status_code == 303
    assert 'data-theme="dark"' in client.get("/nothing").text
    client.cookies.clear()


def test_no_form_leads_off_the_site(client: TestClient[Litestar]) -> None:
    form = {"theme": "dark", "next": "//evil.example"}
    answer = client.post("/preferences", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/"
    client.cookies.clear()


def test_a_message_survives_one_redirect_and_no_more(client: TestClient[Litestar]) -> None:
    _post(client, "/removed")
    shown = client.get("/nothing").text
    assert "Gaun &amp; kemeja" in shown
    assert 'action="/restore"' in shown
    assert "Gaun" not in client.get("/nothing").text


def test_a_forged_message_is_not_shown(client: TestClient[Litestar]) -> None:
    answer = _post(client, "/removed")
    signature, _, payload = answer.cookies[COOKIE].partition(".")
    for forged in (f"{'0' * len(signature)}.{payload}", f"{signature}.{payload[:-4]}AAAA", "%ff.%ff", "."):
        client.cookies.clear()
        assert "Gaun" not in client.get("/nothing", headers={"cookie": f"{COOKIE}={forged}"}).text


@pytest.mark.parametrize(
    ("plane", "address"), [("both", "/sign-in"), ("commerce", "/sign-in"), ("social", "/studio/sign-in")]
)
def test_the_way_to_sign_in_is_one_that_the_plane_has(plane: Plane, address: str) -> None:
    app = Litestar(
        [show_nothing],
        plugins=[
            PagesPlugin(secret="a secret of the tests", public_url="http://market.example", plane=plane)
        ],
        logging_config=None,
    )
    with TestClient(app) as client:
        assert f'href="{address}"' in client.get("/nothing").text


def test_every_component_renders_in_both_languages(client: TestClient[Litestar]) -> None:
    for path in ("/design", "/design/desk", "/design/home"):
        for language in ("id", "en"):
            assert client.get(path, headers={"accept-language": language}).status_code == 200


def test_a_missing_value_is_never_shown_as_nothing() -> None:
    template = make_environment(Assets(), public_url="").from_string(
        "{% if absent %}a{% endif %}{{ absent }}"
    )
    with pytest.raises(UndefinedError):
        template.render()


def test_each_filter_and_test_that_a_template_names_is_there() -> None:
    """Jinja looks for them only where a branch is taken: a page of two shops failed for whoever had two."""
    environment = make_environment(Assets(), public_url="")
    known = {nodes.Filter: environment.filters, nodes.Test: environment.tests}
    missing = [
        f"{path.relative_to(TEMPLATES)}:{node.lineno} {node.name}"
        for path in TEMPLATES.rglob("*.html")
        for kind, names in known.items()
        for node in environment.parse(path.read_text(encoding="utf-8")).find_all(kind)
        if node.name not in names
    ]
    assert not missing


def test_translated_words_are_trusted_and_what_fills_them_is_not() -> None:
    template = make_environment(Assets(), public_url="").from_string(
        "{% trans name=name %}<em>{{ name }}</em> 100 %{% endtrans %}{{ _('%(n)s left', n=name) }}"
    )
    assert template.render(name="<i>") == "<em>&lt;i&gt;</em> 100 %&lt;i&gt; left"


def test_a_cell_that_says_nothing_is_no_line_of_a_card() -> None:
    template = make_environment(Assets(), public_url="").from_string(
        "{% for one in words %}{% call ui.cell('Why') %}{{ one }}{% endcall %}{% endfor %}"
    )
    cells = template.render(words=("\N{EN DASH}", "\N{MIDDLE DOT}", " ", "Torn")).split("</td>")[:4]
    assert ["table__none" in cell for cell in cells] == [True, True, True, False]


def test_no_template_has_inline_style_or_script() -> None:
    forbidden = re.compile(
        r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*(?:src=|application/(?:ld\+)?json))"
    )
    guilty = [
        f"{path.relative_to(TEMPLATES)}: {found[0]}"
        for path in TEMPLATES.rglob("*.html")
        if (found := forbidden.search(path.read_text(encoding="utf-8")))
    ]
    assert not guilty, "the Content-Security-Policy refuses this"

"""A form with a key does the same thing once; another thing under its key is not done without a word."""

from dataclasses import replace

import pytest

from tests.make.deeds import Deed
from tests.make.markup import on_one_line
from tests.make.probes import Seen
from tests.make.program import path_of
from tests.make.rights import Route

KEYS = {"key", "idempotency_key", "checkout_key"}
OTHERWISE = {
    "POST /cart/holds": {"quantity": "2"},
    "POST /cart/lines/{variant_id}": {"quantity": "4"},
    "POST /checkout": {"street": "Jl. Margonda Raya 101"},
    "POST /desk/{slug}/money/payouts": {"amount": "200"},
    "POST /studio/new": {"title": "Baju lain"},
}
"""What else may be written in each form that carries a key."""
SAID = {
    "POST /cart/holds": "This page has put something into your cart already",
    "POST /cart/lines/{variant_id}": "This page has put something into your cart already",
    "POST /checkout": "You have ordered with this form already",
    "POST /desk/{slug}/money/payouts": "This form has booked another payout",
    "POST /studio/new": "This form has planned a show already",
}
BOTH_WAYS = {
    "POST /cart/holds": ('action="/cart/lines/', 'action="/cart/holds?variant_id='),
    "POST /cart/lines/{variant_id}": ('action="/cart/lines/', 'name="idempotency_key"'),
    "POST /checkout": ('href="/order/', 'value="again"'),
    "POST /desk/{slug}/money/payouts": ("/taken-back", 'value="200"'),
    "POST /studio/new": ("/edit", "Plan another one"),
}
"""What leads to that which was done, and what does the other thing as well."""
KEYLESS = {
    "POST /checkout/total",
    "POST /checkout/delivery",
    "POST /checkout/vouchers",
    "POST /studio/{code}/edit",
}
"""They read the form that others take, and do nothing under its key: an edit is the same twice."""


@pytest.mark.timeout(300)
async def test_each_form_with_a_key(served: list[Route], asked: set[str]) -> None:
    tried = set()
    for route in served:
        if route.rule.method != "POST" or route.rule.is_api or route.rule.words == "signature":
            continue
        asked.clear()
        deed = await route.made(route.sender)
        seen = await route.call(deed, route.sender)
        keys = KEYS & {*asked, *(deed.fields or {})}
        if keys and route.rule.key not in KEYLESS:
            tried.add(route.rule.key)
            assert keys & (deed.fields or {}).keys(), f"{route.rule.key}: its recipe carries no key"
            await _answers_once(route, deed, seen)
    assert tried == OTHERWISE.keys() == SAID.keys() == BOTH_WAYS.keys()


async def _answers_once(route: Route, deed: Deed, first: Seen) -> None:
    again = await route.call(deed, route.sender)
    assert (again.status, again.headers.get("location")) == (first.status, first.headers.get("location"))
    fields = {**(deed.fields or {}), **OTHERWISE[route.rule.key]}
    headers = {**deed.headers, "accept": "text/html", "accept-language": "en"}
    other = await route.call(replace(deed, fields=fields, headers=headers), route.sender)
    assert other.status in {409, 303}, (route.rule.key, other)
    page = other
    if other.status == 303:
        message = "; ".join(cookie.partition(";")[0] for cookie in other.cookies)
        headers["cookie"] = f"{deed.headers.get('cookie', '')}; {message}".strip("; ")
        there = path_of(other.headers["location"])
        page = await route.n.send("GET", there, route.sender, plane=route.plane, headers=headers)
    assert SAID[route.rule.key] in page.text, (route.rule.key, page.text[:3000])
    for way in BOTH_WAYS[route.rule.key]:
        assert way in on_one_line(page.text).replace("&amp;", "&"), (route.rule.key, way)

"""What the desk shows to each role of a shop's staff, on the composed program."""

import re

import pytest

from etalase.bootstrap import System
from etalase.commerce import shops
from etalase.commerce.shops import Role
from tests.make.accounts import PASSWORD, SARI, sign_up
from tests.make.program import send, visitor
from tests.make.world import Actor, world

NAVIGATION = {
    "owner": {"", "/products", "/orders", "/live", "/money", "/shipping", "/staff", "/settings"},
    "host": {"", "/products", "/live"},
    "packer": {"", "/products", "/orders"},
}


@pytest.mark.parametrize("actor", ["owner", "host", "packer"])
async def test_nobody_is_led_to_where_they_may_not_go(system: System, actor: Actor) -> None:
    market = await world(system)
    base = f"/desk/{market.shop.slug}"
    async with visitor(system) as browser:
        token = await market.session("commerce", actor)
        browser.cookies.set("etalase_session_commerce", str(token), domain="shop.example")
        for path in ("", "/products"):
            html = (await browser.get(base + path)).text
            navigation = html[html.index('<nav class="desk__nav"') : html.index("</nav>")]
            assert set(re.findall(f'href="{base}([^"]*)"', navigation)) == NAVIGATION[actor]
            for link in set(re.findall(f'href="({base}[^"]*)"', html)):
                assert (await browser.get(link)).status_code in {200, 303}, link


async def test_a_host_who_may_not_see_orders_is_shown_no_buyer(system: System) -> None:
    market = await world(system)
    async with visitor(system) as browser:
        token = await market.session("commerce", "host")
        browser.cookies.set("etalase_session_commerce", str(token), domain="shop.example")
        html = (await browser.get(f"/desk/{market.shop.slug}", headers={"accept-language": "en"})).text
    assert "Waiting for you" not in html
    assert "Go live" in html


async def test_too_many_invitations_are_told_beside_the_address(system: System) -> None:
    market = await world(system)
    async with visitor(system) as browser:
        browser.headers["accept-language"] = "en"
        token = await market.session("commerce", "owner")
        browser.cookies.set("etalase_session_commerce", str(token), domain="shop.example")
        path = f"/desk/{market.shop.slug}/staff/invitations"
        answers = [await send(browser, path, email="a@x.example", role="host") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [303] * 4 + [422]
    assert "Enough invitations for now." in answers[-1].text


async def test_an_invitation_says_who_invites_and_lets_newcomers_sign_up(system: System) -> None:
    market = await world(system)
    async with system.databases["commerce"].begin() as tx:
        _, token = await shops.invite_staff(tx, market.shop.id, "baru@kancil.example", Role.HOST)
    async with visitor(system) as browser:
        browser.headers["accept-language"] = "en"
        page = await browser.get(f"/invitation/{token}")
        assert page.status_code == 200
        assert f"{market.shop.name} invites you" in page.text
        assert "Goes live" in page.text
        sign_up = f"/sign-up?next=/invitation/{token}"
        assert f'href="{sign_up}"' in page.text
        assert f'value="/invitation/{token}"' in (await browser.get(sign_up)).text
        entrance = (await browser.get(f"/sign-in?next=/invitation/{token}")).text
        assert "Sign in, or sign up, to accept the invitation." in entrance
        assert "you need no account" not in entrance
        assert (await browser.get("/invitation/made-up")).status_code in {404, 410}


async def test_a_seller_without_a_shop_is_led_from_the_studio_to_opening_one(system: System) -> None:
    await sign_up(system.databases["commerce"])
    async with visitor(system) as browser:
        await send(browser, "/sign-in", email=SARI, password=PASSWORD)
        answer = await browser.get("/studio", follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, "/desk")
    assert 'href="/desk/new-shop"' in answer.text


async def test_a_host_makes_a_voucher_for_the_show_that_the_studio_names(system: System) -> None:
    market = await world(system)
    async with visitor(system) as browser:
        token = await market.session("commerce", "host")
        browser.cookies.set("etalase_session_commerce", str(token), domain="shop.example")
        form = await browser.get(f"/desk/{market.shop.slug}/vouchers/new?show=ABCD2345")
        assert form.status_code == 200
        assert re.search(r'name="show_code"[^>]*value="ABCD2345"', form.text)

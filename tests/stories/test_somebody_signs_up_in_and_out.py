"""Story 1, the account: sign up, sign out, sign in by password and by code, reset, and see every device."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.make.waiting import until
from tests.stories import browsing
from tests.stories.browsing import axe, fits
from tests.stories.conftest import Screens
from tests.stories.serving import Server

PASSWORD = "hujan sore di teras"
NEW_PASSWORD = "sebelas gelas jamu"


async def read_emails(page: Page, email: str, words: str, *, count: int = 1) -> list[str]:
    """Return the letters to this address that have the words, newest first, once there are so many of them.

    They are written after the page that tells of them is there, so that the newest may be an older one.
    """
    letters = page.locator("article.letter", has_text=email).filter(has_text=words)

    async def have_come() -> bool:
        await page.goto("/dev/mail")
        return await letters.count() >= count

    await until(have_come)
    return await letters.all_inner_texts()


async def enter_code(page: Page, email: str, *, count: int = 1) -> None:
    """Read the code on another page and enter it; `count` tells how many were sent to this address by now."""
    await expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code")
    mailbox = await page.context.new_page()
    newest = (await read_emails(mailbox, email, "is your Etalase code", count=count))[0]
    found = re.search(r"\b\d{6}\b", newest)
    assert found is not None
    await mailbox.close()
    await page.get_by_label("Code", exact=True).fill(found[0])
    await page.get_by_role("button", name="Go on").click()


async def sign_up(page: Page, email: str) -> None:
    """Sign up, after a first try with a password that guessers know."""
    await page.goto("/sign-up?next=/account")
    await page.get_by_label("Your name").fill("Sari <b>Wulan</b>")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill("password123")
    await page.get_by_role("button", name="Sign up").click()
    await expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    await axe(page)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign up").click()
    await enter_code(page, email)
    await expect(page.get_by_role("heading", name="Account")).to_be_visible()


async def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in by password."""
    await page.goto("/sign-in?next=/account")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize("screen", ["PHONE", "DESKTOP"])
async def test_somebody_signs_up_in_and_out(server: Server, screens: Screens, screen: str) -> None:
    email = f"sari.{screen.lower()}@example.com"
    context = await screens(server.url, **getattr(browsing, screen))
    page = await context.new_page()
    await sign_up(page, email)
    await expect(page.get_by_label("Your name")).to_have_value("Sari <b>Wulan</b>")
    await axe(page)
    await fits(page)
    await page.locator("main").get_by_role("button", name="Sign out", exact=True).click()
    await page.goto("/account")
    await expect(page).to_have_url(re.compile("/sign-in"))
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="Send me a code by e-mail instead").click()
    await enter_code(page, email, count=2)
    await expect(page).to_have_url(re.compile("/account$"))


async def test_a_device_is_signed_out_from_another(server: Server, screens: Screens) -> None:
    email = "devices@example.com"
    home = await (await screens(server.url, **browsing.PHONE)).new_page()
    await sign_up(home, email)
    stranger = await (await screens(server.url, **browsing.DESKTOP)).new_page()
    await sign_in(stranger, email, PASSWORD)
    await expect(stranger.get_by_text("This device")).to_be_visible()
    await home.reload()
    await home.get_by_role("button", name=re.compile("Sign out: ")).click()
    await expect(home.get_by_text("That device is signed out.")).to_be_visible()
    await stranger.reload()
    await expect(stranger).to_have_url(re.compile("/sign-in"))
    await home.goto("/account")
    await expect(home.get_by_text("This device")).to_be_visible()


async def test_a_forgotten_password_is_replaced_by_a_letter(phone: BrowserContext) -> None:
    email, page = "forgot@example.com", await phone.new_page()
    await sign_up(page, email)
    await phone.clear_cookies()
    await page.goto("/reset")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="Send the link").click()
    await expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
    await axe(page)
    letter = (await read_emails(page, email, "Choose a new password"))[0]
    link = re.search(r"https?://\S+/reset/\S+", letter)
    assert link is not None
    await page.goto(urlsplit(link[0]).path)
    await axe(page)
    await page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Your password was changed. Please sign in.")).to_be_visible()
    await sign_in(page, email, PASSWORD)
    await expect(page.get_by_text("E-mail or password is wrong.")).to_be_visible()
    await sign_in(page, email, NEW_PASSWORD)
    await expect(page).to_have_url(re.compile("/account$"))
    await page.goto(urlsplit(link[0]).path)
    await expect(page.get_by_role("heading", name="This link is no longer valid")).to_be_visible()


async def test_an_account_works_before_scripts_load(server: Server, screens: Screens) -> None:
    context = await screens(server.url, **browsing.PHONE, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/sign-up?next=/account")
    await page.get_by_label("Your name").fill("Dewi")
    await page.get_by_label("E-mail").fill("noscript@example.com")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign up").click()
    await enter_code(page, "noscript@example.com")
    await page.get_by_label("Name of the program").fill("Stock script")
    await page.get_by_role("button", name="Make a token").click()
    await expect(page.get_by_label("Token", exact=True)).to_have_value(re.compile("^etl_commerce_"))

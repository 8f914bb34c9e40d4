"""Stories: the whole program in its own process, real PostgreSQL, a real browser."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright

from etalase.lab.video import write_camera
from etalase.platform.postgres import EmbeddedPostgres
from etalase.platform.provision import PLANES
from tests.make.databases import copy_template
from tests.stories import browsing
from tests.stories.serving import Server, start_server
from tests.stories.showing import LAB
from tests.stories.street import Street, open_street

HANGS = r"Timeout \(>"
"""How pytest-timeout says so, and nothing else."""
FELL = pytest.StashKey[bool]()
Servers = Callable[..., Awaitable[Server]]
Screens = Callable[..., Awaitable[BrowserContext]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every story as one that needs a browser and some time.

    The limit is for what hangs. Cameras, encoders and browsers may share two processors with other work.
    In CI a story that falls is told a second time, and named: it is to be mended. One that hangs is not.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(600))
            if os.environ.get("CI"):
                item.add_marker(pytest.mark.flaky(reruns=1, rerun_except=[HANGS]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note that a story fell, for its screens, which are closed after it."""
    report = yield
    if report.failed:
        item.stash[FELL] = True
    return report


@asynccontextmanager
async def starting(postgres: EmbeddedPostgres, folders: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """Start servers, each with fresh databases, which end with the block."""
    async with AsyncExitStack() as stack:

        async def start(*arguments: str, **settings: str) -> Server:
            folder = folders.mktemp("server")
            given = {"ETALASE_DEVELOPMENT": "true", "ETALASE_MEDIA_RTMP_PORT": "0"}
            for plane in PLANES:
                dsn = await copy_template(postgres, plane, f"{folder.name}_{plane}")
                given[f"ETALASE_{plane.upper()}_DSN"] = dsn
            server = await start_server(folder, given | settings, *arguments)
            stack.push_async_callback(server.kill)
            return server

        yield start


@pytest.fixture
async def servers(
    postgres: EmbeddedPostgres, templates: None, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Servers]:
    """Start servers of a story's own.

    `await servers(ETALASE_RULEBOOK="id/permendag-19-2026")`. Given the DSNs of one that runs already
    (`server.environment`), a second shares its data.
    """
    async with starting(postgres, tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="session")
async def lasting_servers(
    postgres: EmbeddedPostgres, templates: None, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Servers]:
    """Start servers that several stories share."""
    async with starting(postgres, tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="session")
async def server(lasting_servers: Servers) -> AsyncIterator[Server]:
    """Give the server that most stories share; at the end it must stop in good order."""
    running = await lasting_servers()
    yield running
    status = await running.stop()
    assert status == 0, running.written()[-4000:]


@pytest.fixture(scope="session")
async def street(lasting_servers: Servers) -> AsyncIterator[Street]:
    """Give a street on which people buy where they watch; stories leave its pages as they are."""
    server = await lasting_servers()
    async with open_street(server.url) as given:
        yield given


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Give one Chromium for all stories."""
    browsing.find_chromium()
    async with async_playwright() as playwright:
        launched = await browsing.launch(playwright)
        yield launched
        await launched.close()


@pytest.fixture(scope="session")
async def camera_phone(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """Give a phone whose camera films the demo's show."""
    film = tmp_path_factory.mktemp("camera") / "camera.y4m"
    write_camera(film, LAB, seconds=8)
    async with async_playwright() as playwright:
        launched = await browsing.launch(playwright, f"--use-file-for-fake-video-capture={film}")
        yield launched
        await launched.close()
    film.unlink()


@pytest.fixture
async def screens(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Screens]:
    """Open a screen for each of a story's people.

    `await screens(server.url, **browsing.PHONE)` gives a context of its own, with its own cookies.
    """
    async with AsyncExitStack() as stack:
        contexts: list[BrowserContext] = []

        async def open_screen(base_url: str, **options: Any) -> BrowserContext:
            context = await stack.enter_async_context(browsing.opened(browser, base_url, **options))
            contexts.append(context)
            return context

        yield open_screen
        if request.node.stash.get(FELL, False):
            await _keep_pictures(request.node.name, contexts)


@pytest.fixture
async def phone(screens: Screens, server: Server) -> BrowserContext:
    """Give a phone of 360 by 640 whose pages may log no error."""
    return await screens(server.url, **browsing.PHONE)


@pytest.fixture
async def desktop(screens: Screens, server: Server) -> BrowserContext:
    """Give a laptop of 1280 by 800 whose pages may log no error."""
    return await screens(server.url, **browsing.DESKTOP)


async def _keep_pictures(name: str, contexts: list[BrowserContext]) -> None:
    """Save what the screens showed when a story failed, for whoever mends it."""
    folder = Path(__file__).parents[2] / "var" / "stories"
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        await page.screenshot(path=folder / f"{name}-{number}.png")

"""A real PostgreSQL for the session, migrated databases for the tests."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from etalase.kernel.clock import FixedClock
from etalase.platform.db import Database, Tx
from etalase.platform.passwords import Cost, passwords
from etalase.platform.postgres import EmbeddedPostgres
from tests.make import stalls
from tests.make.databases import DatabasePool, Databases, make_templates
from tests.make.process import state_of_process

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # a database lasts for minutes, and rows stay where they were written
    "max_connections": "400",  # several servers of the stories at once, each with its pools
}


CHEAP = Cost(passes=1, memory_kib=8)
"""Of a password's hash, in tests: most sign somebody up, and few are about how long that takes."""


def pytest_configure() -> None:
    """Let no example of a property be short of time: its deadline is 200 ms otherwise, on any machine."""
    usual, slow = hypothesis.settings(), [hypothesis.HealthCheck.too_slow]
    hypothesis.settings.register_profile("patient", usual, deadline=None, suppress_health_check=slow)
    hypothesis.settings.load_profile("patient")
    stalls.begin()


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: it went through all of it at each app made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash passwords at a low cost in this process."""
    usual = passwords.cost
    passwords.set_cost(CHEAP)
    yield
    passwords.set_cost(usual)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests run on another PostgreSQL than the one that comes with the program."""
    parser.addoption("--postgres-programs", type=Path, help="such as /usr/lib/postgresql/15/bin")


@pytest.fixture(autouse=True)
def process_as_before() -> Iterator[None]:
    """Let no test depend on those before it: who sets something for the whole process restores it."""
    before = state_of_process()
    yield
    after = state_of_process()
    changed = [f"{name}: {before[name]} → {after[name]}" for name in before if before[name] != after[name]]
    assert not changed, "\n".join(["left for all tests after it:", *changed])


@pytest.fixture(scope="session")
def postgres(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[EmbeddedPostgres]:
    """Run a server for this test process."""
    folder = tmp_path_factory.mktemp("postgres")
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)  # the server runs as another user when the tests run as root
    programs: Path | None = request.config.getoption("--postgres-programs")
    server = EmbeddedPostgres(folder, options=FAST, programs=programs)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def templates(postgres: EmbeddedPostgres) -> None:
    """Migrate one database per plane, from which each test's is copied."""
    await make_templates(postgres)


@pytest.fixture(scope="session")
def database_pool(postgres: EmbeddedPostgres, templates: None) -> DatabasePool:
    """Keep the databases that tests use one after the other."""
    return DatabasePool(postgres)


@pytest.fixture
async def databases(database_pool: DatabasePool) -> AsyncIterator[Databases]:
    """Make databases for tests that commit."""
    made = Databases(database_pool)
    yield made
    await made.drop()


@pytest.fixture
def clock(databases: Databases) -> FixedClock:
    """Hold the time of this test's databases."""
    return databases.clock


@pytest.fixture
async def commerce_db(databases: Databases) -> Database:
    """Give a fresh commerce database; what is committed there goes with the test."""
    return await databases.make("commerce")


@pytest.fixture
async def social_db(databases: Databases) -> Database:
    """Give a fresh social database; what is committed there goes with the test."""
    return await databases.make("social")


@pytest.fixture
async def commerce_tx(commerce_db: Database) -> AsyncIterator[Tx]:
    """Open a transaction on a fresh commerce database."""
    async with commerce_db.begin() as tx:
        yield tx


@pytest.fixture
async def social_tx(social_db: Database) -> AsyncIterator[Tx]:
    """Open a transaction on a fresh social database."""
    async with social_db.begin() as tx:
        yield tx

"""Once a day, what nobody can use any more is deleted, on each plane; what is good stays."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from etalase import accounts
from etalase.accounts import AccountId, Caller
from etalase.accounts import _store as accounts_store
from etalase.bootstrap import _commerce, _social, load_settings
from etalase.bridge import _store as bridge_store
from etalase.kernel.clock import FixedClock
from etalase.kernel.ids import new_id
from etalase.platform import sweeping
from etalase.platform.db import Database, Tx
from tests.make.accounts import SARI, sign_up
from tests.make.program import MakesDatabases, program

YEAR = 365 * 24 * 3600
SECRETS = ("sessions", "email_codes", "password_resets")


async def count(tx: Tx, *tables: str) -> list[int]:
    return [int((await tx.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()) for table in tables]


async def make_secrets(db: Database, account_id: AccountId) -> None:
    """Open a session, ask for a code, and keep a link as it was sent."""
    await accounts.request_code(db, email=SARI, caller=Caller("203.0.113.7"))
    async with db.begin() as tx:
        await accounts.open_session(tx, account_id)
        await accounts_store.add_reset(tx, new_id().bytes, account_id, timedelta(hours=1))


async def test_the_till_forgets_what_is_over_and_keeps_what_is_good(
    commerce_db: Database, clock: FixedClock
) -> None:
    account_id = await sign_up(commerce_db)
    await make_secrets(commerce_db, account_id)
    await sweeping.sweep(commerce_db, _commerce.SWEEPS)
    async with commerce_db.begin() as tx:
        assert await count(tx, *SECRETS) == [1, 1, 1]
    clock.advance(seconds=YEAR)
    for _ in range(2):
        await sweeping.sweep(commerce_db, _commerce.SWEEPS)
    async with commerce_db.begin() as tx:
        assert await count(tx, *SECRETS, "accounts") == [0, 0, 0, 1]


async def test_the_window_forgets_sessions_used_passes_and_told_sales(
    social_db: Database, clock: FixedClock
) -> None:
    async with social_db.begin() as tx:
        account_id = await accounts.ensure_external_account(tx, "ref", "Sari")
        await accounts.open_session(tx, account_id)
        assert await bridge_store.use_pass(tx, "one")
        assert await bridge_store.receive_sales(tx, [("sale", new_id())]) == {"sale"}
    clock.advance(seconds=600)
    await sweeping.sweep(social_db, _social.SWEEPS)
    async with social_db.begin() as tx:
        assert not await bridge_store.use_pass(tx, "one")
        assert await count(tx, "sessions", "used_passes", "received_sales") == [1, 1, 1]
    clock.advance(seconds=YEAR)
    await sweeping.sweep(social_db, _social.SWEEPS)
    async with social_db.begin() as tx:
        assert await count(tx, "sessions", "used_passes", "received_sales") == [0, 0, 0]


async def test_each_plane_forgets_what_crossed_longer_ago_than_its_log_is_kept(
    commerce_db: Database, social_db: Database, clock: FixedClock, tmp_path: Path
) -> None:
    settings = load_settings({"ETALASE_BRIDGE_CROSSINGS_KEPT_DAYS": "40"}, tmp_path / "none.toml")
    planes = [
        (commerce_db, _commerce._forgetting(settings, [])),
        (social_db, _social.sweeps(settings, [])),
    ]
    for database, _ in planes:
        async with database.begin() as tx:
            await bridge_store.add_crossing(tx, "in", "sales", {})
    for days, left in ((39, 1), (2, 0)):
        clock.advance(seconds=days * 24 * 3600)
        for database, sweeps in planes:
            await sweeping.sweep(database, sweeps)
            async with database.begin() as tx:
                assert await count(tx, "crossings") == [left]


async def test_both_planes_sweep_while_the_program_runs(databases: MakesDatabases, tmp_path: Path) -> None:
    async with program(databases, tmp_path):
        running = [task.get_name() for task in asyncio.all_tasks()]
    assert running.count("daily sweep") == 2

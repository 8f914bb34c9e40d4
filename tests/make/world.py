"""A small market to try rights in: two shops, the staff of one, a rival, and a stranger, on both planes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from etalase import accounts, bridge
from etalase.accounts import AccountId
from etalase.bootstrap import System
from etalase.commerce import shops
from etalase.commerce.shops import Role, ShopView
from etalase.platform.db import Plane
from etalase.social.rooms import ShowPlan
from tests.make import accounts as make_accounts
from tests.make import shops as make_shops

Actor = Literal["anonymous", "stranger", "rival", "packer", "host", "owner"]
ACTORS: tuple[Actor, ...] = ("anonymous", "stranger", "rival", "packer", "host", "owner")


@dataclass
class World:
    """Who is there, what they own, and how each of them is let in."""

    system: System
    shop: ShopView
    show_code: str
    accounts: dict[Plane, dict[str, AccountId]]

    async def session(self, plane: Plane, actor: Actor) -> str | None:
        """Open a new session of somebody on a plane; nobody has none."""
        account_id = self.accounts[plane].get(actor)
        if account_id is None:
            return None
        async with self.system.databases[plane].begin() as tx:
            return (await accounts.open_session(tx, account_id)).token

    async def token(self, plane: Plane, actor: Actor) -> str | None:
        """Issue a new API token of somebody on a plane, in place of the one before."""
        account_id = self.accounts[plane].get(actor)
        if account_id is None:
            return None
        async with self.system.databases[plane].begin() as tx:
            for old in await accounts.list_tokens(tx, account_id):
                await accounts.revoke_token(tx, account_id, old.id)
            return (await accounts.issue_token(tx, account_id, "Test")).secret


async def world(system: System) -> World:
    """Make the market."""
    commerce: dict[str, AccountId] = {
        actor: await make_accounts.sign_up(
            system.databases["commerce"], f"{actor}@example.com", actor.title()
        )
        for actor in ACTORS
        if actor != "anonymous"
    }
    async with system.databases["commerce"].begin() as tx:
        shop = await make_shops.shop(tx, "Kancil Kids", owner_id=commerce["owner"])
        await make_shops.shop(tx, "Toko Saingan", owner_id=commerce["rival"])
        for actor, role in (("host", Role.HOST), ("packer", Role.PACKER)):
            _, invitation = await shops.invite_staff(tx, shop.id, f"{actor}@example.com", role)
            await shops.accept_invitation(tx, invitation, commerce[actor])
    social = {actor: await _cross(system, actor, commerce[actor]) for actor in ("rival", "host", "owner")}
    async with system.databases["social"].begin() as tx:
        for actor in ("stranger", "packer"):
            social[actor] = await accounts.ensure_external_account(tx, f"ref-{actor}", actor.title())
    rooms = system.wirings["social"].given["rooms"]
    starts_at = system.databases["social"].clock.now() + timedelta(hours=1)
    show = await rooms.shows.plan_show(social["owner"], UUID(str(shop.id)), ShowPlan("Baju anak", starts_at))
    return World(system, shop, show.code, {"commerce": commerce, "social": social})


async def _cross(system: System, actor: str, account_id: AccountId) -> AccountId:
    """Take somebody to the studio with a pass."""
    key: str = system.wirings["social"].given["bridge_key"]
    async with system.databases["commerce"].begin() as tx:
        host_pass = await bridge.issue_host_pass(tx, key, account_id, actor.title())
    async with system.databases["social"].begin() as tx:
        return (await bridge.accept_host_pass(tx, key, host_pass)).account_id

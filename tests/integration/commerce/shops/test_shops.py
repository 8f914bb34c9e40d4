"""Shops are opened, changed and staffed; nobody learns of shops that are not theirs."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from etalase.commerce import shops
from etalase.commerce.shops import InvitationUnusable, LastOwner, NotYourShop, Role, StaffUnknown, Workplace
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Invalid
from etalase.kernel.ids import new_id
from etalase.platform.db import Database, Tx
from etalase.platform.ratelimit import TooManyTries
from tests.make import shops as make


async def test_a_name_that_one_has_used_gets_a_number(commerce_tx: Tx) -> None:
    owner = new_id()
    slugs = [(await make.shop(commerce_tx, owner_id=owner)).slug for _ in range(7)]
    assert slugs[:5] == ["kancil-kids", *(f"kancil-kids-{number}" for number in range(2, 6))]
    assert len(set(slugs)) == 7


async def test_a_wrong_shop_is_not_opened(commerce_tx: Tx) -> None:
    with pytest.raises(Invalid):
        await shops.create_shop(commerce_tx, new_id(), make.shop_draft(nib="1"))
    assert await shops.list_shops(commerce_tx) == []


async def test_who_opens_a_shop_owns_it_and_nobody_else_enters(commerce_tx: Tx) -> None:
    owner, stranger = new_id(), new_id()
    shop = await make.shop(commerce_tx, owner_id=owner)
    assert await shops.require_role(commerce_tx, owner, shop.id, Role.OWNER) is Role.OWNER
    assert [one.shop for one in await shops.list_shops_of(commerce_tx, owner)] == [shop]
    for slug in (shop.slug, "no-such-shop"):
        with pytest.raises(NotYourShop):
            await shops.require_membership(commerce_tx, stranger, slug)


@pytest.mark.parametrize(
    "name",
    [
        "Kancil Kids",
        "KANCIL KIDS",
        "kancil  kids",
        "Kancil-Kids!",
        "Kanci1 Kids",
        "KanciI Kids",
        "K\u0430ncil Kids",  # a Cyrillic letter
        "Káncil Kids",
        "Kancil\u3164Kids",
        "\U0001d40a\U0001d41a\U0001d427\U0001d41c\U0001d422\U0001d425 Kids",
    ],
)
async def test_nobody_opens_or_renames_a_shop_that_passes_for_anothers(commerce_tx: Tx, name: str) -> None:
    owner, other = new_id(), new_id()
    shop = await make.shop(commerce_tx, "Kancil Kids", owner_id=owner)
    mine = await make.shop(commerce_tx, "Toko Lain", owner_id=other)
    for attempt in (
        shops.create_shop(commerce_tx, other, make.shop_draft(name)),
        shops.update_shop(commerce_tx, mine.id, make.shop_draft(name)),
    ):
        with pytest.raises(Invalid) as refused:
            await attempt
        assert [(one.field, one.code) for one in refused.value.problems] == [("name", "looks_taken")]
    assert {one.name for one in await shops.list_shops(commerce_tx)} == {shop.name, "Toko Lain"}
    assert (await shops.create_shop(commerce_tx, owner, make.shop_draft(name))).slug != shop.slug
    assert (await shops.update_shop(commerce_tx, shop.id, make.shop_draft(name))).slug == shop.slug


async def test_shops_named_before_are_compared_with_and_may_change_all_else(commerce_tx: Tx) -> None:
    first = await make.shop(commerce_tx)
    await commerce_tx.execute(text("UPDATE shops SET name_skeleton = NULL"))
    with pytest.raises(Invalid):
        await shops.create_shop(commerce_tx, new_id(), make.shop_draft("KANCIL KIDS"))
    second = await make.shop(commerce_tx, "Toko Lain")
    await commerce_tx.execute(
        text("UPDATE shops SET name = :name WHERE id = :id"), {"name": first.name, "id": second.id}
    )
    changed = await shops.update_shop(
        commerce_tx, second.id, make.shop_draft(first.name, nib="9120001234567")
    )
    assert changed.nib == "9120001234567"


async def test_of_two_who_open_a_shop_of_one_name_at_once_one_is_refused(commerce_db: Database) -> None:
    async def open_one() -> shops.ShopView:
        async with commerce_db.begin() as tx:
            return await shops.create_shop(tx, new_id(), make.shop_draft())

    found = await asyncio.gather(*(open_one() for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["Invalid"] * 3 + ["ShopView"]


async def test_a_changed_shop_keeps_its_address_in_links(commerce_tx: Tx) -> None:
    shop = await make.shop(commerce_tx)
    changed = await shops.update_shop(
        commerce_tx, shop.id, make.shop_draft("Kancil Besar", qris_static=make.qris())
    )
    assert (changed.slug, changed.name, changed.qris_static) == (shop.slug, "Kancil Besar", make.qris())


async def test_an_invitation_is_good_once(commerce_tx: Tx) -> None:
    shop = await make.shop(commerce_tx)
    _, token = await shops.invite_staff(commerce_tx, shop.id, "Budi@Kancil.example", Role.PACKER)
    budi = new_id()
    invitation, inviting = await shops.get_invitation(commerce_tx, token)
    assert (invitation.email, inviting) == ("budi@kancil.example", shop)
    await shops.accept_invitation(commerce_tx, token, budi)
    assert await shops.require_role(commerce_tx, budi, shop.id) is Role.PACKER
    with pytest.raises(NotYourShop):
        await shops.require_role(commerce_tx, budi, shop.id, Role.OWNER, Role.HOST)
    with pytest.raises(InvitationUnusable):
        await shops.accept_invitation(commerce_tx, token, new_id())


async def test_an_invitation_ends_by_time_by_withdrawal_and_by_a_newer_one(
    commerce_tx: Tx, clock: FixedClock
) -> None:
    shop = await make.shop(commerce_tx)
    withdrawn, first = await shops.invite_staff(commerce_tx, shop.id, "a@x.example", Role.HOST)
    await shops.withdraw_invitation(commerce_tx, shop.id, withdrawn.id)
    _, second = await shops.invite_staff(commerce_tx, shop.id, "b@x.example", Role.HOST)
    _, third = await shops.invite_staff(commerce_tx, shop.id, "b@x.example", Role.PACKER)
    for token in (first, second, "x"):
        with pytest.raises(InvitationUnusable):
            await shops.accept_invitation(commerce_tx, token, new_id())
    assert len(await shops.list_invitations(commerce_tx, shop.id)) == 1
    clock.advance(seconds=7 * 24 * 3600)
    with pytest.raises(InvitationUnusable):
        await shops.accept_invitation(commerce_tx, third, new_id())


async def test_nobody_mails_the_world_by_invitations(commerce_db: Database) -> None:
    owner, another = new_id(), new_id()
    async with commerce_db.begin() as tx:
        owned = {one: await make.shop(tx, owner_id=one) for one in (owner, another)}

    async def invite(email: str, account_id: UUID) -> None:
        workplace = Workplace(commerce_db, account_id, owned[account_id].slug)
        await shops.send_invitation(workplace, email, Role.HOST, "https://shop.example")

    for _ in range(4):
        await invite("a@x.example", owner)
    with pytest.raises(TooManyTries):
        await invite("A@x.example", another)
    for number in range(16):
        await invite(f"{number}@x.example", owner)
    with pytest.raises(TooManyTries):
        await invite("last@x.example", owner)
    async with commerce_db.begin() as tx:
        assert len(await shops.list_invitations(tx, owned[owner].id)) == 17


async def test_an_invitation_does_not_make_an_owner_less(commerce_tx: Tx) -> None:
    owner = new_id()
    shop = await make.shop(commerce_tx, owner_id=owner)
    _, token = await shops.invite_staff(commerce_tx, shop.id, "a@x.example", Role.PACKER)
    await shops.accept_invitation(commerce_tx, token, owner)
    assert await shops.require_role(commerce_tx, owner, shop.id) is Role.OWNER


async def test_the_last_owner_stays(commerce_tx: Tx) -> None:
    owner = new_id()
    shop = await make.shop(commerce_tx, owner_id=owner)
    host = await make.member(commerce_tx, shop, Role.HOST)
    with pytest.raises(LastOwner):
        await shops.remove_staff(commerce_tx, shop.id, owner)
    with pytest.raises(LastOwner):
        await shops.change_role(commerce_tx, shop.id, owner, Role.HOST)
    await shops.change_role(commerce_tx, shop.id, host, Role.OWNER)
    await shops.remove_staff(commerce_tx, shop.id, owner)
    assert [member.account_id for member in await shops.list_staff(commerce_tx, shop.id)] == [host]
    with pytest.raises(StaffUnknown):
        await shops.remove_staff(commerce_tx, shop.id, owner)

"""In and out, by password, by code and by the other plane's word."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from etalase import accounts
from etalase.accounts import Caller, CodeExpired, LinkExpired, WrongCode, WrongCredentials
from etalase.kernel.clock import FixedClock
from etalase.kernel.errors import Invalid
from etalase.platform.db import Database
from etalase.platform.i18n import speaking
from etalase.platform.mail import Mail
from etalase.platform.ratelimit import TooManyTries
from tests.make.accounts import PASSWORD, SARI, deliver, emails, last_digits, sign_up, wrong

VISITOR = Caller(address="203.0.113.7", user_agent="Mozilla/5.0 (Linux; Android 13) Chrome/126.0")


async def count(db: Database, table: str) -> int:
    """Count the rows of a table of ours."""
    async with db.begin() as tx:
        return int((await tx.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def test_a_password_signs_in_however_its_letters_are_composed(commerce_db: Database) -> None:
    account_id = await sign_up(commerce_db)
    session = await accounts.sign_in(
        commerce_db, email=" SARI@example.com", password="hujan sore di teras", caller=VISITOR
    )
    async with commerce_db.begin() as tx:
        me = await accounts.find_by_session(tx, session.token)
        [listed] = await accounts.list_sessions(tx, account_id)
    assert me is not None
    assert (me.account_id, me.session_id, me.email, me.display_name) == (account_id, session.id, SARI, "Sari")
    assert listed.device == "Chrome, Android"


async def test_only_hashes_of_secrets_are_kept(commerce_db: Database) -> None:
    account_id = await sign_up(commerce_db)
    async with commerce_db.begin() as tx:
        session = await accounts.open_session(tx, account_id)
        token = await accounts.issue_token(tx, account_id, "Stock script")
        rows = [
            str(row)
            for table in ("accounts", "sessions", "api_tokens")
            for row in await tx.execute(text(f"SELECT {table}::text FROM {table}"))
        ]
    assert not [row for row in rows if session.token in row or token.secret in row or PASSWORD in row]


@pytest.mark.parametrize(("email", "password"), [(SARI, "wrong wrong wrong"), ("dewi@example.com", PASSWORD)])
async def test_a_wrong_password_and_an_unknown_email_read_the_same(
    commerce_db: Database, email: str, password: str
) -> None:
    await sign_up(commerce_db)
    with pytest.raises(WrongCredentials) as refused:
        await accounts.sign_in(commerce_db, email=email, password=password, caller=VISITOR)
    assert refused.value.facts == {}
    assert await count(commerce_db, "sessions") == 0


async def test_guesses_at_one_account_run_out_and_come_back_slowly(
    commerce_db: Database, clock: FixedClock
) -> None:
    await sign_up(commerce_db)

    async def guess(password: str, address: str) -> None:
        await accounts.sign_in(commerce_db, email=SARI, password=password, caller=Caller(address))

    for number in range(40):
        with pytest.raises(WrongCredentials):
            await guess("wrong wrong wrong", f"203.0.113.{number}")
    with pytest.raises(TooManyTries) as refused:
        await guess(PASSWORD, "198.51.100.1")
    assert refused.value.facts["retry_after_seconds"] == 120
    clock.advance(seconds=120)
    await guess(PASSWORD, "198.51.100.1")
    await guess(PASSWORD, "198.51.100.1")


async def test_guesses_from_one_address_run_out_over_all_accounts(commerce_db: Database) -> None:
    for number in range(50):
        with pytest.raises(WrongCredentials):
            await accounts.sign_in(
                commerce_db, email=f"a{number}@example.com", password=PASSWORD, caller=VISITOR
            )
    with pytest.raises(TooManyTries):
        await accounts.sign_in(commerce_db, email="b@example.com", password=PASSWORD, caller=VISITOR)


async def test_a_code_opens_an_account_and_signs_in_once(commerce_db: Database) -> None:
    ticket = await accounts.request_sign_up(
        commerce_db, email=SARI, password=PASSWORD, display_name="Sari", caller=VISITOR
    )
    assert await count(commerce_db, "accounts") == 0
    digits = await last_digits(commerce_db)
    session = await accounts.sign_in_with_code(
        commerce_db, ticket=ticket, digits=f"{digits[:3]} {digits[3:]}", caller=VISITOR
    )
    await accounts.sign_in(commerce_db, email=SARI, password=PASSWORD, caller=VISITOR)
    with pytest.raises(CodeExpired):
        await accounts.sign_in_with_code(commerce_db, ticket=ticket, digits=digits, caller=VISITOR)
    async with commerce_db.begin() as tx:
        assert await accounts.find_by_session(tx, session.token) is not None


async def test_signing_up_with_a_known_email_changes_nothing(
    commerce_db: Database,
) -> None:
    account_id = await sign_up(commerce_db)
    ticket = await accounts.request_sign_up(
        commerce_db, email=SARI, password="another one entirely", display_name="Thief", caller=VISITOR
    )
    session = await accounts.sign_in_with_code(
        commerce_db, ticket=ticket, digits=await last_digits(commerce_db), caller=VISITOR
    )
    assert session.account_id == account_id
    async with commerce_db.begin() as tx:
        account = await accounts.find_account(tx, account_id)
    assert account is not None
    assert account.display_name == "Sari"
    await accounts.sign_in(commerce_db, email=SARI, password=PASSWORD, caller=VISITOR)


async def test_a_code_bears_five_tries(commerce_db: Database) -> None:
    ticket = await accounts.request_code(commerce_db, email=SARI, caller=VISITOR)
    digits = await last_digits(commerce_db)
    left = []
    for _ in range(4):
        with pytest.raises(WrongCode) as refused:
            await accounts.sign_in_with_code(commerce_db, ticket=ticket, digits=wrong(digits), caller=VISITOR)
        left.append(refused.value.facts["tries_left"])
    with pytest.raises(CodeExpired):
        await accounts.sign_in_with_code(commerce_db, ticket=ticket, digits=wrong(digits), caller=VISITOR)
    with pytest.raises(CodeExpired):
        await accounts.sign_in_with_code(commerce_db, ticket=ticket, digits=digits, caller=VISITOR)
    assert left == [4, 3, 2, 1]
    assert await count(commerce_db, "accounts") == 0


async def test_a_code_is_good_for_ten_minutes(commerce_db: Database, clock: FixedClock) -> None:
    ticket = await accounts.request_code(commerce_db, email=SARI, caller=VISITOR)
    digits = await last_digits(commerce_db)
    clock.advance(seconds=600)
    with pytest.raises(CodeExpired):
        await accounts.sign_in_with_code(commerce_db, ticket=ticket, digits=digits, caller=VISITOR)


async def test_letters_to_one_mailbox_run_out(commerce_db: Database) -> None:
    for number in range(10):
        await accounts.request_code(commerce_db, email=SARI, caller=Caller(f"203.0.113.{number}"))
    with pytest.raises(TooManyTries):
        await accounts.request_reset(
            commerce_db, email=SARI, reset_url="https://x/reset", caller=Caller("198.51.100.1")
        )
    assert len(await emails(commerce_db)) == 10


async def test_a_reset_link_works_once_and_signs_everything_out(commerce_db: Database) -> None:
    account_id = await sign_up(commerce_db)
    async with commerce_db.begin() as tx:
        session = await accounts.open_session(tx, account_id)
        token = await accounts.issue_token(tx, account_id, "Stock script")
    with speaking("en"):
        await accounts.request_reset(
            commerce_db, email=SARI, reset_url="https://shop.example/reset", caller=VISITOR
        )
    [secret] = re.findall(r"https://shop\.example/reset/([\w-]+)", (await emails(commerce_db))[-1])
    with pytest.raises(Invalid):
        await accounts.reset_password(commerce_db, secret=secret, password="short")
    await accounts.reset_password(commerce_db, secret=secret, password="sebelas gelas jamu")
    with pytest.raises(LinkExpired):
        await accounts.reset_password(commerce_db, secret=secret, password="dua belas gelas")
    async with commerce_db.begin() as tx:
        assert await accounts.find_by_session(tx, session.token) is None
        assert await accounts.find_by_token(tx, token.secret) is None
    await accounts.sign_in(commerce_db, email=SARI, password="sebelas gelas jamu", caller=VISITOR)


async def test_a_reset_link_dies_after_an_hour(commerce_db: Database, clock: FixedClock) -> None:
    await sign_up(commerce_db)
    await accounts.request_reset(commerce_db, email=SARI, reset_url="https://x/reset", caller=VISITOR)
    [secret] = re.findall(r"https://x/reset/([\w-]+)", (await emails(commerce_db))[-1])
    clock.advance(seconds=3600)
    with pytest.raises(LinkExpired):
        await accounts.reset_password(commerce_db, secret=secret, password="sebelas gelas jamu")


async def test_an_unknown_email_gets_a_letter_too(commerce_db: Database) -> None:
    await accounts.request_reset(
        commerce_db, email="dewi@example.com", reset_url="https://x/reset", caller=VISITOR
    )
    [letter] = await emails(commerce_db)
    assert "https://x/reset" not in letter
    assert await count(commerce_db, "password_resets") == 0


class LostMail:
    """A mailer that sees each letter and loses it."""

    def __init__(self) -> None:
        self.seen: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.seen.append(mail)
        raise ConnectionResetError


async def test_no_secret_of_a_letter_stands_in_the_database_even_when_it_is_lost(
    commerce_db: Database,
) -> None:
    await sign_up(commerce_db)
    mailer, secrets = LostMail(), []
    await accounts.request_code(commerce_db, email=SARI, caller=VISITOR)
    with pytest.raises(ConnectionResetError):
        await deliver(commerce_db, mailer)
    secrets += re.findall(r"\b\d{6}\b", mailer.seen[-1].text)
    async with commerce_db.begin() as tx:
        await tx.execute(text("DELETE FROM pgqueuer WHERE entrypoint = 'accounts.mail_code'"))
    await accounts.request_reset(commerce_db, email=SARI, reset_url="https://x/reset", caller=VISITOR)
    with pytest.raises(ConnectionResetError):
        await deliver(commerce_db, mailer)
    secrets += re.findall(r"https://x/reset/([\w-]+)", mailer.seen[-1].text)
    everything = await dump(commerce_db)
    assert "https://x/reset" in everything
    assert len(secrets) == 2
    for secret in secrets:
        assert not re.search(rf"\b{secret}\b", everything)
        assert secret.encode().hex() not in everything


async def test_a_link_asked_for_long_ago_is_not_sent(commerce_db: Database, clock: FixedClock) -> None:
    await sign_up(commerce_db)
    await accounts.request_reset(commerce_db, email=SARI, reset_url="https://x/reset", caller=VISITOR)
    await accounts.request_code(commerce_db, email=SARI, caller=VISITOR)
    clock.advance(seconds=3600)
    assert await emails(commerce_db) == []
    assert await count(commerce_db, "password_resets") == 0


async def dump(db: Database) -> str:
    """Return every row of every table, with the payloads of jobs readable."""
    async with db.begin() as tx:
        names = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        tables = list((await tx.execute(text(names))).scalars())
        rows = [row[0] for name in tables for row in await tx.execute(text(f"SELECT t::text FROM {name} t"))]
        jobs = (await tx.execute(text("SELECT convert_from(payload, 'utf8') FROM pgqueuer"))).scalars()
    return "\n".join([*rows, *jobs])


async def test_a_session_ends_when_idle_and_at_last(commerce_db: Database, clock: FixedClock) -> None:
    account_id = await sign_up(commerce_db)
    async with commerce_db.begin() as tx:
        idle = await accounts.open_session(tx, account_id)
        used = await accounts.open_session(tx, account_id)
    for _ in range(5):
        clock.advance(seconds=timedelta(days=11).total_seconds())
        async with commerce_db.begin() as tx:
            assert await accounts.find_by_session(tx, used.token) is not None
    async with commerce_db.begin() as tx:
        assert await accounts.find_by_session(tx, idle.token) is None
    clock.advance(seconds=timedelta(days=5, seconds=1).total_seconds())
    async with commerce_db.begin() as tx:
        assert await accounts.find_by_session(tx, used.token) is None
        assert await accounts.list_sessions(tx, account_id) == []


async def test_sessions_are_ended_one_by_one_and_all(commerce_db: Database) -> None:
    sari, dewi = await sign_up(commerce_db), await sign_up(commerce_db, "dewi@example.com")
    async with commerce_db.begin() as tx:
        here, there, elsewhere = [await accounts.open_session(tx, sari) for _ in range(3)]
        with pytest.raises(accounts.SessionNotFound):
            await accounts.revoke_session(tx, dewi, there.id)
        await accounts.revoke_session(tx, sari, there.id)
        me = await accounts.find_by_session(tx, here.token)
        assert me is not None
        await accounts.revoke_other_sessions(tx, me)
        assert [view.id for view in await accounts.list_sessions(tx, sari)] == [here.id]
        await accounts.sign_out(tx, here.token)
        await accounts.sign_out(tx, elsewhere.token)
        assert await accounts.list_sessions(tx, sari) == []


async def test_tokens_are_named_listed_and_revoked_by_their_owner_only(commerce_db: Database) -> None:
    sari, dewi = await sign_up(commerce_db), await sign_up(commerce_db, "dewi@example.com")
    async with commerce_db.begin() as tx:
        token = await accounts.issue_token(tx, sari, "Stock script")
        assert token.secret.startswith("etl_commerce_")
        with pytest.raises(accounts.TokenNotFound):
            await accounts.revoke_token(tx, dewi, token.id)
        assert await accounts.find_by_token(tx, token.secret) is not None
        [view] = await accounts.list_tokens(tx, sari)
        assert view.name == "Stock script"
        assert view.last_used_at is not None
        await accounts.revoke_token(tx, sari, token.id)
        assert await accounts.find_by_token(tx, token.secret) is None


async def test_an_account_holds_twenty_tokens(commerce_db: Database) -> None:
    account_id = await sign_up(commerce_db)
    async with commerce_db.begin() as tx:
        for number in range(20):
            await accounts.issue_token(tx, account_id, f"Token {number}")
        with pytest.raises(accounts.TooManyTokens):
            await accounts.issue_token(tx, account_id, "One more")
        assert len(await accounts.list_tokens(tx, account_id)) == 20


async def test_the_other_planes_word_opens_one_account_per_reference(social_db: Database) -> None:
    async with social_db.begin() as tx:
        first = await accounts.ensure_external_account(tx, "ref-1", "Toko Melati")
        again = await accounts.ensure_external_account(tx, "ref-1", "Toko Melati Jaya")
        other = await accounts.ensure_external_account(tx, "ref-2", "Toko Kenanga")
        session = await accounts.open_session(tx, again)
        me = await accounts.find_by_session(tx, session.token)
    assert first == again != other
    assert me is not None
    assert (me.display_name, me.email) == ("Toko Melati Jaya", None)


async def test_an_email_opens_one_account(commerce_db: Database) -> None:
    await sign_up(commerce_db)
    with pytest.raises(Invalid):
        await sign_up(commerce_db, "Sari@Example.com")
    assert await count(commerce_db, "accounts") == 1


async def test_a_clock_set_back_locks_nobody_out(commerce_db: Database, clock: FixedClock) -> None:
    await sign_up(commerce_db)
    with pytest.raises(WrongCredentials):
        await accounts.sign_in(commerce_db, email=SARI, password="wrong wrong wrong", caller=VISITOR)
    clock.advance(seconds=-7200)
    await accounts.sign_in(commerce_db, email=SARI, password=PASSWORD, caller=VISITOR)


async def test_a_guesser_at_one_address_locks_out_nobody_at_another(commerce_db: Database) -> None:
    await sign_up(commerce_db)
    here, there = Caller("203.0.113.7"), Caller("198.51.100.1")
    for _ in range(10):
        with pytest.raises(WrongCredentials):
            await accounts.sign_in(commerce_db, email=SARI, password="wrong wrong wrong", caller=here)
    with pytest.raises(TooManyTries):
        await accounts.sign_in(commerce_db, email=SARI, password=PASSWORD, caller=here)
    for _ in range(4):
        await accounts.request_code(commerce_db, email=SARI, caller=here)
    with pytest.raises(TooManyTries):
        await accounts.request_code(commerce_db, email=SARI, caller=here)
    await accounts.sign_in(commerce_db, email=SARI, password=PASSWORD, caller=there)
    await accounts.request_code(commerce_db, email=SARI, caller=there)
    await accounts.request_reset(commerce_db, email=SARI, reset_url="https://x/reset", caller=there)


async def test_a_name_of_sixty_families_fits_and_of_sixty_one_is_told(commerce_db: Database) -> None:
    family = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
    account_id = await sign_up(commerce_db, SARI, "Sari")
    async with commerce_db.begin() as tx:
        await accounts.rename(tx, account_id, family * 60)
    with pytest.raises(Invalid):
        async with commerce_db.begin() as tx:
            await accounts.rename(tx, account_id, family * 61)

"""Many guesses at once gain nothing over guesses in a row."""

import asyncio
from datetime import timedelta

from etalase import accounts
from etalase.accounts import Caller, NewSession
from etalase.platform.db import Database
from etalase.platform.ratelimit import Limit, TooManyTries, Try, spend
from tests.make.accounts import last_digits, wrong


async def test_parallel_tries_spend_the_burst_exactly(commerce_db: Database) -> None:
    limit = Limit("race", burst=5, every=timedelta(hours=1))
    outcomes = await asyncio.gather(
        *(spend(commerce_db, Try(limit, "sari"), Try(limit, f"address {n % 3}")) for n in range(30)),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 5
    assert sum(isinstance(outcome, TooManyTries) for outcome in outcomes) == 25


async def test_a_code_is_used_once_however_often_it_is_sent(commerce_db: Database) -> None:
    visitor = Caller("203.0.113.7")
    ticket = await accounts.request_code(commerce_db, email="sari@example.com", caller=visitor)
    digits = await last_digits(commerce_db)
    outcomes = await asyncio.gather(
        *(
            accounts.sign_in_with_code(commerce_db, ticket=ticket, digits=digits, caller=visitor)
            for _ in range(8)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, NewSession) for outcome in outcomes) == 1


async def test_parallel_wrong_codes_spend_one_try_each(commerce_db: Database) -> None:
    visitor = Caller("203.0.113.7")
    ticket = await accounts.request_code(commerce_db, email="sari@example.com", caller=visitor)
    digits = await last_digits(commerce_db)
    await asyncio.gather(
        *(
            accounts.sign_in_with_code(commerce_db, ticket=ticket, digits=wrong(digits), caller=visitor)
            for _ in range(5)
        ),
        return_exceptions=True,
    )
    [outcome] = await asyncio.gather(
        accounts.sign_in_with_code(commerce_db, ticket=ticket, digits=digits, caller=visitor),
        return_exceptions=True,
    )
    assert isinstance(outcome, accounts.CodeExpired)

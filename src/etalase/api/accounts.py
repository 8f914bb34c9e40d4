"""API tokens and who one is. Tokens are made with e-mail and password, or on the page of the account."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from etalase import accounts
from etalase.accounts import Caller, TokenView
from etalase.api._auth import caller, signed_in
from etalase.api._paging import Cursor, Limit, PageOf, cut_page, decode_cursor
from etalase.platform.db import Database

Email = Annotated[str, msgspec.Meta(max_length=254, examples=["sari@example.com"])]
Password = Annotated[str, msgspec.Meta(max_length=500, examples=["hujan sore di teras"])]
TokenName = Annotated[
    str,
    msgspec.Meta(
        min_length=1, max_length=60, description="For the list of tokens.", examples=["Stock script"]
    ),
]


class TokenRequest(msgspec.Struct, frozen=True):
    """Who asks, and what the token is for."""

    email: Email
    password: Password
    name: TokenName


class IssuedToken(msgspec.Struct, frozen=True):
    """A new token. `token` is told this once: send it as `Authorization: Bearer …`."""

    id: UUID
    name: TokenName
    token: Annotated[str, msgspec.Meta(examples=["etl_commerce_mJ3v…"])]


class TokenItem(msgspec.Struct, frozen=True):
    """A token in the list; its secret is not kept."""

    id: UUID
    name: TokenName
    created_at: datetime
    last_used_at: datetime | None


class Me(msgspec.Struct, frozen=True):
    """The account whose token this is. `email` is null for a host who came from another plane."""

    account_id: UUID
    display_name: Annotated[str, msgspec.Meta(examples=["Sari"])]
    email: Annotated[str | None, msgspec.Meta(examples=["sari@example.com"])]


@post("/api/v1/tokens", status_code=HTTP_201_CREATED, tags=["Account"], summary="Make a token")
async def issue_token(
    request: Request[Any, Any, Any], db: NamedDependency[Database], data: JSONBody[TokenRequest]
) -> IssuedToken:
    """Make a token with e-mail and password. Tries are limited for each e-mail and address."""
    visitor = Caller(request.client.host if request.client else "")
    account_id = await accounts.check_password(db, email=data.email, password=data.password, caller=visitor)
    async with db.begin() as tx:
        token = await accounts.issue_token(tx, account_id, data.name)
    return IssuedToken(token.id, data.name, token.secret)


@get("/api/v1/tokens", guards=[signed_in], tags=["Account"], summary="List tokens")
async def list_tokens(
    request: Request[Any, Any, Any], db: NamedDependency[Database], limit: Limit = 50, cursor: Cursor = None
) -> PageOf[TokenItem]:
    """List the account's tokens, newest first."""
    after = decode_cursor(cursor, UUID)
    async with db.begin() as tx:
        rows = await accounts.list_tokens(tx, caller(request).account_id, after=after, limit=limit + 1)
    return cut_page(rows, limit, _item, lambda row: row.id)


@delete(
    "/api/v1/tokens/{token_id:uuid}",
    guards=[signed_in],
    status_code=HTTP_204_NO_CONTENT,
    tags=["Account"],
    summary="Revoke a token",
)
async def revoke_token(
    request: Request[Any, Any, Any], db: NamedDependency[Database], token_id: FromPath[UUID]
) -> None:
    """Make one of the account's tokens worthless, be it the one that asks."""
    async with db.begin() as tx:
        await accounts.revoke_token(tx, caller(request).account_id, token_id)


@get("/api/v1/me", guards=[signed_in], tags=["Account"], summary="Who am I")
async def show_me(request: Request[Any, Any, Any]) -> Me:
    """Tell whose token this is."""
    me = caller(request)
    return Me(account_id=me.account_id, display_name=me.display_name, email=me.email)


def _item(row: TokenView) -> TokenItem:
    return TokenItem(row.id, row.name, row.created_at, row.last_used_at)


ROUTES: list[Any] = [issue_token, list_tokens, revoke_token, show_me]

"""The bridge for programs: a seller's token on the commerce plane opens the studio on the social plane."""

from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from etalase import accounts, bridge
from etalase.api._auth import caller, signed_in
from etalase.platform.db import Database

Pass = Annotated[str, msgspec.Meta(max_length=8000, examples=["eyJhbGciOiJIUzI1NiJ9.…"])]


class HostPassIssued(msgspec.Struct, frozen=True):
    """A signed word that its bearer may hold the shows of your shops; good once, for five minutes."""

    host_pass: Pass


class HostPassShown(msgspec.Struct, frozen=True):
    """The pass, and a name under which you will know the token that it is changed for."""

    host_pass: Pass
    name: str = "program"


class HostToken(msgspec.Struct, frozen=True):
    """A token of the social plane; its secret is told this once."""

    token: Annotated[str, msgspec.Meta(examples=["etl_social_mJ3v…"])]


@post(
    "/api/v1/host-passes",
    guards=[signed_in],
    tags=["Shows"],
    summary="Get a pass to the studio",
    description="With a token of the commerce plane. Refused when no shop lets you hold its shows.",
)
async def issue_host_pass(
    request: Request[Any, Any, Any], db: NamedDependency[Database], bridge_key: NamedDependency[str]
) -> HostPassIssued:
    """Issue a pass for all shops whose shows the caller may hold."""
    user = caller(request)
    async with db.begin() as tx:
        made = await bridge.issue_host_pass(
            tx, bridge_key, user.account_id, user.display_name, credential=user.credential
        )
    return HostPassIssued(made)


@post(
    "/api/v1/host-tokens",
    tags=["Shows"],
    summary="Change a pass for a token of the social plane",
    description="Needs no other credential than the pass. Refused when it was used before or is too old.",
)
async def issue_host_token(
    db: NamedDependency[Database], bridge_key: NamedDependency[str], data: JSONBody[HostPassShown]
) -> HostToken:
    """Accept a pass and issue a token for the studio's API."""
    async with db.begin() as tx:
        admitted = await bridge.accept_host_pass(tx, bridge_key, data.host_pass)
        made = await accounts.issue_token(tx, admitted.account_id, data.name, origin=admitted.origin)
    return HostToken(made.secret)


COMMERCE: list[Any] = [issue_host_pass]
SOCIAL: list[Any] = [issue_host_token]

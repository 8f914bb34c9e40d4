"""What stands before every route of an app: who comes, what is refused and how, what browsers are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.types import ASGIApp, Middleware

from etalase.api._openapi import OpenApiPlugin
from etalase.api._problems import problem_response
from etalase.bootstrap._given import CommerceGiven
from etalase.bootstrap._program import PlaneChoice, Program, Settings, secret_of
from etalase.platform.db import Database, Plane
from etalase.web._auth import PlaneDoor, sign_in_middleware
from etalase.web._compression import compression
from etalase.web._cookies import cookie_name
from etalase.web._door import refuse_unfit
from etalase.web._failures import exception_handlers
from etalase.web._hold_door import HoldDoor, HoldDoorRules
from etalase.web._pages import PagesPlugin
from etalase.web._request import HouseRequest
from etalase.web._security import (
    MAX_BODY_BYTES,
    BeforeSend,
    OwnSocketsMiddleware,
    csrf,
    own_pages,
    security_headers,
)


def is_https(program: Program, plane: Plane) -> bool:
    """Tell whether the plane's public address is an https one."""
    url = program.social_url if plane == "social" else program.commerce_url
    return url.startswith("https://")


def public_url(program: Program, plane: Plane) -> str:
    """Return the address at which people reach the plane, without a slash at the end."""
    given = program.social_url if plane == "social" else program.commerce_url
    return given.rstrip("/") or f"http://{program.host}:{program.port}"


def door_of(program: Program, plane: Plane) -> PlaneDoor:
    """Return how the plane lets people in: the social plane knows hosts only by the commerce plane's word."""
    https = is_https(program, plane)
    url = public_url(program, plane)
    if plane == "commerce":
        return PlaneDoor(plane, https, public_url=url)
    return PlaneDoor(plane, https, public_url=url, sign_in_url="/studio/sign-in", prefix="/studio")


def plane_middleware(settings: Settings, database: Database) -> Middleware:
    """Return what sets `request.user` on the plane's routes."""
    return sign_in_middleware(database, door_of(settings.program, database.plane))


@dataclass(frozen=True, slots=True)
class Guards:
    """What guards every answer of an app, by whatever way it is made."""

    secret: str
    https: bool
    csrf_name: str
    hosts: frozenset[str]
    add_headers: BeforeSend


def guards_of(settings: Settings, planes: Sequence[Plane]) -> Guards:
    """Return the guards of an app of these planes. Two planes on one host name share cookies."""
    program = settings.program
    https = all(is_https(program, plane) for plane in planes)
    others = [
        url.rstrip("/")
        for plane, url in (("social", program.social_url), ("commerce", program.commerce_url))
        if url and plane not in planes
    ]
    return Guards(
        secret_of(program, "secret_key"),
        https,
        "csrftoken" if len(planes) > 1 else f"csrftoken_{planes[0]}",
        frozenset(filter(None, map(str.strip, settings.security.allowed_hosts.split(",")))),
        security_headers(https=https, other_origins=others),
    )


def hold_door(settings: Settings, guards: Guards, given: CommerceGiven, app: ASGIApp) -> HoldDoor:
    """Return the app with the short way for a guest's hold before it."""
    door = door_of(settings.program, "commerce")
    rules = HoldDoorRules(
        csrf_secret=guards.secret,
        csrf_name=cookie_name(guards.csrf_name, https=guards.https),
        session_name=door.cookie_name,
        https=guards.https,
        hosts=guards.hosts,
        public_url=door.public_url,
        bridge_key=given["bridge_key"],
        add_headers=guards.add_headers,
    )
    return HoldDoor(app, given["hold_queue"], given["clock"], rules)


def app_doors(settings: Settings, guards: Guards, planes: Sequence[Plane]) -> dict[str, Any]:
    """Return what Litestar is given for an app of these planes, besides its routes."""
    program = settings.program
    served: PlaneChoice = planes[0] if len(planes) == 1 else "both"
    return {
        "request_class": HouseRequest,
        "middleware": [
            OwnSocketsMiddleware(),
            csrf(guards.secret, https=guards.https, name=guards.csrf_name),
        ],
        "before_request": refuse_unfit,
        "state": own_pages(public_url(program, plane) for plane in planes),
        "before_send": [guards.add_headers],
        "compression_config": compression(),
        "exception_handlers": exception_handlers(problem_response),
        "request_max_body_size": MAX_BODY_BYTES,
        "allowed_hosts": AllowedHostsConfig(sorted(guards.hosts)) if guards.hosts else None,
        "plugins": [
            OpenApiPlugin(),
            PagesPlugin(
                secret=guards.secret,
                public_url=public_url(program, planes[0]),
                social_url=public_url(program, "social"),
                plane=served,
                development=program.development,
                https=guards.https,
            ),
        ],
    }

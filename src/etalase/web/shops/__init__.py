"""Pages of shops: the list of one's own, a new one, its settings, its staff."""

from typing import Any

from litestar import Router

from etalase.web._auth import signed_in
from etalase.web._desk import desk_router
from etalase.web.shops._opening import list_my_shops, open_shop, show_new_shop
from etalase.web.shops._settings import change_settings, remove_logo, show_settings
from etalase.web.shops._staff import (
    accept,
    change_role,
    invite,
    remove,
    show_invitation,
    show_staff,
    withdraw,
)

ROUTES: list[Any] = [
    show_invitation,
    Router(
        "/",
        route_handlers=[list_my_shops, show_new_shop, open_shop, accept],
        guards=[signed_in],
        include_in_schema=False,
    ),
    desk_router(
        [
            show_settings,
            change_settings,
            remove_logo,
            show_staff,
            invite,
            withdraw,
            change_role,
            remove,
        ]
    ),
]

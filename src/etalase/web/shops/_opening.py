"""The list of one's shops, and opening another."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody

from etalase.commerce import shops
from etalase.kernel.errors import Invalid
from etalase.platform.db import Database
from etalase.platform.i18n import gettext as _
from etalase.web._auth import PageRequest, me
from etalase.web._flash import redirect
from etalase.web._pages import HtmlPage, page
from etalase.web.shops._forms import ShopForm, shop_errors
from etalase.web.shops._roles import ROLE_WORDS


@get("/desk")
async def list_my_shops(request: PageRequest, db: NamedDependency[Database]) -> HtmlPage:
    """Show the shops that the reader works in."""
    async with db.begin() as tx:
        memberships = await shops.list_shops_of(tx, me(request).account_id)
    return page("shops/mine.html", shop=None, memberships=memberships, role_words=ROLE_WORDS)


@get("/desk/new-shop")
async def show_new_shop(request: PageRequest) -> HtmlPage:
    """Show the form that opens a shop."""
    return _form(ShopForm(contact_email=me(request).email or ""))


@post("/desk/new-shop")
async def open_shop(
    request: PageRequest, db: NamedDependency[Database], data: URLEncodedBody[ShopForm]
) -> Response[Any]:
    """Open a shop and go on to its products, which it needs next."""
    try:
        async with db.begin() as tx:
            shop = await shops.create_shop(tx, me(request).account_id, data.draft())
    except Invalid as invalid:
        return _form(data, shop_errors(data, invalid))
    return redirect(
        request,
        f"/desk/{shop.slug}/products",
        _("%(name)s is open. Now for something to sell.", name=shop.name),
    )


def _form(form: ShopForm, errors: dict[str, str] | None = None) -> HtmlPage:
    return page("shops/new.html", status=422 if errors else 200, shop=None, form=form, errors=errors or {})

"""How each restricted route is called rightly, by the rows of `authorization.toml`."""

from tests.make.deeds import accounts, buying, crossing, goods, money, orders, shop, shows, visitors
from tests.make.deeds._deed import RECIPES, Deed, Own
from tests.make.deeds.crossing import SECRETS

__all__ = [
    "RECIPES",
    "SECRETS",
    "Deed",
    "Own",
    "accounts",
    "buying",
    "crossing",
    "goods",
    "money",
    "orders",
    "shop",
    "shows",
    "visitors",
]

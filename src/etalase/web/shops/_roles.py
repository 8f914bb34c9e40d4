"""What each role is called, and what it may do, in words."""

from etalase.commerce.shops import ROLE_NAMES, Role
from etalase.platform.i18n import Lazy, lazy

ROLE_WORDS: dict[Role, tuple[Lazy, Lazy]] = {
    Role.OWNER: (ROLE_NAMES[Role.OWNER], lazy("May do everything, also money and staff.")),
    Role.HOST: (ROLE_NAMES[Role.HOST], lazy("Goes live, keeps products and stock.")),
    Role.PACKER: (ROLE_NAMES[Role.PACKER], lazy("Packs orders and counts stock.")),
}


def role_options() -> list[dict[str, str]]:
    """Return the roles as cards to choose from."""
    return [
        {"value": role.value, "label": str(name), "hint": str(may)}
        for role, (name, may) in ROLE_WORDS.items()
    ]


def read_role(raw: str) -> Role:
    """Return the role of a form; what is none becomes the least."""
    return Role(raw) if raw in set(Role) else Role.PACKER

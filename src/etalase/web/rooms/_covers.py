"""The covers of shows, by the name that we gave them."""

from etalase.social.rooms import Show


def cover_url(show: Show) -> str | None:
    """Return where the show's cover is, if it has one."""
    return f"/covers/{show.cover_key}" if show.cover_key else None

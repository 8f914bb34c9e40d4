"""The covers of shows: made anew from what a host sends, given out by the name that we gave them.

A show's `cover_key` names its middle rendition, such as `0192…/480.webp`; the others lie beside it.
"""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from etalase.platform.files import FileStore
from etalase.platform.images import file_of, store_picture
from etalase.social.rooms import Show

FOLDER = "covers"
LARGEST_FORM = 13_000_000
FOREVER = "public, max-age=31536000, immutable"


def cover_url(show: Show, width: int = 480, suffix: str = "webp") -> str | None:
    """Return where a rendition of the show's cover is, if it has one."""
    if not show.cover_key:
        return None
    return f"/{FOLDER}/{file_of(show.cover_key.partition('/')[0], width, suffix)}"


async def store_cover(files: FileStore, content: bytes) -> str:
    """Keep the picture in a few sizes and return the cover's key. Raises UnreadableImage."""
    picture = await store_picture(files, content, FOLDER)
    return file_of(picture.key.removeprefix(f"{FOLDER}/"))


@get("/covers/{name:str}/{file:str}", include_in_schema=False)
async def cover(
    name: FromPath[str], file: FromPath[str], files: NamedDependency[FileStore]
) -> Response[bytes]:
    """Return a rendition of a cover; its name never means another picture."""
    found = await files.get(f"{FOLDER}/{name}/{file}")
    if found is None:
        raise NotFoundException
    return Response(found.content, media_type=found.media_type, headers={"cache-control": FOREVER})


ROUTES: list[Any] = [cover]

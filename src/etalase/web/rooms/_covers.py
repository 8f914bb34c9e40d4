"""The covers of shows, given out by the name that we gave them."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from etalase.platform.files import FileStore
from etalase.social.rooms import COVERS

MAX_FORM_BYTES = 13_000_000
FOREVER = "public, max-age=31536000, immutable"


@get("/covers/{name:str}/{file:str}", include_in_schema=False)
async def cover(
    name: FromPath[str], file: FromPath[str], files: NamedDependency[FileStore]
) -> Response[bytes]:
    """Return a rendition of a cover; its name never means another picture."""
    found = await files.get(f"{COVERS}/{name}/{file}")
    if found is None:
        raise NotFoundException
    return Response(found.content, media_type=found.media_type, headers={"cache-control": FOREVER})


ROUTES: list[Any] = [cover]

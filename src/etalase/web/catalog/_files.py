"""Stored pictures, given out by the keys that we made. A key never changes what it stands for."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from etalase.platform.files import FileStore
from etalase.platform.images import file_of

FOREVER = "public, max-age=31536000, immutable"


@get("/files/{key:path}", include_in_schema=False)
async def send_file(key: FromPath[str], files: NamedDependency[FileStore]) -> Response[bytes]:
    """Return the file of this key, or of a picture's key its middle width."""
    name = str(key).lstrip("/")
    found = await files.get(name if "." in name else file_of(name))
    if found is None:
        raise NotFoundException
    return Response(found.content, media_type=found.media_type, headers={"cache-control": FOREVER})

"""Pictures that people send, made safe and fit for screens.

What is kept is never what was sent: each picture is decoded within limits, turned upright, brought to sRGB,
freed of all metadata (a phone writes the place into it), and encoded anew in a few widths. It refuses what
is no picture, what is too large, and bombs: a small file that would unpack to more pixels than memory has.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from etalase.kernel.errors import Refusal
from etalase.kernel.ids import new_id
from etalase.platform.files import FileStore

WIDTHS = (240, 480, 960)
MAX_BYTES = 12_000_000
MAX_PIXELS = 50_000_000
MAX_WHOLE_PIXELS = 25_000_000
"""Of a picture that is not JPEG: it cannot be unpacked at a fraction of its size."""
MIN_PIXELS_A_SIDE = 32
MAX_ELONGATION = 5
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
_PLACEHOLDER_WIDTH = 16
_FINE = Image.Resampling.LANCZOS
_WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="images")
"""Two pictures at a time: each may take 400 MB while it is made small."""


class UnreadableImage(Refusal):
    """The file is no picture that we take; `reason` is stable."""

    code = "unreadable_image"


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A stored picture. Its files are `{key}/{width}.webp` and `.jpg` for each of WIDTHS."""

    key: str
    width: int
    height: int
    placeholder: str


def file_of(key: str, width: int = 480, suffix: str = "webp") -> str:
    """Return the key of one of a picture's files."""
    return f"{key}/{width}.{suffix}"


def srcset(key: str, width: int, prefix: str) -> str:
    """Return what an `img` offers the browser to choose from: each file with the width that it really has."""
    real: dict[int, int] = {}
    for nominal in WIDTHS:
        real.setdefault(min(nominal, width), nominal)
    return ", ".join(f"{prefix}{file_of(key, nominal)} {pixels}w" for pixels, nominal in real.items())


async def store_picture(store: FileStore, content: bytes, folder: str) -> StoredPicture:
    """Make the picture safe and keep it below the folder, under a key of its own. Raises UnreadableImage."""
    loop = asyncio.get_running_loop()
    width, height, placeholder, files = await loop.run_in_executor(_WORKERS, _remake, content)
    key = f"{folder}/{new_id().hex}"
    for name, encoded in files:
        await store.put(f"{key}/{name}", encoded)
    return StoredPicture(key, width, height, placeholder)


@asynccontextmanager
async def kept_picture(store: FileStore, content: bytes, folder: str) -> AsyncIterator[StoredPicture]:
    """Store a picture for what follows; its files are forgotten if that fails. Raises UnreadableImage."""
    picture = await store_picture(store, content, folder)
    try:
        yield picture
    except BaseException:
        await store.delete(picture.key)
        raise


def _remake(content: bytes) -> tuple[int, int, str, list[tuple[str, bytes]]]:
    """Return size, placeholder and files of the picture. Blocking; a second for a large one."""
    upright = _decode(content)
    files = list(_renditions(upright))
    placeholder = _encode(_narrowed(upright, _PLACEHOLDER_WIDTH), "WEBP", quality=30)
    blur = "data:image/webp;base64," + base64.b64encode(placeholder).decode()
    return upright.width, upright.height, blur, files


def _decode(content: bytes) -> Image.Image:
    """Return the picture upright, in sRGB, at most as wide as is needed."""
    if len(content) > MAX_BYTES:
        raise UnreadableImage(reason="too_many_bytes", limit=MAX_BYTES // 1_000_000)
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            maximum = MAX_PIXELS if picture.format == "JPEG" else MAX_WHOLE_PIXELS
            _require_fit_size(*picture.size, maximum=maximum)
            picture.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 2))
            picture.load()
            upright = ImageOps.exif_transpose(_made_small(picture))
            return _narrowed(_flattened(_in_srgb(upright)), WIDTHS[-1])
    except UnreadableImage:
        raise
    except Exception as error:  # decoders of four formats raise whatever they like at broken input
        raise UnreadableImage(reason="not_a_picture") from error


def _require_fit_size(width: int, height: int, *, maximum: int) -> None:
    """Refuse by the header alone, before anything is unpacked."""
    if width * height > maximum:
        raise UnreadableImage(reason="too_many_pixels", limit=maximum // 1_000_000)
    if min(width, height) < MIN_PIXELS_A_SIDE:
        raise UnreadableImage(reason="too_small", limit=MIN_PIXELS_A_SIDE)
    if max(width, height) > MAX_ELONGATION * min(width, height):
        raise UnreadableImage(reason="too_narrow", limit=MAX_ELONGATION)


def _made_small(picture: Image.Image) -> Image.Image:
    """Return the picture no larger than is needed, before each further step copies all of its pixels.

    Which side will be its width is not known before it stands upright: the shorter one is left wide enough.
    """
    scale = WIDTHS[-1] / min(picture.size)
    if scale >= 1:
        return picture
    if picture.mode in {"1", "P", "PA"}:  # what is no shade can't be blended
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture.resize((round(picture.width * scale), round(picture.height * scale)), _FINE)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Bring the colours of a wide-gamut camera to sRGB, since its profile is dropped with the metadata."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode == "RGB":
        with suppress(ImageCms.PyCMSError, OSError):
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(picture, source, target) or picture
    return picture


def _flattened(picture: Image.Image) -> Image.Image:
    """Put what is see-through on white paper."""
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    return picture.convert("RGB")


def _narrowed(picture: Image.Image, width: int) -> Image.Image:
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), _FINE)


def _renditions(picture: Image.Image) -> Iterator[tuple[str, bytes]]:
    """Yield each file's name and content; a width above the picture's own gets the picture as it is."""
    for width in WIDTHS:
        sized = _narrowed(picture, width)
        yield f"{width}.webp", _encode(sized, "WEBP", quality=78)
        yield f"{width}.jpg", _encode(sized, "JPEG", quality=80)


def _encode(picture: Image.Image, form: str, *, quality: int) -> bytes:
    """Encode the pixels alone: whatever metadata the picture still carries is left behind."""
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    out = BytesIO()
    options = {"optimize": True, "progressive": True} if form == "JPEG" else {"method": 4}
    bare.save(out, form, quality=quality, **options)
    return out.getvalue()

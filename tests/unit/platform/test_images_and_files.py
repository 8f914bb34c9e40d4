"""Pictures are made anew within limits; files go where we say and nowhere else."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from etalase.platform.files import BadKey, LocalFileStore
from etalase.platform.images import WIDTHS, UnreadableImage, file_of, srcset, store_picture


@pytest.fixture
def store(tmp_path: Path) -> LocalFileStore:
    return LocalFileStore(tmp_path / "files")


def encoded(picture: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


async def stored(store: LocalFileStore, key: str) -> Image.Image:
    found = await store.get(key)
    assert found is not None
    return Image.open(BytesIO(found.content))


async def test_a_photo_is_kept_in_each_width_and_two_formats(store: LocalFileStore) -> None:
    picture = await store_picture(store, encoded(Image.new("RGB", (1600, 1200), "orange")), "photos")
    assert picture.key.startswith("photos/")
    assert picture.placeholder.startswith("data:image/webp;base64,")
    assert len(picture.placeholder) < 500
    for width in WIDTHS:
        for suffix, form in (("webp", "WEBP"), ("jpg", "JPEG")):
            image = await stored(store, file_of(picture.key, width, suffix))
            assert (image.format, image.size) == (form, (width, width * 3 // 4))


async def test_a_small_photo_is_not_blown_up_and_its_srcset_tells_the_truth(store: LocalFileStore) -> None:
    picture = await store_picture(store, encoded(Image.new("RGB", (300, 300), "orange")), "photos")
    assert (await stored(store, file_of(picture.key, 960))).size == (300, 300)
    key = picture.key
    assert srcset(key, 300, "/files/") == f"/files/{key}/240.webp 240w, /files/{key}/480.webp 300w"


async def test_a_photo_stands_upright_without_metadata(store: LocalFileStore) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter
    exif[0x010F] = "Kamera"
    exif.get_ifd(0x8825)[1] = "S"  # where it was taken
    picture = Image.new("RGB", (400, 200), "blue")
    picture.paste("red", (0, 0, 200, 200))
    sent = encoded(picture, exif=exif, comment=b"rahasia")
    kept = await store_picture(store, sent, "photos")
    assert (kept.width, kept.height) == (200, 400)
    for suffix in ("webp", "jpg"):
        image = await stored(store, file_of(kept.key, 960, suffix))
        top = image.convert("RGB").getpixel((100, 50))
        assert isinstance(top, tuple)
        assert top[0] > 200
        assert not image.getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & image.info.keys()


async def test_a_see_through_logo_lies_on_white(store: LocalFileStore) -> None:
    kept = await store_picture(store, encoded(Image.new("RGBA", (100, 100), (0, 0, 0, 0)), "PNG"), "logos")
    assert (await stored(store, file_of(kept.key, 240))).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGBA")])
async def test_a_large_picture_of_any_kind_is_made_small_and_stands_upright(
    store: LocalFileStore, form: str, mode: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.new("RGB", (3000, 1500), "blue")
    picture.paste("red", (0, 0, 1500, 1500))
    kept = await store_picture(store, encoded(picture.convert(mode), form, exif=exif), "photos")
    assert (kept.width, kept.height) == (960, 1920)
    image = (await stored(store, file_of(kept.key, 960, "jpg"))).convert("RGB")
    top, bottom = image.getpixel((480, 200)), image.getpixel((480, 1700))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[0] > 200, bottom[2] > 200) == (True, True)


async def test_wide_colours_are_brought_home(store: LocalFileStore) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = await store_picture(
        store, encoded(Image.new("RGB", (64, 64), (200, 30, 30)), icc_profile=profile), "photos"
    )
    pixel = (await stored(store, file_of(kept.key, 240, "jpg"))).getpixel((9, 9))
    assert isinstance(pixel, tuple)
    assert abs(pixel[0] - 200) < 6


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of some hundred bytes that claims to be huge."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(10_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not_a_picture"),
        (b"GIF89a" + bytes(100), "not_a_picture"),
        (encoded(Image.new("RGB", (200, 200)))[:400], "not_a_picture"),
        (bomb(8_000, 8_000), "too_many_pixels"),
        (bomb(6_000, 5_000), "too_many_pixels"),
        (bomb(60_000, 60_000), "not_a_picture"),
        (bomb(500, 500), "not_a_picture"),
        (bytes(12_000_001), "too_many_bytes"),
        (encoded(Image.new("RGB", (31, 200))), "too_small"),
        (encoded(Image.new("RGB", (40, 400))), "too_narrow"),
    ],
)
async def test_what_is_no_fit_picture_is_refused_and_nothing_kept(
    store: LocalFileStore, tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableImage) as refused:
        await store_picture(store, content, "photos")
    assert refused.value.facts["reason"] == reason
    assert not (tmp_path / "files").exists()


@pytest.mark.parametrize(
    "key",
    [
        "../x.webp",
        "a/../../x.webp",
        "/etc/x.webp",
        "a//b.webp",
        "a/.webp",
        "a.exe",
        "A.webp",
        "a\\b.webp",
        "a",
        "",
    ],
)
async def test_a_key_that_we_would_not_make_reaches_no_file(store: LocalFileStore, key: str) -> None:
    assert await store.get(key) is None
    with pytest.raises(BadKey):
        await store.put(key, b"x")
    with pytest.raises(BadKey):
        await store.delete("../files")


async def test_a_deleted_folder_takes_its_files_along(store: LocalFileStore) -> None:
    await store.put("photos/a/240.webp", b"1")
    await store.put("photos/b/240.webp", b"2")
    await store.delete("photos/a")
    await store.delete("photos/a")
    assert await store.get("photos/a/240.webp") is None
    kept = await store.get("photos/b/240.webp")
    assert kept is not None
    assert (kept.content, kept.media_type) == (b"2", "image/webp")

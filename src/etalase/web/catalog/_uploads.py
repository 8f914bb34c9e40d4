"""Photos that come along with a product's form."""

from litestar.datastructures import FormMultiDict, UploadFile

from etalase.commerce import catalog
from etalase.commerce.catalog import MAX_PHOTOS, ProductView
from etalase.commerce.shops import KEEPERS, Workplace
from etalase.platform.files import FileStore
from etalase.platform.images import MAX_BYTES, kept_picture
from etalase.web._forms import text_of

MAX_UPLOAD_BYTES = MAX_PHOTOS * MAX_BYTES // 2


async def keep_photos(
    workplace: Workplace, files: FileStore, product: ProductView, posted: FormMultiDict
) -> int:
    """Take the chosen pictures in and return how many; the first that is refused stops, those before it stay.

    A browser sends a field without a choice as an empty file without a name.
    """
    uploads = [part for part in posted.getall("photos", []) if isinstance(part, UploadFile) and part.filename]
    for upload in uploads[:MAX_PHOTOS]:
        content = await upload.read()
        async with kept_picture(files, content, "photos") as picture, workplace.open(*KEEPERS) as (tx, shop):
            await catalog.add_photo(tx, shop.id, product.id, picture, text_of(posted, "alt"))
    return len(uploads)

"""Fetching the photos that a file named by their addresses."""

import asyncio
from typing import Any

import structlog

from etalase.commerce.catalog import _store as store
from etalase.commerce.catalog._commands import PHOTO_JOB, PhotoWork, add_photo
from etalase.commerce.catalog._errors import ProductUnknown, TooManyPhotos
from etalase.commerce.catalog._model import CatalogSettings, Download
from etalase.platform.db import Database
from etalase.platform.fetching import Fetcher, FetchRefused
from etalase.platform.files import FileStore
from etalase.platform.images import MAX_BYTES, UnreadableImage, kept_picture
from etalase.platform.jobs import Job

log = structlog.get_logger()
AT_ONCE = 4
TYPES = ("image/", "application/octet-stream", "binary/octet-stream")


def jobs_with(files: FileStore, settings: CatalogSettings) -> tuple[Job[Any], ...]:
    """Return the jobs of the catalog."""
    fetcher = Fetcher(settings.networks)

    async def fetch_photos(db: Database, work: PhotoWork) -> None:
        async with db.begin() as tx:
            waiting = [one for one in await store.list_downloads(tx, work.import_id) if one.is_waiting]
        products: dict[Any, list[Download]] = {}
        for download in waiting:
            products.setdefault(download.product_id, []).append(download)
        turn = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for of_product in products.values():
                group.create_task(_fetch_in_order(db, files, fetcher, of_product, turn))

    return (Job(PHOTO_JOB, PhotoWork, fetch_photos),)


async def _fetch_in_order(
    db: Database, files: FileStore, fetcher: Fetcher, downloads: list[Download], turn: asyncio.Semaphore
) -> None:
    """Fetch a product's photos one after another: the first leads."""
    for download in downloads:
        async with turn:
            await _fetch(db, files, fetcher, download)


async def _fetch(db: Database, files: FileStore, fetcher: Fetcher, download: Download) -> None:
    """Fetch a photo and show it; or note why not. A second try of the job finds what is still waiting."""
    try:
        content = await fetcher.fetch(download.address, max_bytes=MAX_BYTES, types=TYPES)
        async with kept_picture(files, content, "photos") as picture, db.begin() as tx:
            await add_photo(tx, download.shop_id, download.product_id, picture)
            await store.save_download(tx, download.id, "done")
    except FetchRefused as refusal:
        await _note(db, download, refusal.reason)
    except UnreadableImage:
        await _note(db, download, "type")
    except TooManyPhotos:
        await _note(db, download, "too_many")
    except ProductUnknown:
        await _note(db, download, "away")


async def _note(db: Database, download: Download, reason: str) -> None:
    log.info("photo_not_fetched", download_id=str(download.id), reason=reason)
    async with db.begin() as tx:
        await store.save_download(tx, download.id, "failed", reason)

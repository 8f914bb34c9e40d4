"""Puts an order's evidence together: asks both planes, draws the paper, signs; never on the event loop."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from datetime import timedelta
from typing import IO

import msgspec

from etalase.commerce import evidence, shops
from etalase.commerce.evidence import Clip, Dossier, EvidenceBusy, MadeFor, ShowQuestion, ShowRecord
from etalase.commerce.orders import Order
from etalase.platform.db import Database
from etalase.platform.i18n import in_zone
from etalase.platform.ratelimit import Limit, Try, spend
from etalase.policy import Law
from etalase.web._documents import render_evidence
from etalase.web._order_papers import PRINTER

KEYS_PATH = "/evidence/keys.json"
OF_ORDER = Limit("evidence.of_order", burst=10, every=timedelta(minutes=2))
AT_ONCE, WAITING = 2, 20
COME_BACK_SECONDS = 5

Clips = dict[str, dict[str, Clip]]
"""The clips of each show by the name of their file."""


class EvidenceOffice:
    """Makes evidence, two at a time: an archive with four clips is a hundred megabytes at the most."""

    def __init__(
        self,
        db: Database,
        law: Law,
        signer: evidence.Signer,
        shows: evidence.ShowRecords,
        keys_url: str,
    ) -> None:
        self._db = db
        self._law = law
        self._signer = signer
        self.shows = shows
        self._keys_url = keys_url
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._asked = 0

    async def publish_key(self) -> None:
        """Publish the key by which this process signs."""
        async with self._db.begin() as tx:
            await evidence.publish_key(tx, self._signer.key)

    async def make(self, order: Order, made_for: MadeFor) -> IO[bytes]:
        """Return the archive, open for reading, in the current language; it is gone once it is closed.

        Raises EvidenceBusy, TooManyTries, and Away where the show's plane can't be asked.
        """
        await spend(self._db, Try(OF_ORDER, str(order.id)))
        with self._counted():
            async with self._turns:
                dossier, clips = await self._recall(order, made_for)
                paper = await self._draw(dossier, order)
                return await asyncio.to_thread(self._pack, dossier, paper, clips)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        if self._asked >= WAITING:
            raise EvidenceBusy(retry_after_seconds=COME_BACK_SECONDS)
        self._asked += 1
        try:
            yield
        finally:
            self._asked -= 1

    async def _recall(self, order: Order, made_for: MadeFor) -> tuple[Dossier, Clips]:
        async with self._db.begin() as tx:
            dossier = await evidence.gather(tx, order, made_for, self._law)
        records: dict[str, ShowRecord | None] = {}
        clips: Clips = {}
        for question in evidence.questions_of(dossier, order):
            record = await self.shows.recall(question)
            records[question.show] = record
            clips[question.show] = await self._film(question, record)
        return evidence.with_shows(dossier, records, clips), clips

    async def _film(self, question: ShowQuestion, record: ShowRecord | None) -> dict[str, Clip]:
        moments = record.moments if record else ()
        seconds = [then.recording_seconds for then in moments if then.recording_seconds is not None]
        wanted = evidence.plan_clips(question.shop_id, question.show, seconds)
        filmed = [await self.shows.film(one) for one in wanted]
        return {
            f"clips/{question.show}-{place}.mp4": clip for place, clip in enumerate(filmed, start=1) if clip
        }

    async def _draw(self, dossier: Dossier, order: Order) -> bytes:
        async with self._db.begin() as tx:
            shop = await shops.get_shop(tx, shops.ShopId(order.shop_id))
        with in_zone(shop.zone):
            speak = copy_context().run  # the thread writes in the language of this task
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(PRINTER, speak, render_evidence, dossier, self._keys_url)

    def _pack(self, dossier: Dossier, paper: bytes, clips: Mapping[str, Mapping[str, Clip]]) -> IO[bytes]:
        files = {name: clip.content for of_show in clips.values() for name, clip in of_show.items()}
        files["evidence.json"] = msgspec.json.format(msgspec.json.encode(dossier), indent=2) + b"\n"
        files["evidence.pdf"] = paper
        archive = tempfile.TemporaryFile()  # noqa: SIM115  whoever reads it closes it
        evidence.pack(archive, dossier.number, dossier.made_for, files, self._signer, self._keys_url)
        return archive

"""What operators see of a plane's work: events that wait, jobs, dead letters, connections, the gateway."""

import asyncio
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from etalase.bootstrap import System
from etalase.commerce.payments._adapters.gateways import Timed
from etalase.kernel.events import Event
from etalase.platform import jobs, outbox, vitals
from etalase.platform.db import Database, Tx
from etalase.platform.mail import Mail, compose
from etalase.platform.observing import bound_request, request_id
from etalase.platform.outbox import Reaction, Relay, each
from etalase.platform.vitals import Vitals
from tests.make.program import MakesDatabases, program, visitor
from tests.make.waiting import PATIENCE_SECONDS

ALERTS = Path(__file__).parents[3] / "docs" / "alerts.yml"


@dataclass(frozen=True)
class LampLit(Event):
    name = "lamps.lamp_lit"
    number: int


class Errand(msgspec.Struct):
    number: int


async def ignore(_: Tx, __: LampLit) -> None:
    return None


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_what_waits_and_what_failed_is_counted(commerce_db: Database, clock: object) -> None:
    seen = Vitals(commerce_db, [Reaction(LampLit, "test.ignore", each(ignore))])
    async with commerce_db.begin() as tx:
        await outbox.publish(tx, LampLit(1))
        await jobs.enqueue(tx, "test.errand", Errand(1))
        await tx.execute(
            text(
                "INSERT INTO outbox_dead_letters (reaction, event_name, payload, error, failed_at)"
                " VALUES ('r', 'e', '{}', 'x', now())"
            )
        )
    commerce_db.clock.advance(seconds=90)  # type: ignore[attr-defined]
    found = await seen.look(lambda: 0.0)
    assert (found.lag_seconds, found.reactions_waiting, found.dead_events) == (90.0, 1, 1)
    assert found.jobs == {"queued": 1}
    assert value("etalase_outbox_lag_seconds", plane="commerce") == 90
    assert value("etalase_dead_letters", plane="commerce", kind="event") == 1
    assert value("etalase_jobs", plane="commerce", status="queued") == 1
    assert value("etalase_database_connections_max", plane="commerce", pool="requests") == 20
    await Relay(commerce_db, [Reaction(LampLit, "test.ignore", each(ignore))]).drain()
    assert (await seen.look(lambda: 1.0)).lag_seconds == 90, "asked for again and again, it is kept a while"
    assert (await seen.look(lambda: vitals.KEPT_SECONDS + 1)).lag_seconds == 0


@pytest.fixture
async def system(databases: MakesDatabases, tmp_path: Path) -> "object":
    async with program(databases, tmp_path) as running:
        yield running


async def test_the_probe_says_how_each_plane_is(system: System) -> None:
    async with visitor(system) as client:
        answer = await client.get("/readyz")
        figures = (await client.get("/metrics")).text
    assert answer.status_code == 200
    lines = answer.text.splitlines()
    assert lines[0] == "ready"
    assert {line.partition(":")[0] for line in lines[1:]} == {"social", "commerce", "law open"}
    assert "0 dead letters" in lines[1]
    assert 'etalase_database_up{plane="commerce"} 1.0' in figures


async def test_events_are_handed_over_while_requests_have_all_connections_of_theirs(system: System) -> None:
    for plane, wiring in system.wirings.items():
        seen = await wiring.vitals.look(lambda: 0.0)
        _, maximum = seen.pools["requests"]
        async with AsyncExitStack() as requests:
            for _ in range(maximum):
                await requests.enter_async_context(system.databases[plane].begin())
            async with asyncio.timeout(PATIENCE_SECONDS):
                await system.relays[plane].drain()


def test_every_alert_asks_for_a_figure_that_exists() -> None:
    known = {sample.name for family in REGISTRY.collect() for sample in family.samples}
    known |= {
        f"{family.name}{end}" for family in REGISTRY.collect() for end in ("", "_total", "_bucket", "_count")
    }
    asked = set(re.findall(r"\betalase_[a-z_]+", ALERTS.read_text(encoding="utf-8")))
    assert len(asked) > 5
    assert asked <= known


async def test_a_gateways_calls_are_timed_also_those_that_fail() -> None:
    before = value("etalase_gateway_seconds_count", outcome="failed") or 0
    async with httpx.AsyncClient(transport=Timed()) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("http://127.0.0.1:1/")
    assert value("etalase_gateway_seconds_count", outcome="failed") == before + 1


async def test_a_requests_id_follows_into_events_jobs_and_letters(commerce_db: Database) -> None:
    message: list[str] = []

    async def react(tx: Tx, _: LampLit) -> None:
        message.append(request_id.get())
        await jobs.enqueue(tx, "test.errand", Errand(2))

    async def work(_: Database, __: Errand) -> None:
        message.append(request_id.get())
        message.append(compose(Mail("a@example.com", "Hi", "text"), "b@example.com")["X-Request-ID"] or "")
        worker.stop()

    worker = jobs.Worker(commerce_db, [jobs.Job("test.errand", Errand, work)])
    with bound_request("request-7"):
        async with commerce_db.begin() as tx:
            await outbox.publish(tx, LampLit(1))
    assert request_id.get() == ""
    await Relay(commerce_db, [Reaction(LampLit, "test.react", each(react))]).drain()
    await worker.run()
    assert message == ["request-7", "request-7", "request-7"]


async def test_a_letter_without_a_request_has_no_id() -> None:
    assert compose(Mail("a@example.com", "Hi", "text"), "b@example.com")["X-Request-ID"] is None

"""A company in a real log: told once, told again when it differs, confirmed by people."""

import pytest
from plan_documents import order
from plan_world import COMPANY, TENANT, ready_world
from planned_log import DANA, project, standing, told

from engine.core.canonical import JsonValue
from engine.core.events import NewEvent
from engine.core.keys import company_stream
from engine.core.probes import probe_stream, version_stream
from engine.db import Database
from engine.errors import Malformed
from engine.log.store import PostgresLog
from engine.service.identity import (
    confirm_identity,
    tell_profile,
)
from engine.service.probed import standing_of_probe

ORDER = "purchase_order:acme/1042"
PROFILE = {"CompanyName": "Outdoors", "SysproVersion": "8.0", "DatabaseType": "SQL"}
COPY = {**PROFILE, "CompanyName": "Outdoors TEST"}


@pytest.fixture
async def log(database: Database) -> PostgresLog:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042))
    return await told(database, world)


async def tell(log: PostgresLog, profile: dict[str, str]) -> None:
    await tell_profile(log, TENANT, COMPANY, profile, author=DANA, fence=None)


async def version(log: PostgresLog) -> int:
    stream = company_stream(COMPANY)
    return (await log.latest(TENANT, [stream]))[stream].version


async def test_company_s36_when_another_one_answers_then_all_is_held_until_a_person_confirms(
    database: Database, log: PostgresLog
) -> None:
    await tell(log, PROFILE)
    await tell(log, {**PROFILE, "SysproVersion": "8.1"})
    await project(database, log)
    assert await version(log) == 1
    assert await standing(database, ORDER) == ("ready", "")

    await tell(log, COPY)
    await tell(log, COPY)
    await project(database, log)
    assert await version(log) == 2
    assert await standing(database, ORDER) == ("held", "COMPANY_CHANGED")

    event = await confirm_identity(log, TENANT, COMPANY, reason=" renamed ", author=DANA)
    await tell(log, COPY)
    await project(database, log)
    assert (event.actor, (event.body or {})["reason"], await version(log)) == ("Dana", "renamed", 3)
    assert await standing(database, ORDER) == ("ready", "")


async def test_company_when_confirmed_without_a_reason_or_a_session_then_refused(
    log: PostgresLog,
) -> None:
    with pytest.raises(Malformed, match="reason"):
        await confirm_identity(log, TENANT, COMPANY, reason=" ", author=DANA)
    with pytest.raises(Malformed, match="no session"):
        await confirm_identity(log, TENANT, COMPANY, reason="it is right", author=DANA)


async def test_probe_s37_when_syspro_runs_another_release_then_it_is_asked_for_anew(
    log: PostgresLog,
) -> None:
    async def tell_release(release: str) -> None:
        await tell(log, {**PROFILE, "SysproVersion": release})

    async def tell_probe(kind: str, **body: JsonValue) -> None:
        event = NewEvent(stream=probe_stream(COMPANY), type=kind, body={"company": COMPANY, **body})
        await log.append(TENANT, [event], author=DANA)

    async def result() -> str:
        return (await standing_of_probe(log, TENANT, COMPANY)).result

    assert await result() == "never"
    await tell_probe("ProbeBegan")
    assert await result() == "never"
    await tell_release("8.0")
    await tell_probe("ProbeFinished", result="passed", site={"SysproVersion": "8.0"})
    assert await result() == "passed"
    await tell_probe("ProbeBegan")
    assert await result() == "passed"
    await tell_release("8.0")
    await tell_release("8.1")
    assert await result() == "outdated"
    stream = version_stream(COMPANY)
    assert (await log.latest(TENANT, [stream]))[stream].version == 2

"""A company in a real log: told once, told again when it differs, confirmed by people."""

import pytest
from plan_documents import order
from plan_world import COMPANY, TENANT, ready_world
from planned_log import DANA, project, standing, told

from engine.db import Database
from engine.errors import Malformed
from engine.log.store import PostgresLog
from engine.service.identity import company_stream, confirm_identity, tell_identity

ORDER = "purchase_order:acme/1042"
PROFILE = {"CompanyName": "Outdoors", "SysproVersion": "8.0", "DatabaseType": "SQL"}
COPY = {**PROFILE, "CompanyName": "Outdoors TEST"}


@pytest.fixture
async def log(database: Database) -> PostgresLog:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042))
    return await told(database, world)


async def tell(log: PostgresLog, profile: dict[str, str]) -> None:
    await tell_identity(log, TENANT, COMPANY, profile, author=DANA, fence=None)


async def version(log: PostgresLog) -> int:
    stream = company_stream(COMPANY)
    return (await log.latest(TENANT, [stream]))[stream].version


async def test_company_when_another_one_answers_then_all_is_held_until_a_person_confirms(
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

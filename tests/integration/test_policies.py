"""A company's policy on a real PostgreSQL: changed by people, asked by the lane."""

from datetime import datetime, timedelta

import pytest
from plan_documents import line, order
from plan_world import COMPANY, POLICY, TENANT, ready_world
from planned_log import told
from toy_projection import NOON, NoonClock

from engine.config import Policy
from engine.core.canonical import canonical
from engine.core.events import NewEvent
from engine.db import Database
from engine.errors import Malformed, StaleVersion
from engine.leases import Leases
from engine.log.contract import Author
from engine.log.store import PostgresLog
from engine.outbox import Outbox
from engine.policies import QuietOutbox, change, owner_of, policies, quiet_until, settings_of
from engine.projector import Projector
from projections import planning

pytestmark = pytest.mark.both_stores

DANA = Author(actor="Dana", run_id="run-1", correlation="run-1")
BASE = Policy.model_validate({k: v for k, v in POLICY.items() if v != ""})


@pytest.fixture
async def log(database: Database) -> PostgresLog:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order())
    log = PostgresLog(database, NoonClock())
    events = [
        NewEvent(stream=event.stream, type=event.type, body=event.body)
        for event in world.events
        if event.body is not None
    ]
    await log.append(TENANT, events, author=DANA)
    return log


async def project(database: Database, log: PostgresLog) -> None:
    clock = NoonClock()
    leases = Leases(database, clock, "test", 30.0)
    await Projector(database, log, leases, planning(), tenant=TENANT, clock=clock).catch_up()


async def put(log: PostgresLog, name: str, value: str | None) -> object:
    event = await change(log, TENANT, COMPANY, BASE, name, value, reason="r", author=DANA)
    return (event.body or {})["value"]


async def test_setting_when_changed_then_over_the_file_and_unset_gives_it_back(
    database: Database, log: PostgresLog
) -> None:
    assert await put(log, "mode_bill", "approve") == "approve"
    assert await put(log, "price_tolerance_line", "0.020") == "0.020"
    found = {one.name: one for one in await settings_of(log, TENANT, COMPANY, BASE)}
    assert (found["mode_bill"].value, found["mode_bill"].in_file) == ("approve", "auto")
    assert found["mode_bill"].change is not None
    assert found["mode_bill"].change.actor == "Dana"
    assert found["mode_vendor"].change is None
    assert list(found) == list(Policy.model_fields)

    event = await change(log, TENANT, COMPANY, BASE, "mode_bill", None, reason="done", author=DANA)
    assert event.body == {
        "company": COMPANY,
        "name": "mode_bill",
        "value": None,
        "before": "approve",
        "reason": "done",
    }
    found = {one.name: one for one in await settings_of(log, TENANT, COMPANY, BASE)}
    assert (found["mode_bill"].value, found["mode_bill"].change) == ("auto", None)
    await project(database, log)
    held = (await policies(database, TENANT))[COMPANY]
    assert (held["price_tolerance_line"], held.get("mode_bill", "auto")) == ("0.020", "auto")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("mode_bill", "on", "Input should be 'off'"),
        ("mode_bil", "off", "there is no setting"),
        ("mode_bil", None, "there is no setting"),
        ("local_currency", "CAD", "belongs to the company"),
        ("supplier_branch", "", "create_suppliers needs supplier_branch"),
    ],
)
async def test_setting_when_wrong_then_refused_and_nothing_is_appended(
    log: PostgresLog, name: str, value: str | None, said: str
) -> None:
    before = await log.head(TENANT)
    with pytest.raises(Malformed, match=said):
        await put(log, name, value)
    with pytest.raises(Malformed, match="for a reason"):
        await change(log, TENANT, COMPANY, BASE, "mode_bill", "off", reason=" ", author=DANA)
    assert await log.head(TENANT) == before


async def test_setting_when_not_set_over_the_file_then_it_is_none(
    database: Database, log: PostgresLog
) -> None:
    base = BASE.model_copy(update={"cut_over_on": NOON.date()})
    event = await change(log, TENANT, COMPANY, base, "cut_over_on", "none", reason="r", author=DANA)
    assert (event.body or {})["value"] == ""
    found = {one.name: one for one in await settings_of(log, TENANT, COMPANY, base)}
    assert (found["cut_over_on"].value, found["cut_over_on"].in_file) == (None, "2026-11-23")


async def test_setting_when_somebody_else_changes_it_meanwhile_then_refused(
    log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(tenant: str, prefix: str) -> dict[str, object]:
        return {}

    await put(log, "mode_bill", "approve")
    monkeypatch.setattr(log, "latest_under", nothing)
    with pytest.raises(StaleVersion):
        await put(log, "mode_bill", "off")


async def test_outbox_when_the_company_is_in_a_blackout_then_nothing_new_is_given(
    database: Database, log: PostgresLog
) -> None:
    assert NOON.strftime("%a %H:%M") == "Mon 12:00"
    await put(log, "blackout", "Mon 11:00-Mon 13:00")
    await project(database, log)
    during, after = NOON, NOON.replace(hour=13)

    async def ready(outbox: Outbox, company: str, now: datetime) -> int:
        return len(await outbox.next_ready(TENANT, company, 10, now))

    quiet = QuietOutbox(database)
    assert await ready(quiet, COMPANY, during) == 0
    assert await ready(quiet, COMPANY, after) == 1
    assert await ready(Outbox(database), COMPANY, during) == 1
    assert await quiet.open_doubts(TENANT, COMPANY) == []
    assert await ready(quiet, "EDU9", during) == 0
    held = (await policies(database, TENANT))[COMPANY]
    assert quiet_until(held, during) == after
    assert quiet_until(held, after) is None
    assert canonical(held["blackout"]) == b'["Mon 11:00-Mon 13:00"]'


async def told_of_a_change(database: Database) -> None:
    """At noon an order that was posted changes and another comes; changes rest ten minutes."""
    world = ready_world(change_quiet_minutes=10)
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order())
    world.post(world.command("purchase_order", "1042"), "000547", {"10421": 1})
    more = line(10421, quantity=5, total_cost="62.50")
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042, more))
    other = order(1043, line(10431), number="PO-1043")
    world.source("PurchaseOrderChanged", "purchase_order", "1043", other)
    await told(database, world)


async def test_outbox_when_changes_must_rest_then_they_alone_do(database: Database) -> None:
    await told_of_a_change(database)

    async def given(limit: int, minutes: int) -> list[str]:
        now = NOON + timedelta(minutes=minutes)
        rows = await QuietOutbox(database).next_ready(TENANT, COMPANY, limit, now)
        return [str(row["type"]) for row in rows]

    assert await given(1, 0) == ["purchase_order_add"], "what rests keeps nothing back"
    assert await given(5, 9) == ["purchase_order_add"]
    assert await given(5, 10) == ["purchase_order_change", "purchase_order_add"]
    assert await given(1, 10) == ["purchase_order_change"]


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=3650)])
async def test_outbox_k10_when_a_clock_ahead_changed_it_then_its_rest_counts_from_here(
    database: Database, ahead: timedelta
) -> None:
    await told_of_a_change(database)
    quiet, set_right = QuietOutbox(database), NOON - ahead

    async def given(minutes: int) -> list[str]:
        now = set_right + timedelta(minutes=minutes)
        return [str(row["type"]) for row in await quiet.next_ready(TENANT, COMPANY, 5, now)]

    assert await given(0) == ["purchase_order_add"]
    assert await given(9) == ["purchase_order_add"]
    assert await given(10) == ["purchase_order_change", "purchase_order_add"]


def test_owner_when_the_policy_names_one_then_by_class() -> None:
    policy = {"owner_source": "Dana", "owner_business": ""}
    assert owner_of("TAX_UNMAPPED", policy) == "Dana"
    assert owner_of("PERIOD_CLOSED", policy) == owner_of("NO_SUCH", policy) == ""

"""Decisions of people on a real PostgreSQL: found, fitting, all or nothing, once."""

from collections.abc import Sequence

import pytest
from plan_documents import account, line, order
from plan_world import TENANT, World, ready_world
from planned_log import DANA, project, standing, told

from engine.db import Database
from engine.decisions import Decided, Wish, decide, retry_cause
from engine.errors import Malformed, NotFound, StaleVersion
from engine.log.store import PostgresLog

pytestmark = pytest.mark.both_stores

FIRST, SECOND = "purchase_order:acme/1042", "purchase_order:acme/1043"


def story() -> World:
    world = ready_world()
    world.source("PurchaseOrderChanged", "purchase_order", "1042", order(1042))
    unmapped = order(1043, line(10431, account=account("6990")))
    world.source("PurchaseOrderChanged", "purchase_order", "1043", unmapped)
    for number in (1044, 1045):
        world.source("PurchaseOrderChanged", "purchase_order", str(number), order(number))
        row = world.command("purchase_order", str(number))
        world.intend(row)
        body = {"reason": "x", "text": "no", "errors": []}
        world.append(f"command/{row['key']}", "PostRejected", body)
    return world


@pytest.fixture
async def log(database: Database) -> PostgresLog:
    return await told(database, story())


async def decided(
    database: Database, log: PostgresLog, wish: Wish, *names: str
) -> Sequence[Decided]:
    found = await decide(database, log, TENANT, names, wish, DANA)
    await project(database, log)
    return found


async def test_decision_when_taken_then_an_event_with_who_and_why_and_the_document_follows(
    database: Database, log: PostgresLog
) -> None:
    hold = Wish(verb="hold", reason=" price is being argued ")
    (one,) = await decided(database, log, hold, "po-1042")

    assert (one.key, one.event.type, one.event.actor) == (FIRST, "DocumentHeld", "Dana")
    assert one.event.stream == f"decision/{FIRST}"
    assert (one.event.body or {})["reason"] == "price is being argued"
    assert len(str((one.event.body or {})["revision"])) == 16
    assert await standing(database, FIRST) == ("held", "HELD_BY_PERSON")
    await decided(database, log, Wish(verb="release", reason="agreed"), "PO-1042")
    assert await standing(database, FIRST) == ("ready", "")


async def test_decision_when_one_name_is_wrong_then_none_is_decided(
    database: Database, log: PostgresLog
) -> None:
    hold = Wish(verb="hold", reason="stop")
    with pytest.raises(NotFound):
        await decided(database, log, hold, "PO-1042", "PO-9")
    assert await standing(database, FIRST) == ("ready", "")

    found = await decided(database, log, hold, "PO-1042", "PO-1043", "PO-1042")
    assert [one.key for one in found] == [FIRST, SECOND]
    assert await standing(database, SECOND) == ("held", "HELD_BY_PERSON")


@pytest.mark.parametrize(
    ("wish", "name", "said"),
    [
        (Wish(verb="hold", reason="  "), "PO-1042", "needs a reason"),
        (Wish(verb="approve", reason="r"), "PO-1042", "waits for no approval"),
        (Wish(verb="retry", reason="r"), "PO-1042", "only what SYSPRO refused"),
        (Wish(verb="release", reason="r"), "PO-1042", "no person holds"),
        (Wish(verb="release", reason="r"), "PO-1043", "held LINE_NO_ACCOUNT"),
        (
            Wish(verb="release", reason="r", accepts=("LINE_NO_ACCOUNT",)),
            "PO-1043",
            "these can: .*DUPLICATE_INVOICE",
        ),
    ],
)
async def test_decision_when_it_does_not_fit_then_refused_with_the_reason(
    database: Database, log: PostgresLog, wish: Wish, name: str, said: str
) -> None:
    with pytest.raises(Malformed, match=said):
        await decide(database, log, TENANT, [name], wish, DANA)


async def test_decision_when_the_code_is_unknown_then_refused(
    database: Database, log: PostgresLog
) -> None:
    wish = Wish(verb="release", reason="r", accepts=("NO_SUCH_CODE",))
    with pytest.raises(NotFound, match="NO_SUCH_CODE"):
        await decide(database, log, TENANT, ["PO-1042"], wish, DANA)


async def test_link_when_decided_then_the_company_is_the_documents(
    database: Database, log: PostgresLog
) -> None:
    link = Wish(verb="link", reason="typed in by hand", syspro_key="000547")
    (one,) = await decided(database, log, link, "PO-1042")

    assert (one.event.body or {})["company"] == "EDU1"
    assert await standing(database, FIRST) == ("linked", "ALREADY_THERE")
    await decided(database, log, Wish(verb="release", reason="wrong order"), "PO-1042")
    assert await standing(database, FIRST) == ("ready", "")


async def test_retry_when_asked_for_a_cause_then_all_of_it_and_nothing_else(
    database: Database, log: PostgresLog
) -> None:
    wish = Wish(verb="retry", reason="the branch is there now")
    found = await retry_cause(database, log, TENANT, "REJECTED_BY_SYSPRO", wish, DANA)
    await project(database, log)

    assert [one.number for one in found] == ["PO-1044", "PO-1045"]
    assert await standing(database, "purchase_order:acme/1044") == ("ready", "")
    assert await retry_cause(database, log, TENANT, "REJECTED_BY_SYSPRO", wish, DANA) == []


async def test_decision_when_somebody_else_decides_meanwhile_then_refused(
    database: Database, log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(tenant: str, streams: Sequence[str]) -> dict[str, object]:
        return {}

    wish = Wish(verb="hold", reason="stop")
    await decide(database, log, TENANT, ["PO-1042"], wish, DANA)
    monkeypatch.setattr(log, "latest", nothing)
    with pytest.raises(StaleVersion):
        await decide(database, log, TENANT, ["PO-1042"], wish, DANA)

"""Faults of one company's books: the other's stay as they are."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sandbox_rehearsal import Rehearsal, at, rehearse

from engine.sandbox.syspro.ledger import Ledger

KEY = ("S00101",)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    async with rehearse(tmp_path, companies=2) as opened:
        yield opened


def books(stage: Rehearsal) -> list[Ledger]:
    return list(stage.sandbox.world.companies)


async def strike(stage: Rehearsal, **fault: object) -> None:
    """The fault has happened at a query."""
    await stage.arm({"at": at("syspro.query"), **fault})
    await stage.site.text("GetLogonProfile", UserId=await stage.logon())


@pytest.mark.parametrize(("company", "struck"), [("", [True, False]), ("EDU2", [False, True])])
async def test_lock_when_a_company_is_named_then_only_its_row_is_locked(
    stage: Rehearsal, company: str, struck: list[bool]
) -> None:
    named = {"company": company} if company else {}

    await strike(stage, do="lock", table="ApSupplier", key=KEY[0], **named)

    assert [ledger.is_locked("ApSupplier", KEY) for ledger in books(stage)] == struck
    await stage.arm()
    assert not any(ledger.is_locked("ApSupplier", KEY) for ledger in books(stage))


@pytest.mark.parametrize(("company", "is_open"), [("", [False, True]), ("EDU2", [True, False])])
async def test_period_when_a_company_is_named_then_only_its_own_is_closed(
    stage: Rehearsal, company: str, is_open: list[bool]
) -> None:
    named = {"company": company} if company else {}

    await strike(stage, do="close_period", period="C", **named)

    assert [ledger.period("C").is_open for ledger in books(stage)] == is_open
    await stage.arm()
    assert all(ledger.period("C").is_open for ledger in books(stage))


@pytest.mark.parametrize(("company", "stays"), [("", [False, True]), ("EDU2", [True, False])])
async def test_restore_when_a_company_is_named_then_only_its_ledger_is_as_it_was(
    stage: Rehearsal, company: str, stays: list[bool]
) -> None:
    named = {"company": company} if company else {}
    await stage.arm({"at": at("syspro.query"), "do": "restore", "to": "start", **named})
    for ledger in books(stage):
        ledger.tables["ApInvoice"].put({"Supplier": KEY[0], "Invoice": "AFTER"})

    await stage.site.text("GetLogonProfile", UserId=await stage.logon())

    key = (KEY[0], "AFTER")
    assert [key in ledger.tables["ApInvoice"] for ledger in books(stage)] == stays


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "lock", "table": "ApSupplier", "key": KEY[0]},
        {"do": "close_period"},
        {"do": "restore"},
    ],
    ids=lambda fault: str(fault["do"]),
)
async def test_fault_when_its_company_is_unknown_then_it_is_refused(
    stage: Rehearsal, fault: dict[str, object]
) -> None:
    plan = [{"at": at("syspro.query"), **fault, "company": "EDU9"}]

    answer = await stage.control("/faults", plan, status=400)

    assert "fault 1: SYSPRO has no company EDU9, only EDU1, EDU2" in answer["error"]

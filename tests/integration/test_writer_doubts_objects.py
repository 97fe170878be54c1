"""A lost reply to each newer kind of command: adopted when it was done, sent once more when not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from lane_site import TENANT, LaneSite, lane_site
from test_writer_doubts import RESOLVED, settle
from test_writer_posting import LINE, invoice, order

from engine.core.commands import (
    CreditNoteAdd,
    InvoiceRegister,
    LedgerCodeAdd,
    LedgerLine,
    OrderStatusChange,
    Payload,
    PurchaseOrderChange,
    ReceiptAdd,
    Seen,
    SupplierChange,
)
from engine.core.keys import DocumentKey, external_key
from engine.db import Database

K = external_key(TENANT, DocumentKey(source="acme", kind="bill", id="9"))
POST = "transaction/postld"


def credit_note(_number: str) -> Payload:
    return CreditNoteAdd(
        supplier="S00118",
        invoice="INV-1",
        external_key=K,
        value=Decimal(20),
        currency="USD",
        posting_period="C",
        distribution=(LedgerLine(ledger_code="6100", value=Decimal(20)),),
    )


def receipt(number: str) -> Payload:
    return ReceiptAdd(
        purchase_order=number,
        line=1,
        external_key=K,
        quantity=Decimal(4),
        unit="EA",
        received_on=date(2026, 11, 9),
        received_before=Decimal(0),
        is_unprinted_allowed=True,
    )


def printed(number: str) -> Payload:
    return OrderStatusChange(purchase_order=number, external_key=K, status="4")


def raised(number: str) -> Payload:
    line = replace(
        LINE,
        action="C",
        line=1,
        quantity=Decimal(12),
        seen=(Seen(column="MOrderQty", value="10"),),
    )
    return PurchaseOrderChange(
        purchase_order=number,
        supplier="S00118",
        external_key=order().external_key,
        lines=(line, replace(LINE, item_id="9002")),
    )


def registration(_number: str) -> Payload:
    return InvoiceRegister(
        supplier="S00118",
        invoice="INV-2",
        external_key=K,
        value=Decimal(20),
        currency="USD",
        invoice_on=date(2026, 11, 9),
    )


def account(_number: str) -> Payload:
    return LedgerCodeAdd(company="EDU1", ledger_code="6150", description="Tea", account_type="E")


def renamed(_number: str) -> Payload:
    return SupplierChange(supplier="S00118", name="Stationers & Sons")


KINDS = [
    pytest.param(credit_note, POST, id="credit note"),
    pytest.param(receipt, POST, id="receipt"),
    pytest.param(printed, POST, id="status"),
    pytest.param(raised, POST, id="change"),
    pytest.param(registration, POST, id="registration"),
    pytest.param(account, "setup/add", id="ledger code"),
    pytest.param(renamed, "setup/update", id="supplier change"),
]


async def prepared(site: LaneSite) -> str:
    """An order and an invoice are in SYSPRO; the order's number."""
    site.plan(order())
    site.plan(invoice(), "b" * 32)
    await settle(site)
    [header] = site.ledger.tables["PorMasterHdr"].values()
    return str(header["PurchaseOrder"]).lstrip("0").zfill(6)


@pytest.mark.parametrize(("payload", "path"), KINDS)
@pytest.mark.parametrize(
    ("fault", "story"),
    [
        ("reply_lost", [*RESOLVED, "PostVerified"]),
        ("not_executed", [*RESOLVED, "PostIntended", "PostAccepted", "PostVerified"]),
    ],
)
async def test_doubt_s11_s12_s42_when_any_kind_is_lost_then_done_exactly_once(
    database: Database, payload: Callable[[str], Payload], path: str, fault: str, story: list[str]
) -> None:
    async with lane_site(database) as site:
        number = await prepared(site)
        before = len(site.ledger.writes)
        site.faults.plan.append((path, fault))
        key = site.plan(payload(number), "9")
        await settle(site)

        assert await site.story(key) == story
        row = await site.row(key)
        assert (row["state"], row["is_equal"]) == ("verified", True)
        assert len(site.ledger.writes) == before + 1

"""Suppliers, ledger codes and payables at the sandbox SYSPRO: posted, hindered, read back."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sandbox_syspro_site import open_site
from syspro_bench import Bench, open_bench
from syspro_office import office
from test_transport_sandbox import INVOICE, SUPPLIER, sent

from engine.core.commands import (
    CreditNoteAdd,
    DebitNoteAdd,
    InvoiceRegister,
    LedgerCodeAdd,
    LedgerLine,
    Seen,
    SupplierChange,
)
from engine.core.keys import DocumentKey, external_key
from engine.syspro.objects.answers import Posted, Refused

K = external_key("t", DocumentKey(source="acme", kind="bill", id="1"))
OTHER_K = external_key("t", DocumentKey(source="acme", kind="bill", id="2"))
CREDIT = CreditNoteAdd(
    supplier="S00118",
    invoice=INVOICE.invoice,
    external_key=K,
    value=Decimal(21),
    currency="USD",
    posting_period="C",
    distribution=(LedgerLine(ledger_code="6100", value=Decimal(20)),),
    tax_code="G5",
    tax_value=Decimal(1),
)
DEBIT = DebitNoteAdd(
    supplier="S00118",
    invoice=INVOICE.invoice,
    external_key=K,
    value=Decimal(20),
    currency="USD",
    posting_period="C",
    distribution=(LedgerLine(ledger_code="6100", value=Decimal(20)),),
)
REGISTER = InvoiceRegister(
    supplier="S00118",
    invoice="INV-7",
    external_key=K,
    value=Decimal(105),
    currency="USD",
    invoice_on=date(2026, 11, 3),
    narration="Chairs",
)
ACCOUNT = LedgerCodeAdd(company="EDU1", ledger_code="6150", description="Café", account_type="E")
CHANGE = SupplierChange(
    supplier="S00118",
    name="Stationers & Sons",
    address=("2 Side St", "Vancouver"),
    telephone="",
    is_on_hold=True,
    seen=(Seen(column="SupplierName", value="Stationers Ltd"),),
)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with open_bench() as opened:
        yield opened


async def test_supplier_when_changed_then_there_and_a_repeat_changes_nothing(bench: Bench) -> None:
    await bench.round_trip(CHANGE)
    row = bench.site.ledger.tables["ApSupplier"][("S00118",)]
    address = bench.site.ledger.tables["ApSupplierAddr"][("S00118",)]

    assert (row["SupplierName"], row["OnHold"]) == ("Stationers & Sons", "Y")
    assert (address["SupAddr1"], address["SupAddr2"]) == ("2 Side St", "Vancouver")
    assert await bench.hindrances(CHANGE) == [
        "supplier: SupplierName is 'Stationers & Sons', seen was 'Stationers Ltd'"
    ]
    assert isinstance(await sent(bench.desk, CHANGE), Posted)
    assert bench.site.ledger.tables["ApSupplier"][("S00118",)] == row


async def test_supplier_when_it_is_not_there_then_hindered_and_refused(bench: Bench) -> None:
    missing = replace(CHANGE, supplier="S99999")

    assert await bench.hindrances(missing) == ["supplier S99999 is not there"]
    assert isinstance(await sent(bench.desk, missing), Refused)
    assert await bench.sightings(missing) == []


async def test_ledger_code_when_added_then_there_and_unique(bench: Bench) -> None:
    await bench.round_trip(ACCOUNT)

    assert isinstance(await sent(bench.desk, ACCOUNT), Refused)
    assert await bench.differences(replace(ACCOUNT, description="Tea"), "6150") == ("other values",)


async def test_registration_when_posted_then_there_and_unique_over_both_files(
    bench: Bench,
) -> None:
    await bench.round_trip(REGISTER)

    assert isinstance(await sent(bench.desk, REGISTER), Refused)
    assert isinstance(await sent(bench.desk, replace(INVOICE, invoice="INV-7")), Refused)
    hers = replace(REGISTER, external_key=OTHER_K)
    [found] = await bench.sightings(hers)
    assert (found.is_ours, found.is_equal) == (False, True)


async def test_registration_when_approved_meanwhile_then_the_invoice_is_found(
    bench: Bench,
) -> None:
    await bench.posted(INVOICE)
    approved = replace(REGISTER, invoice=INVOICE.invoice, external_key=INVOICE.external_key)

    [found] = await bench.sightings(approved)
    assert (found.is_ours, found.is_equal) == (True, True)


@pytest.mark.parametrize(
    ("entry", "balance"), [(CREDIT, Decimal(84)), (DEBIT, Decimal(125))], ids=["credit", "debit"]
)
async def test_entry_s42_when_posted_then_the_balance_moves_and_our_key_stops_a_second(
    bench: Bench, entry: CreditNoteAdd | DebitNoteAdd, balance: Decimal
) -> None:
    await bench.posted(INVOICE)
    await bench.round_trip(entry)
    row = bench.site.ledger.tables["ApInvoice"][("S00118", INVOICE.invoice)]

    assert row["MthInvBal1"] == balance
    assert await bench.hindrances(entry) == ["an entry under our key is there already"]
    other = replace(entry, external_key=OTHER_K)
    assert await bench.hindrances(other) == []
    assert await bench.sightings(other) == []
    assert await bench.differences(other, "") == ("it is not there",)


async def test_entry_when_a_person_posted_the_same_value_then_seen_but_not_ours(
    bench: Bench,
) -> None:
    await bench.posted(INVOICE)
    await bench.posted(replace(CREDIT, external_key="Returned goods"))

    assert await bench.hindrances(CREDIT) == []
    [found] = await bench.sightings(CREDIT)
    assert (found.is_ours, found.is_equal) == (False, True)
    assert await bench.sightings(replace(CREDIT, value=Decimal(5))) == []


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        (replace(CREDIT, invoice="NONE"), "Item/Invoice"),
        (
            replace(CREDIT, distribution=(LedgerLine(ledger_code="9999", value=Decimal(20)),)),
            "Item/LedgerDistribution/LedgerCode",
        ),
        (replace(CREDIT, posting_period="B"), "Item/PostingPeriod"),
    ],
)
async def test_entry_when_syspro_refuses_then_the_place_is_told(
    bench: Bench, entry: CreditNoteAdd, path: str
) -> None:
    await bench.posted(INVOICE)
    answer = await sent(bench.desk, entry)

    assert isinstance(answer, Refused)
    assert answer.errors[0].path == path
    assert await bench.sightings(entry) == []


async def test_invoice_when_its_parts_include_the_tax_then_posted(bench: Bench) -> None:
    await bench.round_trip(
        replace(
            INVOICE,
            tax_basis="I",
            tax_code="G5",
            tax_value=Decimal(5),
            distribution=(LedgerLine(ledger_code="6100", value=Decimal(105)),),
        )
    )


@pytest.mark.parametrize("form", ["get", "soap"])
async def test_commands_when_sent_by_other_transports_then_taken(form: str) -> None:
    async with open_site() as site, office(site, transport=form) as desk:
        for payload in (CHANGE, ACCOUNT, replace(REGISTER, supplier="G00001", currency="EUR")):
            assert isinstance(await sent(desk, payload), Posted)
        assert isinstance(await sent(desk, SUPPLIER), Posted)

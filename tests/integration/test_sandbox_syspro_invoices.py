"""AP invoices posted into the sandbox's SYSPRO: matched, distributed, refused."""

import asyncio
from decimal import Decimal

import pytest
from sandbox_syspro_site import Site, document, errors, open_site, seeded_ledger
from test_sandbox_syspro_orders import STOCKED, posted

from engine.sandbox.syspro import keyrules
from engine.sandbox.waits import Pace

GRN = (
    "<GrnDetails><GrnSupplier>G00001</GrnSupplier><GrnGrn>{grn}</GrnGrn><GrnFlag>I</GrnFlag>"
    "<GrnJournal>1</GrnJournal><GrnEntry>1</GrnEntry>{how}</GrnDetails>"
)
FULL = "<GrnMatchType>O</GrnMatchType>"


def distribution(value: str, code: str = "6100", more: str = "") -> str:
    return (
        f"<LedgerDistribution><LedgerCode>{code}</LedgerCode><LedgerValue>{value}</LedgerValue>"
        f"{more}</LedgerDistribution>"
    )


def invoice(lines: str, **fields: str) -> str:
    good = {
        "Supplier": "S00118",
        "Invoice": "INV-1",
        "TransactionValue": "105.00",
        "TransactionReference": "P2K",
        "InvoiceDate": "2026-11-02",
    }
    texts = "".join(f"<{name}>{text}</{name}>" for name, text in (good | fields).items())
    return f"<PostApInvoice><Item>{texts}{lines}</Item></PostApInvoice>"


async def post(site: Site, xml: str, **parameters: str) -> str:
    texts = "".join(f"<{name}>{text}</{name}>" for name, text in parameters.items())
    settings = f"<PostApInvoice><Parameters>{texts}</Parameters></PostApInvoice>"
    return await site.post(await site.logon(), "APSTIN", xml, settings)


async def received(site: Site, quantity: int = 4) -> str:
    """The shown number of a receipt of 4 of 10 at 1.25 EUR."""
    assert errors(await posted(site, STOCKED, Supplier="G00001")) == []
    return str(site.ledger.receive("1", 1, Decimal(quantity))["Grn"])[-9:]


async def test_invoice_when_distributed_then_on_file_and_answered_as_documented() -> None:
    async with open_site() as site:
        tax = distribution("5.00", "2200", "<TaxOnlyLine>Y</TaxOnlyLine>")
        text = await post(site, invoice(distribution("100.00") + tax))
        assert text.splitlines()[2:16] == [
            "<Item>",
            "<Transaction>",
            "<Key>",
            "<TrnYear>2026</TrnYear>",
            "<TrnMonth>11</TrnMonth>",
            "<Journal>00001</Journal>",
            "<EntryNumber>001</EntryNumber>",
            "</Key>",
            "<Supplier>S00118</Supplier>",
            "<Invoice>INV-1</Invoice>",
            "<TransactionCode>I</TransactionCode>",
            "</Transaction>",
            "</Item>",
            "<StatusOfItems>",
        ]
        row = site.ledger.tables["ApInvoice"][("S00118", "INV-1")]
        assert row["Reference"] == "P2K"
        assert row["OrigInvValue"] == Decimal("105.00")
        assert str(row["DueDate"]) == "2026-12-02"
        pay = site.ledger.tables["ApInvoicePay"][("S00118", "INV-1", "1")]
        assert (pay["TrnType"], pay["TrnValue"]) == ("I", Decimal("105.00"))
        lines = site.ledger.tables["ApDistribution"].where("Invoice", "INV-1")
        assert [(line["GlCode"], line["Value"]) for line in lines] == [
            ("6100", Decimal("100.00")),
            ("2200", Decimal("5.00")),
        ]


async def test_invoice_when_tax_is_in_the_header_then_it_counts_in_the_balance() -> None:
    async with open_site() as site:
        xml = invoice(distribution("100.00"), TaxCode="G5", TaxValue="5.00")
        assert errors(await post(site, xml)) == []


@pytest.mark.parametrize("value", ["99.99", "100.01", "105.00"])
async def test_invoice_when_it_does_not_balance_then_refused(value: str) -> None:
    async with open_site() as site:
        xml = invoice(distribution(value), TaxCode="G5", TaxValue="5.00")
        root = document(await post(site, xml))
        assert root.find("Item/TransactionValue/ErrorDescription") is not None
        assert root.findtext("StatusOfItems/ItemsInvalid") == "1"
        assert not site.ledger.tables["ApInvoice"]
        assert not site.ledger.writes


async def test_invoice_when_posted_twice_then_the_second_is_refused() -> None:
    async with open_site() as site:
        xml = invoice(distribution("105.00"))
        assert errors(await post(site, xml)) == []
        assert len(errors(await post(site, xml))) == 1
        other = invoice(distribution("9.00"), TransactionValue="9.00")
        assert len(errors(await post(site, other))) == 1
        assert [write.kind for write in site.ledger.writes] == ["invoice"]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"Supplier": "X"}, distribution("105.00")),
        ({"Invoice": ""}, distribution("105.00")),
        ({"Invoice": "I" * 21}, distribution("105.00")),
        ({"InvoiceDate": "02/11/2026"}, distribution("105.00")),
        ({"TransactionValue": "0"}, ""),
        ({"TransactionCode": "C"}, distribution("105.00")),
        ({}, distribution("105.00", "0000")),
        ({}, distribution("105.00", "6900")),
        ({}, distribution("105.00", "2000")),
        ({"TaxCode": "ZZ"}, distribution("105.00")),
    ],
)
async def test_invoice_when_a_field_is_wrong_then_refused(
    changes: dict[str, str], lines: str
) -> None:
    async with open_site() as site:
        assert errors(await post(site, invoice(lines, **changes)))
        assert not site.ledger.tables["ApInvoice"]


async def test_invoice_when_period_letter_names_a_closed_month_then_refused() -> None:
    async with open_site() as site:
        xml = invoice(distribution("105.00"))
        assert errors(await post(site, xml, PostingPeriod="B")) == [
            "Period 09/2026 is closed for posting"
        ]
        assert errors(await post(site, xml, PostingPeriod="P")) == []
        assert site.ledger.tables["ApInvoice"][("S00118", "INV-1")]["InvoiceMonth"] == 10


async def test_invoice_when_validate_only_then_nothing_is_posted() -> None:
    async with open_site() as site:
        text = await post(site, invoice(distribution("105.00")), ValidateOnly="Y")
        assert errors(text) == []
        assert not site.ledger.tables["ApInvoice"]


async def test_invoice_when_one_of_two_items_is_bad_then_none_is_posted_by_default() -> None:
    good = invoice(distribution("105.00"))
    bad = invoice(distribution("1.00"), Invoice="INV-2")
    both = good.replace("</PostApInvoice>", "") + bad.replace("<PostApInvoice>", "")
    async with open_site() as site:
        assert len(errors(await post(site, both))) == 1
        assert not site.ledger.tables["ApInvoice"]
        assert len(errors(await post(site, both, ApplyIfEntireDocumentValid="N"))) == 1
        assert list(site.ledger.tables["ApInvoice"]) == [("S00118", "INV-1")]


async def test_supplier_on_hold_when_invoiced_then_a_warning_that_can_be_ignored() -> None:
    async with open_site() as site:
        site.ledger.set_supplier_hold("S00118", True)
        xml = invoice(distribution("105.00"))
        assert len(errors(await post(site, xml))) == 1
        assert errors(await post(site, xml, IgnoreWarnings="Y")) == []


async def test_order_when_received_and_invoiced_in_full_then_the_grn_is_matched() -> None:
    async with open_site() as site:
        grn = await received(site)
        xml = invoice(GRN.format(grn=grn, how=FULL), Supplier="G00001", TransactionValue="5.00")
        assert errors(await post(site, xml, LedgerDistributionCurrency="F")) == []
        row = next(site.ledger.tables["GrnDetails"].in_order())
        assert row["GrnMatchedFlag"] == "Y"
        assert row["CurrencyValue"] == Decimal("5.00")
        assert row["MatchedValue"] == row["CurGrnValue"] == Decimal("5.50")
        again = xml.replace("INV-1", "INV-2")
        assert errors(await post(site, again)) == [f"GRN '{grn}' is already matched"]
        kinds = [write.kind for write in site.ledger.writes]
        assert kinds == ["order", "receipt", "invoice"]


async def test_grn_when_matched_in_part_then_the_rest_stays_outstanding() -> None:
    part = (
        "<GrnMatchType>P</GrnMatchType><GrnPartialMatchQuantity>{}</GrnPartialMatchQuantity>"
        "<GrnPartialMatchValue>{}</GrnPartialMatchValue>"
    )
    async with open_site() as site:
        grn = await received(site)

        async def match(number: str, quantity: str, value: str) -> list[str]:
            how = part.format(quantity, value)
            lines = GRN.format(grn=grn, how=how)
            fields = {"Supplier": "G00001", "TransactionValue": value, "Invoice": number}
            return errors(await post(site, invoice(lines, **fields)))

        assert await match("1", "3", "3.75") == []
        assert len(await match("2", "2", "2.50")) == 1
        for quantity in ("0", "-3"):
            assert len(await match("2", quantity, "2.50")) == 1
        assert await match("3", "1", "1.30") == []
        row = next(site.ledger.tables["GrnDetails"].in_order())
        assert row["GrnMatchedFlag"] == "Y"
        matches = site.ledger.tables["GrnMatch"].where("Invoice", "3")
        assert [(m["Quantity"], m["Value"], m["PurchaseOrderLin"]) for m in matches] == [
            (Decimal(1), Decimal("1.30"), Decimal(1))
        ]


async def test_invoice_when_matching_is_required_then_needs_grn_details_that_exist() -> None:
    async with open_site() as site:
        fields = {"Supplier": "G00001"}
        text = await post(site, invoice(distribution("105.00"), **fields))
        assert errors(text) == ["GRN matching is required for supplier 'G00001'"]
        absent = GRN.format(grn="000000077", how=FULL)
        assert len(errors(await post(site, invoice(absent, **fields)))) == 1


async def test_invoice_when_grn_is_named_by_its_composite_key_then_found() -> None:
    async with open_site() as site:
        grn = await received(site)
        line = f"<GrnDetails><GrnDetailKey>G00001 {grn}I0000100001</GrnDetailKey></GrnDetails>"
        xml = invoice(line, Supplier="G00001", TransactionValue="5.00")
        assert errors(await post(site, xml)) == []


async def test_invoice_when_supplier_keys_are_numeric_then_the_composite_key_as_in_the_sample() -> (
    None
):
    ledger = seeded_ledger(supplier_keys=keyrules.KeyRule(kind="N", presentation_length=7))
    goods = ledger.tables["ApSupplier"][("G00001",)]
    ledger.tables["ApSupplier"].put({**goods, "Supplier": "000000000000001"})
    async with open_site(ledger) as site:
        assert errors(await posted(site, STOCKED, Supplier="1")) == []
        site.ledger.receive("1", 1, Decimal(4))
        sample = "0000001000000220I0000400001"
        key = sample.replace("000000220I00004", "000000001I00001")
        line = f"<GrnDetails><GrnDetailKey>{key}</GrnDetailKey></GrnDetails>"
        xml = invoice(line, Supplier="1", TransactionValue="5.00")
        assert errors(await post(site, xml)) == []


async def test_invoice_when_ledger_values_are_local_then_balanced_in_local_currency() -> None:
    ledger = seeded_ledger()
    ledger.tables["ApSupplier"].put(
        {**ledger.tables["ApSupplier"][("G00001",)], "GrnMatchReqd": "N"}
    )
    async with open_site(ledger) as site:
        xml = invoice(distribution("110.00"), Supplier="G00001", TransactionValue="100.00")
        assert len(errors(await post(site, xml, LedgerDistributionCurrency="F"))) == 1
        assert errors(await post(site, xml)) == []


async def test_post_when_session_is_evicted_while_executing_then_it_still_commits() -> None:
    async with open_site(post=Pace(mean_s=0.1, jitter=0.0)) as site:
        first = await site.logon()
        xml = invoice(distribution("105.00"))
        async with asyncio.TaskGroup() as group:
            executing = group.create_task(site.post(first, "APSTIN", xml))
            async with asyncio.timeout(1):
                await site.arrived.wait()
            await site.logon()
            assert not site.ledger.tables["ApInvoice"]
        assert errors(executing.result()) == []
        late = await site.post(first, "APSTIN", xml.replace("INV-1", "INV-2"))
        assert late.startswith("ERROR: The supplied UserID is invalid.")
        assert list(site.ledger.tables["ApInvoice"]) == [("S00118", "INV-1")]

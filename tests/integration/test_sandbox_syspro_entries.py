"""Credit notes, debit notes, adjustments and registered invoices in the sandbox's SYSPRO."""

from decimal import Decimal

import pytest
from sandbox_syspro_site import Site, document, errors, open_site
from test_sandbox_syspro_invoices import distribution, invoice, post


async def entry(site: Site, code: str, value: str, **parameters: str) -> str:
    xml = invoice(distribution(value), TransactionCode=code, TransactionValue=value)
    return await post(site, xml, **parameters)


async def register(site: Site, **fields: str) -> str:
    good = {"Supplier": "S00118", "Invoice": "INV-1", "InvoiceValue": "105.00"} | fields
    texts = "".join(f"<{name}>{text}</{name}>" for name, text in good.items())
    xml = f"<PostApRegisterInvoice><Item>{texts}</Item></PostApRegisterInvoice>"
    return await site.post(await site.logon(), "APSTRI", xml)


@pytest.mark.parametrize(
    ("code", "value", "kept", "balance"),
    [
        ("C", "5.00", "-5.00", "100.00"),
        ("D", "5.00", "5.00", "110.00"),
        ("A", "-1.00", "-1", "104"),
    ],
)
async def test_entry_when_the_invoice_is_on_file_then_its_balance_moves(
    code: str, value: str, kept: str, balance: str
) -> None:
    async with open_site() as site:
        assert errors(await entry(site, "I", "105.00")) == []
        text = await entry(site, code, value)
        assert document(text).findtext("Item/Transaction/TransactionCode") == code
        assert document(text).findtext("Item/Transaction/Key/Journal") == "00002"
        row = site.ledger.tables["ApInvoice"][("S00118", "INV-1")]
        assert (row["MthInvBal1"], row["OrigInvValue"]) == (Decimal(balance), 105)
        pay = site.ledger.tables["ApInvoicePay"][("S00118", "INV-1", "2")]
        assert (pay["TrnType"], pay["TrnValue"]) == (code, Decimal(kept))
        assert pay["PaymentReference"] == "P2K"
        lines = site.ledger.tables["ApDistribution"].where("Invoice", "INV-1")
        assert [(line["EntryNumber"], line["Value"]) for line in lines] == [
            (1, Decimal("105.00")),
            (2, Decimal(kept)),
        ]


async def test_credit_note_when_repeated_then_it_posts_twice_as_no_key_guards_it() -> None:
    async with open_site() as site:
        await entry(site, "I", "105.00")
        for _ in range(2):
            assert errors(await entry(site, "C", "5.00")) == []
        assert site.ledger.tables["ApInvoice"][("S00118", "INV-1")]["MthInvBal1"] == 95


async def test_credit_notes_when_two_in_one_document_then_both_are_kept() -> None:
    def item(value: str) -> str:
        xml = invoice(distribution(value), TransactionCode="C", TransactionValue=value)
        return xml.removeprefix("<PostApInvoice>").removesuffix("</PostApInvoice>")

    async with open_site() as site:
        await entry(site, "I", "105.00")
        both = f"<PostApInvoice>{item('10.00')}{item('20.00')}</PostApInvoice>"
        assert errors(await post(site, both)) == []
        assert site.ledger.tables["ApInvoice"][("S00118", "INV-1")]["MthInvBal1"] == 75
        values = [row["TrnValue"] for row in site.ledger.tables["ApInvoicePay"].in_order()]
        assert values == [105, -10, -20]


async def test_entry_when_the_invoice_is_missing_or_the_value_wrong_then_refused() -> None:
    async with open_site() as site:
        missing = ["Invoice 'INV-1' not found for supplier 'S00118'"]
        assert errors(await entry(site, "C", "5.00")) == missing
        await entry(site, "I", "105.00")
        assert errors(await entry(site, "A", "0")) == ["Adjustment value cannot be zero"]
        assert errors(await entry(site, "A", "0", PostZeroAdjustments="Y")) == []
        assert len(errors(await entry(site, "C", "-5.00"))) == 1
        assert len(errors(await entry(site, "C", "500.00"))) == 1
        assert errors(await entry(site, "C", "500.00", IgnoreWarnings="W")) == []
        assert len(errors(await entry(site, "P", "5.00"))) == 1


async def test_invoice_when_registered_then_answered_as_documented_and_its_number_is_taken() -> (
    None
):
    async with open_site() as site:
        text = await register(site)
        assert text.splitlines()[2:] == [
            "<Item>",
            "<Key>",
            "<Supplier>S00118</Supplier>",
            "<Invoice>INV-1</Invoice>",
            "<TransactionType>I</TransactionType>",
            "<EntryNumber>00001</EntryNumber>",
            "</Key>",
            "</Item>",
            "</postapregisterinvoice>",
            " ",
        ]
        taken = ["Invoice 'INV-1' already on file for supplier 'S00118'"]
        assert errors(await entry(site, "I", "105.00")) == taken
        assert errors(await register(site)) == taken
        assert not site.ledger.tables["ApInvoice"]
        assert [write.kind for write in site.ledger.writes] == ["registration"]


@pytest.mark.parametrize(
    "fields",
    [{"Supplier": "X"}, {"InvoiceValue": "0"}, {"Branch": "99"}, {"PurchaseOrder": "77"}],
)
async def test_registration_when_a_field_is_wrong_then_refused(fields: dict[str, str]) -> None:
    async with open_site() as site:
        assert errors(await register(site, **fields))
        assert not site.ledger.tables["ApRegistered"]


async def test_supplier_query_when_all_is_asked_for_then_invoices_payments_and_registered() -> None:
    async with open_site() as site:
        await entry(site, "I", "105.00")
        await register(site, Invoice="INV-2")
        xml = (
            "<Query><Key><Supplier>S00118</Supplier></Key><Option><IncludeInvoicePayments>Y"
            "</IncludeInvoicePayments><IncludeRegisteredInvoices>Y</IncludeRegisteredInvoices>"
            "</Option></Query>"
        )
        root = await site.query(await site.logon(), "APSQRY", xml)
        paid = root.findtext("Supplier/InvoiceDetail/Payments/PaymentDetail/TrnValue")
        assert (paid or "").strip() == "105.00"
        assert root.findtext(".//RegisteredInvoiceDetail/Invoice") == "INV-2"
        assert (root.findtext(".//CashProjection/Totals/Amount") or "").strip() == "105.00"

"""The sandbox's OData service: filters, order, pages, types, refusals."""

import json
from datetime import date
from decimal import Decimal

import pytest
from sandbox_syspro_site import open_site, seeded_ledger

from engine.sandbox.syspro.ledger import Ledger


def ledger_with_invoices() -> Ledger:
    """Four invoices of two suppliers."""
    ledger = seeded_ledger()
    rows = [
        ("S00118", "A1", "2026-11-01", "10.10"),
        ("S00118", "A2", "2026-11-02", "20.20"),
        ("G00001", "A1", "2026-11-03", "0.30"),
        ("G00001", "O'Neil", None, "0"),
    ]
    ledger.load(
        {
            "ApInvoice": [
                {
                    "Supplier": supplier,
                    "Invoice": invoice,
                    "InvoiceDate": date.fromisoformat(day) if day else None,
                    "OrigInvValue": Decimal(value),
                }
                for supplier, invoice, day, value in rows
            ]
        }
    )
    return ledger


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("Supplier eq 'S00118'", ["A1", "A2"]),
        ("Supplier eq 'S00118' and Invoice ne 'A1'", ["A2"]),
        ("InvoiceDate ge 2026-11-02", ["A1", "A2"]),
        ("InvoiceDate ge 2026-11-02T00:00:00Z and InvoiceDate lt 2026-11-03", ["A2"]),
        ("InvoiceDate ge 2026-11-02T00:00:01", ["A1"]),
        ("InvoiceDate eq null", ["O'Neil"]),
        ("Invoice eq 'O''Neil'", ["O'Neil"]),
        ("OrigInvValue gt 10 and OrigInvValue le 20.20", ["A1", "A2"]),
        ("(Invoice eq 'A2' or Supplier eq 'G00001') and OrigInvValue gt 0", ["A1", "A2"]),
        ("not (Invoice eq 'A1')", ["O'Neil", "A2"]),
        ("startswith(Invoice,'O')", ["O'Neil"]),
        ("Supplier eq 'nobody'", []),
    ],
)
async def test_odata_when_filtered_then_the_rows_that_hold(
    condition: str, found: list[str]
) -> None:
    async with open_site(ledger_with_invoices()) as site:
        status, body = await site.odata("ApInvoice", {"$filter": condition})
        assert status == 200
        assert [row["Invoice"] for row in json.loads(body)["value"]] == found


async def test_odata_when_read_then_numbers_dates_and_context_have_their_exact_form() -> None:
    async with open_site(ledger_with_invoices()) as site:
        options = {
            "$select": "Invoice,InvoiceDate,OrigInvValue",
            "$orderby": "OrigInvValue desc",
            "$top": "2",
            "$skip": "1",
        }
        _, body = await site.odata("ApInvoice", options)
        assert body.decode() == (
            f'{{"@odata.context":"{site.url}/SYSPRO8Odata/SYSPROOData/EDU1/$metadata'
            '#ApInvoice(Invoice,InvoiceDate,OrigInvValue)","value":['
            '{"Invoice":"A1","InvoiceDate":"2026-11-01T00:00:00","OrigInvValue":10.10},'
            '{"Invoice":"A1","InvoiceDate":"2026-11-03T00:00:00","OrigInvValue":0.30}]}'
        )
        assert site.seen[-1][0] == "odata"


async def test_odata_when_more_than_5000_rows_then_capped_and_paged_by_skip() -> None:
    ledger = seeded_ledger()
    ledger.load({"ApBank": [{"Bank": f"X{number:05}"} for number in range(5_200)]})
    async with open_site(ledger) as site:
        _, body = await site.odata("ApBank", {"$top": "9000"})
        assert len(json.loads(body)["value"]) == 5_000
        _, rest = await site.odata("ApBank", {"$skip": "5000", "$orderby": "Bank"})
        assert len(json.loads(rest)["value"]) == 201


async def test_odata_when_login_is_wrong_then_401_and_unknown_tables_404() -> None:
    async with open_site() as site:
        status, _ = await site.odata("ApBank", Authorization="Basic eDp5")
        assert status == 401
        for name in ("Nothing", "ApDistribution", "apbank"):
            status, body = await site.odata(name)
            assert (status, "error" in json.loads(body)) == (404, True)
        assert {call[4] for call in site.seen} == {401, 404}


@pytest.mark.parametrize(
    "options",
    [
        {"$filter": "Nothing eq 1"},
        {"$filter": "Bank eq 1"},
        {"$filter": "Bank is 'B1'"},
        {"$filter": "(Bank eq 'B1'"},
        {"$filter": "Bank eq 'B1' 'B2'"},
        {"$select": "Nothing"},
        {"$orderby": "Bank up"},
        {"$top": "x"},
        {"$apply": "groupby((Bank))"},
    ],
)
async def test_odata_when_an_option_is_wrong_then_400_with_an_error_body(
    options: dict[str, str],
) -> None:
    async with open_site() as site:
        status, body = await site.odata("ApBank", options)
        assert status == 400
        assert json.loads(body)["error"]["message"]

"""A credit note is one entry against its invoice; what a clerk typed is told however spelt."""

from decimal import Decimal

from engine_site import Site, assert_right, opened
from site_config import Tree, impatient
from site_people import apply, lost, stands

NUMBER = "INV-7001"
CHAIRS = {"do": "new_bill", "invoice_number": NUMBER, "note": ""}
BACK = {"do": "new_bill", "invoice_number": "CN-7002", "note": f"Credit for invoice {NUMBER}"}
LATE = {"do": "new_bill", "invoice_number": "DUP-77", "expect": "hold:DUPLICATE_INVOICE"}
TYPED = {"do": "new_invoice", "invoice": "DUP77", "total": 9}


def chairs(quantity: int) -> Tree:
    return {"lines": [{"description": "Chairs", "quantity": quantity, "unit_cost": "12.50"}]}


async def rows_of(site: Site, table: str, invoice: str) -> list[Tree]:
    """SYSPRO's rows of an invoice in a table."""
    rows = (await site.state(table))["syspro"][table]
    return [row for row in rows if row["Invoice"] == invoice]


async def vendor_of(site: Site, bill: str) -> str:
    """The id of a bill's vendor in Procurify."""
    bills = (await site.state("bills"))["procurify"]["bills"]
    return str(next(row["vendor"] for row in bills if row["uuid"] == bill))


async def test_credit_s42_when_its_answer_is_lost_then_one_entry_and_no_duplicate_is_posted() -> (
    None
):
    async with opened(documents=6, edit=impatient) as site:
        await site.engine()
        await site.settled()
        (original,) = await apply(site, {**CHAIRS, **chairs(10)})
        await stands(site, f"bill:acme/{original['bill']}", "in_syspro", "")
        vendor = await vendor_of(site, original["bill"])

        await lost(site, "syspro.post", "APSTIN")
        (credit,) = await apply(site, {**BACK, **chairs(-2), "vendor": vendor})
        await stands(site, f"bill:acme/{credit['bill']}", "in_syspro", "")

        entries = await rows_of(site, "ApInvoicePay", NUMBER)
        found = [Decimal(row["TrnValue"]) for row in entries if row["TrnType"] == "C"]
        assert found == [Decimal("-25.00")]
        (invoice,) = await rows_of(site, "ApInvoice", NUMBER)
        assert Decimal(invoice["MthInvBal1"]) == Decimal("100.00")

        await apply(site, {**TYPED, "supplier": invoice["Supplier"]})

        async def is_read() -> bool:
            changes = await site.events("SysproInvoiceChanged")
            return any(str(change.body).find("DUP77") >= 0 for change in changes)

        await site.until(is_read)
        (late,) = await apply(site, {**LATE, "vendor": vendor, "lines": [{"unit_cost": 9}]})
        await stands(site, f"bill:acme/{late['bill']}", "held", "DUPLICATE_INVOICE")
        await site.settled()
        assert_right(await site.oracle(), await site.status())

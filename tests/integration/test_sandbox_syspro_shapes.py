"""The sandbox's SYSPRO held against the extracts of SYSPRO's schemas and of a company database."""

import json
import re
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sandbox_syspro_site import SAMPLES, document, errors, open_site
from test_sandbox_syspro_entries import register
from test_sandbox_syspro_invoices import distribution, invoice, post
from test_sandbox_syspro_orders import NON_STOCKED, STOCKED, posted

from engine.sandbox.syspro.parameters import ALLOWED
from engine.sandbox.syspro.tables import PRIVATE_TABLES, SHAPES

ELEMENTS = json.loads((SAMPLES / "elements-extract.json").read_text())
TABLES = json.loads((SAMPLES / "tables-extract.json").read_text())
OBJECTS = Path(__file__).parents[2] / "engine" / "sandbox" / "syspro" / "objects"
KINDS = {"varchar": "v", "nvarchar": "v", "char": "c", "decimal": "d", "numeric": "d"}
UNKNOWN_TABLES = {"ApBank", "TblApTerms"}


def test_tables_when_compared_with_the_database_then_none_is_missing() -> None:
    assert TABLES.keys() - SHAPES.keys() == set()


@pytest.mark.parametrize("name", sorted(SHAPES.keys() - PRIVATE_TABLES - UNKNOWN_TABLES))
def test_table_when_compared_with_the_database_then_columns_types_and_keys_are_the_same(
    name: str,
) -> None:
    known = TABLES[name]
    shape = SHAPES[name]
    assert list(shape.keys) == known["keys"]
    sizes = {}
    for column, kind, length, precision, scale in known["columns"]:
        if kind in ("datetime", "date", "smalldatetime"):
            sizes[column] = ("D", 0, 0)
        elif KINDS.get(kind) == "d" and precision is not None:
            sizes[column] = ("d", int(precision), int(scale))
        elif KINDS.get(kind) in ("v", "c") and length is not None:
            sizes[column] = (KINDS[kind], int(length), 0)
    for column in shape.columns.values():
        if column.name in sizes:
            size = column.precision if column.kind == "d" else column.length
            assert (column.kind, size, column.scale) == sizes[column.name], column.name
    assert shape.columns.keys() <= {column[0] for column in known["columns"]}


@pytest.mark.parametrize(
    ("module", "business_object"),
    [
        ("portoi", "PORTOI"),
        ("portor", "PORTOR"),
        ("apstin", "APSTIN"),
        ("apstri", "APSTRI"),
        ("apsssp", "APSSSP"),
        ("comsfm", "COMSFM"),
        ("comtfm", "COMTFM"),
    ],
)
def test_parameter_when_read_then_it_has_the_default_of_the_schema(
    module: str, business_object: str
) -> None:
    source = "".join(path.read_text() for path in sorted(OBJECTS.glob(f"{module}*.py")))
    read = re.findall(r'call\.parameter\(\s*"(\w+)",\s*"(\w*)"\s*\)', source)
    defaults = ELEMENTS["defaults"][business_object]
    assert {"ValidateOnly", "IgnoreWarnings"} & {name for name, _ in read}
    for name, default in read:
        assert defaults.get(name, default) == default, name


@pytest.mark.parametrize("business_object", sorted(ELEMENTS["values"]))
def test_flag_when_checked_then_it_has_the_values_of_the_schema(business_object: str) -> None:
    schema = {
        name: set(values)
        for name, values in ELEMENTS["values"][business_object].items()
        if name not in ("Status", "PostingPeriod")
    }
    if business_object == "PORTOI":
        schema["AllowNonStockItems"].add("S")
        schema["OutputItemforDetailLines"] = {"N", "Y"}
    assert {name: set(letters) for name, letters in ALLOWED[business_object].items()} == schema


def names_in_order(node: ElementTree.Element) -> list[str]:
    return list(dict.fromkeys(child.tag for child in node))


def assert_known(node: ElementTree.Element, schema: list[str]) -> None:
    """The children are names of the schema, in its order."""
    names = names_in_order(node)
    assert [name for name in names if name not in schema] == []
    assert sorted(names, key=schema.index) == names


async def test_supplier_query_when_everything_is_there_then_the_names_and_order_of_the_schema() -> (
    None
):
    schema = ELEMENTS["elements"]["APSQRYOUT"]
    options = "".join(
        f"<{name}>Y</{name}>"
        for name in ELEMENTS["elements"]["APSQRY"]["Option"]
        if name.startswith("Include")
    )
    async with open_site() as site:
        assert errors(await posted(site, STOCKED)) == []
        site.ledger.receive("1", 1, Decimal(4))
        assert errors(await post(site, invoice(distribution("105.00")))) == []
        assert errors(await register(site, Invoice="INV-9", InvoiceValue="7.00")) == []
        xml = f"<Query><Key><Supplier>S00118</Supplier></Key><Option>{options}</Option></Query>"
        root = await site.query(await site.logon(), "APSQRY", xml)
    supplier = root.find("Supplier")
    assert supplier is not None
    assert_known(supplier, schema["ApQuerySupplier"])
    for path, name in (
        ("InvoiceDetail", "ApQuerySupplierInvoiceDetail"),
        (
            "InvoiceDetail/Payments/PaymentDetail",
            "ApQuerySupplierInvoiceDetailPaymentsPaymentDetail",
        ),
        ("GRNDetail", "ApQuerySupplierGRNDetail"),
        ("ReceiptDetail", "ApQuerySupplierReceiptDetail"),
        ("CashProjection", "ApQuerySupplierCashProjection"),
        ("CashProjection/Unapproved", "ApQuerySupplierCashProjectionUnapproved"),
        ("MonthlyPurchases", "ApQuerySupplierMonthlyPurchases"),
    ):
        found = supplier.find(path)
        assert found is not None, path
        assert_known(found, schema[name])
    registered = supplier.find("RegisteredInvoices/RegisteredInvoiceDetail")
    assert registered is not None
    name = "ApQuerySupplierRegisteredInvoicesRegisteredInvoiceDetail"
    assert names_in_order(registered) == schema[name]
    assert supplier.findtext("CashProjection/Unapproved/Amount", "").strip() == "7.00"


async def test_order_list_when_read_then_the_names_and_order_of_the_schema() -> None:
    schema = ELEMENTS["elements"]["PORQPOOUT"]["PorQueryPurchaseOrderItem"]
    async with open_site() as site:
        await posted(site, STOCKED)
        root = await site.query(await site.logon(), "PORQPO", "<Query/>")
    assert names_in_order(root[0]) == schema


async def test_order_query_when_lines_were_received_then_schema_names_inside_the_line() -> None:
    schema = ELEMENTS["elements"]["PORQRYOUT"]
    more = "<CommentLine><Comment>Ring</Comment></CommentLine>"
    async with open_site() as site:
        await posted(site, STOCKED + NON_STOCKED + more)
        site.ledger.receive("1", 1, Decimal(4))
        xml = "<Query><Key><PurchaseOrder>1</PurchaseOrder></Key></Query>"
        root = await site.query(await site.logon(), "PORQRY", xml)
    for name in ("History", "Grn"):
        found = root.find(f"PurchaseOrderLine/Merchandise/{name}")
        assert found is not None
        assert_known(found, schema[f"PorDetailPurchaseOrderLineMerchandise{name}"])
    comment = root.find("PurchaseOrderLine/CommentLine")
    assert comment is not None
    assert names_in_order(comment) == schema["PorDetailPurchaseOrderLineCommentLine"]


@pytest.mark.parametrize(
    ("filter_", "lines"),
    [
        ('<LineNo FilterType="A" FilterValue=""/>', ["1", "2"]),
        ('<LineNo FilterType="S" FilterValue="2"/>', ["2"]),
        ('<LineNo FilterType="R" FilterValue="1,1"/>', ["1"]),
    ],
)
async def test_order_query_when_filtered_then_only_those_lines(
    filter_: str, lines: list[str]
) -> None:
    async with open_site() as site:
        await posted(site, STOCKED + NON_STOCKED)
        xml = (
            f"<Query><Key><PurchaseOrder>1</PurchaseOrder></Key><Filter>{filter_}</Filter></Query>"
        )
        root = await site.query(await site.logon(), "PORQRY", xml)
    assert [node.text for node in root.iter("Line")] == lines


async def test_ledger_code_when_queried_then_the_names_and_order_of_the_schema() -> None:
    async with open_site() as site:
        xml = "<Query><key><LedgerCode>6100</LedgerCode></key></Query>"
        asked = {"UserId": await site.logon(), "BusinessObject": "GENQGL", "XmlIn": xml}
        root = document(await site.text("Query/Query", **asked))
    schema = ELEMENTS["elements"]["GENQGLOUT"]["GLStructureQueryLedgerDetails"]
    assert names_in_order(root[0]) == schema

"""Queries of the sandbox's e.net service, byte for byte where an exchange was recorded."""

import re
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from sandbox_syspro_site import (
    document,
    open_site,
    sample_body,
    sample_parameter,
    seeded_ledger,
)

from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.tables import SHAPES


def typed(table: str, column: str, text: str) -> object:
    kind = SHAPES[table].columns[column].kind
    if kind == "d":
        return Decimal(text.strip().replace(",", "") or "0")
    if kind == "D":
        return None if text in ("", "0000-00-00") else date.fromisoformat(text)
    return text


def recorded_row(table: str, element: ElementTree.Element) -> dict[str, object]:
    columns = SHAPES[table].columns
    return {
        child.tag: typed(table, child.tag, child.text or "")
        for child in element
        if child.tag in columns
    }


def stock_ledger() -> Ledger:
    """A ledger holding the five recorded stock codes, the first with all its columns."""
    ledger = Ledger()
    fetched = ElementTree.fromstring(sample_body("11-query_fetch").strip())
    browsed = ElementTree.fromstring(sample_body("16-query_browse").strip())
    rows = [
        {column.tag: column.findtext("Value") or "" for column in row}
        for row in browsed.iter("Row")
    ]
    ledger.load({"InvMaster": [*rows, recorded_row("InvMaster", fetched)]})
    return ledger


async def test_comfch_when_the_recorded_row_is_fetched_then_the_recorded_bytes() -> None:
    async with open_site(stock_ledger()) as site:
        token = await site.logon()
        xml = sample_parameter("11-query_fetch", "XmlIn")
        assert await site.get("Query/Fetch", UserId=token, XmlIn=xml) == (
            200,
            sample_body("11-query_fetch"),
        )
        missing = xml.replace("<Key>02<", "<Key>xx<")
        assert (await site.text("Query/Fetch", UserId=token, XmlIn=missing)).startswith("ERROR: ")


async def test_comfnd_when_the_recorded_question_is_asked_then_the_recorded_bytes() -> None:
    async with open_site(stock_ledger()) as site:
        token = await site.logon()
        xml = sample_parameter("12-query_query-COMFND", "XmlIn")
        given = {"UserId": token, "BusinessObject": "COMFND", "XmlIn": xml}
        assert await site.get("Query/Query", **given) == (
            200,
            sample_body("12-query_query-COMFND"),
        )


@pytest.mark.parametrize("name", ["16-query_browse", "18-query_browse"])
async def test_combrw_when_a_recorded_page_is_asked_then_the_recorded_bytes(name: str) -> None:
    ledger = stock_ledger()
    ledger.load({"InvMaster": [{"StockCode": "99"}]})
    async with open_site(ledger) as site:
        token = await site.logon()
        xml = sample_parameter(name, "XmlIn")
        _, body = await site.get("Query/Browse", UserId=token, XmlIn=xml)
        version = re.compile(rb"Version='7.0.0\d\d'")
        assert version.sub(b"", body) == version.sub(b"", sample_body(name))


async def test_combrw_when_going_on_from_next_key_then_the_rest_and_no_more() -> None:
    async with open_site(stock_ledger()) as site:
        token = await site.logon()
        xml = (
            "<Browse><BrowseName>InvMaster</BrowseName><StartAtKey>0214011IFF</StartAtKey>"
            "<StartCondition>GR</StartCondition><ReturnRows>5</ReturnRows></Browse>"
        )
        page = document(await site.text("Query/Browse", UserId=token, XmlIn=xml))
        assert [row.findtext("StockCode/Value") for row in page.iter("Row")] == ["022", "023"]
        assert page.findtext("NextPrevKey/Fwd") == "False"
        assert page.findtext("NextPrevKey/Back") == "True"


def order_ledger() -> Ledger:
    """A ledger holding the recorded order (manual number, as its key has a blank in front)."""
    ledger = Ledger(local_currency="$", po_numbering="manual")
    root = ElementTree.fromstring(sample_body("09-query_query-PORQRY").strip())
    header = recorded_row("PorMasterHdr", root)
    header |= {"PurchaseOrder": "00001", "OrderType": "L", "TaxStatus": "E", "TermsCode": "A"}
    header |= {"ExchangeRate": Decimal(1)}
    lines, items, described = [], {}, {}
    for goods in root.iter("Merchandise"):
        line = recorded_row("PorMasterDetail", goods)
        line |= {"PurchaseOrder": "00001", "MInspectionReqd": "Y"}
        lines.append(line)
        code = goods.findtext("MStockCode") or ""
        items[code] = {"StockCode": code, **recorded_row("InvMaster", goods)}
        described = {
            child.tag: child.text or ""
            for child in goods
            if child.tag.endswith(("Desc", "Description"))
        }
    items = {
        code: {
            k: v for k, v in row.items() if k in ("StockCode", "LongDesc", "TraceableType", "Mass")
        }
        for code, row in items.items()
    }
    goods = next(root.iter("Merchandise"))
    ledger.load(
        {
            "PorMasterHdr": [header],
            "PorMasterDetail": lines,
            "InvMaster": list(items.values()),
            "ApSupplier": [
                {"Supplier": "UTE002", "SupplierName": root.findtext("SupplierName") or ""}
            ],
            "TblCurrency": [{"Currency": "$", "Description": "DOLLAR"}],
            "TblApTerms": [{"TermsCode": "A", "Description": "NET 30"}],
            "InvWhControl": [
                {"Warehouse": "U8", "Description": root.findtext("WarehouseDesc") or ""}
            ],
            "InvBuyer": [{"Buyer": "BRH", "Name": root.findtext("Name") or ""}],
            "SalProductClassDes": [
                {"ProductClass": "SBL", "Description": described["MProductClassDescription"]}
            ],
            "GenMaster": [
                {
                    "Company": "EDU1",
                    "GlCode": goods.findtext("MGlCode") or "",
                    "Description": described["MGlCodeDescription"],
                }
            ],
        }
    )
    return ledger


async def test_porqry_when_the_recorded_order_is_read_then_the_recorded_bytes() -> None:
    async with open_site(order_ledger()) as site:
        token = await site.logon()
        xml = sample_parameter("09-query_query-PORQRY", "XmlIn")
        given = {"UserId": token, "BusinessObject": "PORQRY", "XmlIn": xml}
        _, body = await site.get("Query/Query", **given)
        recorded = re.sub(
            rb"<CustomForm>.*</CustomForm>\n", b"", sample_body("09-query_query-PORQRY"), flags=re.S
        )
        recorded = recorded.replace(b"<PurchaseOrder> 00001<", b"<PurchaseOrder>00001<", 1)
        assert body.decode("cp1252").splitlines() == recorded.decode("cp1252").splitlines()
        assert body == recorded


def comfnd(table: str, *expressions: str, tail: str = "") -> str:
    columns = {"ApSupplier": "Supplier", "GenMaster": "GlCode", "InvMaster": "StockCode"}
    return (
        f"<Query><TableName>{table}</TableName><Columns><Column>{columns[table]}</Column></Columns>"
        f"<Where>{''.join(expressions)}</Where>{tail}</Query>"
    )


def expression(column: str, condition: str, value: str, **parts: str) -> str:
    extra = "".join(f"<{name}>{text}</{name}>" for name, text in parts.items())
    return (
        f"<Expression>{extra}<Column>{column}</Column><Condition>{condition}</Condition>"
        f"<Value>{value}</Value></Expression>"
    )


@pytest.mark.parametrize(
    ("expressions", "found"),
    [
        ([expression("StockCode", "EQ", "022")], ["022"]),
        ([expression("StockCode", "EQ", "0")], []),
        ([expression("StockCode", "LIKE", "02?")], ["021", "022", "023"]),
        ([expression("StockCode", "LIKE", "*IFF")], ["0214011IFF"]),
        ([expression("StockCode", "GT", "021")], ["0214011IFF", "022", "023"]),
        (
            [
                expression("StockCode", "EQ", "02"),
                expression("StockCode", "EQ", "023", AndOr="Or"),
                expression("Description", "NE", "STR", AndOr="And"),
            ],
            ["02"],
        ),
        (
            [
                expression("StockCode", "EQ", "02", OpenBracket="("),
                expression("StockCode", "EQ", "022", AndOr="or", CloseBracket=")"),
                expression("Mass", "LT", "1.0", AndOr="and"),
            ],
            ["022"],
        ),
    ],
)
async def test_comfnd_when_conditions_differ_then_the_rows_that_hold(
    expressions: list[str], found: list[str]
) -> None:
    async with open_site(stock_ledger()) as site:
        token = await site.logon()
        root = await site.query(token, "COMFND", comfnd("InvMaster", *expressions))
        assert [row.findtext("StockCode") for row in root.iter("Row")] == found
        assert root.findtext("RowsReturned") == f"{len(found):>8}"


async def test_combrw_when_the_key_is_not_the_table_s_first_then_no_row_is_missed() -> None:
    ledger = seeded_ledger()
    ledger.load(
        {
            "ApInvoice": [
                {"Supplier": supplier, "Invoice": invoice}
                for supplier, invoice in (("G00001", "9"), ("S00118", "1"), ("S00118", "5"))
            ]
        }
    )
    walk = (
        "<Browse><BrowseName>ApInvoice</BrowseName><StartAtKey>{}</StartAtKey>"
        "<StartCondition>GR</StartCondition><ReturnRows>1</ReturnRows></Browse>"
    )
    seen, start = [], ""
    async with open_site(ledger) as site:
        token = await site.logon()
        for _ in range(3):
            page = document(await site.text("Query/Browse", UserId=token, XmlIn=walk.format(start)))
            start = page.findtext("NextPrevKey/NextKey") or ""
            seen.append((start, page.findtext("NextPrevKey/Fwd")))
    assert seen == [("1", "True"), ("5", "True"), ("9", "False")]


async def test_comfnd_when_names_have_the_wrong_case_then_refused() -> None:
    async with open_site() as site:
        token = await site.logon()
        for xml in (
            "<Query><TableName>apsupplier</TableName></Query>",
            comfnd("ApSupplier", expression("supplier", "EQ", "x")),
            comfnd("ApSupplier", expression("Supplier", "EQ", "x", OpenBracket="(")),
            comfnd("ApSupplier", expression("Supplier", "IS", "x")),
        ):
            given = {"UserId": token, "BusinessObject": "COMFND", "XmlIn": xml}
            assert (await site.text("Query/Query", **given)).startswith("ERROR: ")


async def test_comfnd_when_sorted_and_cut_then_first_rows_of_that_order() -> None:
    async with open_site() as site:
        token = await site.logon()
        tail = '<ReturnRows>2</ReturnRows><Sequence><Column Name="GlCode" Orderby="D"/></Sequence>'
        root = await site.query(token, "COMFND", comfnd("GenMaster", tail=tail))
        assert [row.findtext("GlCode") for row in root.iter("Row")] == ["6900", "6100"]


async def test_genqgl_when_code_is_known_then_its_attributes_else_an_error_line() -> None:
    async with open_site(seeded_ledger()) as site:
        token = await site.logon()
        xml = "<Query><key><LedgerCode>{}</LedgerCode></key></Query>"
        root = await site.query(token, "GENQGL", xml.format("6100"))
        assert root.tag == "GLStructureQuery"
        assert root.findtext("LedgerDetails/Description") == "Supplies"
        given = {"UserId": token, "BusinessObject": "GENQGL", "XmlIn": xml.format("x")}
        assert (await site.text("Query/Query", **given)).startswith("ERROR: ")

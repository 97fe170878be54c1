"""Suppliers and purchase orders posted into the sandbox's SYSPRO."""

from decimal import Decimal

import pytest
from sandbox_syspro_site import Site, document, errors, open_site, seeded_ledger

PARAMETERS = (
    "<PostPurchaseOrders><Parameters><ValidateOnly>{trial}</ValidateOnly>"
    "<IgnoreWarnings>{warnings}</IgnoreWarnings><AllowNonStockItems>S</AllowNonStockItems>"
    "<AllowBlankLedgerCode>N</AllowBlankLedgerCode></Parameters></PostPurchaseOrders>"
)
STOCKED = (
    "<StockLine><StockCode>A100</StockCode><Warehouse>FG</Warehouse><OrderQty>10</OrderQty>"
    "<Price>1.25</Price><SupCatalogue>PI-1</SupCatalogue></StockLine>"
)
NON_STOCKED = (
    "<StockLine><StockCode>CHAIR</StockCode>"
    "<StockDescription>Stühle &amp; Tisch</StockDescription>"
    "<Warehouse>**</Warehouse><NonStockedLine>Y</NonStockedLine><OrderQty>2</OrderQty>"
    "<OrderUom>EA</OrderUom><PriceMethod>M</PriceMethod><Price>99.12345</Price>"
    "<ProductClass>NONS</ProductClass><LedgerCode>6100</LedgerCode></StockLine>"
)

READ_ORDER = "<Query><Key><PurchaseOrder>1</PurchaseOrder></Key></Query>"


def orders(lines: str, **header: str) -> str:
    fields = {"OrderActionType": "A", "Supplier": "S00118", "CustomerPoNumber": "P2K"} | header
    texts = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items() if text)
    return (
        f"<PostPurchaseOrders><Orders><OrderHeader>{texts}</OrderHeader>"
        f"<OrderDetails>{lines}</OrderDetails></Orders></PostPurchaseOrders>"
    )


async def posted(
    site: Site, lines: str, *, trial: str = "N", warnings: str = "N", **header: str
) -> str:
    token = await site.logon()
    parameters = PARAMETERS.format(trial=trial, warnings=warnings)
    return await site.post(token, "PORTOI", orders(lines, **header), parameters)


def supplier_xml(**fields: str) -> str:
    good = {"SupplierName": "Müller & Søn <Ltd>", "Branch": "10", "TermsCode": "30"}
    texts = "".join(
        f"<{name}>{text.replace('&', '&amp;').replace('<', '&lt;')}</{name}>"
        for name, text in (good | fields).items()
    )
    return (
        "<SetupApSupplier><Item><Key><Supplier>V000118</Supplier></Key>"
        f"{texts}</Item></SetupApSupplier>"
    )


async def setup(site: Site, action: str, xml: str, parameters: str = "") -> str:
    return await site.text(
        f"Setup/{action}",
        UserId=await site.logon(),
        BusinessObject="APSSSP",
        XmlParameters=parameters,
        XmlIn=xml,
    )


async def test_supplier_add_when_good_then_on_file_with_defaults_and_the_documented_reply() -> None:
    async with open_site() as site:
        text = await setup(site, "Add", supplier_xml(SupAddr1="Hafenstraße 1"))
        assert text.splitlines()[2:10] == [
            "<item>",
            "<key>",
            "<supplier>V000118</supplier>",
            "</key>",
            "</item>",
            "<StatusOfItems>",
            "<RecordsRead>1</RecordsRead>",
            "<RecordsInvalid>0</RecordsInvalid>",
        ]
        row = site.ledger.tables["ApSupplier"][("V000118",)]
        assert row["SupplierName"] == "Müller & Søn <Ltd>"
        assert (row["GrnMatchReqd"], row["OnHold"], row["PurchOrdAllowed"]) == ("Y", "N", "Y")
        assert row["Currency"] == "USD"
        address = site.ledger.tables["ApSupplierAddr"][("V000118",)]
        assert address["SupAddr1"] == "Hafenstraße 1"


async def test_supplier_add_when_key_is_on_file_then_duplicate_key_120001() -> None:
    async with open_site() as site:
        await setup(site, "Add", supplier_xml())
        text = await setup(site, "Add", supplier_xml(SupplierName="Other"))
        root = document(text)
        assert root.findtext("item/supplier/ErrorNumber") == "120001"
        assert errors(text) == ["Duplicate key 'V000118' on 'ApSupplier'"]
        assert root.findtext("StatusOfItems/RecordsInvalid") == "1"
        row = site.ledger.tables["ApSupplier"][("V000118",)]
        assert row["SupplierName"] == "Müller & Søn <Ltd>"


@pytest.mark.parametrize(
    ("fields", "element"),
    [
        ({"Branch": "99"}, "branch"),
        ({"TermsCode": "99"}, "termscode"),
        ({"Currency": "XXX"}, "currency"),
        ({"Bank": "none"}, "bank"),
        ({"SupplierName": "x" * 51}, "suppliername"),
        ({"SupplierName": ""}, "suppliername"),
        ({"OnHold": "maybe"}, "onhold"),
        ({"MerchGlCode": "0"}, "merchglcode"),
        ({"DefaultChequeDay": "29"}, "defaultchequeday"),
        ({"PoDefaultDoc": "a"}, "podefaultdoc"),
        ({"ChLanguage": "99"}, "chlanguage"),
        ({"DateSuppAdded": "yesterday"}, "datesuppadded"),
    ],
)
async def test_supplier_add_when_a_field_is_wrong_then_refused_under_its_name(
    fields: dict[str, str], element: str
) -> None:
    async with open_site() as site:
        root = document(await setup(site, "Add", supplier_xml(**fields)))
        assert root.find(f"item/{element}/ErrorDescription") is not None
        assert ("V000118",) not in site.ledger.tables["ApSupplier"]


async def test_supplier_update_when_fields_are_left_out_then_they_keep_their_value() -> None:
    async with open_site() as site:
        await setup(site, "Add", supplier_xml(GrnMatchReqd="N"))
        xml = supplier_xml(OnHold="Y").replace("<Branch>10</Branch>", "")
        assert errors(await setup(site, "Update", xml)) == []
        row = site.ledger.tables["ApSupplier"][("V000118",)]
        assert (row["OnHold"], row["GrnMatchReqd"], row["Branch"]) == ("Y", "N", "10")
        missing = xml.replace("V000118", "V000119")
        assert len(errors(await setup(site, "Update", missing))) == 1


async def test_supplier_name_when_outside_the_code_page_then_kept_as_question_marks() -> None:
    async with open_site() as site:
        await setup(site, "Add", supplier_xml(SupplierName="Łódź 東"))
        row = site.ledger.tables["ApSupplier"][("V000118",)]
        assert row["SupplierName"] == "?ód? ?"


async def test_order_add_when_good_then_numbered_and_answered_as_documented() -> None:
    async with open_site() as site:
        text = await posted(site, STOCKED + NON_STOCKED)
        assert text.splitlines()[1].startswith("<postpurchaseorders Language='05'")
        assert text.splitlines()[2:] == [
            "<Order>",
            "<Key>",
            "<PurchaseOrder>000001</PurchaseOrder>",
            "</Key>",
            "<ItemNumber>000001</ItemNumber>",
            "<OrderActionType>A</OrderActionType>",
            "<Supplier>S00118</Supplier>",
            "</Order>",
            "<StatusofItems>",
            "<ItemsProcessed>000001</ItemsProcessed>",
            "<ItemsInvalid>000000</ItemsInvalid>",
            "</StatusofItems>",
            "</postpurchaseorders>",
            " ",
        ]
        order = site.ledger.order("000001")
        assert order is not None
        assert order.header["PurchaseOrder"] == "000000000000001"
        assert order.header["CustomerPoNumber"] == "P2K"
        assert order.header["OrderStatus"] == "1"
        first, second = order.lines
        assert (first["LineType"], first["MStockDes"], first["MGlCode"]) == ("1", "Bolt", "1300")
        assert (second["LineType"], second["MGlCode"], second["MWarehouse"]) == ("7", "6100", "**")
        assert second["MStockDes"] == "Stühle & Tisch"
        assert second["MPrice"] == Decimal("99.12345")
        write = site.ledger.writes[-1]
        assert (write.sequence, write.kind, write.action) == (1, "order", "A")
        assert (write.operator, write.business_object) == ("PROCSYNC", "PORTOI")


async def test_order_add_when_validate_only_is_left_out_then_nothing_is_created() -> None:
    async with open_site() as site:
        root = document(await posted(site, STOCKED, trial=""))
        assert root.findtext("Order/Key/PurchaseOrder") in ("", None)
        assert not site.ledger.orders()


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ("<ProductClass>NONS</ProductClass>", "", "ProductClass"),
        ("<LedgerCode>6100</LedgerCode>", "", "LedgerCode"),
        (">6100<", ">6200<", "LedgerCode"),
        (">6100<", ">6900<", "LedgerCode"),
        (">6100<", ">2000<", "LedgerCode"),
        (">99.12345<", ">99.123456<", "Price"),
        (">99.12345<", ">1e2<", "Price"),
        (">99.12345<", ">0<", "Price"),
        ("<NonStockedLine>Y</NonStockedLine>", "", "StockCode"),
        ("CHAIR", "C" * 31, "StockCode"),
        ("<OrderQty>2<", "<OrderQty>0<", "OrderQty"),
    ],
)
async def test_order_add_when_a_line_is_wrong_then_the_field_is_named_and_nothing_posted(
    before: str, after: str, path: str
) -> None:
    async with open_site() as site:
        assert before in NON_STOCKED
        root = document(await posted(site, NON_STOCKED.replace(before, after)))
        assert root.find(f"Order/StockLine/{path}/ErrorDescription") is not None
        assert root.findtext("StatusofItems/ItemsInvalid") == "000001"
        assert not site.ledger.orders()


async def test_order_add_when_ledger_code_is_unknown_and_warnings_ignored_then_posted() -> None:
    async with open_site() as site:
        text = await posted(site, NON_STOCKED.replace(">6100<", ">6200<"), warnings="W")
        assert "<WarningDescription>Ledger code '6200' not found<" in text
        assert errors(text) == []
        assert len(site.ledger.orders()) == 1


@pytest.mark.parametrize(
    ("stock", "text"),
    [
        (("A100", "Z9"), "Stock code 'Z9' not found"),
        (("A100", "B100"), "Stock code 'B100' not stocked in warehouse FG"),
        ((">FG<", ">XX<"), "Warehouse 'XX' not found"),
    ],
)
async def test_order_add_when_stock_is_wrong_then_the_known_texts(
    stock: tuple[str, str], text: str
) -> None:
    async with open_site() as site:
        assert errors(await posted(site, STOCKED.replace(*stock))) == [text]


async def test_order_add_when_supplier_forbids_it_then_refused() -> None:
    async with open_site() as site:
        site.ledger.set_supplier_hold("S00118", True)
        assert errors(await posted(site, STOCKED)) == ["Supplier 'S00118' is on hold"]
        assert errors(await posted(site, STOCKED, Supplier="X")) == ["Supplier 'X' not found"]


async def test_order_add_when_number_is_given_then_only_manual_numbering_takes_it_once() -> None:
    async with open_site() as site:
        assert len(errors(await posted(site, STOCKED, PurchaseOrder="PO-1"))) == 1
    async with open_site(seeded_ledger(po_numbering="manual")) as site:
        assert len(errors(await posted(site, STOCKED))) == 1
        root = document(await posted(site, STOCKED, PurchaseOrder="PO-1"))
        assert root.findtext("Order/Key/PurchaseOrder") == "PO-1"
        again = document(await posted(site, STOCKED, PurchaseOrder="PO-1"))
        assert again.findtext("Order/PurchaseOrder/ErrorNumber") == "120001"
        assert len(site.ledger.orders()) == 1


async def test_order_change_when_nothing_is_received_then_lines_change_and_are_added() -> None:
    async with open_site() as site:
        await posted(site, STOCKED + NON_STOCKED)
        change = (
            "<StockLine><PurchaseOrderLine>1</PurchaseOrderLine><LineActionType>C</LineActionType>"
            "<OrderQty>12</OrderQty><Price>1.5</Price></StockLine>"
            "<StockLine><PurchaseOrderLine>2</PurchaseOrderLine><LineActionType>D</LineActionType>"
            "</StockLine>"
        ) + STOCKED.replace("PI-1", "PI-3")
        header = {"OrderActionType": "C", "PurchaseOrder": "1", "Supplier": ""}
        assert errors(await posted(site, change, **header)) == []
        order = site.ledger.order("1")
        assert order is not None
        assert [line["Line"] for line in order.lines] == [1, 3]
        assert order.lines[0]["MOrderQty"] == 12
        assert order.lines[0]["MForeignPrice"] == Decimal("1.5")
        assert order.lines[0]["MSupCatalogue"] == "PI-1"
        assert order.header["AmendedCount"] == 1


CHANGED = (
    "<{0}><PurchaseOrderLine>1</PurchaseOrderLine><LineActionType>{1}</LineActionType>{2}</{0}>"
)


@pytest.mark.parametrize(
    ("elements", "error"),
    [
        (
            [("StockLine", "C", "<OrderQty>12</OrderQty>"), ("StockLine", "C", "<Price>2</Price>")],
            "",
        ),
        ([("StockLine", "D", ""), ("StockLine", "C", "<Price>2</Price>")], "Line '1' not found"),
        ([("StockLine", "C", "<Price>2</Price>"), ("StockLine", "D", "")], ""),
        ([("CommentLine", "C", "<Comment>x</Comment>")], "Line '1' not found"),
        ([("FreightLine", "D", "")], "Line '1' not found"),
    ],
)
async def test_line_when_named_twice_or_as_another_kind_then_as_the_elements_before_left_it(
    elements: list[tuple[str, str, str]], error: str
) -> None:
    header = {"OrderActionType": "C", "PurchaseOrder": "1", "Supplier": ""}
    async with open_site() as site:
        await posted(site, STOCKED + NON_STOCKED)
        text = await posted(site, "".join(CHANGED.format(*each) for each in elements), **header)
        assert [found.startswith(error) for found in errors(text)] == ([True] if error else [])
        order = site.ledger.order("1")
        assert order is not None
        first = order.lines[0]
        if elements[-1][1] == "D" and not error:
            assert first["Line"] == 2
        else:
            kept = ("10", "1.25") if error else ("12", "2")
            assert (first["MOrderQty"], first["MForeignPrice"]) == tuple(map(Decimal, kept))


async def test_order_change_when_a_line_is_wrong_or_the_supplier_held_then_nothing_changes() -> (
    None
):
    line = "<StockLine><PurchaseOrderLine>{}</PurchaseOrderLine>{}</StockLine>"
    change = "<LineActionType>C</LineActionType><OrderQty>{}</OrderQty>"
    drop = "<LineActionType>D</LineActionType>"
    header = {"OrderActionType": "C", "PurchaseOrder": "000001", "Supplier": ""}
    async with open_site() as site:
        await posted(site, STOCKED)
        site.ledger.receive("000001", 1, Decimal(4))
        before = site.ledger.order("000001")
        for lines in (
            line.format(9, change.format(5)),
            line.format(1, change.format(3)),
            line.format(1, drop),
            line.format(1, change.format(5) + "<StockCode>B100</StockCode>"),
        ):
            assert len(errors(await posted(site, lines, **header))) == 1
        site.ledger.set_supplier_hold("S00118", True)
        assert errors(await posted(site, STOCKED, **header)) == ["Supplier 'S00118' is on hold"]
        assert site.ledger.order("000001") == before
        closing = line.format(1, change.format(4))
        assert errors(await posted(site, closing, **header)) == []
        order = site.ledger.order("000001")
        assert order is not None
        assert order.lines[0]["MCompleteFlag"] == "Y"


async def test_order_cancel_when_done_then_status_star_and_no_second_time() -> None:
    async with open_site() as site:
        await posted(site, STOCKED)
        header = {"OrderActionType": "D", "PurchaseOrder": "000001", "Supplier": ""}
        assert errors(await posted(site, "", **header)) == []
        order = site.ledger.order("000001")
        assert order is not None
        assert order.header["OrderStatus"] == "*"
        assert not order.is_live
        root = await site.query(await site.logon(), "PORQRY", READ_ORDER)
        assert root.findtext("PurchaseOrderLine/Merchandise/MCompleteFlag") == ""
        assert root.findtext("PurchaseOrderLine/Merchandise/MOutstandingQty") == "10.000"
        assert len(errors(await posted(site, "", **header))) == 1
        missing = header | {"PurchaseOrder": "000002"}
        assert errors(await posted(site, "", **missing)) == ["Purchase order '000002' not found"]


async def test_order_cancel_when_goods_were_received_then_refused() -> None:
    async with open_site() as site:
        await posted(site, STOCKED)
        site.ledger.receive("000001", 1, Decimal(4))
        header = {"OrderActionType": "D", "PurchaseOrder": "000001", "Supplier": ""}
        assert len(errors(await posted(site, "", **header))) == 1


async def test_order_add_when_it_has_charges_and_comments_then_lines_of_their_types() -> None:
    lines = (
        STOCKED
        + f"<CommentLine><Comment>{'word ' * 15}</Comment></CommentLine>"
        + "<MiscChargeLine><MiscChargeValue>5</MiscChargeValue></MiscChargeLine>"
        + "<FreightLine><FreightValue>7.50</FreightValue></FreightLine>"
    )
    async with open_site() as site:
        assert errors(await posted(site, lines)) == []
        order = site.ledger.order("1")
        assert order is not None
        assert [line["LineType"] for line in order.lines] == ["1", "6", "6", "5", "4"]
        assert order.lines[4]["NMscChargeFor"] == Decimal("7.50")

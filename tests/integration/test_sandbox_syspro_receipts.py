"""Goods received and order statuses in the sandbox's SYSPRO (PORTOR, PORTOS)."""

from decimal import Decimal

import pytest
from sandbox_syspro_site import (
    Site,
    document,
    errors,
    open_site,
    sample_body,
    sample_parameter,
    seeded_ledger,
)
from test_sandbox_syspro_orders import NON_STOCKED, STOCKED, posted

RECEIPT = (
    "<PostPurchaseOrderReceipts><Item><Receipt><PurchaseOrder>1</PurchaseOrder>"
    "<PurchaseOrderLine>1</PurchaseOrderLine><Quantity>{quantity}</Quantity>"
    "<DeliveryNote>DN-7</DeliveryNote><CostBasis>{basis}</CostBasis>{more}</Receipt></Item>"
    "</PostPurchaseOrderReceipts>"
)
IGNORING = (
    "<PostPurchaseOrderReceipts><Parameters><IgnoreWarnings>Y</IgnoreWarnings></Parameters>"
    "</PostPurchaseOrderReceipts>"
)


async def receive(
    site: Site, quantity: str = "4", basis: str = "P", more: str = "", **parameters: str
) -> str:
    xml = RECEIPT.format(quantity=quantity, basis=basis, more=more)
    texts = "".join(f"<{name}>{text}</{name}>" for name, text in parameters.items())
    settings = (
        f"<PostPurchaseOrderReceipts><Parameters>{texts}</Parameters></PostPurchaseOrderReceipts>"
    )
    return await site.post(await site.logon(), "PORTOR", xml, settings)


async def set_status(site: Site, status: str, number: str = "000001") -> str:
    xml = (
        f"<PostPorOrderStatus><Item><PurchaseOrder>{number}</PurchaseOrder>"
        f"<NewOrderStatus>{status}</NewOrderStatus></Item></PostPorOrderStatus>"
    )
    return await site.post(await site.logon(), "PORTOS", xml)


async def test_receipt_into_inspection_when_replayed_then_byte_for_byte_as_recorded() -> None:
    ledger = seeded_ledger(po_numbering="manual")
    ledger.load(
        {
            "PorMasterHdr": [{"PurchaseOrder": "Z01308", "Supplier": "S00118", "OrderStatus": "4"}],
            "PorMasterDetail": [
                {
                    "PurchaseOrder": "Z01308",
                    "Line": 2,
                    "LineType": "1",
                    "MStockCode": "8801",
                    "MWarehouse": "P0",
                    "MOrderQty": 10,
                }
            ],
        }
    )
    ledger.next_grn = lambda: "P00013152"
    name = "15-transaction_post-PORTOR"
    async with open_site(ledger) as site:
        given = {
            parameter: sample_parameter(name, parameter)
            for parameter in ("BusinessObject", "XmlIn", "XmlParameters")
        }
        status, body = await site.get("Transaction/Post", UserId=await site.logon(), **given)
        assert (status, body) == (200, sample_body(name))
        assert ledger.tables["PorInspection"][("P00013152",)]["Quantity"] == Decimal("0.01")
        assert not ledger.tables["GrnDetails"]


async def test_receipt_when_the_order_is_not_printed_then_a_warning_that_can_be_ignored() -> None:
    async with open_site() as site:
        await posted(site, STOCKED)
        assert errors(await receive(site)) == ["Purchase order '1' has not been printed"]
        assert errors(await receive(site, IgnoreWarnings="Y")) == []
        assert errors(await set_status(site, "4")) == []
        assert errors(await receive(site)) == []
        assert site.ledger.order("1").lines[0]["MReceivedQty"] == 8


async def test_receipt_when_normal_then_the_grn_and_the_documented_reply() -> None:
    async with open_site() as site:
        await posted(site, STOCKED)
        await set_status(site, "4")
        text = await receive(site, TransactionDate="2026-11-10")
        assert text.splitlines()[1].startswith("<postpurchaseorderreceipts Language='05'")
        root = document(text)
        item = root.find("Item")
        assert [child.tag for child in item] == ["Receipt", "ItemNumber", "Key"]
        assert item.findtext("Receipt/GRN") == "000000001"
        assert item.findtext("Receipt/PurchaseOrderLine") == "0001"
        assert (item.findtext("Key/JnlYear"), item.findtext("Key/JnlMonth")) == ("2026", "11")
        row = next(site.ledger.tables["GrnDetails"].in_order())
        assert (row["QtyReceived"], row["DeliveryNote"]) == (4, "DN-7")
        assert row["OrigGrnValue"] == Decimal("5.00")
        paid = site.ledger.tables["PorSupStkInfo"][("S00118", "A100")]
        assert paid["LastPricePaid"] == Decimal("1.25")


@pytest.mark.parametrize(
    ("quantity", "basis", "more", "parameters"),
    [
        ("4", "", "", {}),
        ("4", "M", "", {}),
        ("0", "P", "", {}),
        ("x", "P", "", {}),
        ("11", "P", "", {}),
        ("4", "P", "", {"GRNMatchingAction": "R"}),
        ("4", "P", "", {"TransactionDate": "10/11/2026"}),
        ("4", "P", "", {"TransactionDate": "2026-09-30"}),
    ],
)
async def test_receipt_when_something_is_wrong_then_refused_and_nothing_received(
    quantity: str, basis: str, more: str, parameters: dict[str, str]
) -> None:
    async with open_site() as site:
        await posted(site, STOCKED)
        await set_status(site, "4")
        assert errors(await receive(site, quantity, basis, more, **parameters))
        assert not site.ledger.tables["GrnDetails"]


async def test_receipt_when_it_names_a_debit_account_then_it_counts_off_stock_only() -> None:
    debit = "<DebitLedgerCode>{}</DebitLedgerCode>"
    async with open_site() as site:
        await posted(site, STOCKED)
        await posted(site, NON_STOCKED)
        assert errors(await receive(site, "1", more=debit.format("2200"), IgnoreWarnings="Y")) == []
        second = RECEIPT.format(quantity="1", basis="P", more=debit).replace(
            ">1</PurchaseOrder>", ">2</PurchaseOrder>"
        )
        token = await site.logon()
        for account, found in (("9999", ["Ledger code '9999' not found"]), ("2200", [])):
            text = await site.post(token, "PORTOR", second.format(account), IGNORING)
            assert errors(text) == found
        accounts = [row["DebitRecGlCode"] for row in site.ledger.tables["GrnDetails"].in_order()]
        assert sorted(accounts) == ["1300", "2200"]


async def test_receipt_when_the_line_is_closed_by_it_then_line_and_order_are_complete() -> None:
    closing = "<PurchaseOrderLineComplete>Y</PurchaseOrderLineComplete><Cost>2</Cost>"
    async with open_site() as site:
        await posted(site, STOCKED)
        await set_status(site, "4")
        assert errors(await receive(site, "4", "M", closing)) == []
        order = site.ledger.order("1")
        assert (order.lines[0]["MCompleteFlag"], order.header["OrderStatus"]) == ("Y", "9")
        row = next(site.ledger.tables["GrnDetails"].in_order())
        assert row["CurrencyValue"] == Decimal("8.00")


async def test_receipts_when_two_in_one_document_then_the_second_sees_the_first() -> None:
    half = RECEIPT.format(quantity="10", basis="P", more="")
    item = half.partition("<PostPurchaseOrderReceipts>")[2].rpartition("</Post")[0]
    async with open_site() as site:
        await posted(site, STOCKED)
        await set_status(site, "4")
        text = await site.post(
            await site.logon(),
            "PORTOR",
            half.replace(item, item + item),
            "<PostPurchaseOrderReceipts/>",
        )
        assert "Purchase order '1' is complete" in errors(text)
        assert document(text).findtext("StatusOfItems/ItemsProcessed") == "000001"
        assert site.ledger.order("1").lines[0]["MReceivedQty"] == 10


async def test_goods_when_counted_first_then_received_from_inspection_under_their_grn() -> None:
    into = (
        "<PostPurchaseOrderReceipts><Item><ReceiptIntoInspection><PurchaseOrder>1</PurchaseOrder>"
        "<PurchaseOrderLine>1</PurchaseOrderLine><Quantity>3</Quantity><Lot>L9</Lot>"
        "</ReceiptIntoInspection></Item></PostPurchaseOrderReceipts>"
    )
    out = (
        "<PostPurchaseOrderReceipts><Item><ReceiptFromInspection><GRNNumber>1</GRNNumber>"
        "<Quantity>{}</Quantity><CostBasis>P</CostBasis></ReceiptFromInspection></Item>"
        "</PostPurchaseOrderReceipts>"
    )
    async with open_site() as site:
        await posted(site, STOCKED)
        await set_status(site, "4")
        token = await site.logon()
        assert errors(await site.post(token, "PORTOR", into)) == []
        assert site.ledger.order("1").lines[0]["MReceivedQty"] == 0
        assert errors(await site.post(token, "PORTOR", out.format(4))) != []
        assert errors(await site.post(token, "PORTOR", out.format(3))) == []
        assert site.ledger.order("1").lines[0]["MReceivedQty"] == 3
        assert next(site.ledger.tables["GrnDetails"].in_order())["Grn"] == "000000000000001"


async def test_status_when_set_then_answered_in_pascal_case_with_its_own_spelling() -> None:
    async with open_site() as site:
        await posted(site, STOCKED)
        text = await set_status(site, "4")
        assert text.splitlines()[1].startswith("<PostPorOrderStatus ")
        assert text.splitlines()[2:6] == [
            "<Item>",
            "<PurchaseOrder>000001</PurchaseOrder>",
            "<NewOrderStatus>4</NewOrderStatus>",
            "</Item>",
        ]
        assert "<StatusofItems>" in text
        assert errors(await set_status(site, "9")) == ["Order status '9' cannot be set"]
        assert errors(await set_status(site, "4", "77")) == ["Purchase order '77' not found"]
        await posted(site, "", OrderActionType="D", PurchaseOrder="000001")
        assert errors(await set_status(site, "1")) == ["Purchase order '000001' is cancelled"]

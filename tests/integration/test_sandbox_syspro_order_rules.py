"""The finer rules of PORTOI in the sandbox: dates, prices, charges, numbers, setup options."""

from datetime import date
from decimal import Decimal

import pytest
from sandbox_syspro_site import Site, errors, open_site, seeded_ledger
from test_sandbox_syspro_orders import NON_STOCKED, STOCKED, orders

from engine.sandbox.syspro.company_setup import PurchasingSetup


async def place(
    site: Site, lines: str = STOCKED, header: dict[str, str] | None = None, **parameters: str
) -> list[str]:
    """The errors of a posted order."""
    flags = {"ValidateOnly": "N", **parameters}
    texts = "".join(f"<{name}>{text}</{name}>" for name, text in flags.items())
    settings = f"<PostPurchaseOrders><Parameters>{texts}</Parameters></PostPurchaseOrders>"
    xml = orders(lines, **(header or {}))
    return errors(await site.post(await site.logon(), "PORTOI", xml, settings))


def stocked(**fields: str) -> str:
    good = {"StockCode": "A100", "Warehouse": "FG", "OrderQty": "10", "Price": "1.25"} | fields
    texts = "".join(f"<{name}>{text}</{name}>" for name, text in good.items() if text)
    return f"<StockLine>{texts}</StockLine>"


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("", date(2026, 11, 23)),
        ("N", date(2026, 11, 23)),
        ("P", date(2026, 11, 20)),
        ("A", date(2026, 11, 21)),
    ],
)
async def test_due_date_when_on_a_saturday_then_moved_as_the_parameter_says(
    way: str, expected: date
) -> None:
    async with open_site() as site:
        header = {"DueDate": "2026-11-21"}
        assert await place(site, header=header, ValidateWorkingDays=way) == []
        order = site.ledger.order("1")
        assert order.header["OrderDueDate"] == expected
        assert order.lines[0]["MLatestDueDate"] == expected


async def test_customer_when_named_then_a_warning_as_none_is_on_file() -> None:
    async with open_site() as site:
        header = {"Customer": "C1"}
        assert await place(site, header=header) == ["Customer 'C1' not found"]
        assert await place(site, header=header, IgnoreWarnings="Y") == []
        assert site.ledger.order("1").header["Customer"] == "C1"


@pytest.mark.parametrize("price", ["10.1234567890123", "123456789012345", "1e3"])
async def test_price_when_of_fifteen_digits_then_the_text_that_was_seen(price: str) -> None:
    async with open_site() as site:
        seen = ["XML element 'price' must be numeric"]
        assert await place(site, stocked(Price=price)) == seen


async def test_line_when_for_a_job_then_it_keeps_no_ledger_code() -> None:
    line = NON_STOCKED.replace("</StockLine>", "<Job>J1</Job></StockLine>")
    async with open_site() as site:
        assert (
            await place(site, line + NON_STOCKED, AllowNonStockItems="S", IgnoreWarnings="Y") == []
        )
        assert [row["MGlCode"] for row in site.ledger.order("1").lines] == ["", "6100"]


async def test_delivery_when_one_warehouse_rules_the_order_then_to_its_address() -> None:
    setup = PurchasingSetup(restricts_order_to_one_warehouse=True)
    ledger = seeded_ledger(purchasing=setup)
    goods = ledger.tables["InvWhControl"][("FG",)]
    ledger.tables["InvWhControl"].put({**goods, "DeliveryAddr1": "1 Quay", "PostalCode": "8000"})
    async with open_site(ledger) as site:
        assert await place(site, header={"Warehouse": "FG"}) == []
        own = {"Warehouse": "FG", "DeliveryAddr1": "2 Field"}
        assert await place(site, header=own) == []
        first, second = (site.ledger.order(number).header for number in "12")
        given = ("Goods", "1 Quay", "8000")
        assert (first["DeliveryName"], first["DeliveryAddr1"], first["PostalCode"]) == given
        assert second["DeliveryAddr1"] == "2 Field"


async def test_line_when_linked_to_a_job_then_its_deletion_is_a_warning() -> None:
    gone = (
        "<StockLine><PurchaseOrderLine>1</PurchaseOrderLine><LineActionType>D</LineActionType>"
        "</StockLine>"
    )
    header = {"OrderActionType": "C", "PurchaseOrder": "1"}
    async with open_site() as site:
        assert await place(site, stocked(Job="J1") + stocked(), IgnoreWarnings="Y") == []
        linked = ["Line '1' is linked to a job, a sales order or EDI"]
        assert await place(site, gone, header=header) == linked
        assert await place(site, gone, header=header, IgnoreWarnings="Y") == []
        assert [line["Line"] for line in site.ledger.order("1").lines] == [2]


async def test_due_date_when_calculated_then_today_plus_lead_time() -> None:
    ledger = seeded_ledger()
    item = ledger.tables["InvMaster"][("A100",)]
    ledger.tables["InvMaster"].put({**item, "LeadTime": Decimal(7)})
    async with open_site(ledger) as site:
        assert await place(site, CalcDueDate="Y") == []
        assert site.ledger.order("1").header["OrderDueDate"] == date(2026, 11, 23)


async def test_memo_status_and_discounts_when_given_then_kept() -> None:
    header = {"DiscPercent1": "2.5", "DiscountLessPlus": "P", "OrderDate": "2026-11-02"}
    async with open_site() as site:
        flags = {"Status": "4", "DefaultMemoDays": "3", "DefaultMemoCode": "M"}
        assert await place(site, header=header, **flags) == []
        row = site.ledger.order("1").header
        assert (row["OrderStatus"], row["MemoCode"]) == ("4", "M")
        assert (row["MemoDate"], row["DiscPct1"]) == (date(2026, 11, 5), Decimal("-2.5"))
        assert len(await place(site, Status="9")) == 1


@pytest.mark.parametrize(
    ("change", "value", "parameters", "text"),
    [
        ("BlanketPoExists", "Y", {}, "A blanket purchase order exists for stock code 'A100'"),
        ("BlanketPoExists", "Y", {"AllowPoWhenBlanketPo": "Y"}, None),
        ("PurchOnHold", "Y", {}, "Stock code 'A100' is on hold for purchasing"),
        ("SupercessionDate", date(2026, 1, 1), {}, "Stock code 'A100' is superseded"),
        ("SupercessionDate", date(2026, 1, 1), {"IgnoreWarnings": "Y"}, None),
    ],
)
async def test_item_when_it_may_not_be_bought_then_refused(
    change: str, value: object, parameters: dict[str, str], text: str | None
) -> None:
    ledger = seeded_ledger()
    item = ledger.tables["InvMaster"][("A100",)]
    ledger.tables["InvMaster"].put({**item, change: value})
    async with open_site(ledger) as site:
        assert await place(site, **parameters) == ([text] if text else [])


@pytest.mark.parametrize(
    ("method", "price"),
    [("CC", Decimal("1.25")), ("LC", Decimal("1.40")), ("LPP", Decimal("1.60"))],
)
async def test_price_when_left_out_then_by_the_method(method: str, price: Decimal) -> None:
    ledger = seeded_ledger()
    stock = ledger.tables["InvWarehouse"][("A100", "FG")]
    ledger.tables["InvWarehouse"].put({**stock, "LastCostEntered": Decimal("1.40")})
    paid = {"Supplier": "S00118", "StockCode": "A100", "LastPricePaid": Decimal("1.60")}
    ledger.tables["PorSupStkInfo"].put(paid)
    async with open_site(ledger) as site:
        assert await place(site, stocked(Price="", PriceMethod=method)) == []
        assert site.ledger.order("1").lines[0]["MPrice"] == price


async def test_tax_when_order_or_line_is_exempt_then_no_code_or_refused() -> None:
    taxed = stocked(TaxCode="G5", Taxable="Y")
    async with open_site() as site:
        assert await place(site, taxed) == []
        assert site.ledger.order("1").lines[0]["MTaxCode"] == "G5"
        exempt = {"TaxStatus": "E"}
        assert await place(site, taxed, exempt) == ["The order is exempt from tax"]
        assert await place(site, stocked(TaxCode="G5", Taxable="N")) == []
        assert site.ledger.order("2").lines[0]["MTaxCode"] == ""


async def test_warnings_when_there_are_any_then_they_refuse_are_shown_or_swallowed() -> None:
    line = stocked(Job="J1")
    async with open_site() as site:
        assert await place(site, line) == ["Job 'J1' not found"]
        assert await place(site, DefaultDeliveryAddress="X") == [
            "Delivery address code 'X' not found"
        ]
        assert await place(site, line, IgnoreWarnings="W") == []
        assert await place(site, line, IgnoreWarnings="Y") == []


async def test_warehouse_when_one_rules_the_order_then_lines_cannot_name_another() -> None:
    ledger = seeded_ledger(purchasing=PurchasingSetup(restricts_order_to_one_warehouse=True))
    ledger.load(
        {
            "InvWhControl": [{"Warehouse": "RM"}],
            "InvWarehouse": [{"StockCode": "A100", "Warehouse": "RM"}],
        }
    )
    async with open_site(ledger) as site:
        texts = await place(site, header={"Warehouse": "RM"})
        assert texts == ["Warehouse 'FG' differs from the order's warehouse 'RM'"]
        assert await place(site, stocked(Warehouse=""), {"Warehouse": "RM"}) == []


async def test_number_when_prefixed_by_the_warehouse_then_its_prefix_and_count() -> None:
    ledger = seeded_ledger(po_prefix="warehouse")
    control = ledger.tables["InvWhControl"][("FG",)]
    ledger.tables["InvWhControl"].put({**control, "PoPrefix": "Z", "PoNextNumber": Decimal(1308)})
    async with open_site(ledger) as site:
        assert await place(site, header={"Warehouse": "FG"}) == []
        assert await place(site, header={"Warehouse": "FG"}) == []
        assert await place(site) == []
        numbers = [str(order.header["PurchaseOrder"]) for order in ledger.orders()]
        assert numbers == ["000000000000001", "Z01308", "Z01309"]


async def test_comments_when_attached_ones_are_replaced_then_the_old_are_gone() -> None:
    comment = (
        "<CommentLine><Comment>{}</Comment><AttachedToStkLineNumber>1</AttachedToStkLineNumber>"
        "{}</CommentLine>"
    )
    replacing = "<DeleteAttachedCommentLines>Y</DeleteAttachedCommentLines>"
    change = {"OrderActionType": "C", "PurchaseOrder": "1", "Supplier": ""}
    async with open_site() as site:
        assert await place(site, STOCKED + comment.format("Old", "")) == []
        assert await place(site, comment.format("New", replacing), change) == []
        texts = [line["NComment"] for line in site.ledger.order("1").lines if line["NComment"]]
        assert texts == ["New"]
        loose = comment.format("x", "").replace(">1<", ">9<")
        assert len(await place(site, loose, change)) == 1


async def test_buyer_when_the_setup_wants_one_then_it_must_be_there() -> None:
    ledger = seeded_ledger(purchasing=PurchasingSetup(buyer="mandatory"))
    async with open_site(ledger) as site:
        assert await place(site) == ["A buyer must be supplied"]
        assert await place(site, header={"Buyer": "BRH"}) == []

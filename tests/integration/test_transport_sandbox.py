"""Our documents against the sandbox SYSPRO over real sockets: taken, refused, read back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sandbox_syspro_site import Site, open_site, seeded_ledger
from syspro_office import Office, office

from engine.core.commands import (
    ChargeLine,
    CommentLine,
    GrnMatch,
    InvoiceAdd,
    LedgerLine,
    OrderLine,
    Payload,
    PurchaseOrderAdd,
    PurchaseOrderCancel,
    PurchaseOrderChange,
    SupplierAdd,
)
from engine.syspro.objects import read, render
from engine.syspro.objects.answers import Posted, PostReply, Refused
from engine.syspro.outcomes import RefusedSession, Sent
from engine.syspro.reader import ComfndLookups, SessionQueries

K = "P2ABCDEFGHJKMNPQ7"
SUPPLIER = SupplierAdd(
    supplier="V000118",
    name="Müller & Søn <Ltd>",
    short_name="Müller",
    branch="10",
    terms_code="30",
    currency="USD",
    address=("1 Main St", "Vancouver"),
    telephone="555 0100",
    tax_registration="T-1",
)
STOCKED = OrderLine(
    item_id="501",
    action="A",
    stock_code="A100",
    description="Bolt",
    is_stocked=True,
    warehouse="FG",
    quantity=Decimal(10),
    unit="EA",
    price=Decimal("1.23456"),
    tax_code="G5",
)
NON_STOCKED = OrderLine(
    item_id="502",
    action="A",
    stock_code="PI-502",
    description="Café chairs & tables",
    is_stocked=False,
    quantity=Decimal("2.5"),
    unit="EA",
    price=Decimal(100),
    ledger_code="6100",
    product_class="NONS",
)
ORDER = PurchaseOrderAdd(
    supplier="S00118",
    external_key=K,
    currency="USD",
    order_on=date(2026, 11, 2),
    due_on=date(2026, 11, 30),
    is_taxable=True,
    lines=(STOCKED, NON_STOCKED),
    charge_lines=(
        ChargeLine(key="freight", kind="freight", value=Decimal("12.50")),
        ChargeLine(key="other", kind="misc", value=Decimal(3), text="Other charges"),
    ),
    comment_lines=(CommentLine(key="comment", text="Ring twice"),),
)
INVOICE = InvoiceAdd(
    supplier="S00118",
    invoice="INV-é-1",
    external_key=K,
    value=Decimal("105.00"),
    currency="USD",
    invoice_on=date(2026, 11, 3),
    posting_period="C",
    distribution=(
        LedgerLine(ledger_code="6100", value=Decimal(100), notation="Chairs"),
        LedgerLine(ledger_code="2200", value=Decimal(5), tax_code="G5", is_tax_only=True),
    ),
)


async def sent(desk: Office, payload: Payload) -> PostReply:
    """What SYSPRO answered to the payload."""
    async with desk.keeper.exclusive() as session:
        call = render(payload, local_currency="USD")
        outcome = await desk.transport.send(session.token, call)
    assert isinstance(outcome, Sent), outcome
    return read(payload, outcome.text)


@pytest.mark.parametrize("form", ["post", "get", "auto", "soap"])
async def test_supplier_s39_when_added_then_there_and_refused_the_second_time(form: str) -> None:
    async with open_site() as site, office(site, transport=form) as desk:
        first = await sent(desk, SUPPLIER)
        second = await sent(desk, SUPPLIER)

    assert isinstance(first, Posted)
    assert isinstance(second, Refused)
    assert second.errors[0].number == "120001"
    row = site.ledger.tables["ApSupplier"][("V000118",)]
    assert row["SupplierName"] == "Müller & Søn <Ltd>"
    assert (row["GrnMatchReqd"], row["PurchOrdAllowed"], row["OnHold"]) == ("N", "Y", "N")


@pytest.mark.parametrize("form", ["post", "get", "auto", "soap"])
async def test_order_when_posted_then_there_line_by_line(form: str) -> None:
    async with open_site() as site, office(site, transport=form) as desk:
        answer = await sent(desk, ORDER)
        lookups = ComfndLookups(SessionQueries(desk.keeper, desk.transport))
        assert isinstance(answer, Posted)
        detail = await lookups.order(answer.key)

    assert answer.key == "000001"
    order = site.ledger.order(answer.key)
    assert order is not None
    assert order.header["CustomerPoNumber"] == K
    assert order.header["OrderEntryDate"] == date(2026, 11, 2)
    first, second, comment, charge, freight = order.lines
    assert (first["MSupCatalogue"], first["MOrderQty"]) == ("PI-501", 10)
    assert (first["MPrice"], first["MTaxCode"]) == (Decimal("1.23456"), "G5")
    assert (second["MStockDes"], second["MGlCode"]) == ("Café chairs & tables", "6100")
    assert second["MWarehouse"] == "**"
    assert comment["NComment"] == "Ring twice"
    assert (charge["LineType"], charge["NMscChargeFor"]) == ("5", 3)
    assert (freight["LineType"], freight["NMscChargeFor"]) == ("4", Decimal("12.50"))
    assert [line["MSupCatalogue"] for line in detail.lines if "MSupCatalogue" in line][:2] == [
        "PI-501",
        "PI-502",
    ]
    assert detail.header["CustomerPoNumber"] == K


async def test_order_when_foreign_then_price_and_freight_in_its_currency() -> None:
    async with open_site() as site, office(site) as desk:
        payload = replace(ORDER, supplier="G00001", currency="EUR", comment_lines=())
        payload = replace(payload, charge_lines=payload.charge_lines[:1])
        answer = await sent(desk, payload)

    assert isinstance(answer, Posted)
    order = site.ledger.order(answer.key)
    assert order is not None
    assert order.lines[0]["MForeignPrice"] == Decimal("1.23456")
    assert order.lines[2]["NMscChargeFor"] == Decimal("12.50")
    assert order.lines[2]["NMscChargeValue"] == Decimal("13.75")


async def test_order_when_numbered_by_us_then_unique() -> None:
    ledger = seeded_ledger(po_numbering="manual")
    async with open_site(ledger) as site, office(site) as desk:
        payload = replace(ORDER, purchase_order="PO-1042")
        first = await sent(desk, payload)
        second = await sent(desk, payload)

    assert isinstance(first, Posted)
    assert first.key == "PO-1042"
    assert isinstance(second, Refused)


async def test_order_when_changed_then_by_line_and_when_cancelled_then_inactive() -> None:
    async with open_site() as site, office(site) as desk:
        added = await sent(desk, ORDER)
        assert isinstance(added, Posted)
        change = PurchaseOrderChange(
            purchase_order=added.key,
            supplier="S00118",
            external_key=K,
            is_taxable=True,
            lines=(
                replace(STOCKED, action="C", line=1, quantity=Decimal(20), price=Decimal(2)),
                replace(NON_STOCKED, action="D", line=2),
                replace(STOCKED, item_id="503"),
            ),
        )
        changed = await sent(desk, change)
        order = site.ledger.order(added.key)
        cancelled = await sent(
            desk, PurchaseOrderCancel(purchase_order=added.key, supplier="S00118", external_key=K)
        )
        again = await sent(
            desk, PurchaseOrderCancel(purchase_order=added.key, supplier="S00118", external_key=K)
        )

    assert isinstance(changed, Posted)
    assert changed.key == added.key
    assert order is not None
    goods = {row["MSupCatalogue"]: row for row in order.lines if row["MSupCatalogue"]}
    assert set(goods) == {"PI-501", "PI-503"}
    assert (goods["PI-501"]["MOrderQty"], goods["PI-501"]["MPrice"]) == (20, 2)
    assert order.header["TaxStatus"] == "N"
    assert isinstance(cancelled, Posted)
    assert isinstance(again, Refused)
    after = site.ledger.order(added.key)
    assert after is not None
    assert after.header["OrderStatus"] == "*"


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        (replace(ORDER, supplier="S99999"), "Order/Supplier"),
        (replace(ORDER, lines=(replace(STOCKED, stock_code="NONE"),)), "Order/StockLine/StockCode"),
        (
            replace(ORDER, lines=(replace(NON_STOCKED, ledger_code="6900"),)),
            "Order/StockLine/LedgerCode",
        ),
        (replace(ORDER, lines=(replace(STOCKED, price=Decimal(0)),)), "Order/StockLine/Price"),
        (replace(ORDER, terms_code="99"), "Order/InvoiceTerms"),
        (replace(INVOICE, supplier="S99999"), "Item/Supplier"),
        (replace(INVOICE, posting_period="B"), "Item/PostingPeriod"),
        (
            replace(INVOICE, distribution=(LedgerLine(ledger_code="2000", value=Decimal(105)),)),
            "Item/LedgerDistribution/LedgerCode",
        ),
        (replace(SUPPLIER, branch="99"), "item/branch"),
    ],
)
async def test_document_s18_when_syspro_refuses_then_the_place_is_told_and_nothing_is_there(
    payload: Payload, path: str
) -> None:
    async with open_site() as site, office(site) as desk:
        answer = await sent(desk, payload)
        writes = len(site.ledger.writes)

    assert isinstance(answer, Refused)
    assert answer.errors[0].path == path
    assert writes == 0


async def test_invoice_when_distributed_then_there_and_unique() -> None:
    async with open_site() as site, office(site) as desk:
        first = await sent(desk, INVOICE)
        second = await sent(desk, INVOICE)

    assert isinstance(first, Posted)
    assert first.key == "S00118|INV-é-1"
    assert isinstance(second, Refused)
    row = site.ledger.tables["ApInvoice"][("S00118", "INV-é-1")]
    assert (row["OrigInvValue"], row["Reference"]) == (Decimal(105), K)


@pytest.mark.parametrize("is_full", [True, False])
async def test_invoice_when_matched_then_the_receipt_is_taken(is_full: bool) -> None:
    async with open_site() as site, office(site) as desk:
        placed = await sent(
            desk,
            replace(
                ORDER,
                supplier="G00001",
                currency="EUR",
                lines=(replace(STOCKED, price=Decimal(2)),),
                charge_lines=(),
                comment_lines=(),
            ),
        )
        assert isinstance(placed, Posted)
        grn = site.ledger.receive(placed.key, 1, Decimal(10))
        quantity, value = (Decimal(10), Decimal(20)) if is_full else (Decimal(4), Decimal(8))
        answer = await sent(
            desk,
            replace(
                INVOICE,
                supplier="G00001",
                currency="EUR",
                value=value + 1,
                tax_code="G5",
                tax_value=Decimal(1),
                distribution=(),
                matches=(
                    GrnMatch(
                        supplier="G00001",
                        grn=str(grn["Grn"]),
                        source="I",
                        journal=str(grn["Journal"]),
                        entry=str(grn["JournalEntry"]),
                        quantity=quantity,
                        value=value,
                        is_full=is_full,
                    ),
                ),
            ),
        )
        [match] = site.ledger.tables["GrnMatch"].values()

    assert isinstance(answer, Posted), answer
    assert (match["Quantity"], match["Value"]) == (quantity, value)


async def test_post_s14_when_the_session_was_evicted_then_refused_before_it_executed() -> None:
    async with open_site() as site, office(site) as desk:
        session = await desk.keeper.open()
        await site.logon()
        call = render(ORDER, local_currency="USD")
        outcome = await desk.transport.send(session.token, call)

    assert isinstance(outcome, RefusedSession)
    assert site.ledger.writes == []


async def test_probe_when_the_site_is_asked_for_post_ld_then_no_session_is_touched() -> None:
    async with open_site() as site, office(site) as desk:
        session = await desk.keeper.open()
        assert len(_posts(site)) == 1
        assert await desk.transport.has_post_ld()
        await desk.transport.get_logon_profile(session.token)
        assert len(_posts(site)) == 1
        assert site.ledger.writes == []


def _posts(site: Site) -> list[str]:
    return [path for _, method, path, _, _ in site.seen if method == "POST"]

"""Orders, statuses and receipts at the sandbox SYSPRO: posted, hindered, found, read back."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from syspro_bench import Bench, open_bench
from test_transport_sandbox import NON_STOCKED, ORDER, STOCKED, sent

from engine.core.commands import (
    ChargeLine,
    CommentLine,
    OrderStatusChange,
    PurchaseOrderChange,
    ReceiptAdd,
    Seen,
)
from engine.core.keys import DocumentKey, external_key
from engine.core.protocol import Sighting
from engine.syspro.objects.answers import Posted, Refused

K = external_key("t", DocumentKey(source="acme", kind="bill", id="1"))
OTHER_K = external_key("t", DocumentKey(source="acme", kind="bill", id="2"))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with open_bench() as opened:
        yield opened


async def test_order_when_everything_is_said_then_there_and_every_line_bound(
    bench: Bench,
) -> None:
    answer = await bench.round_trip(
        replace(
            ORDER,
            lines=(replace(STOCKED, discounts=(Decimal(10), Decimal(5))), NON_STOCKED),
            charge_lines=(
                ChargeLine(key="f1", kind="freight", value=Decimal(20), tax_code="G5"),
                ChargeLine(key="m1", kind="misc", value=Decimal(7), text="Crate"),
                ChargeLine(key="m2", kind="misc", value=Decimal(-4), text="Rebate"),
            ),
            comment_lines=(CommentLine(key="c1", text="Line 1: blue"),),
            shipping_instructions="By road",
            delivery_name="Depot",
            delivery_address=("1 Main St",),
            postal_code="V5K 0A1",
            payment_terms="N30",
            buyer="ANN",
        )
    )
    order = bench.site.ledger.order(answer.key)
    assert order is not None
    assert (order.header["Buyer"], order.header["DeliveryAddr1"]) == ("ANN", "1 Main St")
    assert (order.lines[0]["MDiscPct1"], order.lines[0]["MDiscPct2"]) == (10, 5)
    assert [line["NMscChargeTax"] for line in order.lines if line["LineType"] == "4"] == ["G5"]


async def test_change_when_lines_of_every_kind_then_done_once_and_read_back(bench: Bench) -> None:
    first = replace(
        ORDER,
        charge_lines=(
            ChargeLine(key="f", kind="freight", value=Decimal(20)),
            ChargeLine(key="m", kind="misc", value=Decimal(7), text="Crate"),
        ),
        comment_lines=(CommentLine(key="c", text="Old"), CommentLine(key="d", text="Gone")),
    )
    key = (await bench.posted(first)).key
    _, numbers = await bench.read_back(first, key)
    assert numbers == {"501": 1, "502": 2, "c": 3, "d": 4, "m": 5, "f": 6}
    change = PurchaseOrderChange(
        purchase_order=key,
        supplier=first.supplier,
        external_key=first.external_key,
        currency="USD",
        due_on=date(2026, 12, 1),
        buyer="BOB",
        lines=(replace(STOCKED, action="C", line=1, quantity=Decimal(9), tax_code=""),),
        charge_lines=(
            ChargeLine(key="m", kind="misc", action="C", line=5, value=Decimal(8), text="Crate"),
            ChargeLine(key="f", kind="freight", action="D", line=6, value=Decimal(20)),
            ChargeLine(key="g", kind="freight", value=Decimal(3)),
        ),
        comment_lines=(
            CommentLine(key="c", action="C", line=3, text="New"),
            CommentLine(key="d", action="D", line=4, text="Gone"),
            CommentLine(key="e", text="For line 1", attached_line=1),
        ),
        seen=(Seen(column="OrderDueDate", value="2026-11-30"), Seen(column="Buyer", value="")),
    )

    await bench.round_trip(change)
    assert (await bench.read_back(change, key))[1] == {
        "501": 1,
        "502": 2,
        "m": 5,
        "g": 8,
        "c": 3,
        "e": 7,
    }
    assert await bench.hindrances(change) == [
        "order: OrderDueDate is '2026-12-01', seen was '2026-11-30'",
        "order: Buyer is 'BOB', seen was ''",
        "line 6 is gone",
        "g is there already",
        "line 4 is gone",
        "e is there already",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"terms_code": "60"},
        {"buyer": "BOB"},
        {"payment_terms": "N60"},
        {"due_on": date(2026, 12, 24)},
        {"delivery_address": ("2 Side St",)},
        {"is_made_ready_to_print": True},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_change_when_one_field_of_the_header_then_found_only_once_it_is_there(
    bench: Bench, change: dict[str, object]
) -> None:
    bench.site.ledger.tables["TblApTerms"].put({"TermsCode": "60"})
    placed = replace(ORDER, delivery_address=("1 Main St", "Vancouver"))
    key = (await bench.posted(placed)).key
    await bench.posted(OrderStatusChange(purchase_order=key, external_key=K, status="4"))

    await bench.round_trip(
        PurchaseOrderChange(
            purchase_order=key,
            supplier=placed.supplier,
            external_key=placed.external_key,
            lines=(),
            **change,
        )
    )


async def test_line_when_completed_at_what_was_received_then_complete(bench: Bench) -> None:
    placed = replace(ORDER, lines=(STOCKED, NON_STOCKED), charge_lines=(), comment_lines=())
    key = (await bench.posted(placed)).key
    bench.site.ledger.receive(key, 1, Decimal(4))
    seen = (Seen(column="MReceivedQty", value="4"), Seen(column="MOrderQty", value="10"))
    done = replace(STOCKED, action="C", line=1, quantity=Decimal(4), is_completed=True, seen=seen)
    change = PurchaseOrderChange(
        purchase_order=key,
        supplier=placed.supplier,
        external_key=placed.external_key,
        is_taxable=True,
        lines=(done, replace(NON_STOCKED, action="D", line=2)),
    )

    await bench.round_trip(change)
    order = bench.site.ledger.order(key)
    assert order is not None
    assert [(line["MOrderQty"], line["MCompleteFlag"]) for line in order.lines] == [(4, "Y")]


async def test_change_when_more_was_received_since_then_hindered(bench: Bench) -> None:
    key = (await bench.posted(ORDER)).key
    bench.site.ledger.receive(key, 1, Decimal(4))
    seen = (Seen(column="MReceivedQty", value="3"),)
    line = replace(STOCKED, action="C", line=1, quantity=Decimal(20), seen=seen)
    change = PurchaseOrderChange(
        purchase_order=key, supplier="S00118", external_key=ORDER.external_key, lines=(line,)
    )

    [said] = await bench.hindrances(change)
    assert said.startswith("line 1: MReceivedQty is")
    agreed = replace(line, seen=(Seen(column="MReceivedQty", value="4.000"),))
    assert await bench.hindrances(replace(change, lines=(agreed,))) == []
    wrong = replace(agreed, item_id="777")
    assert await bench.hindrances(replace(change, lines=(wrong,))) == ["line 1 is not item 777"]


async def test_status_when_set_then_there_and_only_from_what_was_seen(bench: Bench) -> None:
    key = (await bench.posted(ORDER)).key
    printed = OrderStatusChange(
        purchase_order=key,
        external_key=ORDER.external_key,
        status="4",
        seen=(Seen(column="OrderStatus", value="1"),),
    )

    await bench.round_trip(printed)
    assert await bench.hindrances(printed) == ["order: OrderStatus is '4', seen was '1'"]
    again = replace(printed, status="1", seen=(Seen(column="OrderStatus", value="4"),))
    await bench.round_trip(again)
    missing = replace(printed, purchase_order="999999")
    assert isinstance(await sent(bench.desk, missing), Refused)


async def test_receipt_when_posted_then_there_once_under_its_grn(bench: Bench) -> None:
    key = (await bench.posted(replace(ORDER, supplier="G00001", currency="EUR"))).key
    receipt = ReceiptAdd(
        purchase_order=key,
        line=1,
        external_key=K,
        quantity=Decimal(4),
        unit="EA",
        received_on=date(2026, 11, 9),
        received_before=Decimal(0),
    )
    unprinted = await sent(bench.desk, receipt)
    await bench.posted(OrderStatusChange(purchase_order=key, external_key=K, status="4"))

    await bench.round_trip(receipt)
    [grn] = bench.site.ledger.tables["GrnDetails"].values()
    assert isinstance(unprinted, Refused)
    assert (grn["DeliveryNote"], grn["QtyReceived"], grn["PurchaseOrderLin"]) == (K, 4, 1)
    assert await bench.hindrances(receipt) == ["a receipt under our key is there already"]
    second = replace(receipt, external_key=OTHER_K)
    assert await bench.hindrances(second) == ["4.000000 received, seen was 0"]
    rest = replace(second, received_before=Decimal(4), quantity=Decimal(7))
    assert await bench.hindrances(rest) == ["more than the 10.000000 ordered would be received"]
    assert await bench.hindrances(replace(second, line=9)) == ["line 9 is not there"]


async def test_receipt_when_others_came_in_meanwhile_then_a_doubt_is_for_a_person(
    bench: Bench,
) -> None:
    key = (await bench.posted(ORDER)).key
    receipt = ReceiptAdd(
        purchase_order=key,
        line=1,
        external_key=K,
        quantity=Decimal(4),
        unit="EA",
        received_on=date(2026, 11, 9),
        received_before=Decimal(0),
        is_unprinted_allowed=True,
    )
    bench.site.ledger.receive(key, 1, Decimal(4))

    assert await bench.sightings(receipt) == [
        Sighting(syspro_key=key, is_ours=False, is_equal=False)
    ]
    allowed = await sent(bench.desk, replace(receipt, received_before=Decimal(4)))
    assert isinstance(allowed, Posted)
    assert len(allowed.warnings) == 1

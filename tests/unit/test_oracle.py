"""The oracle over a ledger that a faultless stand-in filled, and over one with each fault."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import cast

import pytest
from ledger_poster import Poster, poster

Entries = list[dict[str, str]]


def entries(world: Poster, name: str) -> Entries:
    return cast(Entries, world.oracle.verdict()[name])


@pytest.fixture
def settled() -> Poster:
    world = poster()
    world.post_everything()
    return world


def test_oracle_when_nothing_was_posted_then_all_but_known_suppliers_is_missing() -> None:
    world = poster()

    verdict = world.oracle.verdict()

    eligible = cast(dict[str, int], verdict["eligible"])
    posted = cast(dict[str, int], verdict["posted"])
    missing = cast(Entries, verdict["missing"])
    assert posted["purchase_order"] == posted["bill"] == 0
    assert len(missing) == sum(eligible.values()) - posted["vendor"]
    assert verdict["differences"] == verdict["duplicates"] == []


def test_oracle_when_all_that_can_be_is_posted_then_missing_is_what_must_be_held(
    settled: Poster,
) -> None:
    verdict = settled.oracle.verdict()

    missing = cast(Entries, verdict["missing"])
    must_hold = cast(Entries, verdict["must_hold"])
    names = {(entry["kind"], entry["source_id"], entry["number"]) for entry in missing}
    assert names == {(e["kind"], e["source_id"], e["number"]) for e in must_hold}
    assert all(entry["cause"] for entry in must_hold)
    assert verdict["differences"] == []
    assert verdict["duplicates"] == []
    assert verdict["order_violations"] == []


def test_oracle_when_an_order_is_posted_twice_then_it_is_a_duplicate(settled: Poster) -> None:
    order = settled.tenant.orders[1042]

    settled.post_order(order)

    (entry,) = entries(settled, "duplicates")
    assert (entry["kind"], entry["source_id"]) == ("purchase_order", "1042")


def test_oracle_when_the_second_order_is_cancelled_then_there_is_no_duplicate(
    settled: Poster,
) -> None:
    number = settled.post_order(settled.tenant.orders[1042])
    header = settled.ledger.tables["PorMasterHdr"][(number,)]

    settled.ledger.tables["PorMasterHdr"].put({**header, "OrderStatus": "*"})

    assert entries(settled, "duplicates") == []


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("MOrderQty", Decimal(999), "quantity"),
        ("MForeignPrice", Decimal("0.01"), "price"),
        ("MTaxCode", "ZZ", "tax code"),
        ("MSupCatalogue", "PI-1", "not in Procurify"),
    ],
)
def test_oracle_when_a_line_differs_then_it_says_what(
    settled: Poster, column: str, value: Decimal | str, what: str
) -> None:
    order = next(o for o in settled.tenant.eligible_orders() if len(o.lines) > 1)
    (posted,) = settled.sight.orders_of(order)

    settled.ledger.tables["PorMasterDetail"].put({**posted.lines[0], column: value})

    (entry,) = entries(settled, "differences")
    assert entry["source_id"] == str(order.id)
    assert what in entry["what"]


@pytest.mark.parametrize(
    ("promised_on", "due_on", "is_right"),
    [
        ("2026-12-02", "2026-12-02", True),
        ("2026-12-02", "2026-12-03", False),
        ("2026-12-05", "2026-12-07", True),  # a Saturday, moved to Monday
        ("2026-12-05", "2026-12-08", False),
    ],
)
def test_oracle_when_goods_are_due_otherwise_then_it_says_when(
    settled: Poster, promised_on: str, due_on: str, is_right: bool
) -> None:
    order = next(o for o in settled.tenant.eligible_orders() if settled.sight.holds_order(o))
    (posted,) = settled.sight.orders_of(order)
    noon = datetime.fromisoformat(f"{promised_on}T12:00:00-08:00")
    settled.tenant.put_order(replace(order, promised_at=noon))
    ledger = settled.ledger.tables
    day = date.fromisoformat(due_on)

    ledger["PorMasterHdr"].put({**posted.header, "OrderDueDate": day})
    for line in posted.lines:
        ledger["PorMasterDetail"].put({**line, "MLatestDueDate": day})

    found = entries(settled, "differences")
    assert [entry["source_id"] for entry in found] == ([] if is_right else [str(order.id)])
    assert is_right or f"due: {promised_on} in Procurify, {due_on}" in found[0]["what"]


def test_oracle_when_freight_is_left_out_then_it_differs(settled: Poster) -> None:
    order = next(
        o for o in settled.tenant.eligible_orders() if settled.sight.holds_order(o) and o.freight
    )
    (posted,) = settled.sight.orders_of(order)
    freight = next(line for line in posted.lines if line["LineType"] == "4")

    settled.ledger.tables["PorMasterDetail"].put({**freight, "NMscChargeFor": Decimal(0)})

    (entry,) = entries(settled, "differences")
    assert entry["what"].startswith("freight: ")


def test_oracle_when_an_invoice_differs_then_it_says_what(settled: Poster) -> None:
    key = next(iter(settled.ledger.tables["ApInvoice"]))
    invoice = settled.ledger.tables["ApInvoice"][key]

    settled.ledger.tables["ApInvoice"].put({**invoice, "OrigInvValue": Decimal("1.00")})

    (entry,) = entries(settled, "differences")
    assert (entry["kind"], entry["number"]) == ("bill", key[1])
    assert entry["what"].startswith("total: ")


def test_oracle_when_the_distribution_goes_elsewhere_then_both_codes_are_named(
    settled: Poster,
) -> None:
    line = next(settled.ledger.tables["ApDistribution"].in_order())

    settled.ledger.tables["ApDistribution"].put({**line, "GlCode": "4900-00"})

    (entry,) = entries(settled, "differences")
    assert f"distribution to {line['GlCode']}" in entry["what"]
    assert "distribution to 4900-00" in entry["what"]


def test_oracle_when_a_match_takes_too_little_then_it_differs(settled: Poster) -> None:
    line = next(settled.ledger.tables["GrnMatch"].in_order())

    settled.ledger.tables["GrnMatch"].put({**line, "Quantity": Decimal("0.5")})

    (entry,) = entries(settled, "differences")
    assert "matched quantity" in entry["what"]


def test_oracle_when_a_bill_is_posted_under_a_second_number_then_it_is_a_duplicate(
    settled: Poster,
) -> None:
    key = next(iter(settled.ledger.tables["ApInvoice"]))
    invoice = settled.ledger.tables["ApInvoice"][key]
    settled.ledger.tables["ApInvoice"].put({**invoice, "Reference": "P2KEY"})

    settled.ledger.tables["ApInvoice"].put({**invoice, "Reference": "P2KEY", "Invoice": "SECOND"})

    (entry,) = entries(settled, "duplicates")
    assert (entry["kind"], entry["number"]) == ("bill", key[1])


def test_oracle_when_a_supplier_is_created_twice_then_it_is_a_duplicate(settled: Poster) -> None:
    vendor = next(v for v in settled.tenant.eligible_vendors() if v.binding == "created")

    settled.post_vendor(vendor, "V999999")

    (entry,) = entries(settled, "duplicates")
    assert (entry["kind"], entry["source_id"]) == ("vendor", str(vendor.id))


def test_oracle_when_an_invoice_belongs_to_no_bill_then_it_differs(settled: Poster) -> None:
    supplier = next(iter(settled.ledger.tables["ApSupplier"]))[0]

    settled.ledger.tables["ApInvoice"].put({"Supplier": supplier, "Invoice": "STRANGE"})

    (entry,) = entries(settled, "differences")
    assert "belongs to no bill" in entry["what"]


def test_oracle_when_a_held_document_is_posted_then_it_is_no_longer_missing(
    settled: Poster,
) -> None:
    held = next(
        order
        for order in settled.tenant.eligible_orders()
        if str(order.id) in {e["source_id"] for e in entries(settled, "must_hold")}
    )

    settled.post_order(held)

    assert str(held.id) not in {e["source_id"] for e in entries(settled, "missing")}
    assert str(held.id) in {e["source_id"] for e in entries(settled, "must_hold")}


def test_oracle_when_an_idle_order_is_posted_then_it_differs(settled: Poster) -> None:
    idle = next(order for order in settled.tenant.orders.values() if order.state == 3)

    settled.post_order(idle)

    (entry,) = entries(settled, "differences")
    assert entry["source_id"] == str(idle.id)


def test_oracle_when_a_closed_order_has_ended_at_what_came_then_nothing_differs(
    settled: Poster,
) -> None:
    closed = next(order for order in settled.tenant.orders.values() if order.state == 3)
    number = settled.post_order(closed)
    order = settled.ledger.order(number)
    assert order is not None
    goods = [line for line in order.lines if str(line["MSupCatalogue"]).startswith("PI-")]
    for line in goods:
        line["MOrderQty"] = line["MReceivedQty"] = Decimal(1)
        line["MCompleteFlag"] = "Y"
    assert entries(settled, "differences") == []

    goods[0]["MCompleteFlag"] = "N"
    (entry,) = entries(settled, "differences")
    assert entry["source_id"] == str(closed.id)


def test_order_violations_when_an_order_precedes_its_supplier_then_named() -> None:
    world = poster()
    order = next(o for o in world.tenant.eligible_orders() if o.vendor.binding == "created")

    world.post_order(order)
    world.post_vendor(order.vendor)

    (entry,) = entries(world, "order_violations")
    assert entry["source_id"] == str(order.id)
    assert order.vendor.supplier in entry["what"]


def test_order_violations_when_a_matched_invoice_precedes_its_order_then_named(
    settled: Poster,
) -> None:
    writes = settled.ledger.writes

    writes.sort(key=lambda write: write.kind != "invoice")

    found = entries(settled, "order_violations")
    assert len(found) == len(settled.scenario.receipts)
    assert all("matched before order" in entry["what"] for entry in found)


def test_order_violations_when_an_older_revision_follows_a_newer_then_named(
    settled: Poster,
) -> None:
    old = settled.tenant.orders[1042]
    (posted,) = settled.sight.orders_of(old)
    key = str(posted.header["PurchaseOrder"])
    line = replace(old.lines[0], quantity=old.lines[0].quantity + 1)
    new = replace(old, version=2, lines=(line, *old.lines[1:]))
    settled.tenant.put_order(new)
    settled.post_order(new, key)
    assert entries(settled, "order_violations") == []

    settled.post_order(old, key)

    (entry,) = entries(settled, "order_violations")
    assert entry["what"] == "version 1 written after version 2"

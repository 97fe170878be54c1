"""`set`: what the books hold is changed there, everything else in print alone."""

from datetime import date

import orjson
import pytest
from apply_world import Stage

from engine.sandbox.procurify.bill_shapes import bill_detail
from engine.sandbox.procurify.order_shapes import order_detail
from engine.sandbox.procurify.vendor_shapes import vendor_detail
from engine.sandbox.scenario.model import Bill
from engine.sandbox.sight import bill_source, order_source, vendor_source


@pytest.fixture
def stage() -> Stage:
    return Stage()


def a_bill(stage: Stage) -> Bill:
    return next(stage.world.tenant.eligible_bills())


def test_set_when_the_books_have_the_field_then_they_are_changed(stage: Stage) -> None:
    tenant = stage.world.tenant
    before = a_bill(stage)
    stage.apply(
        "set",
        kind="bill",
        id=before.uuid,
        fields={"invoice_number": "X" * 40, "invoice_date": "2026-01-31", "version": 9},
    )
    after = tenant.bill_of(before.uuid)
    assert after is not None
    assert (after.invoice_number, after.version) == ("X" * 40, 9)
    assert after.invoiced_on == date(2026, 1, 31)
    assert after.modified_at > before.modified_at
    assert after.lines == before.lines


def test_set_when_the_status_is_unknown_then_the_bill_is_not_to_be_posted(stage: Stage) -> None:
    eligible = stage.verdict("eligible")["bill"]
    stage.apply("set", kind="bill", id=a_bill(stage).uuid, fields={"status": 99})
    assert stage.verdict("eligible")["bill"] == eligible - 1


def test_set_when_the_currency_is_unknown_then_it_is_printed_so(stage: Stage) -> None:
    tenant = stage.world.tenant
    order = next(tenant.eligible_orders())
    stage.apply(
        "set",
        kind="purchase_order",
        id=order.number,
        fields={"purchased_currency": "XAU", "PO_Num": "OTHER"},
    )
    changed = tenant.orders[order.id]
    assert (changed.currency.name, changed.number) == ("XAU", "OTHER")
    printed = orjson.loads(orjson.dumps(order_detail(changed)["purchased_currency"]))
    assert printed["name"] == "XAU"


def test_set_when_only_printed_then_the_detail_shows_it_and_the_books_do_not(
    stage: Stage,
) -> None:
    tenant = stage.world.tenant
    bill = a_bill(stage)
    shown = {
        "payment_terms": "Net 400",
        "items": [],
        "total_cost": 10**30,
        "vendor": {"id": 1, "name": None},
    }
    stage.apply("set", kind="bill", id=bill.uuid, fields=shown)
    after = a_bill(stage)
    printed = tenant.prints.shown("detail", bill_source(bill), after, bill_detail)
    assert {name: orjson.loads(orjson.dumps(printed))[name] for name in shown} == {
        **shown,
        "total_cost": 1e30,
    }
    assert after.vendor == bill.vendor


def test_set_when_it_is_a_vendor_then_active_and_name_are_the_books(stage: Stage) -> None:
    tenant = stage.world.tenant
    vendor = next(tenant.eligible_vendors())
    fields = {"active": False, "name": "Other", "overall_score": 1.5, "url": "http://x.example"}
    stage.apply("set", kind="vendor", id=vendor.id, fields=fields)
    after = tenant.vendors[vendor.id]
    assert (after.is_active, after.name) == (False, "Other")
    printed = tenant.prints.shown("detail", vendor_source(vendor), after, vendor_detail)
    assert orjson.loads(orjson.dumps(printed))["overall_score"] == 1.5
    orders = [row for row in tenant.orders.values() if row.vendor.id == vendor.id]
    assert orders
    assert {row.vendor.name for row in orders} == {"Other"}
    assert order_source(orders[0]).kind == "purchase_order"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "prints id, uuid"),
        ({"colour": "red"}, "prints id, uuid"),
        ({"status": "two"}, "status is to be a whole number"),
        ({"invoice_date": "soon"}, "invoice_date is to be a day"),
        ({"version": None}, "version is missing"),
    ],
)
def test_set_when_wrong_then_a_sentence_and_nothing_is_changed(
    stage: Stage, fields: dict[str, object], sentence: str
) -> None:
    bill = a_bill(stage)
    assert sentence in stage.refused("set", kind="bill", id=bill.uuid, fields=fields)
    assert a_bill(stage) is bill

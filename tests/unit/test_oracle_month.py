"""The oracle over a month: credit notes, documents kept as they were, totals of both sides."""

from decimal import Decimal
from typing import cast

import pytest
from month_poster import MonthPoster, month_poster

from engine.sandbox.scenario.model import Bill
from engine.sandbox.scenario.month_parts import Part, bill_parts, order_parts

Entries = list[dict[str, str]]


@pytest.fixture
def ended() -> MonthPoster:
    """A small month that was followed without a fault."""
    world = month_poster(seed=7, documents=80)
    world.to_the_end()
    return world


def entries(world: MonthPoster, name: str) -> Entries:
    return cast(Entries, world.oracle.verdict()[name])


def unequal(world: MonthPoster) -> list[dict[str, object]]:
    totals = cast(list[dict[str, object]], world.oracle.verdict()["totals"])
    return [row for row in totals if row["procurify"] != row["syspro"]]


def a_credit(world: MonthPoster) -> Bill:
    return next(world.credits())


def test_credit_when_it_is_posted_twice_then_it_is_a_duplicate(ended: MonthPoster) -> None:
    credit = a_credit(ended)

    ended.post_credit(credit)

    (entry,) = entries(ended, "duplicates")
    assert (entry["source_id"], entry["what"]) == (credit.uuid, "credit entry 3 too")
    assert len(unequal(ended)) == 1


def test_credit_when_its_entry_is_gone_then_it_is_missing(ended: MonthPoster) -> None:
    credit = a_credit(ended)
    (entry,) = ended.sight.credited_by(credit)
    missing = entries(ended, "missing")

    table = ended.sight.ledger_of(credit).tables["ApInvoicePay"]
    del table[table.shape.key_of(entry)]

    added = [row for row in entries(ended, "missing") if row not in missing]
    assert [row["source_id"] for row in added] == [credit.uuid]


def test_credit_when_its_value_is_another_then_it_differs(ended: MonthPoster) -> None:
    credit = a_credit(ended)
    (entry,) = ended.sight.credited_by(credit)

    table = ended.sight.ledger_of(credit).tables["ApInvoicePay"]
    table.put({**entry, "TrnValue": Decimal("-0.01")})

    (found,) = entries(ended, "differences")
    assert found["source_id"] == credit.uuid
    assert found["what"].startswith(f"credited: {credit.grand_total} in Procurify, -0.01")


def test_credit_when_it_is_spread_otherwise_then_it_differs(ended: MonthPoster) -> None:
    credit = a_credit(ended)
    (entry,) = ended.sight.credited_by(credit)
    table = ended.sight.ledger_of(credit).tables["ApDistribution"]
    line = next(
        row
        for row in table.where("Invoice", entry["Invoice"])
        if row["EntryNumber"] == entry["EntryNumber"]
    )

    table.put({**line, "GlCode": "4900-00"})

    (found,) = entries(ended, "differences")
    assert found["source_id"] == credit.uuid
    assert "distribution to 4900-00" in found["what"]


def test_credit_when_it_is_against_another_invoice_then_it_is_missing_and_a_stranger(
    ended: MonthPoster,
) -> None:
    credit = a_credit(ended)
    (entry,) = ended.sight.credited_by(credit)
    ledger = ended.sight.ledger_of(credit)
    credited = {str(row["Invoice"]) for row in ledger.tables["ApInvoicePay"].in_order()}
    supplier, other = next(key for key in ledger.tables["ApInvoice"] if key[1] not in credited)
    table = ledger.tables["ApInvoicePay"]

    del table[table.shape.key_of(entry)]
    table.put({**entry, "Supplier": supplier, "Invoice": other})

    assert credit.uuid in {row["source_id"] for row in entries(ended, "missing")}
    (found,) = entries(ended, "differences")
    assert (found["number"], found["company"]) == (other, ledger.company)
    assert "though no credit note says so" in found["what"]


def test_order_when_it_is_held_after_a_change_then_it_is_judged_as_it_was(
    ended: MonthPoster,
) -> None:
    part = {identity: part for part, identity in order_parts(ended.scenario)}
    held = [
        order
        for order in ended.tenant.orders.values()
        if part.get(order.id) in {Part.PRICE_AFTER_RECEIPT, Part.BELOW_RECEIVED}
    ]
    assert held
    order = held[0]
    assert str(order.id) in {row["source_id"] for row in entries(ended, "must_hold")}
    assert str(order.id) not in {row["source_id"] for row in entries(ended, "missing")}

    (posted,) = ended.sight.orders_of(order)
    ended.post_order(order, str(posted.header["PurchaseOrder"]))

    (found,) = entries(ended, "differences")
    assert found["source_id"] == str(order.id)


@pytest.mark.parametrize("part", [Part.CHANGED, Part.WITHDRAWN])
def test_bill_when_it_changed_after_posting_then_it_is_judged_as_it_was(
    ended: MonthPoster, part: Part
) -> None:
    identity = next(bill for found, bill in bill_parts(ended.scenario) if found is part)
    bill = ended.tenant.bills[identity]
    assert bill.uuid in {row["source_id"] for row in entries(ended, "must_hold")}
    assert bill.uuid not in {row["source_id"] for row in entries(ended, "missing")}
    invoices = ended.sight.ledger_of(bill).tables["ApInvoice"]
    row = invoices[bill.vendor.supplier, bill.invoice_number]

    invoices.put({**row, "OrigInvValue": Decimal("1.00")})

    (found,) = entries(ended, "differences")
    assert (found["source_id"], found["what"].partition(":")[0]) == (bill.uuid, "total")


def test_bill_when_it_is_issued_again_then_the_newest_version_is_judged(
    ended: MonthPoster,
) -> None:
    identity = next(bill for found, bill in bill_parts(ended.scenario) if found is Part.REISSUED)
    old = ended.tenant.bills[identity]
    versions = ended.tenant.versions_of(old)
    held = {row["source_id"] for row in entries(ended, "must_hold")}

    assert [row.version for row in versions] == [1, 2]
    assert old.status == 5
    assert {row.uuid for row in versions} & held == {versions[1].uuid}


def test_totals_when_an_invoice_is_of_another_period_then_two_groups_are_unequal(
    ended: MonthPoster,
) -> None:
    assert unequal(ended) == []
    ledger = ended.ledger
    row = next(ledger.tables["ApInvoice"].in_order())

    ledger.tables["ApInvoice"].put({**row, "InvoiceYear": Decimal(2020)})

    assert {found["kind"] for found in unequal(ended)} == {"bill"}
    assert len(unequal(ended)) == 2


def test_totals_when_added_up_then_they_are_the_posted_documents(ended: MonthPoster) -> None:
    verdict = ended.oracle.verdict()
    totals = cast(list[dict[str, dict[str, object]]], verdict["totals"])
    posted = cast(dict[str, int], verdict["posted"])

    def counted(*kinds: object) -> int:
        return sum(int(str(row["syspro"]["count"])) for row in totals if row["kind"] in kinds)

    assert counted("purchase_order") == posted["purchase_order"]
    assert counted("bill", "credit_note") == posted["bill"]


def test_vendor_when_one_company_lacks_it_then_the_entry_names_that_company(
    ended: MonthPoster,
) -> None:
    vendor = next(row for row in ended.tenant.eligible_vendors() if ended.sight.holds_vendor(row))
    second = ended.companies["EDU2"]

    del second.tables["ApSupplier"][(vendor.supplier,)]

    found = [row for row in entries(ended, "missing") if row["source_id"] == str(vendor.id)]
    assert [row["company"] for row in found] == ["EDU2"]
    del ended.ledger.tables["ApSupplier"][(vendor.supplier,)]
    found = [row for row in entries(ended, "missing") if row["source_id"] == str(vendor.id)]
    assert [row["company"] for row in found] == ["EDU1, EDU2"]


def test_judgement_when_taken_in_steps_then_it_is_the_verdict(ended: MonthPoster) -> None:
    steps, count = ended.oracle.judge(), 0

    with pytest.raises(StopIteration) as done:
        while True:
            next(steps)
            count += 1

    assert done.value.value == ended.oracle.verdict()
    assert count > len(ended.tenant.orders) // 25


def test_judgement_when_documents_come_and_go_meanwhile_then_it_ends_as_it_began() -> None:
    world = month_poster(documents=80)
    left = world.story.left
    steps = world.oracle.judge()
    next(steps)

    world.to_the_end()
    gone = world.tenant.bills[world.scenario.bills.ids[-1]]
    world.tenant.drop_bill(gone)

    with pytest.raises(StopIteration) as done:
        while True:
            next(steps)
    assert done.value.value["story_left"] == left > 0 == world.story.left

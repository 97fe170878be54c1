"""Every filter of procurify.md §3: known to its list, and what it leaves out of it."""

import csv
import io
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from sandbox_procurify_site import Site, open_site

from engine.sandbox.procurify.bill_lists import (
    BILL_FILTERS,
    ITEM_FILTERS,
    OLD_PAYMENT_FILTERS,
    PAYMENT_FILTERS,
)
from engine.sandbox.procurify.order_lists import ITEM_FILTERS as ORDER_ITEM_FILTERS
from engine.sandbox.procurify.order_lists import ORDER_FILTERS, REQUEST_FILTERS

ORDERS = "/api/v2/purchase_orders/purchased/all/"
ITEMS = "/api/v3/order-items/"
BILLS = "/api/v3/ap/bills/"
SHEET = {
    "orders": (
        ORDER_FILTERS,
        "account_code contract currency date_0 date_1 expiry_date_0 expiry_date_1 "
        "has_blanket_order_items modified_date_0 modified_date_1 pref_vendor promise_date_0 "
        "promise_date_1 purchase_order purchaser requester total_0 total_1 search",
    ),
    "order items": (
        ORDER_ITEM_FILTERS,
        "account account_code active approved_datetime_0 approved_datetime_1 approved_price "
        "approved_quantity approver approver_id branch catalog catalog_item currency department "
        "departments exclude exclude_punchout fulfilment_status is_purchased is_recurring "
        "last_changed_by last_modified_0 last_modified_1 lineComment location locations name num "
        "orderNum orderNum__status order_created_date_0 order_created_date_1 po_created_date_0 "
        "po_created_date_1 po_vendor pref_vendor price purchase_agreement purchased_date_0 "
        "purchased_date_1 purchaser quantity receivedFailQty receivedPassQty requester sku status "
        "type unit search",
    ),
    "requests": (
        REQUEST_FILTERS,
        "account_code branch dateRequired date_0 date_1 department "
        "has_blanket_order_items is_punchout lineCount location modified_date_0 modified_date_1 "
        "order pref_vendor requester required_date_0 required_date_1 status totalPrice search",
    ),
    "bills": (
        BILL_FILTERS,
        "account_code approver contract creator currency department due_date_0 due_date_1 "
        "exclude_bill_group_ids exclude_expense_bills expense gl_post_date_0 gl_post_date_1 group "
        "has_payment has_posting_date include_bill_group_ids invoice_date_0 invoice_date_1 "
        "is_exported is_invoice_created last_export_date_0 last_export_date_1 last_export_user "
        "last_modified_datetime_0 last_modified_datetime_1 location modified_date_0 "
        "modified_date_1 submitted_date_0 submitted_date_1 "
        "sync_status_v2 type user vendor search",
    ),
    "bill items": (
        ITEM_FILTERS,
        "bill bill_uuid billed budget created_at_0 created_at_1 department exclude location "
        "received_on_0 received_on_1 reimburse requester vendor search",
    ),
    "payments": (
        PAYMENT_FILTERS,
        "bill_groups created_at_after created_at_before currency ids invoice_number "
        "payment_amount status updated_at_after updated_at_before vendor search",
    ),
    "old payments": (
        OLD_PAYMENT_FILTERS,
        "approver currency payment_date_0 payment_date_1 payment_method__type search",
    ),
}


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened


@pytest.mark.parametrize("name", SHEET)
def test_filters_when_compared_with_the_sheet_then_all_are_there(name: str) -> None:
    filters: Any
    filters, names = SHEET[name]
    assert {part for one in filters for part in one.names} == set(names.split())


async def count(site: Site, path: str) -> int:
    body = await site.get(path)
    return int(body["metadata"]["pagination"]["count"])


async def test_orders_when_filtered_then_by_amount_account_and_people(site: Site) -> None:
    orders = list(site.tenant.orders.values())
    total = sorted(order.total for order in orders)[5]
    code = orders[0].lines[0].account.code.id
    assert await count(site, f"{ORDERS}?total_1={total}") == 6
    assert await count(site, f"{ORDERS}?account_code={code}") == sum(
        any(line.account.code.id == code for line in order.lines) for order in orders
    )
    blanket = sum(any(line.type == 2 for line in order.lines) for order in orders)
    assert await count(site, f"{ORDERS}?has_blanket_order_items=true") == blanket
    buyers = f"{orders[0].purchaser.id},{orders[1].purchaser.id}"
    wanted = {orders[0].purchaser.id, orders[1].purchaser.id}
    assert await count(site, f"{ORDERS}?purchaser={buyers}") == sum(
        order.purchaser.id in wanted for order in orders
    )
    await site.get(f"{ORDERS}?total_0=many", status=400)


async def test_order_items_when_filtered_then_numbers_compare_by_value(site: Site) -> None:
    line = site.tenant.orders[1042].lines[0]
    same = sum(row.price == line.price for _, row in site.tenant.lines())
    assert await count(site, f"{ITEMS}?price={line.price:.8f}") == same
    everything = len(site.tenant.lines())
    assert await count(site, f"{ITEMS}?exclude={line.id}") == everything - 1
    assert await count(site, f"{ITEMS}?is_recurring=true") == 0
    assert await count(site, f"{ITEMS}?orderNum={1042 + 4000}") == len(
        site.tenant.orders[1042].lines
    )


async def test_bills_when_filtered_then_by_kind_group_and_export(site: Site) -> None:
    bills = list(site.tenant.bills.values())
    expense = sum(bill.type == 1 for bill in bills)
    assert expense > 0
    assert await count(site, f"{BILLS}?expense=true") == expense
    assert await count(site, f"{BILLS}?exclude_expense_bills=true") == len(bills) - expense
    assert await count(site, f"{BILLS}?exclude_expense_bills=false") == len(bills)
    groups = f"{bills[0].group},{bills[1].group}"
    assert await count(site, f"{BILLS}?include_bill_group_ids={groups}") == 2
    assert await count(site, f"{BILLS}?exclude_bill_group_ids={groups}") == len(bills) - 2
    exported = sum(bill.status == 4 for bill in bills)
    assert await count(site, f"{BILLS}?is_exported=true") == exported
    assert await count(site, f"{BILLS}?last_export_date_0=2000-01-01") == exported


async def test_filters_when_misspelt_or_undocumented_then_everything_comes(site: Site) -> None:
    for query in ("vendr=1", "status=approved", "order_by=-last_modified_datetime"):
        body = await site.get(f"{BILLS}?{query}&page_size=100")
        assert [row["id"] for row in body["data"]] == list(site.tenant.bills)


async def test_vendors_when_filtered_then_types_repeat_by_word_and_other_can_be_left_out(
    site: Site,
) -> None:
    vendors = list(site.tenant.vendors.values())
    path = "/api/v3/vendors/"
    wanted = sum(vendor.type in {3, 6} for vendor in vendors)
    query = "type__in=preferred&type__in=credit_card_provider"
    assert await count(site, f"{path}?{query}") == wanted
    other = sum(vendor.type == 1 for vendor in vendors)
    assert await count(site, f"{path}?exclude_other=true") == len(vendors) - other


async def test_items_when_filtered_then_billed_and_unbilled_lines(site: Site) -> None:
    path = "/api/v2/ap/items/"
    billed = await count(site, f"{path}?billed=true")
    assert billed == sum(len(bill.lines) for bill in site.tenant.bills.values())
    unbilled = (await site.get(f"{path}?billed=false&page_size=100"))["data"]
    assert unbilled
    assert {row["bill"] for row in unbilled} == {None}
    assert await count(site, path) == billed + await count(site, f"{path}?billed=false")


async def test_lists_when_asked_as_csv_then_a_line_for_each_row(site: Site) -> None:
    for path, rows in ((f"{BILLS}?format=csv", 10), ("/api/v3/vendors/101/?format=csv", 1)):
        async with site.session.get(site.origin + path) as response:
            assert response.content_type == "text/csv"
            found = list(csv.DictReader(io.StringIO(await response.text())))
        assert len(found) == rows
    assert found[0]["payment_methods.0.currency.name"] == (site.tenant.vendors[101].currency.name)
    await site.get(f"{BILLS}?format=yaml", status=404)


async def test_options_when_asked_of_bills_then_fields_and_types(site: Site) -> None:
    body = await site.send("OPTIONS", BILLS, None)
    assert body["actions"]["GET"]["total_cost_with_tax"]["type"] == "float"


async def test_billing_history_when_read_then_billed_quantities_add_up(site: Site) -> None:
    body = await site.get("/api/v3/purchase-orders/billing-history/")
    billed = sum(Decimal(item["billed_qty"]) for row in body["data"] for item in row["items"])
    assert billed == sum(
        line.quantity
        for bill in site.tenant.bills.values()
        for line in bill.lines
        if line.order_line is not None
    )


async def test_card_transactions_when_listed_then_those_of_orders_paid_by_card(
    site: Site,
) -> None:
    path = "/api/public/v1/pay/transactions/"
    cards = sum(order.has_credit_card for order in site.tenant.orders.values())
    assert cards > 0
    assert await count(site, path) == cards
    assert await count(site, f"{path}?end_date=2000-01-01") == 0
    assert await count(site, f"{path}?reconciliation_status=pending") == cards

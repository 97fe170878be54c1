"""Lists and details of bills, bill items and payments, by the filters of procurify.md §3."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from aiohttp import web

from engine.sandbox.procurify import bill_shapes, payment_shapes
from engine.sandbox.procurify.bill_details import whole_bill
from engine.sandbox.procurify.bill_items import ItemRow, item_row, item_rows
from engine.sandbox.procurify.filters import (
    Filter,
    Query,
    Test,
    amount,
    any_of,
    changed_days,
    changed_instants,
    claim,
    days,
    equal,
    instants,
    like,
    words,
)
from engine.sandbox.procurify.order_lists import CONTRACT_ID
from engine.sandbox.procurify.pages import Answer, detail, not_found, path_id
from engine.sandbox.procurify.payments import payment_of, payments_of
from engine.sandbox.procurify.people_shapes import approver
from engine.sandbox.procurify.printing import Json, local_day, number
from engine.sandbox.procurify.routes import Listing, Route, listed
from engine.sandbox.procurify.rows import Chosen
from engine.sandbox.procurify.settings import ProcurifySettings
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Payment
from engine.sandbox.scenario.bills import line_of_bill
from engine.sandbox.scenario.model import BILL, ZERO, Bill, PurchaseOrder, Source

EXPENSE, PAID = 1, 4
Paid: TypeAlias = tuple[Payment, tuple[Bill, ...]]


def _export_day(bill: Bill) -> date | None:
    return local_day(bill.modified_at) if bill.status == PAID else None


def _accounts(bill: Bill) -> list[object]:
    return [part.account.code.id for line in bill.lines for part in line.allocations]


def _departments(bill: Bill) -> list[object]:
    return [part.account.department.id for line in bill.lines for part in line.allocations]


BILL_FILTERS: tuple[Filter[Bill], ...] = (
    changed_instants(
        ("last_modified_datetime_0", "last_modified_datetime_1"), lambda bill: bill.modified_at
    ),
    changed_days("modified_date", lambda bill: bill.modified_at),
    days("invoice_date", lambda bill: bill.invoiced_on),
    days("due_date", lambda bill: bill.due_on),
    days("gl_post_date", lambda bill: bill.posted_on),
    days("submitted_date", lambda bill: bill.submitted_at if bill.status else None),
    days("last_export_date", _export_day),
    equal("vendor", lambda bill: bill.vendor.id),
    equal("type", lambda bill: bill.type),
    equal("group", lambda bill: bill.group),
    equal("include_bill_group_ids", lambda bill: bill.group),
    equal("exclude_bill_group_ids", lambda bill: bill.group, but=True),
    equal("currency", lambda bill: bill.currency.id),
    equal("contract", lambda bill: CONTRACT_ID if bill.orders else None),
    *(equal(name, lambda bill: bill.user.id) for name in ("creator", "user")),
    equal("last_export_user", lambda bill: bill.user.id if bill.status == PAID else None),
    equal("approver", lambda bill: None),
    equal("location", lambda bill: bill.location.id),
    equal("sync_status_v2", lambda bill: 1 if bill.status == PAID else 0),
    any_of("account_code", _accounts),
    any_of("department", _departments),
    claim("expense", lambda bill: bill.type == EXPENSE),
    claim("exclude_expense_bills", lambda bill: bill.type != EXPENSE, only_true=True),
    claim("has_payment", lambda bill: bill.status in {PAID, 6, 7, 8}),
    claim("has_posting_date", lambda bill: True),
    claim("is_exported", lambda bill: bill.status == PAID),
    claim("is_invoice_created", lambda bill: False),
    like("search", lambda bill: (bill.invoice_number, bill.vendor.name)),
)
ITEM_FILTERS: tuple[Filter[ItemRow], ...] = (
    equal("bill", lambda row: row.bill.id if row.bill else None),
    equal("bill_uuid", lambda row: row.bill.uuid if row.bill else None),
    claim("billed", lambda row: row.bill is not None),
    equal("budget", lambda row: row.account.id),
    equal("department", lambda row: row.account.department.id),
    equal("location", lambda row: row.account.department.location.id),
    equal("exclude", lambda row: row.id, but=True),
    claim("reimburse", lambda row: False),
    equal("requester", lambda row: row.requester.id),
    equal("vendor", lambda row: row.vendor.id),
    days("created_at", lambda row: row.created_at),
    days("received_on", lambda row: row.received_on),
    like("search", lambda row: row.name),
)
PAYMENT_FILTERS: tuple[Filter[Paid], ...] = (
    instants(("updated_at_after", "updated_at_before"), lambda paid: paid[0].updated_at),
    instants(("created_at_after", "created_at_before"), lambda paid: paid[0].created_at),
    any_of("bill_groups", lambda paid: [bill.group for bill in paid[1]]),
    equal("currency", lambda paid: paid[0].currency.id),
    equal("ids", lambda paid: paid[0].id),
    any_of("invoice_number", lambda paid: [bill.invoice_number for bill in paid[1]]),
    amount("payment_amount", lambda paid: paid[0].amount),
    words("status", lambda paid: paid[0].status, payment_shapes.STATUS_WORDS),
    equal("vendor", lambda paid: paid[0].vendor),
    like("search", lambda paid: [bill.vendor.name for bill in paid[1]]),
)
OLD_PAYMENT_FILTERS: tuple[Filter[Paid], ...] = (
    equal("approver", lambda paid: None),
    equal("currency", lambda paid: paid[0].currency.id),
    days("payment_date", lambda paid: date.fromisoformat(paid[0].paid_on)),
    equal("payment_method__type", lambda paid: 0),
    like("search", lambda paid: [bill.vendor.name for bill in paid[1]]),
)


def bill_routes(tenant: Tenant, settings: ProcurifySettings) -> list[Route]:
    """The reading routes of bills, bill items and payments."""
    api = _Bills(tenant, settings)

    def get(path: str, resource: str, answer: Answer) -> Route:
        return Route(method="GET", path=path, resource=resource, answer=answer)

    return [
        listed(
            tenant,
            settings,
            Listing[Bill](
                path="/api/v3/ap/bills/",
                resource="bills",
                rows=api.bills,
                show=api.bill_row,
                glimpse=api.bill_glimpse,
                filters=(*BILL_FILTERS, days("payment_date", api.paid_day)),
                beside=api.worth,
            ),
        ),
        get("/api/v2/ap/bills/{uuid:[0-9a-f-]+}/", "bills", api.bill),
        listed(
            tenant,
            settings,
            Listing[ItemRow](
                path="/api/v2/ap/items/",
                resource="bills",
                rows=lambda request: item_rows(tenant),
                show=item_row,
                filters=ITEM_FILTERS,
                beside=_items_beside,
            ),
        ),
        *_payment_routes(tenant, settings, api),
        get("/api/v2/ap/payments/{id:[0-9]+}/approver-choices/", "payments", api.approvers),
    ]


def _payment_routes(tenant: Tenant, settings: ProcurifySettings, api: "_Bills") -> list[Route]:
    return [
        listed(
            tenant,
            settings,
            Listing[Paid](
                path="/api/public/v1/payments/",
                resource="payments",
                rows=api.payments,
                show=lambda paid: payment_shapes.public_payment(*paid),
                filters=PAYMENT_FILTERS,
                arrange=_ordered,
            ),
        ),
        listed(
            tenant,
            settings,
            Listing[Paid](
                path="/api/v2/ap/payments/",
                resource="payments",
                rows=api.old_payments,
                show=lambda paid: payment_shapes.old_payment(*paid),
                filters=OLD_PAYMENT_FILTERS,
                beside=lambda rows: _payments_beside(rows, is_list=True),
            ),
        ),
        listed(
            tenant,
            settings,
            Listing[PurchaseOrder](
                path="/api/public/v1/pay/transactions/",
                resource="payments",
                rows=lambda request: [
                    order for order in tenant.orders_that_may_be_by_card() if order.has_credit_card
                ],
                show=payment_shapes.card_transaction,
                filters=(
                    _range("start_date", "end_date"),
                    words(
                        "reconciliation_status",
                        lambda order: order.state == PAID,
                        {"reviewed": True, "pending": False},
                    ),
                    like("search", lambda order: order.vendor.name),
                ),
            ),
        ),
    ]


class _Bills:
    def __init__(self, tenant: Tenant, settings: ProcurifySettings) -> None:
        self._tenant = tenant
        self._settings = settings

    def bills(self, request: web.Request) -> Sequence[Bill]:
        return self._tenant.seen_bills()

    def worth(self, rows: Sequence[Bill]) -> Mapping[str, Json]:
        """What stands beside the list: what the bills come to, and in how many currencies."""
        put, places = rows.split() if isinstance(rows, Chosen) else (list(rows), [])
        glance = self._tenant.bills.glance
        currencies = {bill.currency.id for bill in put}
        currencies.update(map(glance.currencies.__getitem__, places))
        cents = sum(map(glance.totals.__getitem__, places))
        total = sum((bill.grand_total for bill in put), Decimal(cents).scaleb(-2))
        return bill_shapes.bill_metadata(currencies, total)

    async def bill(self, request: web.Request) -> web.StreamResponse:
        bill = self._tenant.bill_of(request.match_info["uuid"])
        if bill is None or Source(BILL, bill.uuid) in self._tenant.withheld:
            raise not_found()
        shown = whole_bill(self._tenant, bill)
        return detail(request, shown, bill_shapes.worth_of(bill))

    def paid_day(self, bill: Bill) -> date | None:
        payment = payment_of(self._tenant, bill)
        return None if payment is None else date.fromisoformat(payment.paid_on)

    def bill_row(self, bill: Bill) -> Json:
        today = local_day(self._tenant.now())
        return self._tenant.prints.shown(
            "row",
            Source(BILL, bill.uuid),
            bill,
            lambda row: _row(row, [line.id for line in row.lines], today),
            stamp=today,
        )

    def bill_glimpse(self, identity: int) -> Json:
        """The row of the bill of that id, which is not made for it."""
        bills = self._tenant.bills
        sketch = bills.sketch_of(identity)
        if sketch is None:
            return self.bill_row(bills[identity])
        bill = sketch(identity)
        items = [line_of_bill(identity, line.id) for line in bill.lines]
        row = _row(bill, items, local_day(self._tenant.now()))
        return self._tenant.prints.overlaid("row", Source(BILL, bill.uuid), row)

    def payments(self, request: web.Request) -> Iterable[Paid]:
        return payments_of(self._tenant)

    def old_payments(self, request: web.Request) -> Iterable[Paid]:
        if not self._settings.has_old_payments:
            raise not_found()
        return payments_of(self._tenant)

    async def approvers(self, request: web.Request) -> web.StreamResponse:
        wanted = path_id(request)
        found = [paid for paid in payments_of(self._tenant) if paid[0].id == wanted]
        if not found:
            raise not_found()
        people = self._tenant.references.users[:2]
        rows: list[Json] = [
            {**approver(user), "bill_amount_limit": "1000000.00"} for user in people
        ]
        return detail(request, rows, _payments_beside(found, is_list=False))


def _row(bill: Bill, items: Sequence[int], today: date) -> dict[str, Json]:
    is_late = bill_shapes.is_past_due(bill, today)
    return bill_shapes.bill_row(bill, items=items, is_late=is_late)


def _items_beside(rows: Sequence[ItemRow]) -> dict[str, Json]:
    total = sum((row.total for row in rows), ZERO)
    return {"summary": {"total_items": len(rows), "total_cost": number(total)}}


def _payments_beside(rows: Sequence[Paid], *, is_list: bool) -> dict[str, Json]:
    may: dict[str, Json] = {"can_approve": False}
    if is_list:
        may |= {"can_edit": False, "can_delete": False}
    total = sum((payment.amount for payment, _ in rows), ZERO)
    return {"permissions": may, "summary": {"total_cost": number(total)}}


def _ordered(request: web.Request, rows: Sequence[Paid]) -> Sequence[Paid]:
    """By the one field that `order_by` may name here, as documented (§2.8); else as they are."""
    name = request.query.get("order_by", "")
    is_down = name.startswith("-")
    if name.lstrip("-") == "created_at":
        return sorted(rows, key=lambda paid: paid[0].created_at, reverse=is_down)
    if name.lstrip("-") == "updated_at":
        return sorted(rows, key=lambda paid: paid[0].updated_at, reverse=is_down)
    return rows


def _range(first: str, last: str) -> Filter[PurchaseOrder]:
    """The orders placed from the day of one parameter to that of the other."""

    def test_of(query: Query) -> Test[PurchaseOrder] | None:
        low, high = query.get(first, ""), query.get(last, "")
        if not low and not high:
            return None
        return lambda order: low <= local_day(order.placed_at).isoformat() <= (high or "9")

    return Filter(names=(first, last), test_of=test_of)

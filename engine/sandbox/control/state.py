"""Both systems' rows by kind, as JSON values: amounts as texts, instants and dates in ISO form.

Each kind is a callable, so that nothing is worked out that nobody asked for. Secrets are in none.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import TypeAlias

from engine.sandbox.json_fields import BadInput
from engine.sandbox.procurify.payments import payments_of
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Payment, Receipt
from engine.sandbox.scenario.model import Bill, BillLine, OrderLine, PurchaseOrder, Source, Vendor
from engine.sandbox.sight import bill_source, order_source, vendor_source
from engine.sandbox.syspro.ledger import Ledger
from engine.sandbox.syspro.tables import Table, whole
from engine.sandbox.world import World

Entry: TypeAlias = dict[str, object]
Kinds: TypeAlias = Mapping[str, Callable[[], list[Entry]]]


def state_of(world: World, wanted: Collection[str], company: str = "") -> dict[str, Entry]:
    """Both systems' rows of the wanted kinds, of all if none is named; raises `BadInput`.

    SYSPRO's kinds are those of the company, of the only one if there is no other; with several
    and none named, they stand by company.
    """
    ledgers = [world.companies.find(company)] if company else list(world.companies)
    books = {ledger.company: ledger_state(ledger) for ledger in ledgers if ledger is not None}
    if not books:
        raise BadInput(f"there is no company {company}")
    tenant = tenant_state(world.tenant)
    unknown = set(wanted).difference(tenant, *books.values())
    if unknown:
        raise BadInput(f"there is no kind {', '.join(sorted(unknown))}")

    def shown(kinds: Kinds) -> Entry:
        return {name: rows() for name, rows in kinds.items() if not wanted or name in wanted}

    by_company: Entry = {name: shown(kinds) for name, kinds in books.items()}
    only = next(iter(books.values()))
    return {"procurify": shown(tenant), "syspro": shown(only) if len(books) == 1 else by_company}


def tenant_state(tenant: Tenant) -> Kinds:
    """What Procurify holds: vendors, purchase orders, bills, receipts, payments."""
    desk = tenant.desk
    return {
        "vendors": lambda: [_vendor(row, tenant) for row in tenant.vendors.values()],
        "purchase_orders": lambda: [_order(row, tenant) for row in tenant.orders.values()],
        "bills": lambda: [_bill(row, tenant) for row in tenant.bills.values()],
        "receipts": lambda: [_receipt(row) for row in desk.receipts.values()],
        "payments": lambda: [_payment(row, bills) for row, bills in payments_of(tenant)],
    }


def ledger_state(ledger: Ledger) -> Kinds:
    """What SYSPRO holds: every table by its name, and the writes in their order."""
    kinds: dict[str, Callable[[], list[Entry]]] = {
        name: _rows_of(table) for name, table in ledger.tables.items()
    }
    kinds["writes"] = lambda: [
        {
            "sequence": write.sequence,
            "kind": write.kind,
            "key": list(write.key),
            "business_object": write.business_object,
            "action": write.action,
            "operator": write.operator,
            "at": write.at.isoformat(),
        }
        for write in ledger.writes
    ]
    return kinds


def _rows_of(table: Table) -> Callable[[], list[Entry]]:
    return lambda: [
        {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in whole(row).items()
        }
        for row in table.in_order()
    ]


def _vendor(row: Vendor, tenant: Tenant) -> Entry:
    return {
        "id": row.id,
        "name": row.name,
        "is_active": row.is_active,
        "type": row.type,
        "currency": row.currency.name,
        "term": row.term.name,
        "external_id": row.external_id,
        "supplier": row.supplier,
        "modified_at": row.modified_at.isoformat(),
        "is_hidden": _is_hidden(vendor_source(row), tenant),
    }


def _order(row: PurchaseOrder, tenant: Tenant) -> Entry:
    return {
        "id": row.id,
        "uuid": row.uuid,
        "number": row.number,
        "vendor": row.vendor.id,
        "currency": row.currency.name,
        "state": row.state,
        "version": row.version,
        "freight": str(row.freight),
        "other": str(row.other),
        "total": str(row.total),
        "modified_at": row.modified_at.isoformat(),
        "is_hidden": _is_hidden(order_source(row), tenant),
        "lines": [_order_line(line) for line in row.lines],
    }


def _order_line(line: OrderLine) -> Entry:
    return {
        "id": line.id,
        "number": line.number,
        "sku": line.sku,
        "name": line.name,
        "quantity": str(line.quantity),
        "received": str(line.received),
        "unit": line.unit,
        "price": str(line.price),
        "total": str(line.total),
        "tax": None if line.tax is None else line.tax.name,
        "tax_amount": str(line.tax_amount),
        "account": line.account.code.code,
        "department": line.account.department.name,
    }


def _bill(row: Bill, tenant: Tenant) -> Entry:
    return {
        "id": row.id,
        "uuid": row.uuid,
        "group": row.group,
        "version": row.version,
        "status": row.status,
        "type": row.type,
        "vendor": row.vendor.id,
        "currency": row.currency.name,
        "invoice_number": row.invoice_number,
        "invoiced_on": row.invoiced_on.isoformat(),
        "posted_on": row.posted_on.isoformat(),
        "grand_total": str(row.grand_total),
        "modified_at": row.modified_at.isoformat(),
        "is_hidden": _is_hidden(bill_source(row), tenant),
        "lines": [_bill_line(line) for line in row.lines],
    }


def _bill_line(line: BillLine) -> Entry:
    return {
        "id": line.id,
        "order": None if line.order is None else line.order.id,
        "order_item": None if line.order_line is None else line.order_line.id,
        "description": line.description,
        "quantity": str(line.quantity),
        "total": str(line.total),
        "tax_amount": str(line.tax_amount),
    }


def _receipt(row: Receipt) -> Entry:
    return {
        "id": row.id,
        "item": row.item,
        "passed": str(row.passed),
        "failed": str(row.failed),
        "received_at": row.received_at.isoformat(),
    }


def _payment(row: Payment, bills: Iterable[Bill]) -> Entry:
    return {
        "id": row.id,
        "bills": [bill.uuid for bill in bills],
        "vendor": row.vendor,
        "currency": row.currency.name,
        "amount": str(row.amount),
        "paid_on": row.paid_on,
    }


def _is_hidden(source: Source, tenant: Tenant) -> bool:
    return source in tenant.withheld

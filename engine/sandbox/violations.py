"""What was written into SYSPRO in a wrong order, by the ledger's list of accepted writes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from engine.sandbox.procurify.store import Tenant
from engine.sandbox.scenario.model import PURCHASE_ORDER, PurchaseOrder
from engine.sandbox.sight import item_of
from engine.sandbox.syspro.ledger import Ledger, number, text
from engine.sandbox.syspro.receipts import MERCHANDISE
from engine.sandbox.syspro.writes import CLERK, Write

Goods: TypeAlias = Mapping[int | None, tuple[Decimal, Decimal]]


def order_violations(
    tenant: Tenant, ledger: Ledger, suppliers_at_first: frozenset[tuple[str, ...]]
) -> list[dict[str, str]]:
    """Orders before their supplier, matched invoices before their order, revisions turned back.

    All of them in the ledger of one company. What a person wrote is no violation.
    """
    suppliers = set(suppliers_at_first)
    orders: set[str] = set()
    versions: dict[str, int] = {}
    found: list[dict[str, str]] = []
    for write in ledger.writes:
        if write.kind == "supplier":
            suppliers.add(write.key)
        elif write.kind == "order":
            orders.add(write.key[0])
            if write.operator == CLERK:
                continue
            found += _early_order(tenant, write, suppliers)
            found += _turned_back(tenant, write, versions)
        elif write.kind == "invoice":
            found += _early_invoice(write, orders)
    return found


def _early_order(
    tenant: Tenant, write: Write, suppliers: set[tuple[str, ...]]
) -> list[dict[str, str]]:
    names = {text(row["Supplier"]) for row in write.rows.get("PorMasterHdr", ())}
    return [
        _entry(tenant, write, f"posted before supplier {name}")
        for name in sorted(names)
        if (name,) not in suppliers
    ]


def _early_invoice(write: Write, orders: set[str]) -> list[dict[str, str]]:
    matched = {text(row["PurchaseOrder"]) for row in write.rows.get("GrnMatch", ())}
    return [
        {
            "kind": "bill",
            "source_id": "",
            "number": write.key[1],
            "what": f"matched before order {key.lstrip('0')}",
        }
        for key in sorted(matched - orders)
    ]


def _turned_back(tenant: Tenant, write: Write, versions: dict[str, int]) -> list[dict[str, str]]:
    """Whether the write leaves the goods of an older version than an earlier write left."""
    lines = [row for row in write.rows.get("PorMasterDetail", ()) if row["LineType"] in MERCHANDISE]
    order = _order_of(tenant, write)
    if order is None or not lines:
        return []
    goods = {
        item_of(row): (number(row["MOrderQty"]), number(row["MForeignPrice"])) for row in lines
    }
    shown = [old.version for old in tenant.versions_of_order(order.id) if _goods(old) == goods]
    if not shown:
        return []
    before = versions.get(write.key[0], 0)
    versions[write.key[0]] = max(before, max(shown))
    if max(shown) >= before:
        return []
    return [_entry(tenant, write, f"version {max(shown)} written after version {before}")]


def _goods(order: PurchaseOrder) -> Goods:
    return {
        line.id: (line.quantity, line.price.quantize(Decimal("0.00001"))) for line in order.lines
    }


def _order_of(tenant: Tenant, write: Write) -> PurchaseOrder | None:
    lines = write.rows.get("PorMasterDetail", ())
    orders = (tenant.order_with_line(item_of(row)) for row in lines)
    return next((order for order in orders if order is not None), None)


def _entry(tenant: Tenant, write: Write, what: str) -> dict[str, str]:
    order = _order_of(tenant, write)
    return {
        "kind": PURCHASE_ORDER,
        "source_id": "" if order is None else str(order.id),
        "number": write.key[0].lstrip("0") if order is None else order.number,
        "what": what,
    }

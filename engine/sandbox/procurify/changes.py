"""Everything that may be made to happen in the tenant, for the story and the control port.

Documents are named as people would: orders by `procurify_PO` or number, bills by uuid or invoice
number, vendors by id or name. Whatever may not happen raises `ValueError` that says why, and
nothing is changed.
"""

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from engine.sandbox.procurify import bill_changes, order_changes
from engine.sandbox.procurify.order_changes import LineChange
from engine.sandbox.procurify.store import Tenant
from engine.sandbox.procurify.tables import Payment, Receipt
from engine.sandbox.scenario.model import Bill, OrderLine, PurchaseOrder, Source, Vendor


class Changes:
    """The changes of one tenant."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def confirm_bill(self, name: str) -> Bill:
        """A draft waits for approval."""
        return bill_changes.put_status(self._tenant, self.bill(name), bill_changes.CONFIRMED)

    def approve_bill(self, name: str) -> Bill:
        """The bill is approved."""
        return bill_changes.put_status(self._tenant, self.bill(name), bill_changes.APPROVED)

    def deny_bill(self, name: str) -> Bill:
        """The bill is denied."""
        return bill_changes.put_status(self._tenant, self.bill(name), bill_changes.DENIED)

    def withdraw_bill(self, name: str) -> Bill:
        """The bill is withdrawn."""
        return bill_changes.put_status(self._tenant, self.bill(name), bill_changes.WITHDRAWN)

    def fix_bill(self, name: str, captured_total: Decimal | None = None) -> Bill:
        """A new draft in the bill's group stands for it."""
        return bill_changes.fix_bill(self._tenant, self.bill(name), captured_total=captured_total)

    def delete_bill(self, name: str) -> None:
        """The bill is gone for good."""
        bill_changes.delete_bill(self._tenant, self.bill(name))

    def pay_bills(self, names: Sequence[str], paid_on: str) -> list[Payment]:
        """The bills are paid, one payment each."""
        bills = [self.bill(name) for name in names]
        return bill_changes.pay_bills(self._tenant, bills, paid_on)

    def cancel_payment(self, identity: int) -> None:
        """The payment is void and its bills are approved again."""
        bill_changes.cancel_payment(self._tenant, identity)

    def revise_order(
        self, name: str, lines: Sequence[LineChange], added: Sequence[OrderLine] = ()
    ) -> PurchaseOrder:
        """The order's next version."""
        return order_changes.revise_order(self._tenant, self.order(name), lines, added=added)

    def cancel_order(self, name: str) -> PurchaseOrder:
        """The order is cancelled."""
        return order_changes.cancel_order(self._tenant, self.order(name))

    def close_order(self, name: str) -> PurchaseOrder:
        """The order is closed."""
        return order_changes.close_order(self._tenant, self.order(name))

    def reopen_order(self, name: str) -> PurchaseOrder:
        """The closed order is open again."""
        return order_changes.reopen_order(self._tenant, self.order(name))

    def receive(self, item: int, passed: Decimal, failed: Decimal = Decimal(0)) -> Receipt:
        """Goods of an order item have come."""
        return order_changes.receive_item(self._tenant, item, passed, failed)

    def undo_receipt(self, identity: int) -> PurchaseOrder:
        """The receipt never was."""
        return order_changes.undo_receipt(self._tenant, identity)

    def rename_vendor(self, name: str, new_name: str) -> Vendor:
        """The vendor has another name, in its documents too."""
        if not new_name.strip() or len(new_name) > 150:
            raise ValueError("a vendor's name has 1 to 150 characters")
        return self._put(replace(self.vendor(name), name=new_name))

    def deactivate_vendor(self, name: str) -> Vendor:
        """The vendor drops out of the active lists."""
        vendor = self.vendor(name)
        if not vendor.is_active:
            raise ValueError(f"vendor {vendor.id} is inactive already")
        return self._put(replace(vendor, is_active=False))

    def activate_vendor(self, name: str) -> Vendor:
        """The vendor is active again."""
        vendor = self.vendor(name)
        if vendor.is_active:
            raise ValueError(f"vendor {vendor.id} is active already")
        return self._put(replace(vendor, is_active=True))

    def merge_vendors(self, name: str, survivor_name: str) -> Vendor:
        """The vendor is inactive and its documents are the survivor's, each changed now."""
        vendor, survivor = self.vendor(name), self.vendor(survivor_name)
        if vendor.id == survivor.id:
            raise ValueError("a vendor cannot be merged into itself")
        tenant, now = self._tenant, self._tenant.now()
        for order in tenant.orders_to(vendor):
            tenant.put_order(
                replace(order, vendor=survivor, version=order.version + 1, modified_at=now)
            )
        for bill in tenant.bills_from(vendor):
            tenant.put_bill(replace(bill, vendor=survivor, modified_at=now))
        if vendor.is_active:
            self._put(replace(vendor, is_active=False))
        return survivor

    def add_vendor(self, vendor: Vendor) -> None:
        """A new vendor is there, as of now."""
        _must_be_new(vendor.id, self._tenant.vendors)
        self._put(vendor)

    def add_order(self, order: PurchaseOrder) -> None:
        """A new order is there, as of now."""
        _must_be_new(order.id, self._tenant.orders)
        self._tenant.put_order(replace(order, modified_at=self._tenant.now()))

    def add_bill(self, bill: Bill) -> None:
        """A new bill is there, as of now."""
        _must_be_new(bill.id, self._tenant.bills)
        self._tenant.put_bill(replace(bill, modified_at=self._tenant.now()))

    def withhold(self, kind: str, identity: str) -> None:
        """The document is not to be seen until it is released: a row that arrives late."""
        self._tenant.withheld.add(Source(kind, identity))
        self._tenant.touch()

    def release(self, kind: str, identity: str) -> None:
        """The withheld document is seen, with the stamp that it always had."""
        if Source(kind, identity) not in self._tenant.withheld:
            raise ValueError(f"{kind} {identity} is not withheld")
        self._tenant.withheld.remove(Source(kind, identity))
        self._tenant.touch()

    def skew_stamps(self, seconds: int) -> None:
        """Changes are stamped so many seconds beside the clock from now on."""
        self._tenant.skew = timedelta(seconds=seconds)

    def order(self, name: str) -> PurchaseOrder:
        """The order of that id, uuid or number."""
        found = self._tenant.order_of(name)
        if found is None:
            found = next(iter(self._tenant.orders_named(name)), None)
        if found is None:
            raise ValueError(f"there is no purchase order {name}")
        return found

    def bill(self, name: str) -> Bill:
        """The bill of that uuid or invoice number; the newest of a number that is there twice."""
        found = self._tenant.bill_of(name)
        if found is None and name:
            rows = self._tenant.bills_named(name)
            found = rows[-1] if rows else None
        if found is None:
            raise ValueError(f"there is no bill {name}")
        return found

    def vendor(self, name: str) -> Vendor:
        """The vendor of that id or name."""
        found = self._tenant.vendors.get(int(name)) if name.isdigit() else None
        if found is None:
            rows = self._tenant.vendors.values()
            found = next((row for row in rows if row.name == name), None)
        if found is None:
            raise ValueError(f"there is no vendor {name}")
        return found

    def _put(self, vendor: Vendor) -> Vendor:
        changed = replace(vendor, modified_at=self._tenant.now())
        self._tenant.put_vendor(changed)
        return changed


def _must_be_new(identity: int, known: Container[int]) -> None:
    if identity in known:
        raise ValueError(f"there is a document {identity} already")

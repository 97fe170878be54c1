"""Freight and miscellaneous charges of a purchase order in PORTOI (syspro.md §3.1).

A value is in local currency under FLoc L, else in the order's; both are kept. Pure.
"""

from decimal import Decimal

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.ledger import cents, number
from engine.sandbox.syspro.objects.portoi_order import OrderInHand
from engine.sandbox.syspro.tables import Row


def charge(order: OrderInHand, fields: Fields, prefix: str, stored: Row) -> Row:
    """The charge columns of a line; `prefix` is `MiscCharge` or `Freight`; zero is a warning."""
    value = fields.number(f"{prefix}Value", 12, 2)
    if value is None and stored:
        value = number(stored["NMscChargeFor"])
    if not value:
        fields.fault(invented.ZERO_CHARGE, f"{prefix}Value", "")
        value = Decimal(0)
    tax_name = "FreightTaxCode" if prefix == "Freight" else "MiscChargeTax"
    tax = fields.text(tax_name, 3)
    taxable_name = "FreightTaxable" if prefix == "Freight" else "MiscTaxable"
    if fields.choice(taxable_name, "YN") == "N":
        tax = ""
    fields.known(tax_name, tax, order.ledger.tables["AdmTax"], invented.TAX_NOT_FOUND)
    local_or_foreign = fields.choice(f"{prefix}FLoc", "LF", "F")
    rate = order.local(Decimal(1))
    foreign = cents(value / rate) if local_or_foreign == "L" else value
    row: Row = {
        "NMscChargeFor": foreign,
        "NMscChargeValue": value if local_or_foreign == "L" else cents(value * rate),
        "NMscChargeFLoc": local_or_foreign,
        "NMscChargeTax": tax,
    }
    if prefix == "MiscCharge":
        row["NComment"] = fields.text("MiscDescription", 45)
    return row

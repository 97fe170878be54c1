"""PORQSO, APSQSO and IMPQIK: what the company is set up with (Query/Query; second tier).

Only the elements that the sheet names are answered (syspro.md §3.1, §3.6, §3.7): nothing is made
up beside them. Documented: PORQSO's groups General and Options, IMPQIK's supplier block. Invented:
the roots of APSQSO and IMPQIK, the values of `SupZero`, and the block of purchase order keys, which
repeats the supplier's names under its own prefix.
"""

from engine.sandbox.syspro.calls import Call
from engine.sandbox.syspro.keyrules import KeyRule
from engine.sandbox.syspro.replies import Reply


def _flag(is_set: bool) -> str:
    return "Y" if is_set else "N"


def purchasing(call: Call) -> str:
    """PORQSO: the purchase order options."""
    setup = call.ledger.purchasing
    reply = Reply("PurchaseOrderOptions", "PORQSO")
    reply.open("General")
    reply.leaf("DefPriceMethodPo", setup.default_price_method)
    reply.leaf("UseAltUomPOQty", "N")
    reply.leaf("AllowMntCompPo", _flag(setup.maintains_completed_orders))
    reply.leaf("RetainPoHdrWithoutLines", _flag(setup.keeps_headers_without_lines))
    reply.close("General")
    reply.open("Options")
    reply.leaf("RestrictOrdToSingleWh", _flag(setup.restricts_order_to_one_warehouse))
    reply.leaf("SetPoStatusAfterMaint", _flag(setup.sets_ready_to_print_after_change))
    reply.close("Options")
    return reply.text()


def payables(call: Call) -> str:
    """APSQSO: the accounts payable options."""
    setup = call.ledger.payables
    reply = Reply("ApOptions", "APSQSO")
    reply.leaf("ApTaxDistrMethod", setup.tax_method)
    reply.leaf("ValidateSuppClass", _flag(setup.validates_supplier_class))
    reply.leaf("ValidateGeogArea", _flag(setup.validates_area))
    return reply.text()


def keys(call: Call) -> str:
    """IMPQIK: how keys are numbered and shown."""
    ledger = call.ledger
    reply = Reply("KeyInformation", "IMPQIK")
    _write_rule(reply, "Suppliers", "Sup", ledger.key_rules["Supplier"])
    reply.leaf("NextSupplier", _next(ledger.key_rules["Supplier"], ledger.next_supplier))
    reply.close("Suppliers")
    _write_rule(reply, "StockCodes", "Stk", ledger.key_rules["StockCode"])
    reply.close("StockCodes")
    _write_rule(reply, "PurchaseOrders", "Por", ledger.key_rules["PurchaseOrder"])
    reply.close("PurchaseOrders")
    return reply.text()


def _write_rule(reply: Reply, group: str, prefix: str, rule: KeyRule) -> None:
    reply.open(group)
    reply.leaf(f"{prefix}KeyType", rule.kind)
    reply.leaf(f"{prefix}Case", rule.case)
    reply.leaf(f"{prefix}Zero", "S" if rule.suppresses_zeros else "Z")
    reply.leaf(f"{prefix}PresentationLength", str(rule.presentation_length))
    reply.leaf(f"{prefix}Method", "A" if rule.is_automatic else "M")


def _next(rule: KeyRule, value: int) -> str:
    return rule.shown(rule.stored(str(value))) if rule.is_automatic else ""

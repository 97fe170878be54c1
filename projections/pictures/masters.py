"""Suppliers, ledger codes, receipts and what is written to Procurify, as pictures. Pure."""

from collections.abc import Mapping

from engine.core.canonical import JsonObject
from engine.core.money import ZERO, plain, read_amount
from projections.facts import text_of
from projections.merging import objects_of
from projections.pictures.picture import (
    UNREAD,
    Cell,
    Picture,
    as_text,
    held_cells,
    known_before,
    seen_cells,
    wanted_cells,
)

SUPPLIER = (
    Cell(name="supplier", field="supplier", column="Supplier", kind="key"),
    Cell(name="name", field="name", column="SupplierName"),
    Cell(name="short name", field="short_name", column="SupShortName", is_free=True),
    Cell(name="branch", field="branch", column="Branch"),
    Cell(name="terms", field="terms_code", column="TermsCode"),
    Cell(name="currency", field="currency", column="Currency"),
    Cell(name="bank", field="bank", column="Bank"),
    Cell(name="address", field="address", column="address", kind="list"),
    Cell(name="postal code", field="postal_code", column="SupPostalCode"),
    Cell(name="telephone", field="telephone", column="Telephone"),
    Cell(name="contact", field="contact", column="Contact", is_free=True),
    Cell(name="e-mail", field="email", column="Email"),
    Cell(name="tax registration", field="tax_registration", column="TaxRegnNum"),
    Cell(name="on hold", field="is_on_hold", column="OnHold", kind="flag"),
    Cell(
        name="may be ordered from", field="is_order_allowed", column="PurchOrdAllowed", kind="flag"
    ),
    Cell(
        name="receipts are matched",
        field="is_grn_match_required",
        column="GrnMatchReqd",
        kind="flag",
    ),
)
LEDGER_CODE = (
    Cell(name="ledger code", field="ledger_code"),
    Cell(name="description", field="description"),
    Cell(name="account type", field="account_type"),
    Cell(name="group", field="group"),
)
RECEIPT = (
    Cell(name="order", field="purchase_order", kind="key"),
    Cell(name="line", field="line"),
    Cell(name="received on", field="received_on", kind="day"),
    Cell(name="unit", field="unit"),
    Cell(name="delivery note", field="reference"),
    Cell(name="line is complete then", field="is_line_completed", kind="flag"),
)


def wished_supplier(body: JsonObject) -> Picture:
    """The supplier as a new one would be."""
    return Picture(cells=wanted_cells(SUPPLIER, body, ""))


def held_supplier(row: JsonObject, local_currency: str) -> Picture:
    """The supplier as SYSPRO holds it."""
    currency = text_of(row, "Currency").strip() or local_currency
    return Picture(cells=held_cells(SUPPLIER, {**row, "Currency": currency}, ""))


def changed_supplier(body: JsonObject, row: JsonObject) -> tuple[Picture, Picture]:
    """What a change touches of the supplier: as SYSPRO holds it, and as it would be."""
    given = {name: value for name, value in body.items() if name not in {"supplier", "seen"}}
    after = {
        cell.name: as_text(given[cell.field], cell.kind, "")
        for cell in SUPPLIER
        if cell.field in given
    }
    known: dict[str, object] = {**seen_cells(body), **row}
    lines = [str(known[f"SupAddr{n}"]) for n in range(1, 6) if f"SupAddr{n}" in known]
    shown: JsonObject = {**seen_cells(body), **row, **({"address": lines} if lines else {})}
    return Picture(cells=known_before(SUPPLIER, after, shown, "")), Picture(cells=after)


def received(body: JsonObject) -> tuple[Picture, Picture]:
    """What of an order's line is received now, and would be then."""
    before = read_amount(body.get("received_before")) or ZERO
    after = before + (read_amount(body.get("quantity")) or ZERO)
    old = Picture(cells={"received": f"{plain(before):f}"})
    cells = {**wanted_cells(RECEIPT, body, ""), "received": f"{plain(after):f}"}
    return old, Picture(cells=cells)


def written_back(body: JsonObject) -> tuple[Picture, Picture]:
    """What a write to Procurify sets: as the plan saw it, and as it would be."""
    after = {
        name.replace("_", " "): _text(value)
        for name, value in body.items()
        if name not in {"seen", "passed_before", "failed_before"}
    }
    seen = {
        str(cell.get("column")).replace("_", " "): text_of(cell, "value")
        for cell in objects_of(body.get("seen"))
    }
    before = {name: seen.get(name, "") for name in after if name in seen}
    return Picture(cells=before), Picture(cells={k: v for k, v in after.items() if v})


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("id") or UNREAD)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    return "" if value is None else str(value)

"""The GRN matches and the ledger distribution of an invoice in APSTIN.

A match names a receipt by its parts or by the composite key, and takes it at the outstanding
value (O), in full at a given value (U) or in part (P: quantity and value) (syspro.md §3.4). Values
are in the supplier's currency; `MatchedValue` of GrnDetails stays in local currency. Decisions
(unverified): P cannot take more than the quantity outstanding; a receipt whose whole quantity is
taken is matched; a composite key has the widths of the one sample that is public.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro import invented, refusals
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.keys import shown_key, table_key
from engine.sandbox.syspro.ledger import Ledger, cents, number, text
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.tables import Key, Row, whole

MATCHED: Final = "Y"


@dataclass(slots=True, kw_only=True)
class Matching:
    """The GrnMatch rows of an invoice, the receipts as they stand after, and their value."""

    rows: list[Row] = field(default_factory=list)
    grns: dict[Key, Row] = field(default_factory=dict)
    value: Decimal = Decimal(0)


@dataclass(slots=True, kw_only=True)
class Distribution:
    """The ApDistribution rows of an invoice and their sum."""

    rows: list[Row] = field(default_factory=list)
    value: Decimal = Decimal(0)


def distributed(
    ledger: Ledger, item: Element, faults: list[Fault], *, entry: int = 1, sign: int = 1
) -> Distribution:
    """The ledger distribution that the item asks for; faults are collected.

    Lines are numbered anew for each entry of an invoice; `sign` is how they are kept.
    """
    result = Distribution()
    for position, element in enumerate(item.named("LedgerDistribution"), start=1):
        fields = Fields(
            element, faults, path=("LedgerDistribution",), shown="{Item}{LedgerDistribution}"
        )
        code = fields.text("LedgerCode", 35, is_needed=True)
        account = ledger.tables["GenMaster"].get((ledger.company, code))
        if code and account is None:
            fields.fault(invented.LEDGER_NOT_FOUND, "LedgerCode", code)
        elif account is not None and account["AccOnHldFlag"] == "Y":
            fields.fault(invented.LEDGER_ON_HOLD, "LedgerCode", code)
        elif account is not None and account["ControlAccFlag"] == "Y":
            fields.fault(invented.LEDGER_CONTROL, "LedgerCode", code)
        value = fields.number("LedgerValue", 12, 2)
        if value is None and not fields.element.value("LedgerValue"):
            fields.fault(refusals.BLANK, "LedgerValue", "", "{LedgerDistribution}{LedgerValue}")
        tax_code = fields.text("LedgerTaxCode", 3)
        second = fields.text("LedgerSecondTaxCode", 3)
        for name, tax in (("LedgerTaxCode", tax_code), ("LedgerSecondTaxCode", second)):
            fields.known(name, tax, ledger.tables["AdmTax"], invented.TAX_NOT_FOUND)
        result.value += value or Decimal(0)
        result.rows.append(
            {
                "EntryNumber": Decimal(entry),
                "Line": Decimal(position),
                "GlCode": code,
                "Value": sign * (value or Decimal(0)),
                "TaxCode": tax_code,
                "Notation": fields.text("LedgerNotation", 30),
                "TaxOnlyLine": fields.choice("TaxOnlyLine", "NY", "N"),
            }
        )
    return result


def composite_key(ledger: Ledger, grn: Row) -> str:
    """A receipt's key in one text, as in `0000001000000220I0000400001`."""
    shown = shown_key(ledger, "Grn", text(grn["Grn"]))
    journal, entry = int(number(grn["Journal"])), int(number(grn["JournalEntry"]))
    supplier = shown_key(ledger, "Supplier", text(grn["Supplier"]))
    return f"{supplier:<7}{shown:>09}{text(grn['GrnSource'])}{journal:05}{entry:05}"


def matched(ledger: Ledger, item: Element, supplier: str, faults: list[Fault]) -> Matching:
    """The matches that the item asks for; faults are collected."""
    result = Matching()
    for position, element in enumerate(item.named("GrnDetails"), start=1):
        fields = Fields(element, faults, path=("GrnDetails",), shown="{Item}{GrnDetails}")
        grn = _named(ledger, fields, supplier)
        if grn is None:
            continue
        key = ledger.tables["GrnDetails"].shape.key_of(grn)
        grn = result.grns.get(key, grn)
        if grn["GrnMatchedFlag"] == MATCHED:
            shown = shown_key(ledger, "Grn", text(grn["Grn"]))
            fields.fault(invented.GRN_MATCHED, "GrnGrn", shown)
            continue
        taken = _taken(ledger, fields, grn, result)
        row: Row = {
            "Line": Decimal(position),
            "GrnSupplier": grn["Supplier"],
            **{name: grn[name] for name in ("Grn", "GrnSource", "Journal", "JournalEntry")},
            **{name: grn[name] for name in ("PurchaseOrder", "PurchaseOrderLin")},
            **taken,
        }
        result.rows.append(row)
        result.value += number(taken["Value"])
        result.grns[key] = _after(ledger, grn, result, taken)
    return result


def _named(ledger: Ledger, fields: Fields, supplier: str) -> Row | None:
    """The receipt that a GrnDetails element names, by parts or by composite key."""
    composite = fields.element.value("GrnDetailKey")
    if composite:
        of_supplier = ledger.tables["GrnDetails"].where("Supplier", supplier)
        found = next((r for r in of_supplier if composite_key(ledger, r) == composite), None)
        if found is None:
            fields.fault(invented.GRN_NOT_FOUND, "GrnDetailKey", composite, composite, supplier)
        return found
    owner = table_key(ledger, "Supplier", fields.text("GrnSupplier", 15, default=supplier))
    shown = fields.text("GrnGrn", 20, is_needed=True)
    source = fields.text("GrnFlag", 1)
    journal, entry = fields.number("GrnJournal", 10, 0), fields.number("GrnEntry", 10, 0)
    for row in ledger.tables["GrnDetails"].where("Grn", table_key(ledger, "Grn", shown)):
        if (
            row["Supplier"] == owner
            and source in ("", row["GrnSource"])
            and journal in (None, row["Journal"])
            and entry in (None, row["JournalEntry"])
        ):
            return row
    if shown:
        fields.fault(invented.GRN_NOT_FOUND, "GrnGrn", shown, shown, owner)
    return None


def _earlier(ledger: Ledger, grn: Row, result: Matching) -> list[Row]:
    names = ("Grn", "GrnSource", "Journal", "JournalEntry")
    rows = [*ledger.tables["GrnMatch"].where("Grn", grn["Grn"]), *result.rows]
    return [
        row
        for row in rows
        if row["GrnSupplier"] == grn["Supplier"] and all(row[name] == grn[name] for name in names)
    ]


def outstanding(grn: Row, earlier: list[Row]) -> tuple[Decimal, Decimal]:
    """The quantity and the value (in the supplier's currency) not yet invoiced."""
    quantity = number(grn["QtyReceived"]) - sum(
        (number(r["Quantity"]) for r in earlier), Decimal(0)
    )
    value = number(grn["CurrencyValue"]) - sum((number(r["Value"]) for r in earlier), Decimal(0))
    return quantity, value


def _taken(ledger: Ledger, fields: Fields, grn: Row, result: Matching) -> Row:
    left, value_left = outstanding(grn, _earlier(ledger, grn, result))
    match_type = fields.choice("GrnMatchType", "PUO", "O")
    quantity, value = left, value_left
    if match_type == "U":
        value = _needed(fields, "GrnMatchValue", 2)
    elif match_type == "P":
        quantity = _needed(fields, "GrnPartialMatchQuantity", 6)
        value = _needed(fields, "GrnPartialMatchValue", 2)
        if quantity <= 0:
            fields.fault(
                invented.NEGATIVE, "GrnPartialMatchQuantity", "", "", "GrnPartialMatchQuantity"
            )
        elif quantity > left:
            shown = (str(quantity), str(left))
            fields.fault(invented.GRN_TOO_MUCH, "GrnPartialMatchQuantity", shown[0], *shown)
    return {"MatchType": match_type, "Quantity": quantity, "Value": value}


def _needed(fields: Fields, name: str, decimals: int) -> Decimal:
    value = fields.number(name, 12, decimals)
    if value is None and not fields.element.value(name):
        fields.fault(refusals.BLANK, name, "", f"{{GrnDetails}}{{{name}}}")
    return value or Decimal(0)


def _after(ledger: Ledger, grn: Row, result: Matching, taken: Row) -> Row:
    """The receipt after the match; the last row of `result` carries the local value."""
    left, _ = outstanding(grn, _earlier(ledger, grn, result))
    rate = number(grn["ConvRate"]) or None
    local = cents(ledger.local_value(text(grn["PostCurrency"]), number(taken["Value"]), rate))
    result.rows[-1]["LocalValue"] = local
    return {
        **whole(grn),
        "MatchedValue": number(grn["MatchedValue"]) + local,
        "GrnMatchedFlag": MATCHED if left <= 0 else "N",
    }

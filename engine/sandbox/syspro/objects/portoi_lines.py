"""The lines of a purchase order in PORTOI: which are new, changed and deleted.

SYSPRO gives out the line numbers, in the order of the document; actions other than A count only on
orders on file (syspro.md §3.1). Decisions (unverified): a deleted line leaves the file; a comment
line is changed by itself, whatever ChangeSingleCommentLine says. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from engine.sandbox.syspro import invented
from engine.sandbox.syspro.elements import Element
from engine.sandbox.syspro.fields import Fields
from engine.sandbox.syspro.ledger import Ledger, number, text
from engine.sandbox.syspro.objects.portoi_charges import charge
from engine.sandbox.syspro.objects.portoi_goods import merchandise
from engine.sandbox.syspro.objects.portoi_order import Options, OrderInHand
from engine.sandbox.syspro.receipts import (
    COMMENT_LINE,
    FREIGHT_LINE,
    MERCHANDISE,
    MISC_LINE,
)
from engine.sandbox.syspro.refusals import Fault
from engine.sandbox.syspro.tables import Key, Row, Value

COMMENT_WIDTH: Final = 45
COMMENT_LENGTH: Final = 990
_KINDS: Final = {
    "stockline": "StockLine",
    "commentline": "CommentLine",
    "miscchargeline": "MiscChargeLine",
    "freightline": "FreightLine",
}
_TYPES: Final = {
    "StockLine": MERCHANDISE,
    "CommentLine": (COMMENT_LINE,),
    "MiscChargeLine": (MISC_LINE,),
    "FreightLine": (FREIGHT_LINE,),
}


@dataclass(slots=True, kw_only=True)
class LinePlan:
    """What happens to the lines: rows to store, keys to delete, the next free line number."""

    put: list[Row] = field(default_factory=list)
    delete: list[Key] = field(default_factory=list)
    next_line: int = 1

    def delete_comments(self, order: OrderInHand, line: Decimal | None) -> None:
        """The comment lines attached to the line of goods are gone."""
        shape = order.ledger.tables["PorMasterDetail"].shape
        for row in order.stored:
            is_attached = row["LineType"] == COMMENT_LINE and row["NCommentFromLin"] == line
            if is_attached and line and shape.key_of(row) not in self.delete:
                self.delete.append(shape.key_of(row))

    def move_due_date(self, stored: Sequence[Row], due: Value) -> None:
        """Every line of goods that is not complete is due on the header's date."""
        planned = {row["Line"] for row in self.put}
        gone = {key[1] for key in self.delete}
        for row in stored:
            is_open = row["LineType"] in MERCHANDISE and row["MCompleteFlag"] != "Y"
            if is_open and row["Line"] not in planned and str(row["Line"]) not in gone:
                self.put.append({**row, "MLatestDueDate": due})


def plan(
    ledger: Ledger,
    details: Element,
    header: Row,
    stored: Sequence[Row],
    options: Options,
    faults: list[Fault],
) -> LinePlan:
    """What the details of an order ask for, in document order; faults are collected."""
    order = OrderInHand(ledger=ledger, header=header, options=options, stored=stored)
    highest = max((int(number(row["Line"])) for row in stored), default=0)
    result = LinePlan(next_line=max(highest + 1, int(number(header.get("NextDetailLine"))) or 1))
    for element in details.children:
        kind = _KINDS.get(element.name.lower())
        if kind is None:
            continue
        shown = f"{{Orders}}{{OrderDetails}}{{{kind}}}"
        fields = Fields(element, faults, path=(kind,), shown=shown)
        _plan_line(order, kind, fields, result)
    return result


def _plan_line(order: OrderInHand, kind: str, fields: Fields, result: LinePlan) -> None:
    action = fields.choice("LineActionType", "ACD", "A") if order.stored else "A"
    if fields.choice("DeleteAttachedCommentLines", "YN", "N") == "Y":
        result.delete_comments(order, fields.number("AttachedToStkLineNumber", 4, 0))
    if action == "A":
        for row in _new_rows(order, kind, fields):
            result.put.append({**row, "Line": Decimal(result.next_line)})
            result.next_line += 1
        return
    line = fields.number("PurchaseOrderLine", 4, 0)
    found = _found(order, kind, line, result)
    if found is None:
        shown = fields.element.value("PurchaseOrderLine")
        purchase_order = text(order.header["PurchaseOrder"]).lstrip("0")
        fields.fault(invented.LINE_NOT_FOUND, "PurchaseOrderLine", shown, shown, purchase_order)
    elif action == "D":
        if number(found["MReceivedQty"]):
            fields.fault(invented.LINE_RECEIVED, "PurchaseOrderLine", str(line))
        if found["MJob"] or found["MSalesOrder"] or found["MEdiExtractFlag"] == "Y":
            fields.fault(invented.LINE_LINKED, "PurchaseOrderLine", str(line))
        result.delete.append(order.ledger.tables["PorMasterDetail"].shape.key_of(found))
        result.put = [row for row in result.put if row["Line"] != line]
    elif found["MCompleteFlag"] == "Y":
        fields.fault(invented.LINE_COMPLETE, "PurchaseOrderLine", str(line))
    else:
        after = _changed_row(order, kind, fields, found)
        result.put = [row for row in result.put if row["Line"] != line] + [after]


def _found(order: OrderInHand, kind: str, line: Decimal | None, result: LinePlan) -> Row | None:
    """The line on file of that kind and number, as the elements before have left it."""
    for row in order.stored:
        if row["Line"] == line and row["LineType"] in _TYPES[kind]:
            if order.ledger.tables["PorMasterDetail"].shape.key_of(row) in result.delete:
                return None
            return next((planned for planned in result.put if planned["Line"] == line), row)
    return None


def _new_rows(order: OrderInHand, kind: str, fields: Fields) -> list[Row]:
    match kind:
        case "StockLine":
            return [merchandise(order, fields, {})]
        case "CommentLine":
            comment = fields.text("Comment", COMMENT_LENGTH, is_needed=True)
            starts = range(0, len(comment), COMMENT_WIDTH)
            attached = fields.number("AttachedToStkLineNumber", 4, 0) or Decimal(0)
            _check_attached(order, fields, attached)
            return [
                {
                    "LineType": COMMENT_LINE,
                    "NComment": comment[start : start + COMMENT_WIDTH].strip(),
                    "NCommentFromLin": attached,
                }
                for start in starts
            ]
        case "MiscChargeLine":
            return [{"LineType": MISC_LINE, **charge(order, fields, "MiscCharge", {})}]
        case _:
            return [{"LineType": FREIGHT_LINE, **charge(order, fields, "Freight", {})}]


def _check_attached(order: OrderInHand, fields: Fields, attached: Decimal) -> None:
    """A comment is attached to a line of goods on file, if to any (on an add: to any number)."""
    lines = {row["Line"] for row in order.stored if row["LineType"] in MERCHANDISE}
    if attached and order.stored and attached not in lines:
        shown, key = str(attached), text(order.header["PurchaseOrder"]).lstrip("0")
        fields.fault(invented.LINE_NOT_FOUND, "AttachedToStkLineNumber", shown, shown, key)


def _changed_row(order: OrderInHand, kind: str, fields: Fields, stored: Row) -> Row:
    match kind:
        case "StockLine":
            return merchandise(order, fields, stored)
        case "CommentLine":
            return {**stored, "NComment": fields.text("Comment", COMMENT_WIDTH, is_needed=True)}
        case "MiscChargeLine":
            return {**stored, **charge(order, fields, "MiscCharge", stored)}
        case _:
            return {**stored, **charge(order, fields, "Freight", stored)}
